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

// Install links live ten minutes: whoever comes back to the page later gets fresh ones.
const loaded = Date.now();
document.addEventListener("visibilitychange", () => {
  const stale = Date.now() - loaded > 9 * 60 * 1000;
  if (!document.hidden && stale && document.querySelector("[data-expires]")) location.reload();
});

// The tab of this page is in sight, where there are more than fit.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
