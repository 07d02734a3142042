// Small conveniences of a page. Everything here has a way without scripts.

const root = document.documentElement;

// Day, night, or as the device.
function themes() {
  let chosen = root.dataset.theme ?? "auto";
  const show = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    }
  };
  for (const group of document.querySelectorAll("[data-themes]")) group.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    chosen = button.dataset.themeChoice;
    if (chosen === "auto") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    try {
      if (chosen === "auto") localStorage.removeItem("metoodik-theme");
      else localStorage.setItem("metoodik-theme", chosen);
    } catch {
      // Storage may be closed; the choice then lasts for this page.
    }
    show();
  });
  show();
}

// The link beside a heading is copied; without a clipboard it is followed like any link.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    location.assign(link.href);
    return;
  }
  const name = link.querySelector(".unseen");
  const before = name?.textContent;
  link.dataset.done = "";
  if (name) {
    name.setAttribute("role", "status");
    name.textContent = link.dataset.copied;
  }
  setTimeout(() => {
    delete link.dataset.done;
    if (name) {
      name.removeAttribute("role");
      name.textContent = before;
    }
  }, 2000);
});

// Menus close on Escape and on a click elsewhere.
const menus = "details[data-menu][open], .rooms .more > details[open]";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(menus)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(menus)) if (!menu.contains(event.target)) menu.open = false;
});

// Dialogs stand open in the page without scripts; with them they wait for their button.
function dialogs() {
  for (const dialog of document.querySelectorAll("dialog[data-dialog]")) {
    dialog.close();
    for (const button of dialog.querySelectorAll("[data-close]")) {
      button.hidden = false;
      button.addEventListener("click", () => dialog.close());
    }
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (button) document.getElementById(button.dataset.open)?.showModal();
});

// Lists narrowed in the browser: the words go nowhere.
function filters() {
  for (const table of document.querySelectorAll("[data-filterable]")) {
    const field = table.querySelector("[data-filter-field]");
    const count = field.querySelector("[role=status]");
    const rows = [...table.querySelectorAll("tbody tr")];
    field.hidden = false;
    field.querySelector("input").addEventListener("input", (event) => {
      const words = event.target.value.trim().toLocaleLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(words);
      count.textContent = words ? `${count.dataset.text} ${rows.filter((row) => !row.hidden).length}` : "";
    });
  }
}

themes();
dialogs();
filters();
document.querySelector("[data-focus]")?.focus();
