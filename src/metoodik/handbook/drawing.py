"""Canonical content as templates want it: links resolved, HTML made safe, one value for each kind of block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

from metoodik.handbook import content
from metoodik.handbook.richtext import PAGE_LINK

KEPT = frozenset({"p", "ul", "ol", "li", "b", "i"})
OUTSIDE = ("https://", "http://", "mailto:", "tel:")

type Resolve = Callable[[str, str], str | None]
"""(page key, passage key or "") to an address, or None when the reader has no such page: the link's words stay."""


def lasting(page_key: str, passage_key: str) -> str:
    """The address under which a page is always found."""
    return f"/p/{page_key}/{'#' + passage_key if passage_key else ''}"


NOTHING = SafeString()


@dataclass(frozen=True, slots=True)
class Wording:
    """Words to say in one language. `state` is "current", "stale" or "missing"."""

    language: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A small table whose every cell knows its column's name, so that a phone can show rows as cards."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """A block with its texts ready to print; `kind` chooses the component."""

    kind: str
    key: str
    html: SafeString = NOTHING
    items: tuple[SafeString, ...] = ()
    phrase: content.Phrase | None = None
    table: DrawnTable | None = None
    contact: content.Contact | None = None

    @property
    def stale_languages(self) -> tuple[str, ...]:
        """Languages of a phrase whose translation was confirmed against other Estonian words than these."""
        return tuple(each for each in ("ru", "en") if self.phrase and self.phrase.state(each) == "stale")


class _Writer(HTMLParser):
    """Writes kept tags anew without attributes. A link whose target is unknown leaves its words."""

    def __init__(self, resolve: Resolve) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._resolve = resolve
        self._links: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in KEPT:
            self.parts.append(f"<{tag}>")
        elif tag == "br":
            self.parts.append("<br>")
        elif tag == "a":
            target = self._target(dict(attrs).get("href") or "")
            self._links.append(target is not None)
            if target is not None:
                self.parts.append(f'<a href="{escape(target)}"{_manners(target)}>')

    def handle_endtag(self, tag: str) -> None:
        if tag in KEPT:
            self.parts.append(f"</{tag}>")
        elif tag == "a" and self._links and self._links.pop():
            self.parts.append("</a>")

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(data, quote=False))

    def _target(self, href: str) -> str | None:
        if href.startswith(PAGE_LINK):
            page_key, _, passage_key = href.removeprefix(PAGE_LINK).partition("#")
            return self._resolve(page_key, passage_key)
        return href if href.startswith(OUTSIDE) else None


def _manners(target: str) -> str:
    return ' rel="noopener noreferrer"' if target.startswith(("https://", "http://")) else ""


def readable(html: str, resolve: Resolve = lasting) -> SafeString:
    """Canonical HTML with its links resolved. Tags that canonical HTML does not know are dropped, their words kept."""
    writer = _Writer(resolve)
    writer.feed(html)
    writer.close()
    return mark_safe("".join(writer.parts))  # noqa: S308 - every tag above is written by us, every word escaped


def draw_block(block: content.Block, resolve: Resolve = lasting) -> DrawnBlock:
    """One block ready for its component."""
    match block:
        case content.Text() | content.Warning():
            return DrawnBlock(block.kind, block.key, html=readable(block.html, resolve))
        case content.Steps() | content.Checklist():
            return DrawnBlock(block.kind, block.key, items=tuple(readable(each, resolve) for each in block.items))
        case content.Phrase():
            return DrawnBlock(block.kind, block.key, phrase=block)
        case content.Table():
            rows = tuple(tuple(zip(block.header, row, strict=True)) for row in block.rows)
            header = block.header if any(block.header) else ()
            return DrawnBlock(block.kind, block.key, table=DrawnTable(block.caption, header, rows))
        case content.Contact():
            return DrawnBlock(block.kind, block.key, contact=block)


@dataclass(frozen=True, slots=True)
class DrawnPassage:
    """A passage with its blocks ready to print."""

    key: str
    heading: str
    blocks: tuple[DrawnBlock, ...]


def draw_passages(passages: tuple[content.Passage, ...], resolve: Resolve = lasting) -> list[DrawnPassage]:
    """Passages ready for `handbook/parts/passages.html`."""
    return [
        DrawnPassage(each.key, each.heading, tuple(draw_block(block, resolve) for block in each.blocks))
        for each in passages
    ]
