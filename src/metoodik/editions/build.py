"""From the pinned handbook to what readers open: values in, bytes out, no database of ours.

Content is built once and indexed once; `Projector.project` then writes one SQLite file for a class of readers. Only
what the class may see is ever written into it: pages, sections, words of the index alike, so nothing else can be read
out of its bytes. Weights come from the index over everything, so every class ranks alike.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from metoodik.editions.audiences import AudienceClass
from metoodik.editions.content import EditionContent, EditionPage, content_of
from metoodik.engines import search
from metoodik.engines.language.order import estonian
from metoodik.handbook.addresses import Address
from metoodik.handbook.content import Block, ChangeKind, Phrase
from metoodik.handbook.fact_marks import facts_of_page, filled_spoken, spoken
from metoodik.handbook.pinned import PinnedHandbook, Problem, Provenance
from metoodik.handbook.texts import words_of

FILE_FORMAT = 2

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE section (key TEXT, locale TEXT, data TEXT NOT NULL, PRIMARY KEY (key, locale)) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, locale TEXT NOT NULL, slug TEXT NOT NULL, section TEXT NOT NULL,
    title TEXT NOT NULL, summary TEXT NOT NULL, kind TEXT NOT NULL, risk TEXT NOT NULL, access TEXT NOT NULL,
    hash TEXT NOT NULL, since TEXT NOT NULL, data TEXT NOT NULL, provenance TEXT NOT NULL,
    UNIQUE (key, locale), UNIQUE (locale, slug));
CREATE TABLE passage (
    page INTEGER NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, heading TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (page, position)) WITHOUT ROWID;
CREATE TABLE document (id INTEGER PRIMARY KEY, page INTEGER NOT NULL, passage TEXT NOT NULL, heading TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE fact (key TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE address (kind TEXT, locale TEXT, name TEXT, key TEXT NOT NULL, PRIMARY KEY (kind, locale, name))
    WITHOUT ROWID;
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, rarity INTEGER NOT NULL);
CREATE TABLE posting (term INTEGER, document INTEGER, own INTEGER NOT NULL, context INTEGER NOT NULL,
    PRIMARY KEY (term, document)) WITHOUT ROWID;
"""


class BuildError(Exception):
    """No edition can be made; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{each.title}: {each.sentence}" for each in self.problems))


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What stands beside a page, outside its content: how it came to be, and since when its words are in force.

    `open` is the same for readers without the AK right, where the page has passages that they do not know: a change of
    those alone is no change to them.
    """

    provenance: Provenance
    since: datetime
    open: PageFacts | None = None

    def to_data(self) -> dict[str, Any]:
        """JSON types."""
        data = {"provenance": provenance_to_data(self.provenance), "since": self.since.isoformat()}
        return data | ({"open": self.open.to_data()} if self.open else {})

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> PageFacts:
        opened = cls.from_data(data["open"]) if "open" in data else None
        return cls(provenance_from_data(data["provenance"]), datetime.fromisoformat(data["since"]), opened)

    def seen(self, page: EditionPage) -> PageFacts:
        """What readers of that form of the page may know."""
        return self.open or self if page.withheld else self


type Facts = Mapping[tuple[str, str], PageFacts]
type Marked = dict[tuple[str, str], search.Document]
"""Documents with marks of facts, by group and language."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What names an edition: its number and the instant it enters into force."""

    number: int
    effective_at: datetime


def provenance_to_data(provenance: Provenance) -> dict[str, Any]:
    """Provenance as JSON types."""
    return {each.name: _plain(getattr(provenance, each.name)) for each in fields(provenance)}


def provenance_from_data(data: dict[str, Any]) -> Provenance:
    """The provenance that `provenance_to_data` described."""
    return Provenance(
        **{
            **data,
            "change_kind": ChangeKind(data["change_kind"]),
            "approved_at": datetime.fromisoformat(data["approved_at"]),
            "reviewed_by": tuple(data["reviewed_by"]),
            "review_due": date.fromisoformat(data["review_due"]),
            "reviewed_on": date.fromisoformat(data["reviewed_on"]) if data.get("reviewed_on") else None,
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def facts_to_data(facts: Facts) -> list[list[Any]]:
    """Facts as JSON types: rows of page key, locale, facts."""
    return [[key, locale, each.to_data()] for (key, locale), each in sorted(facts.items())]


def facts_from_data(rows: list[list[Any]]) -> Facts:
    """The facts that `facts_to_data` described."""
    return {(key, locale): PageFacts.from_data(data) for key, locale, data in rows}


def content_from(pinned: PinnedHandbook, erased: Collection[str] = ()) -> EditionContent:
    """The canonical content of the pinned handbook; passages whose hash is in `erased` stay erased.

    Raises BuildError with every problem found: the handbook's own and what would break reading.
    """
    problems = list(pinned.problems)
    try:
        content = content_of(pinned.sections, (each.content for each in pinned.pages), pinned.facts)
    except UnicodeEncodeError:
        raise BuildError([*problems, *_unwritable(pinned)]) from None
    problems += _problems(content)
    if problems:
        raise BuildError(dict.fromkeys(problems))
    return content.without(erased)


def facts_of(
    pinned: PinnedHandbook, content: EditionContent, before: EditionContent | None, facts_before: Facts
) -> Facts:
    """Facts of every page; `since` is carried over from the edition before while the page's words are the same."""
    old = {page.place: page for page in before.pages} if before else {}
    provenance = {(each.content.key, each.content.locale): each.provenance for each in pinned.pages}
    facts = {}
    for page in content.pages:
        was, known = old.get(page.place), facts_before.get(page.place)
        same = was is not None and known is not None and was.hash == page.hash
        since = known.since if same and known else pinned.at
        opened = _open_facts(page, was, known, PageFacts(provenance[page.place], since))
        facts[page.place] = PageFacts(provenance[page.place], since, opened)
    return facts


def _open_facts(
    page: EditionPage, was: EditionPage | None, known: PageFacts | None, now: PageFacts
) -> PageFacts | None:
    """What readers without the AK right know of a page with restricted passages: nothing new while theirs are the same.

    Who keeps the page and when it is reviewed is told to everybody.
    """
    part = page.open_part()
    if not part.withheld:
        return None
    before = was.open_part() if was else None
    if before is None or known is None or before.hash != part.hash:
        return now
    kept = known.seen(before)
    told = replace(
        kept.provenance,
        owner=now.provenance.owner,
        review_due=now.provenance.review_due,
        reviewed_on=now.provenance.reviewed_on,
    )
    return PageFacts(told, kept.since)


def _unwritable(pinned: PinnedHandbook) -> Iterator[Problem]:
    for each in (page.content for page in pinned.pages):
        try:
            each.hash  # noqa: B018 - taking the hash is the test
        except UnicodeEncodeError:
            title = each.title.encode(errors="replace").decode()
            yield Problem(title, _("It holds a character that cannot be written down."))


def _problems(content: EditionContent) -> Iterator[Problem]:
    if not content.pages:
        yield Problem(_("Handbook"), _("No page is in force."))
    shelves = {(each.key, each.locale) for each in content.sections}
    places: set[tuple[str, str]] = set()
    slugs: set[tuple[str, str]] = set()
    for page in content.pages:
        yield from _page_problems(page, shelves)
        if page.place in places:
            yield Problem(page.page.title, _("It stands in the handbook twice in the same language."))
        if (page.page.locale, page.page.slug) in slugs:
            yield Problem(page.page.title, _("Another page has the same address."))
        places.add(page.place)
        slugs.add((page.page.locale, page.page.slug))


def _page_problems(page: EditionPage, shelves: set[tuple[str, str]]) -> Iterator[Problem]:
    if (page.page.section, page.page.locale) not in shelves:
        yield Problem(page.page.title, _("Its section is not in force in this language."))
    if len({each.key for each in page.page.passages}) < len(page.page.passages):
        yield Problem(page.page.title, _("Two of its passages have the same key."))


@dataclass
class Projector:
    """Projects one edition's content for classes of readers; weighs the words once, whatever the number of classes."""

    content: EditionContent
    facts: Facts
    imprint: Imprint
    addresses: tuple[Address, ...] = ()
    _documents: dict[tuple[str, str], list[int]] = field(default_factory=dict, init=False)
    _marked: Marked = field(default_factory=dict, init=False)

    @cached_property
    def content_hash(self) -> str:
        """The content hash, computed once."""
        return self.content.hash

    @cached_property
    def pages(self) -> list[EditionPage]:
        """Pages in reading order: by section, chosen place, title and language."""
        shelves = {(each.key, each.locale): each for each in self.content.sections}

        def place(page: EditionPage) -> tuple[int, int, str, str, str]:
            it = page.page
            shelf = shelves.get((it.section, it.locale))
            position, chosen = (shelf.position, shelf.place_of(it.key)) if shelf else (0, 0)
            return position, chosen, estonian(it.title), it.locale, it.key

        return sorted(self.content.pages, key=place)

    @cached_property
    def index(self) -> search.Index:
        """The index over everything, which gives every class the same weights."""
        documents: list[search.Document] = []
        for page in self.pages:
            marked = list(_documents(page))
            own = [self._with_values(each) for each in marked]
            self._marked |= {(each.group, each.locale): each for each in marked}
            self._documents[page.place] = list(range(len(documents), len(documents) + len(own)))
            documents += own
        return search.build(documents)

    def _with_values(self, document: search.Document) -> search.Document:
        """The document as it is read when this edition enters into force, for its words to be found."""
        heading, body, context = (self._said(each) for each in (document.heading, document.body, document.context))
        return replace(document, heading=heading, body=body, context=context)

    def _said(self, text: str) -> str:
        known = {each.key: each for each in self.content.facts}
        return filled_spoken(text, lambda key, language: known[key].value(language) if key in known else None)

    def project(self, audience: AudienceClass, *, searchable: bool = True) -> bytes:
        """The bytes of the SQLite file that readers of that class open; faster when nobody searches in it."""
        index = self.index if searchable else search.build([])
        whole = [each for each in self.pages if audience.sees(each.page)]
        pages = whole if audience.restricted else [each.open_part() for each in whole]
        seen = {(group, page.page.locale) for page in pages for group in _groups(page)}
        documents = (number for page in pages for number in self._documents.get(page.place, ()))
        kept = [each for each in documents if (index.documents[each].group, index.documents[each].locale) in seen]
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.execute("PRAGMA page_size = 4096")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")
            self._write_meta(connection, audience)
            self._write_pages(connection, pages)
            self._write_addresses(connection, pages, audience)
            self._write_facts(connection, pages)
            _write_index(connection, pages, index.pruned(kept), self._marked)
            connection.execute("COMMIT")
            return connection.serialize()
        finally:
            connection.close()

    def _write_meta(self, connection: sqlite3.Connection, audience: AudienceClass) -> None:
        meta = {
            "format": str(FILE_FORMAT),
            "number": str(self.imprint.number),
            "effective_at": self.imprint.effective_at.isoformat(),
            "content_hash": self.content_hash,
            "audience": audience.key,
        }
        connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))

    def _write_pages(self, connection: sqlite3.Connection, pages: list[EditionPage]) -> None:
        shelves = {(page.page.section, page.page.locale) for page in pages}
        visible = {page.page.key for page in pages}
        connection.executemany(
            "INSERT INTO section VALUES (?, ?, ?)",
            [
                (each.key, each.locale, _json(replace(each, order=_of_these(each.order, visible)).to_data()))
                for each in self.content.sections
                if (each.key, each.locale) in shelves
            ],
        )
        for number, page in enumerate(pages):
            connection.execute(
                "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._page_row(number, page)
            )
            hashes = page.passage_hashes
            connection.executemany(
                "INSERT INTO passage VALUES (?, ?, ?, ?, ?)",
                [
                    (number, place, each.key, each.heading, hashes[each.key])
                    for place, each in enumerate(page.page.passages)
                ],
            )

    def _write_facts(self, connection: sqlite3.Connection, pages: list[EditionPage]) -> None:
        """Facts that pages of this class name, and those of every reader's list."""
        named = {key for page in pages for key in facts_of_page(page.page)}
        rows = [(each.key, _json(each.to_data())) for each in self.content.facts if each.listed or each.key in named]
        connection.executemany("INSERT INTO fact VALUES (?, ?)", rows)

    def _write_addresses(
        self, connection: sqlite3.Connection, pages: list[EditionPage], audience: AudienceClass
    ) -> None:
        """Old addresses of what this class could see that lead to what it may see."""
        visible = {page.page.key for page in pages} | {page.page.section for page in pages}
        connection.executemany(
            "INSERT INTO address VALUES (?, ?, ?, ?)",
            [
                (each.kind, each.locale, each.name, each.key)
                for each in self.addresses
                if each.key in visible and each.is_for(audience.circles, restricted=audience.restricted)
            ],
        )

    def _page_row(self, number: int, page: EditionPage) -> tuple[Any, ...]:
        facts = self.facts[page.place].seen(page)
        it = page.page
        title, summary = (self._said(spoken(each, it.locale)) for each in (it.title, it.summary))
        details = (title, summary, it.kind.value, it.risk.value, it.access.value)
        data, provenance = _json(page.to_data()), _json(provenance_to_data(facts.provenance))
        return (
            number,
            it.key,
            it.locale,
            it.slug,
            it.section,
            *details,
            page.hash,
            facts.since.isoformat(),
            data,
            provenance,
        )


def _of_these(order: tuple[str, ...], visible: set[str]) -> tuple[str, ...]:
    """The chosen order without pages that the class may not know of."""
    return tuple(key for key in order if key in visible)


def _groups(page: EditionPage) -> Iterator[str]:
    """What names the page's documents in the index."""
    yield page.page.key
    yield from (f"{page.page.key}/{each.key}" for each in page.page.passages)


def _documents(page: EditionPage) -> Iterator[search.Document]:
    """The page itself by its title and summary, then each passage that has its words; facts as marks."""
    it = page.page
    title = spoken(it.title, it.locale)
    yield search.Document(it.key, it.locale, title, spoken(it.summary, it.locale))
    for passage in it.passages:
        if passage.key not in page.erased:
            body = " · ".join(words for block in passage.blocks for words in _words(block, it.locale))
            heading = spoken(passage.heading, it.locale)
            yield search.Document(f"{it.key}/{passage.key}", it.locale, heading, body, title)


def _words(block: Block, locale: str) -> tuple[str, ...]:
    """The block's words with marks that say in which language a fact is read."""
    if isinstance(block, Phrase):
        block = replace(block, et=spoken(block.et, "et"), ru=spoken(block.ru, "ru"), en=spoken(block.en, "en"))
    return tuple(spoken(each, locale) for each in words_of(block))


def _write_index(connection: sqlite3.Connection, pages: list[EditionPage], index: search.Index, marked: Marked) -> None:
    """Terms are of the words with values; the words keep marks, so that excerpts say what is right when read."""
    numbers = {page.place: number for number, page in enumerate(pages)}
    rows = []
    for number, document in enumerate(index.documents):
        key, _, passage = document.group.partition("/")
        kept = marked[document.group, document.locale]
        rows.append((number, numbers[key, document.locale], passage, kept.heading, kept.body))
    connection.executemany("INSERT INTO document VALUES (?, ?, ?, ?, ?)", rows)
    terms = list(enumerate(index.postings.items()))
    connection.executemany(
        "INSERT INTO term VALUES (?, ?, ?)", [(number, term, index.rarity[term]) for number, (term, _postings) in terms]
    )
    connection.executemany(
        "INSERT INTO posting VALUES (?, ?, ?, ?)",
        [(number, each.document, each.own, each.context) for number, (_term, postings) in terms for each in postings],
    )


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
