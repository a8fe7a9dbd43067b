// An iPad says that it is a Mac; no Mac is touched with more than one finger.

const isPad = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
if (isPad) {
  for (const words of document.querySelectorAll("[data-desk]")) words.hidden = true;
  for (const words of document.querySelectorAll("[data-pad]")) words.hidden = false;
  document.querySelector("[data-install]")?.classList.add("primary");
}

// Links and codes end: what is about to be over before anybody could use it counts as over.
const left = (element, name) => element.dataset[name] * 900;

// Whoever comes back to the page when its links are over gets fresh ones.
const links = document.querySelector("[data-expires]");
if (links) {
  const loaded = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - loaded > left(links, "expires")) location.reload();
  });
}

// A page that stays open shows a fresh code for a phone in time.
const code = document.querySelector("img[data-renew]");
if (code) {
  const lifetime = left(code, "renew");
  const address = code.src;
  let shown = Date.now();
  const renew = () => {
    if (document.hidden || Date.now() - shown < lifetime - 1_000) return;
    shown = Date.now();
    code.src = `${address}?at=${shown}`;
  };
  setInterval(renew, lifetime);
  document.addEventListener("visibilitychange", renew);
}
