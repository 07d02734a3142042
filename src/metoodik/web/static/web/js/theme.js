// Runs before the page is drawn, so that the chosen theme never flashes.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("metoodik-theme");
  } catch {
    // Storage may be closed; then the device decides.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
