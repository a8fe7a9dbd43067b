// What pages gain with JavaScript; they work without it.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("span") ?? button;
  const [before, sign] = [label.textContent, button.querySelector("use")];
  const icon = sign?.getAttribute("href");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    sign?.setAttribute("href", icon.replace("#copy", "#check"));
    setTimeout(() => {
      label.textContent = before;
      sign?.setAttribute("href", icon);
    }, 2000);
  });
}

// "/" leads to the search field of the page, which shows that it does.
const search = document.querySelector("input[type=search]");
if (search) {
  search.setAttribute("aria-keyshortcuts", "/");
  for (const key of document.querySelectorAll("[data-slash]")) key.hidden = false;
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, dialog");
    if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}

// The tab of this page is in sight, where there are more than fit.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// The question before what cannot be undone opens as a dialog, which begins at the way out.
for (const details of document.querySelectorAll("details[data-ask]")) {
  const summary = details.querySelector("summary");
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    const form = details.querySelector("form");
    const title = form.querySelector("h3");
    const cancel = form.querySelector("[data-cancel]");
    const dialog = document.createElement("dialog");
    title.id = "asked";
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.append(form);
    document.body.append(dialog);
    cancel.hidden = false;
    cancel.onclick = () => dialog.close();
    dialog.onclick = ({ target }) => { if (target === dialog) dialog.close(); };
    dialog.onclose = () => {
      title.removeAttribute("id");
      details.append(form);
      dialog.remove();
      summary.focus();
    };
    dialog.showModal();
    cancel.focus();
  });
}

// What was done is told for a while, and longer while it is pointed at; it stays where motion is
// unwanted. What reads the screen aloud tells what changes, so the words come after the page.
const toast = document.querySelector("[data-toast]");
if (toast) {
  const words = toast.querySelector("p");
  const text = words.textContent;
  words.textContent = "\u00a0";
  setTimeout(() => { words.textContent = text; }, 100);
  if (matchMedia("(prefers-reduced-motion: no-preference)").matches) {
    let end;
    const wait = () => { end = setTimeout(() => toast.remove(), 8000); };
    toast.addEventListener("pointerenter", () => clearTimeout(end));
    toast.addEventListener("pointerleave", wait);
    wait();
  }
}
