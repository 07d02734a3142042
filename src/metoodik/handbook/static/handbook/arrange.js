// Things in an order are moved by dragging the handle or with Alt and the arrow keys; without scripts, by buttons.
// Each move sends the same form as the buttons do, so the server stays the only place where order is kept.

const list = document.querySelector("[data-arrange]");
const live = document.querySelector("[data-arrange-live]");
let dragged = null;

const items = () => [...list.querySelectorAll(":scope > [data-key]")];

function send(item, place) {
  const form = document.querySelector("#arrange-form");
  form.elements.key.value = item.dataset.key;
  form.elements.place.value = String(place);
  if (live) live.textContent = list.dataset.moving;
  form.requestSubmit();
}

function onKey(event) {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const item = event.target.closest("[data-key]");
  if (!item) return;
  event.preventDefault();
  const all = items();
  const from = all.indexOf(item);
  const place = from + (event.key === "ArrowUp" ? -1 : 1);
  if (place < 0 || place >= all.length) {
    if (live) live.textContent = place < 0 ? list.dataset.first : list.dataset.last;
    return;
  }
  send(item, place);
}

function clearMarks() {
  for (const each of items()) delete each.dataset.drop;
}

function over(event) {
  const item = event.target.closest("[data-key]");
  if (!dragged || !item) return;
  event.preventDefault();
  const box = item.getBoundingClientRect();
  clearMarks();
  if (item !== dragged) item.dataset.drop = event.clientY < box.top + box.height / 2 ? "before" : "after";
}

function drop(event) {
  const item = event.target.closest("[data-key]");
  if (!dragged || !item) return;
  event.preventDefault();
  const side = item.dataset.drop;
  const moved = dragged;
  const others = items().filter((each) => each !== moved);
  clearMarks();
  dragged = null;
  if (item === moved || !side) return;
  const place = others.indexOf(item) + (side === "after" ? 1 : 0);
  if (place !== items().indexOf(moved)) send(moved, place);
}

if (list) {
  for (const handle of list.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = handle.closest("[data-key]");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.key);
      event.dataTransfer.setDragImage(dragged, 16, 16);
    });
    handle.addEventListener("dragend", () => {
      dragged = null;
      clearMarks();
    });
  }
  list.addEventListener("dragover", over);
  list.addEventListener("drop", drop);
  list.addEventListener("keydown", onKey);
  // After a move the page comes back at the moved thing: the keys go on from there.
  const target = document.getElementById(location.hash.slice(1));
  const name = target?.querySelector("[data-arrange-focus]");
  // The browser moves focus to the fragment itself once the page is loaded; ours comes after that.
  if (name) addEventListener("load", () => setTimeout(() => name.focus({ preventScroll: true })));
}
