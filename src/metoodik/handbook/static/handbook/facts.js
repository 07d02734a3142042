// Facts at the writing desk: a button that puts a fact's mark into text, and chips that show what a mark says now.
// Without this file the mark is typed as it stands in the register.

(() => {
  const MARK = /\{\{fact:([a-z0-9][a-z0-9-]{0,63})\}\}/g;
  const FIELDS = ["phone", "hours", "note", "et", "ru", "en"].map((name) => `[data-contentpath="${name}"]`).join(", ");
  let known;

  const load = () => {
    known ??= fetch("/faktid/valik.json", { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no facts"))))
      .catch(() => ({ facts: [], words: {} }));
    return known;
  };

  const element = (name, attributes, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };

  const matches = (fact, words) =>
    words.every((word) => `${fact.name} ${fact.value} ${fact.value.replace(/\s/g, "")} ${fact.key}`.toLowerCase().includes(word));

  // The picker: type to narrow, arrows to choose, Enter to put in, Escape to leave.
  async function pick() {
    const { facts, words } = await load();
    const back = document.activeElement;
    return new Promise((done) => {
      const search = element("input", { type: "search", autocomplete: "off", id: "fact-search" });
      const label = element("label", { htmlFor: "fact-search", textContent: words.search ?? "" });
      const list = element("ul", { className: "fact-list" });
      const close = element("button", { type: "button", className: "button button-secondary", textContent: words.close ?? "×" });
      const count = element("p", { className: "fact-count" });
      count.setAttribute("role", "status");
      const dialog = element("dialog", { className: "fact-picker" }, label, search, count, list, close);
      dialog.setAttribute("aria-label", words.title ?? "");
      let chosen = null;

      const draw = () => {
        const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const found = facts.filter((fact) => matches(fact, asked));
        count.textContent = found.length ? `${words.found ?? ""} ${found.length}` : (words.nothing ?? "");
        list.replaceChildren(
          ...found.map((fact) => {
            const button = element(
              "button",
              { type: "button" },
              element("b", { textContent: fact.value }),
              ` ${fact.name}${fact.confirmed ? "" : ` (${words.unconfirmed ?? ""})`}`,
            );
            button.addEventListener("click", () => {
              chosen = fact.key;
              dialog.close();
            });
            return element("li", {}, button);
          }),
        );
      };

      dialog.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp" && !(event.key === "Enter" && event.target === search)) return;
        event.preventDefault();
        const buttons = [...list.querySelectorAll("button")];
        if (event.key === "Enter") return buttons[0]?.click();
        const next = buttons.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        (buttons[next] ?? (next < 0 ? search : buttons.at(-1)))?.focus();
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        back?.focus?.();
        done(chosen);
      });
      search.addEventListener("input", draw);
      close.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
      draw();
      dialog.showModal();
      search.focus();
    });
  }

  const marked = (key) => `{{fact:${key}}}`;

  // Running text

  if (window.draftail && window.React && window.DraftJS) {
    const { createElement, useEffect, useState } = window.React;
    const { EditorState, Modifier } = window.DraftJS;

    const useFacts = () => {
      const [answer, setAnswer] = useState({ facts: [], words: {} });
      useEffect(() => {
        load().then(setAnswer);
      }, []);
      return answer;
    };

    const Button = ({ getEditorState, onChange }) => {
      const { words } = useFacts();
      const put = async () => {
        const key = await pick();
        if (!key) return;
        const state = getEditorState();
        const content = Modifier.replaceText(state.getCurrentContent(), state.getSelection(), marked(key));
        const after = EditorState.push(state, content, "insert-characters");
        onChange(EditorState.forceSelection(after, content.getSelectionAfter()));
      };
      return createElement("button", { type: "button", className: "fact-button", onClick: put }, words.button ?? "…");
    };

    const Chip = ({ decoratedText, children }) => {
      const { facts, words } = useFacts();
      const key = decoratedText.slice(7, -2);
      const fact = facts.find((each) => each.key === key);
      const said = fact ? fact.value : words.unknown;
      return createElement(
        "span",
        { className: "fact-chip", title: fact?.name ?? "", "data-value": said ?? "", "data-unknown": fact || !facts.length ? undefined : "" },
        children,
      );
    };

    const everyMark = (block, found) => {
      for (const match of block.getText().matchAll(MARK)) found(match.index, match.index + match[0].length);
    };

    window.draftail.registerPlugin({ type: "fact", meta: Button }, "controls");
    window.draftail.registerPlugin({ type: "fact-chip", strategy: everyMark, component: Chip }, "decorators");
  }

  // Plain fields: phrases, contacts and cells of tables get the same button when one comes to them.

  document.addEventListener("focusin", async ({ target }) => {
    if (!target.matches?.('input[type="text"], textarea') || target.dataset.facts || target.closest(".Draftail-Editor, dialog")) return;
    if (!target.closest(`${FIELDS}, .typed-table-block`)) return;
    target.dataset.facts = "offered";
    const { words } = await load();
    const button = element("button", { type: "button", className: "fact-button", textContent: words.button ?? "…" });
    button.addEventListener("click", async () => {
      const key = await pick();
      if (!key) return;
      target.setRangeText(marked(key), target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.dispatchEvent(new Event("change", { bubbles: true }));
      target.focus();
    });
    target.after(button);
  });
})();
