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

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const bar = state.querySelector("progress");
  const text = state.querySelector("p");
  const begun = performance.now();
  form.querySelector("[data-problem]").hidden = true;
  form.elements.app_file.removeAttribute("aria-invalid");
  if (form.elements.app_file.files[0]?.size > Number(form.dataset.most)) {
    show([form.dataset.tooLarge]);
    return;
  }
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
  request.addEventListener("error", () => show([form.dataset.failed]));
  request.addEventListener("load", () => {
    if (request.status === 200) {
      location.assign(request.responseURL);
      return;
    }
    show(fault(request.responseText));
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form));
});
