// Ctrl + S saves, a suggestion goes into its field with one press, and leaving with unsaved words asks first.
const form = document.querySelector("[data-translating]");

if (form) {
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const said of form.querySelectorAll("[data-suggestion]")) {
    const field = document.getElementById(said.dataset.suggestion);
    if (!field) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.kind = "quiet";
    button.lang = said.lang;
    button.textContent = said.textContent;
    button.addEventListener("click", () => {
      field.value = said.textContent;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    said.replaceWith(button);
  }
}
