// Progress for the upload form. Without it the form is sent as any form.

const form = document.querySelector("[data-upload]");
const state = form?.querySelector("[data-state]");

function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
  const value = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  const digits = unit === "kilobyte" ? 0 : 1;
  const style = { style: "unit", unit, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(value);
}

function show(problem) {
  const banner = form.querySelector("[data-problem]");
  const parts = [problem.title, problem.detail, ...(problem.errors ?? []).map((e) => `${e.pointer.replace("#/", "")} ${e.detail}`)];
  banner.querySelector("p").textContent = parts.filter(Boolean).join(". ");
  banner.hidden = false;
  state.hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const bar = state.querySelector("progress");
  const text = state.querySelector("p");
  const failed = () => show({ title: form.dataset.failed });
  const begun = performance.now();
  form.querySelector("[data-problem]").hidden = true;
  form.querySelector("button[type=submit]").disabled = true;
  state.hidden = false;

  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const speed = loaded / ((performance.now() - begun) / 1000);
    bar.max = total;
    bar.value = loaded;
    text.textContent = loaded === total
      ? form.dataset.reading
      : `${size(loaded)} / ${size(total)} · ${size(speed)}/s · ${Math.ceil((total - loaded) / speed)} s`;
  });
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    if (request.status === 200) {
      location.assign(request.responseURL);
      return;
    }
    try { show(JSON.parse(request.responseText)); } catch { failed(); }
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html;q=0.1");
  request.send(new FormData(form));
});
