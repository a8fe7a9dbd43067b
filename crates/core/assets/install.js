// An iPad says that it is a Mac; no Mac is touched with more than one finger.

const isPad = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
if (isPad) {
  for (const words of document.querySelectorAll("[data-desk]")) words.hidden = true;
  for (const words of document.querySelectorAll("[data-pad]")) words.hidden = false;
  document.querySelector("[data-install]")?.classList.add("primary");
}
