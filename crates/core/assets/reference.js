// Filters the operations of an API page; without it all are shown.

const field = document.querySelector("[data-filter]");
const hint = document.querySelector("#filter-hint");
const before = hint.textContent;
const operations = [...document.querySelectorAll("[data-operation]")].map((operation) => ({
  operation,
  entry: document.querySelector(`[data-entry="${operation.id}"]`),
  text: operation.textContent.toLowerCase(),
}));

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { operation, entry, text } of operations) {
    const fits = words.every((word) => text.includes(word));
    operation.hidden = !fits;
    entry.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-operation]:not([hidden]), [data-entry]:not([hidden])");
  }
  hint.textContent = words.length > 0 ? `${shown} ${hint.dataset.shown}` : before;
}

field.closest("[data-filter-field]").hidden = false;
field.addEventListener("input", filter);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  field.value = "";
  filter();
});
