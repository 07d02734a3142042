"""Canonical content as templates want it: links resolved, HTML made safe, one value for each kind of block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

from metoodik.handbook import content, fact_marks
from metoodik.handbook.fact_values import dialled
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
class Said:
    """What stands in place of a fact's mark. `remark` is a word beside it, as when it was corrected; plain text."""

    kind: content.FactKind
    value: str
    remark: str = ""

    @property
    def text(self) -> str:
        """Value and remark as plain words."""
        return f"{self.value} ({self.remark})" if self.remark else self.value


type Facts = Callable[[str, str], Said | None]
"""(fact's key, language) to what stands there, or None when nobody knows the fact: its mark then stays."""


def no_facts(key: str, language: str) -> Said | None:  # noqa: ARG001 - the shape of Facts
    """Where no register is at hand."""
    return None


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

    def __init__(self, resolve: Resolve, facts: Facts, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._resolve = resolve
        self._facts = facts
        self._language = language
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
        self.parts.append(_with_facts(data, self._facts, self._language, links=not any(self._links)))

    def _target(self, href: str) -> str | None:
        if href.startswith(PAGE_LINK):
            page_key, _, passage_key = href.removeprefix(PAGE_LINK).partition("#")
            return self._resolve(page_key, passage_key)
        return href if href.startswith(OUTSIDE) else None


def _manners(target: str) -> str:
    return ' rel="noopener noreferrer"' if target.startswith(("https://", "http://")) else ""


def readable(
    html: str, resolve: Resolve = lasting, facts: Facts = no_facts, language: str = content.LANGUAGES[0]
) -> SafeString:
    """Canonical HTML with its links resolved and facts in place of their marks.

    Tags that canonical HTML does not know are dropped, their words kept.
    """
    writer = _Writer(resolve, facts, language)
    writer.feed(html)
    writer.close()
    return mark_safe("".join(writer.parts))  # noqa: S308 - every tag above is written by us, every word escaped


def said_in(text: str, facts: Facts, language: str) -> str:
    """Plain text with what is said of each fact in place of its mark."""
    return fact_marks.filled(text, lambda key: said.text if (said := facts(key, language)) else None)


def _with_facts(text: str, facts: Facts, language: str, *, links: bool) -> str:
    """Text as HTML: a telephone dials, a link leads; inside a link a fact is words alone."""
    parts: list[str] = []
    end = 0
    for match in fact_marks.MARK.finditer(text):
        said = facts(match[1], language)
        parts += [escape(text[end : match.start()], quote=False), _fact(said, links=links) if said else match[0]]
        end = match.end()
    return "".join([*parts, escape(text[end:], quote=False)])


def _fact(said: Said, *, links: bool) -> str:
    words = escape(said.value)
    if links and said.kind is content.FactKind.PHONE:
        words = f'<a class="fact" href="tel:{escape(dialled(said.value))}">{words}</a>'
    elif links and said.kind is content.FactKind.LINK:
        words = f'<a class="fact" href="{escape(said.value)}"{_manners(said.value)}>{words}</a>'
    return f"{words} <small>({escape(said.remark)})</small>" if said.remark else words


def draw_block(
    block: content.Block,
    resolve: Resolve = lasting,
    facts: Facts = no_facts,
    language: str = content.LANGUAGES[0],
) -> DrawnBlock:
    """One block ready for its component; `language` is the page's."""
    match block:
        case content.Text() | content.Warning():
            return DrawnBlock(block.kind, block.key, html=readable(block.html, resolve, facts, language))
        case content.Steps() | content.Checklist():
            items = tuple(readable(each, resolve, facts, language) for each in block.items)
            return DrawnBlock(block.kind, block.key, items=items)
        case content.Phrase():
            return DrawnBlock(block.kind, block.key, phrase=_phrase(block, facts))
        case content.Table():
            return DrawnBlock(block.kind, block.key, table=_table(block, facts, language))
        case content.Contact():
            return DrawnBlock(block.kind, block.key, contact=_contact(block, facts, language))


def _phrase(block: content.Phrase, facts: Facts) -> content.Phrase:
    """The phrase with facts in each language; a translation that was confirmed stays confirmed."""
    if not fact_marks.MARK.search(f"{block.et}{block.ru}{block.en}"):
        return block
    et, ru, en = (said_in(getattr(block, each), facts, each) for each in content.LANGUAGES)
    confirmed = content.fingerprint(et)
    return replace(
        block,
        et=et,
        ru=ru,
        en=en,
        ru_source=confirmed if block.state("ru") == "current" else "",
        en_source=confirmed if block.state("en") == "current" else "",
    )


def _table(block: content.Table, facts: Facts, language: str) -> DrawnTable:
    def cell(text: str) -> str:
        if not fact_marks.MARK.search(text):
            return text
        return mark_safe(_with_facts(text, facts, language, links=True))  # noqa: S308 - escaped in _with_facts

    header = tuple(said_in(each, facts, language) for each in block.header)
    rows = tuple(tuple(zip(header, map(cell, row), strict=True)) for row in block.rows)
    return DrawnTable(said_in(block.caption, facts, language), header if any(header) else (), rows)


def _contact(block: content.Contact, facts: Facts, language: str) -> content.Contact:
    """The contact with facts in place; remarks on its telephone go to its note, so that the number stays diallable."""
    remarks: list[str] = []

    def bare(text: str) -> str:
        def value(key: str) -> str | None:
            said = facts(key, language)
            if said and said.remark:
                remarks.append(said.remark)
            return said.value if said else None

        return fact_marks.filled(text, value)

    phone = bare(block.phone)
    name, hours, note = (said_in(each, facts, language) for each in (block.name, block.hours, block.note))
    return replace(
        block, name=name, phone=phone, hours=hours, note=" · ".join(each for each in (note, *remarks) if each)
    )


@dataclass(frozen=True, slots=True)
class DrawnPassage:
    """A passage with its blocks ready to print."""

    key: str
    heading: str
    blocks: tuple[DrawnBlock, ...]
    restriction: content.Restriction | None = None


def draw_passages(
    passages: tuple[content.Passage, ...],
    resolve: Resolve = lasting,
    facts: Facts = no_facts,
    language: str = content.LANGUAGES[0],
) -> list[DrawnPassage]:
    """Passages ready for `handbook/parts/passages.html`; `language` is the page's."""
    return [
        DrawnPassage(
            each.key,
            said_in(each.heading, facts, language),
            tuple(draw_block(block, resolve, facts, language) for block in each.blocks),
            each.restriction,
        )
        for each in passages
    ]
