"""An edition opened for one class of readers: everything comes from its local file, nothing from the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils import translation
from django.utils.translation import gettext

from metoodik.editions.audiences import AudienceClass
from metoodik.editions.build import provenance_from_data
from metoodik.editions.content import EditionPage
from metoodik.engines import search
from metoodik.engines.language.order import estonian
from metoodik.engines.search import Hit as Found
from metoodik.engines.search import Spans
from metoodik.handbook.addresses import KEY
from metoodik.handbook.content import Access, Fact, Page, Passage, Section
from metoodik.handbook.fact_marks import filled_spoken, mark
from metoodik.handbook.pinned import Provenance

_LAST = "\U0010ffff"
_MOST_PAGES = 256
"""Pages an open edition remembers."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page as a list shows it."""

    key: str
    locale: str
    slug: str
    title: str
    summary: str
    kind: str
    risk: str
    access: str
    section: str
    hash: str
    in_force_since: datetime


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it is read. `erased` are keys of passages whose words are gone; their heading says so.

    `withheld` counts AK passages that this class of readers does not have.
    """

    content: Page
    provenance: Provenance
    hash: str
    passage_hashes: dict[str, str]
    in_force_since: datetime
    section: Section
    erased: frozenset[str] = frozenset()
    withheld: int = 0

    @property
    def has_restricted(self) -> bool:
        """Whether something on it is AK: the page or a passage."""
        return self.content.access is Access.RESTRICTED or any(each.restriction for each in self.content.passages)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, or a page itself when `passage_key` is empty. Spans are (text, is it a found word)."""

    page_key: str
    page_slug: str
    page_title: str
    passage_key: str
    heading: str
    kind: str
    risk: str
    access: str
    locale: str
    excerpt: Spans
    heading_marked: Spans
    score: float


type Query = Callable[[str, tuple[object, ...]], list[tuple[str | int, ...]]]
"""Runs one SELECT on the edition's file: `store` gives it, with its care for lost and broken files."""


type ValueIn = Callable[[str, str], str | None]
"""(fact's key, language) to what the fact says, or None when it is not known."""


class _FileReader:
    """The file's index, as the search engine reads it."""

    def __init__(self, query: Query, value: ValueIn) -> None:
        self.query = query
        self.value = value

    def saying(self, value: ValueIn) -> _FileReader:
        """The same index, its documents with other values of facts."""
        other = copy(self)
        other.value = value
        return other

    def postings(self, term: str) -> Iterator[tuple[int, int, int, int]]:
        rows = self.query(
            "SELECT rarity, document, own, context FROM term JOIN posting ON posting.term = term.id WHERE text = ?",
            (term,),
        )
        return iter(rows)  # type: ignore[arg-type]

    def beginning(self, prefix: str) -> Iterator[tuple[int, int, int, int]]:
        rows = self.query(
            "SELECT length(term.text), document, own, context FROM term JOIN posting ON posting.term = term.id"
            " WHERE term.text >= ? AND term.text < ?",
            (prefix, prefix + _LAST),
        )
        return iter(rows)  # type: ignore[arg-type]

    @cached_property
    def labels(self) -> list[tuple[str, str]]:
        """(group, locale) of every document, in order; read once."""
        rows = self.query(
            "SELECT page.key, document.passage, page.locale FROM document JOIN page ON page.id = document.page"
            " ORDER BY document.id",
            (),
        )
        return [(f"{key}/{passage}", str(locale)) for key, passage, locale in rows]

    def label(self, number: int) -> tuple[str, str]:
        return self.labels[number]

    def read(self, numbers: Sequence[int]) -> list[search.Document]:
        marks = ", ".join("?" * len(numbers))
        rows = self.query(f"SELECT id, heading, body FROM document WHERE id IN ({marks})", tuple(numbers))  # noqa: S608
        found = {
            number: search.Document(
                *self.labels[int(number)], filled_spoken(str(head), self.value), filled_spoken(str(body), self.value)
            )
            for number, head, body in rows
        }
        return [found[number] for number in numbers]


_ENTRY_FIELDS = ("key", "locale", "slug", "title", "summary", "kind", "risk", "access", "section", "hash")
_ENTRY = ", ".join((*_ENTRY_FIELDS, "since"))


class OpenEdition:
    """One edition for one class of readers. May be shared between threads; pages it has read are remembered."""

    def __init__(
        self,
        *,
        number: int,
        effective_at: datetime,
        content_hash: str,
        audience: AudienceClass,
        in_force: Callable[[], int | None],
        file_hash: str,
        query: Query,
    ) -> None:
        self.number = number
        self.effective_at = effective_at
        self.content_hash = content_hash
        self.audience = audience
        self._in_force = in_force
        self.file_hash = file_hash
        self._query = query
        self._reader = _FileReader(query, self.value)
        self._pages: dict[tuple[str, str], ReadPage | None] = {}
        self._joined: dict[tuple[str, str], set[str]] = {}

    def __repr__(self) -> str:
        return f"<OpenEdition {self.number} for {self.audience.key}>"

    @property
    def is_current(self) -> bool:
        """Whether this edition is the one in force now, by the clock."""
        return self._in_force() == self.number

    def sections(self, locale: str) -> list[Section]:
        """Sections that hold a visible page in that language, in order."""
        rows = self._query("SELECT data FROM section WHERE locale = ?", (locale,))
        return sorted((Section.from_data(json.loads(str(row[0]))) for row in rows), key=lambda each: each.position)

    def pages(self, locale: str, section_key: str | None = None) -> list[PageEntry]:
        """Visible pages in that language, of one section or of all, in reading order."""
        found = (each for each in self._entries.values() if each.locale == locale)
        return [each for each in found if section_key in (None, each.section)]

    def page(self, locale: str, slug: str) -> ReadPage | None:
        """The page at that address, or None when this class of readers has none there."""
        return self._page("slug", locale, slug)

    def page_by_key(self, key: str, locale: str) -> ReadPage | None:
        """The page of that key in that language, or None."""
        return self._page("key", locale, key)

    def locales_of(self, key: str) -> list[tuple[str, str]]:
        """(locale, slug) of each language the page is in, by locale."""
        rows = self._query("SELECT locale, slug FROM page WHERE key = ? ORDER BY locale", (key,))
        return [(str(locale), str(slug)) for locale, slug in rows]

    def moved(self, kind: str, locale: str, name: str) -> str:
        """The key of the page or section that an old address leads to (kinds of `handbook.addresses`), or nothing.

        Files made before addresses were kept have none.
        """
        if not self._has_addresses:
            return ""
        rows = self._query("SELECT key FROM address WHERE kind = ? AND locale = ? AND name = ?", (kind, locale, name))
        return str(rows[0][0]) if rows else ""

    def standing(self, key: str) -> str:
        """The key of the page that is read under this key now: itself, or the page used instead; empty when none."""
        return key if self.holds(key) else self.moved(KEY, "", key)

    def joined_into(self, page_key: str, passage_key: str) -> set[str]:
        """Keys of the page's passages that a passage was joined into, in whatever language."""
        place = (page_key, passage_key)
        if place not in self._joined:
            read = (self.page_by_key(page_key, locale) for locale, _slug in self.locales_of(page_key))
            passages = [passage for page in read if page for passage in page.content.passages]
            self._joined[place] = {each.key for each in passages if passage_key in each.formerly}
        return self._joined[place]

    def facts(self, locale: str = "et") -> list[Fact]:
        """Facts that pages of this class name and those of every reader's list, by name in that language.

        Files made before there were facts have none.
        """
        return sorted(self._facts.values(), key=lambda each: (estonian(each.name(locale)), each.key))

    def fact(self, key: str) -> Fact | None:
        """The fact as this edition has it, or None when no page of this class names it."""
        return self._facts.get(key)

    def pages_naming(self, facts: Collection[str]) -> set[tuple[str, str]]:
        """(key, locale) of every visible page that names one of the facts."""
        found = set()
        for each in facts:
            rows = self._query("SELECT key, locale FROM page WHERE instr(data, ?)", (mark(each),))
            found |= {(str(key), str(locale)) for key, locale in rows}
        return found

    def value(self, key: str, language: str) -> str | None:
        """What a fact says in a language in this edition, corrections since left aside."""
        found = self._facts.get(key)
        return found.value(language) if found else None

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        rows = self._query("SELECT data FROM fact", ()) if self._has_table("fact") else []
        facts = (Fact.from_data(json.loads(str(row[0]))) for row in rows)
        return {each.key: each for each in facts}

    @cached_property
    def _has_addresses(self) -> bool:
        return self._has_table("address")

    def _has_table(self, name: str) -> bool:
        return bool(self._query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def holds(self, key: str) -> bool:
        """Whether the page is visible in any language."""
        return key in self._keys

    def passage_keys(self, page_key: str) -> frozenset[str]:
        """Keys of the page's passages, in any language."""
        rows = self._query(
            "SELECT passage.key FROM passage JOIN page ON page.id = passage.page WHERE page.key = ?", (page_key,)
        )
        return frozenset(str(row[0]) for row in rows)

    def page_hashes(self) -> list[tuple[str, str, str]]:
        """(key, locale, hash) of every visible page, in reading order."""
        rows = self._query("SELECT key, locale, hash FROM page ORDER BY id", ())
        return [(str(key), str(locale), str(page_hash)) for key, locale, page_hash in rows]

    def edition_page(self, key: str, locale: str) -> EditionPage | None:
        """The page as the edition's content has it, erased passages as tombstones."""
        rows = self._query("SELECT data FROM page WHERE key = ? AND locale = ?", (key, locale))
        return EditionPage.from_data(json.loads(str(rows[0][0]))) if rows else None

    def search(self, text: str, *, locale: str, limit: int = 20, value: ValueIn | None = None) -> list[Hit]:
        """The passages and pages that answer `text` best, those in the reader's language first. Never raises.

        Excerpts say facts as `value` does, by default as this edition has them; words are found as this edition has
        them.
        """
        reader = self._reader.saying(value) if value else self._reader
        return [self._hit(each) for each in search.search(reader, text, locale=locale, limit=limit)]

    def suggest(self, text: str, *, locale: str, limit: int = 8) -> list[str]:
        """Headings and titles that `text` may be the beginning of a search for, best first, in that language."""
        found: dict[str, None] = {}
        for hit in search.search(self._reader, text, locale=locale, limit=4 * limit):
            if hit.document.locale == locale and any(is_found for _, is_found in hit.heading):
                found.setdefault(hit.document.heading)
        return list(found)[:limit]

    @cached_property
    def _entries(self) -> dict[tuple[str, str], PageEntry]:
        """Every visible page as a list shows it, in reading order; read once."""
        rows = self._query(f"SELECT {_ENTRY} FROM page ORDER BY id", ())  # noqa: S608
        entries = (_entry(*(str(each) for each in row)) for row in rows)
        return {(each.key, each.locale): each for each in entries}

    @cached_property
    def _restricted(self) -> frozenset[tuple[str, str, str]]:
        """(page key, locale, passage key) of every passage that is AK by itself."""
        rows = self._query("SELECT key, locale, data FROM page WHERE data LIKE ?", ('%"restriction":{%',))
        return frozenset(
            (str(key), str(locale), str(each["key"]))
            for key, locale, data in rows
            for each in json.loads(str(data))["passages"]
            if "restriction" in each
        )

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(key for key, _locale in self._entries)

    def _page(self, column: str, locale: str, value: str) -> ReadPage | None:
        known = (f"{column} {locale}", value)
        if known not in self._pages:
            page = self._read(column, locale, value)
            if page is None:
                return None
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._pages[known] = page
        return self._pages[known]

    def _read(self, column: str, locale: str, value: str) -> ReadPage | None:
        rows = self._query(
            "SELECT page.id, page.data, page.provenance, page.hash, page.since, section.data"  # noqa: S608
            " FROM page JOIN section ON section.key = page.section AND section.locale = page.locale"
            f" WHERE page.locale = ? AND page.{column} = ?",
            (locale, value),
        )
        if not rows:
            return None
        number, data, provenance, page_hash, since, section = (str(each) for each in rows[0])
        page = EditionPage.from_data(json.loads(data))
        hashes = self._query("SELECT key, hash FROM passage WHERE page = ? ORDER BY position", (int(number),))
        return ReadPage(
            content=_named(page),
            provenance=provenance_from_data(json.loads(provenance)),
            hash=page_hash,
            passage_hashes={str(key): str(each) for key, each in hashes},
            in_force_since=datetime.fromisoformat(since),
            section=Section.from_data(json.loads(section)),
            erased=frozenset(page.erased),
            withheld=page.withheld,
        )

    def _hit(self, hit: Found) -> Hit:
        page, _, passage = hit.document.group.partition("/")
        entry = self._entries[page, hit.document.locale]
        return Hit(
            page_key=page,
            page_slug=entry.slug,
            page_title=entry.title,
            passage_key=passage,
            heading=hit.document.heading,
            kind=entry.kind,
            risk=entry.risk,
            access=Access.RESTRICTED if (page, hit.document.locale, passage) in self._restricted else entry.access,
            locale=hit.document.locale,
            excerpt=hit.excerpt,
            heading_marked=hit.heading,
            score=hit.score,
        )


def _entry(*row: str) -> PageEntry:
    *details, since = row
    return PageEntry(**dict(zip(_ENTRY_FIELDS, details, strict=True)), in_force_since=datetime.fromisoformat(since))


def _named(page: EditionPage) -> Page:
    """The page with a heading on each erased passage that says so, in the page's language."""
    if not page.erased:
        return page.page
    with translation.override(page.page.locale):
        heading = gettext("Erased passage")
    passages = tuple(Passage(each.key, heading) if each.key in page.erased else each for each in page.page.passages)
    return replace(page.page, passages=passages)
