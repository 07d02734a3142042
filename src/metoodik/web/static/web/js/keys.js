// Keyboard: "/" goes to search, arrows walk through results, Escape clears, numbers choose. Nothing typed is kept.

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]:not([contenteditable='false'])");
const modified = (event) => event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
const shown = (element) => element.getClientRects().length > 0;

const searchField = () => [...document.querySelectorAll("[data-search]")].find(shown);

function clear(find) {
  const field = find.querySelector("[data-search]");
  const list = find.querySelector(".found");
  field.value = "";
  list?.replaceChildren();
  field.focus();
}

function walk(find, event) {
  const field = find.querySelector("[data-search]");
  const links = [...find.querySelectorAll(".result")];
  const at = links.indexOf(document.activeElement);
  const inField = document.activeElement === field;
  if (!inField && at < 0) return;
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  if (!links.length || (inField && event.key === "ArrowUp")) return;
  event.preventDefault();
  (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
}

const pending = new WeakSet();
const opening = new WeakSet();

function openFirst(find, event) {
  if (document.activeElement !== find.querySelector("[data-search]")) return;
  if (pending.has(find)) {
    event.preventDefault();
    opening.add(find);
    return;
  }
  const first = find.querySelector(".result");
  if (!first) return;
  event.preventDefault();
  first.click();
}

function inSearch(find, event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(find, event);
  else if (event.key === "Enter") openFirst(find, event);
  else if (event.key === "Escape") clear(find);
  else if (event.key.length === 1 && document.activeElement.matches(".result")) find.querySelector("[data-search]").focus();
}

function choose(event) {
  const cards = [...document.querySelectorAll(`[data-choices] [data-key="${event.key}"]`)].filter(shown);
  if (cards.length !== 1) return;
  event.preventDefault();
  cards[0].click();
  cards[0].querySelector("input")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (modified(event) || event.defaultPrevented) return;
  const find = event.target.closest?.("[data-find]");
  if (find) {
    inSearch(find, event);
    return;
  }
  const radio = event.target.matches?.("input[type=radio], input[type=checkbox]");
  if (typing(event.target) && !radio) return;
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "/") {
    const field = searchField();
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (/^[1-9]$/.test(event.key)) {
    choose(event);
  }
});

// Enter pressed faster than the answer came: wait for the answer to the words as they are now.
document.addEventListener("input", (event) => {
  const find = event.target.closest?.("[data-find]");
  if (find?.querySelector("form[hx-post]")) pending.add(find);
});

for (const over of ["htmx:afterSwap", "htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(over, (event) => {
    const element = event.detail.elt ?? event.target;
    const find = element.closest?.("[data-find]") ?? event.target.closest?.("[data-find]");
    if (!find) return;
    pending.delete(find);
    if (!opening.has(find)) return;
    opening.delete(find);
    find.querySelector(".result")?.click();
  });
}
