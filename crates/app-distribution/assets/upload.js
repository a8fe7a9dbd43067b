// Uploads that tell how far they are. A package goes in pieces (tus 1.0): it can be paused, and goes
// on after a broken line or a reload. Other files go whole. Without this, forms are sent as any form.

const ENDPOINT = "/api/uploads";
const RETRIES = [1000, 2000, 4000, 8000, 16000];
const language = document.documentElement.lang;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function measure(value, unit, options = {}) {
  return new Intl.NumberFormat(language, { style: "unit", unit, ...options }).format(value);
}

function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
  const value = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  return measure(value, unit, { maximumFractionDigits: unit === "kilobyte" ? 0 : 1 });
}

// As somebody would say it: nobody waits for the 5,400th second.
function duration(seconds) {
  const long = { unitDisplay: "long" };
  if (seconds < 50) return measure(Math.max(5, Math.ceil(seconds / 5) * 5), "second", long);
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return measure(minutes, "minute", long);
  const hours = measure(Math.floor(minutes / 60), "hour", long);
  const rest = Math.floor((minutes % 60) / 5) * 5;
  return rest === 0 ? hours : `${hours} ${measure(rest, "minute", long)}`;
}

// The bar with its figures. They change all the time; what is read out changes seldom.
class Progress {
  constructor(box) {
    this.box = box;
    this.bar = box.querySelector("progress");
    this.figures = box.querySelector("[data-figures]");
    this.said = box.querySelector("[data-said]");
  }

  begin(total) {
    this.box.hidden = false;
    this.bar.max = total;
    this.total = total;
    this.tenth = 0;
    this.restart();
  }

  // The speed is that of the last seconds: a pause does not count.
  restart() {
    this.samples = [];
  }

  show(come) {
    const now = performance.now();
    this.samples.push([now, come]);
    while (this.samples.length > 2 && now - this.samples[0][0] > 8000) this.samples.shift();
    const [[begun, before]] = this.samples;
    const speed = now - begun < 500 ? 0 : ((come - before) * 1000) / (now - begun);
    this.bar.value = come;
    const parts = [`${size(come)} / ${size(this.total)}`];
    if (speed > 0) {
      const left = duration((this.total - come) / speed);
      parts.push(`${size(speed)}/s`, this.box.dataset.left.replace("{}", left));
    }
    this.figures.textContent = parts.join(" · ");
    const tenth = Math.floor((come * 10) / this.total);
    if (tenth > this.tenth) {
      this.tenth = tenth;
      this.said.textContent = new Intl.NumberFormat(language, { style: "percent" }).format(tenth / 10);
    }
  }

  say(words) {
    this.figures.textContent = words;
    this.said.textContent = words;
  }

  end() {
    this.box.hidden = true;
  }
}

// The page that was answered: the form again with its fault, or another that says what is wrong.
function fault(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const told = page.querySelector(".banner.bad:not([hidden]) p");
  if (told) return [...told.childNodes];
  const title = page.querySelector("main h1");
  if (!title) return [form.dataset.failed];
  return [title.textContent, ...(title.nextElementSibling?.matches("p") ? [`. ${title.nextElementSibling.textContent}`] : [])];
}

function refuse(form, field, words) {
  const banner = form.querySelector("[data-problem]");
  banner.querySelector("p").replaceChildren(...words);
  banner.hidden = false;
  form.querySelector("[data-state]").hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

// The file in `field`, if it may be sent; the form is ready for that then.
function chosen(form, field) {
  const [file] = field.files;
  form.querySelector("[data-problem]").hidden = true;
  field.removeAttribute("aria-invalid");
  if (file.size === 0 || file.size > Number(form.dataset.most)) {
    refuse(form, field, [file.size === 0 ? form.dataset.empty : form.dataset.tooLarge]);
    return null;
  }
  form.querySelector("button[type=submit]").disabled = true;
  return file;
}

const form = document.querySelector("[data-upload]");
// What was begun and not finished: on the server's list, or since.
const begun = new Map();
const nameOf = (file) => `${file.name} ${file.size} ${file.lastModified}`;

function ask(method, url, headers = {}) {
  const csrf = form.elements.csrf.value;
  return fetch(url, { method, headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrf, ...headers } });
}

function metadata(file) {
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const fields = new Map([["filename", file.name], ["modified", String(file.lastModified)]]);
  for (const [name, value] of new FormData(form)) {
    if (name === "csrf" || typeof value !== "string" || value === "") continue;
    fields.set(name, fields.has(name) ? `${fields.get(name)},${value}` : value);
  }
  return [...fields].map(([name, value]) => `${name} ${base64(value)}`).join(",");
}

class Upload {
  constructor(file, progress) {
    this.file = file;
    this.progress = progress;
    this.failures = 0;
    this.paused = false;
  }

  // Where it stands: what has come of it before, or a new one.
  async open() {
    this.url = begun.get(nameOf(this.file));
    if (this.url && (await this.look())) return;
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": metadata(this.file), Accept: "text/html" };
    const answer = await ask("POST", ENDPOINT, headers);
    if (!answer.ok) throw fault(form, await answer.text());
    this.url = answer.headers.get("Location");
    this.offset = 0;
    begun.set(nameOf(this.file), this.url);
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
    this.progress.restart();
    request.upload.addEventListener("progress", ({ loaded }) => {
      const come = this.offset + loaded;
      if (come >= this.file.size) this.progress.say(form.dataset.reading);
      else this.progress.show(come);
    });
    request.open("PATCH", this.url);
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream", Accept: "text/html" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    return new Promise((resolve, reject) => {
      request.addEventListener("load", () => {
        const again = request.status >= 500 || [408, 409, 429].includes(request.status);
        if (request.status === 204) resolve(true);
        else if (again) resolve(false);
        else reject(fault(form, request.responseText));
      });
      for (const end of ["error", "abort"]) request.addEventListener(end, () => resolve(false));
      request.send(this.file.slice(this.offset));
    });
  }

  async run() {
    await this.open();
    this.progress.begin(this.file.size);
    this.progress.show(this.offset);
    while (this.offset < this.file.size && !(await this.send())) {
      if (this.paused) {
        await new Promise((resolve) => { this.goOn = resolve; });
        this.failures = 0;
      } else if (this.failures === RETRIES.length) {
        throw [form.dataset.failed];
      } else {
        this.progress.say(form.dataset.waiting);
        await wait(RETRIES[this.failures++]);
      }
      const before = this.offset;
      if (await this.look().catch(() => { this.offset = before; return true; })) {
        if (this.offset > before) this.failures = 0;
      } else {
        throw [form.dataset.failed];
      }
    }
    this.progress.say(form.dataset.reading);
    return this.settled();
  }

  // The page to go to once it was looked into.
  async settled() {
    for (;;) {
      const answer = await ask("GET", this.url);
      if (!answer.ok) throw [form.dataset.failed];
      const upload = await answer.json();
      if (upload.state === "done") return `/builds/${upload.build_id}`;
      if (upload.state === "refused") {
        begun.delete(nameOf(this.file));
        const page = await fetch(`/admin/uploads/${upload.id}`, { headers: { Accept: "text/html" } });
        throw fault(form, await page.text());
      }
      await wait(500);
    }
  }

  toggle(button) {
    this.paused = !this.paused;
    button.querySelector("span").textContent = this.paused ? button.dataset.resume : button.dataset.pause;
    if (this.paused) {
      this.request?.abort();
      this.progress.say(form.dataset.paused);
    } else {
      this.goOn?.();
    }
  }
}

// A file that goes whole, with the form it is in.
function sendWhole(whole, field) {
  const file = chosen(whole, field);
  if (!file) return;
  const progress = new Progress(whole.querySelector("[data-state]"));
  const request = new XMLHttpRequest();
  progress.begin(file.size);
  request.upload.addEventListener("progress", ({ loaded }) => {
    if (loaded >= file.size) progress.say(whole.dataset.reading);
    else progress.show(loaded);
  });
  request.addEventListener("load", () => {
    const isElsewhere = request.responseURL !== whole.action;
    if (request.status < 400 && isElsewhere) location.assign(request.responseURL);
    else refuse(whole, field, fault(whole, request.responseText));
  });
  request.addEventListener("error", () => refuse(whole, field, [whole.dataset.failed]));
  request.open("POST", whole.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(whole));
}

if (form) {
  const field = form.elements.app_file;
  const pause = form.querySelector("[data-pause]");
  const resumes = form.querySelector("[data-resumes]");
  let upload;
  pause.addEventListener("click", () => upload?.toggle(pause));
  for (const row of document.querySelectorAll("[data-unfinished]")) {
    const { unfinished, name, size: length, modified } = row.dataset;
    begun.set(`${name} ${length} ${modified}`, `${ENDPOINT}/${unfinished}`);
    const button = row.querySelector("[data-go-on]");
    button.hidden = false;
    button.addEventListener("click", () => field.click());
  }
  field.addEventListener("change", () => {
    resumes.hidden = !field.files[0] || !begun.has(nameOf(field.files[0]));
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A picture beside the package has no room in the head of an upload in pieces.
    if (form.elements.icon.files.length > 0) {
      sendWhole(form, field);
      return;
    }
    const file = chosen(form, field);
    if (!file) return;
    pause.hidden = false;
    upload = new Upload(file, new Progress(form.querySelector("[data-state]")));
    try {
      const page = await upload.run();
      pause.hidden = true;
      location.assign(page);
    } catch (words) {
      pause.hidden = true;
      refuse(form, field, words instanceof Error ? [form.dataset.failed] : words);
    }
  });
}

for (const whole of document.querySelectorAll("[data-whole]")) {
  const field = whole.querySelector("input[type=file]");
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    sendWhole(whole, field);
  });
}
