// What pages gain with JavaScript; they work without it.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2000);
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
