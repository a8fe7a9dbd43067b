// Uploads in pieces that can be paused, and that go on after a broken line or a reload (tus 1.0).
// Without it the form is sent as any form.

const form = document.querySelector("[data-upload]");
const state = form?.querySelector("[data-state]");
const pause = form?.querySelector("[data-pause]");
const ENDPOINT = "/api/uploads";
const MEMORY = "upload ";
const RETRIES = [1000, 2000, 4000, 8000, 16000];

function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
  const value = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  const digits = unit === "kilobyte" ? 0 : 1;
  const style = { style: "unit", unit, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(value);
}

function show(words) {
  const banner = form.querySelector("[data-problem]");
  banner.querySelector("p").replaceChildren(...words);
  banner.hidden = false;
  state.hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
  form.elements.app_file.setAttribute("aria-invalid", "true");
  form.elements.app_file.focus();
}

// The page that was answered: the form again with its fault, or another that says what is wrong.
function fault(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const words = page.querySelector("[data-problem] p")?.childNodes;
  return words ?? [page.querySelector("main h1")?.textContent ?? form.dataset.failed];
}

function ask(method, url, headers = {}) {
  const csrf = form.elements.csrf.value;
  return fetch(url, { method, headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrf, ...headers } });
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function metadata(file) {
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf" && typeof value === "string" && value !== "");
  return [["filename", file.name], ...fields].map(([name, value]) => `${name} ${base64(value)}`).join(",");
}

class Upload {
  constructor(file) {
    this.file = file;
    this.memory = `${MEMORY}${file.name} ${file.size} ${file.lastModified}`;
    this.failures = 0;
    this.paused = false;
  }

  // Where it stands: what has come of it before, or a new one.
  async open() {
    this.url = localStorage.getItem(this.memory);
    if (this.url && (await this.look())) return;
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": metadata(this.file), Accept: "text/html" };
    const answer = await ask("POST", ENDPOINT, headers);
    if (!answer.ok) throw fault(await answer.text());
    this.url = answer.headers.get("Location");
    this.offset = 0;
    localStorage.setItem(this.memory, this.url);
  }

  async look() {
    const answer = await ask("HEAD", this.url);
    this.offset = Number(answer.headers.get("Upload-Offset"));
    return answer.ok && Number(answer.headers.get("Upload-Length")) === this.file.size;
  }

  // Sends what is missing; false if that broke off or was paused.
  send() {
    const request = new XMLHttpRequest();
    this.request = request;
    const begun = performance.now();
    const bar = state.querySelector("progress");
    const text = state.querySelector("p");
    bar.max = this.file.size;
    request.upload.addEventListener("progress", ({ loaded }) => {
      const [come, speed] = [this.offset + loaded, loaded / ((performance.now() - begun) / 1000)];
      bar.value = come;
      text.textContent = come >= this.file.size
        ? form.dataset.reading
        : `${size(come)} / ${size(this.file.size)} · ${size(speed)}/s · ${Math.ceil((this.file.size - come) / speed)} s`;
    });
    request.open("PATCH", this.url);
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream", Accept: "text/html" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    return new Promise((resolve, reject) => {
      request.addEventListener("load", () => {
        const again = request.status >= 500 || [408, 409, 429].includes(request.status);
        if (request.status === 204) resolve(true);
        else if (again) resolve(false);
        else reject(fault(request.responseText));
      });
      for (const end of ["error", "abort"]) request.addEventListener(end, () => resolve(false));
      request.send(this.file.slice(this.offset));
    });
  }

  async run() {
    await this.open();
    while (this.offset < this.file.size && !(await this.send())) {
      if (this.paused) {
        await new Promise((resolve) => { this.goOn = resolve; });
        this.failures = 0;
      } else if (this.failures === RETRIES.length) {
        throw [form.dataset.failed];
      } else {
        await wait(RETRIES[this.failures++]);
      }
      const before = this.offset;
      if (await this.look().catch(() => { this.offset = before; return true; })) {
        if (this.offset > before) this.failures = 0;
      } else {
        throw [form.dataset.failed];
      }
    }
    pause.hidden = true;
    state.querySelector("p").textContent = form.dataset.reading;
    return this.settled();
  }

  // The page to go to once it was looked into.
  async settled() {
    for (;;) {
      const answer = await ask("GET", this.url);
      if (!answer.ok) throw [form.dataset.failed];
      const upload = await answer.json();
      if (upload.state === "done" || upload.state === "refused") localStorage.removeItem(this.memory);
      if (upload.state === "done") return `/builds/${upload.build_id}`;
      if (upload.state === "refused") {
        const page = await fetch(`/admin/uploads/${upload.id}`, { headers: { Accept: "text/html" } });
        throw fault(await page.text());
      }
      await wait(500);
    }
  }

  toggle() {
    this.paused = !this.paused;
    pause.querySelector("span").textContent = this.paused ? pause.dataset.resume : pause.dataset.pause;
    if (this.paused) this.request?.abort();
    else this.goOn?.();
  }
}

let upload;
pause?.addEventListener("click", () => upload?.toggle());

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.app_file.files[0];
  form.querySelector("[data-problem]").hidden = true;
  form.elements.app_file.removeAttribute("aria-invalid");
  if (file.size > Number(form.dataset.most)) {
    show([form.dataset.tooLarge]);
    return;
  }
  form.querySelector("button[type=submit]").disabled = true;
  state.hidden = false;
  pause.hidden = false;
  upload = new Upload(file);
  try {
    location.assign(await upload.run());
  } catch (words) {
    show(words instanceof Error ? [form.dataset.failed] : words);
  }
});

// What was left unfinished goes on when the same file is chosen.
const unfinished = form && Object.keys(localStorage).find((key) => key.startsWith(MEMORY));
if (unfinished) {
  const hint = form.querySelector("[data-unfinished]");
  hint.querySelector("b").textContent = unfinished.slice(MEMORY.length).split(" ").slice(0, -2).join(" ");
  hint.hidden = false;
}
