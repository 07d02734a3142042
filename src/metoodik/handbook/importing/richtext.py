"""Running text of pandoc's tree as the small HTML that a draft may hold: b, i, a, br."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from metoodik.handbook.importing.converter import Node
from metoodik.handbook.importing.values import Where
from metoodik.handbook.importing.words import visible

_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_STYLES = {"Strong": "b", "Emph": "i"}
_PASSED = {"Underline", "SmallCaps"}
_RAW_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_RAW_STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i"}


def allowed_link(target: str) -> bool:
    """Whether a draft may link there: the web, mail and telephone only."""
    return target.lower().startswith(_SCHEMES)


def plain(markup: str) -> str:
    """The words of a draft's HTML; a line break stays one, a link keeps its target when the words do not show it."""
    shown = _LINK.sub(_link_words, markup)
    shown = re.sub(r"<br>|</p>|</li>", "\n", shown)
    return html.unescape(_TAG.sub("", shown)).strip()


def _link_words(found: re.Match[str]) -> str:
    target, label = found.groups()
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    return label if bare in label else f"{label} ({bare})"


@dataclass
class Renderer:
    """Turns inlines into HTML and gathers what cannot stand in them.

    `notes` are the footnotes met since they were last taken; `aside` the words left out on purpose, with their place;
    `added` the words put in that the file does not have (numbers of notes and nested steps).
    """

    notes: list[tuple[int, list[Node]]] = field(default_factory=list)
    aside: list[tuple[Where, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    note_count: int = 0

    def html(self, inlines: Sequence[Node]) -> str:
        """The inlines as HTML of b, i, a, br."""
        return self._inlines(inlines).strip()

    def words(self, inlines: Sequence[Node]) -> str:
        """The inlines as plain text on one line."""
        return " ".join(plain(self.html(inlines)).split())

    def _inlines(self, inlines: Sequence[Node]) -> str:
        raw = _RawMarkup(self)
        return "".join([*(raw.inline(each) for each in inlines), raw.rest()])

    def inline(self, node: Node) -> str:
        """One inline as HTML."""
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Str":
            return _escaped(content)
        if kind in {"Space", "SoftBreak"}:
            return " "
        if kind == "LineBreak":
            return "<br>"
        if kind in _STYLES:
            return _wrapped(_STYLES[kind], self._inlines(content))
        if kind in _PASSED:
            return self._inlines(content)
        return self._special(kind, content)

    def _special(self, kind: str, content: Any) -> str:
        match kind, content:
            case "Superscript" | "Subscript", list() as inner:
                return self._shifted(inner, _RAISED if kind == "Superscript" else _LOWERED)
            case "Strikeout", list() as inner:
                self.aside.append((Where.STRUCK, self._set_aside(inner)))
                return ""
            case "Span", [attributes, list() as inner]:
                return self._span(attributes[1], inner)
            case "Link", [_, list() as inner, [target, _]]:
                return self._link(inner, target)
            case "Image", [_, list() as inner, [target, title]]:
                return self._picture(inner, target, title)
            case "Note", list() as blocks:
                return self._note(blocks)
            case "Quoted", [style, list() as inner]:
                return f"„{self._inlines(inner)}“" if style["t"] == "DoubleQuote" else f"‘{self._inlines(inner)}’"
            case "Cite", [_, list() as inner]:
                return self._inlines(inner)
            case "Code" | "Math", [_, str() as text]:
                return _escaped(text)
        return ""

    def _shifted(self, inlines: list[Node], digits: dict[int, int]) -> str:
        inner = self._inlines(inlines)
        return inner.translate(digits) if plain(inner).isdecimal() else inner

    def _set_aside(self, inlines: list[Node]) -> str:
        """The words of inlines that the draft leaves out."""
        return Renderer().words(inlines)

    def _span(self, classes: list[str], inlines: list[Node]) -> str:
        if {"deletion", "comment-start"} & set(classes):
            return ""
        return self._inlines(inlines)

    def _link(self, inlines: list[Node], target: str) -> str:
        label = self._inlines(inlines)
        if not allowed_link(target) or not plain(label):
            return label
        return f'<a href="{html.escape(target)}">{label}</a>'

    def _picture(self, inlines: list[Node], target: str, title: str) -> str:
        words = " ".join(filter(None, [Renderer().words(inlines), title]))
        if words:
            self.aside.append((Where.IMAGE, words))
        elif not target.startswith("data:"):
            self.pictures.append(target.rpartition("/")[2])
        return ""

    def _note(self, blocks: list[Node]) -> str:
        self.note_count += 1
        self.notes.append((self.note_count, blocks))
        self.added.update([str(self.note_count)] * 2)
        return f"[{self.note_count}]"


@dataclass
class _RawMarkup:
    """Raw HTML tags between Markdown words: raised digits, bold and italic are kept, all other tags dropped."""

    renderer: Renderer
    shift: dict[int, int] | None = None
    open: list[str] = field(default_factory=list)

    def inline(self, node: Node) -> str:
        if node["t"] == "RawInline":
            return self._tag(node["c"][1])
        if self.shift is not None and node["t"] == "Str":
            return str(_escaped(node["c"]).translate(self.shift))
        return self.renderer.inline(node)

    def _tag(self, markup: str) -> str:
        found = _RAW_TAG.match(markup)
        name = found.group(1).lower() if found else ""
        closing = markup.startswith("</")
        if name in {"sup", "sub"}:
            self.shift = None if closing else (_RAISED if name == "sup" else _LOWERED)
        if name == "br":
            return "<br>"
        if name in _RAW_STYLES:
            return self._style(_RAW_STYLES[name], closing=closing)
        return ""

    def _style(self, name: str, *, closing: bool) -> str:
        if not closing:
            self.open.append(name)
            return f"<{name}>"
        if self.open and self.open[-1] == name:
            self.open.pop()
            return f"</{name}>"
        return ""

    def rest(self) -> str:
        """End tags for what the author left open."""
        return "".join(f"</{name}>" for name in reversed(self.open))


def _escaped(text: str) -> str:
    return html.escape(visible(text), quote=False)


def _wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if inner.strip() else inner
