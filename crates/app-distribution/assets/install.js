// An iPad says that it is a Mac; no Mac is touched with more than one finger.

const isPad = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
if (isPad) {
  for (const words of document.querySelectorAll("[data-desk]")) words.hidden = true;
  for (const words of document.querySelectorAll("[data-pad]")) words.hidden = false;
  document.querySelector("[data-install]")?.classList.add("primary");
}

// The code for a phone ends after five minutes: a page that stays open shows fresh ones.
const code = document.querySelector("img[data-renew]");
if (code) {
  const minutes = 4;
  const address = code.src;
  let shown = Date.now();
  const renew = () => {
    const isOld = Date.now() - shown > (minutes - 0.5) * 60_000;
    if (document.hidden || !isOld) return;
    shown = Date.now();
    code.src = `${address}?at=${shown}`;
  };
  setInterval(renew, minutes * 60_000);
  document.addEventListener("visibilitychange", renew);
}
