// Warnings and withdrawals reach a page that is already open. Nothing on the page moves: what comes is laid over it.

const EVERY = 30_000;
const LATE = 120_000;

const watch = document.querySelector("[data-notices]");
let version = watch?.dataset.version ?? "";
let checked = Date.now();
let asking = false;

const matching = (notice) => (notice.fact ? naming(notice.fact) : standing(notice));

const naming = (fact) => [...document.querySelectorAll(`[data-facts~="${CSS.escape(fact)}"]`)];

const standing = (notice) =>
  [...document.querySelectorAll("[data-notice-page]")].filter(
    (place) =>
      place.dataset.noticePage === notice.page &&
      (!notice.locale || !place.dataset.locale || place.dataset.locale === notice.locale) &&
      (notice.passage ? place.dataset.noticePassage === notice.passage : true),
  );

function bar() {
  let found = document.getElementById("ohutusriba");
  if (!found) {
    found = document.getElementById("ohutusriba-mall").content.firstElementChild.cloneNode(true);
    found.querySelector("button").addEventListener("click", () => found.remove());
    document.body.append(found);
  }
  return found;
}

function tell(text, place, word) {
  const told = bar();
  const line = document.createElement("p");
  const strong = document.createElement("b");
  strong.textContent = `${word}. `;
  line.append(strong, text);
  if (place?.id) {
    const link = document.createElement("a");
    link.href = `#${place.id}`;
    link.textContent = told.dataset.show;
    line.append(" ", link);
  }
  told.querySelector("[role]").append(line);
}

function cover(place, notice) {
  const body = place.matches(".result") ? place.querySelector(".excerpt") : place.querySelector(".body") ?? place;
  place.dataset.told = notice.kind;
  if (notice.kind !== "withdrawal" || !body) return;
  body.inert = true;
  body.dataset.covered = notice.word;
}

function show(notice) {
  const places = matching(notice);
  if (!places.length) return;
  for (const place of places) cover(place, notice);
  tell(notice.sentence, places.find((each) => !each.matches(".result")), notice.word);
}

function take(answer) {
  const known = new Set(
    [...document.querySelectorAll("[data-notice]")].map((each) => each.dataset.notice).concat(
      Object.keys(shown),
      [...document.querySelectorAll("[data-told-facts]")].flatMap((each) => each.dataset.toldFacts.split(" ")),
    ),
  );
  for (const notice of answer.notices) {
    if (known.has(String(notice.id))) continue;
    shown[notice.id] = true;
    show(notice);
  }
  const standingNow = new Set(answer.notices.map((each) => String(each.id)));
  if ([...document.querySelectorAll("article [data-notice]")].some((each) => !standingNow.has(each.dataset.notice))) {
    tell(watch.dataset.lifted, null, watch.dataset.liftedWord);
  }
}

const shown = {};

function age() {
  const line = document.getElementById("teadete-vanus");
  const late = Date.now() - checked > LATE;
  line.hidden = !late;
  if (late) {
    const time = new Date(checked).toLocaleTimeString("et", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
    line.textContent = line.dataset.text.replace("{time}", time);
  }
}

async function ask() {
  if (asking || document.visibilityState !== "visible") return;
  asking = true;
  try {
    const address = `${watch.dataset.notices}?since=${encodeURIComponent(version)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    checked = Date.now() - data.age * 1000;
    if (data.version !== version) {
      version = data.version;
      take(data);
    }
  } catch {
    // The line below says how old the last answer is.
  } finally {
    asking = false;
    age();
  }
}

if (watch) {
  checked -= Number(watch.dataset.age) * 1000;
  age();
  setInterval(ask, EVERY);
  window.addEventListener("focus", ask);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
}
