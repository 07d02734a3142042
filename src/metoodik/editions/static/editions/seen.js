// What changed since this reader last saw a page. Only edition numbers and hashes, only in this browser,
// forgotten at sign-out or when another person signs in.

const KEY = "metoodik-seen";
const MOST = 400;
const LOOKED = 3000;

const article = document.querySelector("[data-guidance][data-in-force]");
const reader = document.querySelector("[data-reader]")?.dataset.reader ?? "";

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (kept?.reader === reader) return kept;
  } catch {
    // Closed or spoilt storage counts as nothing seen.
  }
  return { reader, pages: {} };
}

let signingOut = false;

function keep(name, page) {
  if (signingOut) return;
  const kept = load();
  delete kept.pages[name];
  kept.pages[name] = page;
  for (const old of Object.keys(kept.pages).slice(0, -MOST)) delete kept.pages[old];
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage nothing is marked next time.
  }
}

function mark(passages, before) {
  const template = document.getElementById("muutunud-mall");
  for (const passage of passages) {
    if (before.passages[passage.dataset.passage] === passage.dataset.hash) continue;
    const line = template.content.firstElementChild.cloneNode(true);
    const link = line.querySelector("a");
    link.href = `${article.dataset.compare.replace("/0/", `/${before.edition}/`)}#${passage.id}`;
    passage.append(line);
    passage.dataset.changed = "";
  }
}

if (article && reader) {
  const name = `${article.dataset.page}/${article.dataset.locale}`;
  const passages = [...article.querySelectorAll("[data-passage]")];
  const now = {
    edition: Number(article.dataset.edition),
    passages: Object.fromEntries(passages.map((each) => [each.dataset.passage, each.dataset.hash])),
  };
  const before = load().pages[name];
  if (before && before.edition < now.edition) mark(passages, before);
  setTimeout(() => document.visibilityState === "visible" && keep(name, now), LOOKED);
  addEventListener("pagehide", () => performance.now() > LOOKED && keep(name, now));
}

document.addEventListener("submit", (event) => {
  if (!new URL(event.target.action, location.href).pathname.endsWith("/logout/")) return;
  signingOut = true;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
});
