"""The sample handbook: what a fresh installation opens with, as TOML files beside this module.

`sections.toml` names the shelves and, in reading order, the pages on each. `et/<name>.toml` holds a page with all that
is common to its languages; `ru/<name>.toml` and `en/<name>.toml` hold only the translated words and repeat the keys.
Words to say stand side by side in the Estonian file alone. Keys are fixed in the files, so content and hashes are equal
everywhere.
The texts are our own writing, the situations invented; every page is marked as a sample.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NoReturn
from uuid import UUID

from metoodik.handbook.content import (
    BLOCKS,
    LANGUAGES,
    Access,
    Audience,
    Block,
    Checklist,
    Contact,
    Kind,
    Page,
    Passage,
    Phrase,
    Restriction,
    Risk,
    Section,
    Source,
    Steps,
    Table,
    Text,
    Warning,
    fingerprint,
)

SOURCE_LANGUAGE = "et"
SAID_NONE = "none"


@dataclass(frozen=True, slots=True)
class SampleHandbook:
    """Sections and pages in every language they exist in, in reading order, the Estonian before its translations."""

    sections: tuple[Section, ...]
    pages: tuple[Page, ...]

    def page(self, key: str, locale: str) -> Page:
        """The page with this key in this language. Raises KeyError when there is none."""
        for each in self.pages:
            if (each.key, each.locale) == (key, locale):
                return each
        raise KeyError((key, locale))


def load(root: Traversable | None = None) -> SampleHandbook:
    """Read and check the sample handbook, by default the one in this package.

    Raises ValueError that names the file and the place in it when something is missing, misspelt, repeated or when a
    translation does not follow its Estonian page.
    """
    folder = root if root is not None else files(__name__)
    shelves = _read(folder, "sections.toml").tables("section")
    sections: list[Section] = []
    pages: list[Page] = []
    named: set[str] = set()
    for position, shelf in enumerate(shelves, start=1):
        shelf.only("key", "pages", *LANGUAGES)
        sections.extend(_section(shelf, position))
        for name in shelf.items("pages"):
            if name in named:
                shelf.fail(f"page {name!r} stands on a shelf twice")
            named.add(name)
            pages.extend(_page(folder, name, shelf.uuid("key")))
    _refuse_strays(folder, named)
    _refuse_repeated_keys(sections, pages)
    return SampleHandbook(tuple(sections), tuple(pages))


@dataclass(frozen=True, slots=True)
class _Node:
    """One table of a file and its place there, so that a complaint says where to look."""

    file: str
    place: str
    data: dict[str, Any]

    def fail(self, message: str) -> NoReturn:
        where = f"{self.file}, {self.place}" if self.place else self.file
        raise ValueError(f"{where}: {message}")

    def only(self, *names: str) -> None:
        if unknown := sorted(set(self.data) - set(names)):
            self.fail(f"unknown field {unknown[0]!r}")

    def words(self, name: str) -> str:
        value = self.optional(name)
        if not value:
            self.fail(f"{name!r} is missing or empty")
        return value

    def optional(self, name: str) -> str:
        value = self.data.get(name, "")
        if not isinstance(value, str) or value != value.strip():
            self.fail(f"{name!r} must be text without spaces around it")
        return value

    def uuid(self, name: str) -> str:
        value = self.words(name)
        try:
            same = str(UUID(value)) == value
        except ValueError:
            same = False
        if not same:
            self.fail(f"{name!r} must be a UUID in lower case, not {value!r}")
        return value

    def number(self, name: str) -> int:
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(f"{name!r} must be a whole number above zero")
        return value

    def day(self, name: str) -> date:
        value = self.data.get(name)
        if type(value) is not date:
            self.fail(f"{name!r} must be a date")
        return value

    def choice[Choice: StrEnum](self, name: str, choices: type[Choice]) -> Choice:
        value = self.words(name)
        if value not in list(choices):
            self.fail(f"{name!r} must be one of {', '.join(choices)}, not {value!r}")
        return choices(value)

    def items(self, name: str) -> tuple[str, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not value:
            self.fail(f"{name!r} must be a list that is not empty")
        if not all(isinstance(each, str) and each.strip() for each in value):
            self.fail(f"every item of {name!r} must be text that is not empty")
        return tuple(value)

    def table(self, name: str) -> _Node:
        value = self.data.get(name)
        if not isinstance(value, dict):
            self.fail(f"table {name!r} is missing")
        return _Node(self.file, _within(self.place, name), value)

    def tables(self, name: str) -> tuple[_Node, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            self.fail(f"at least one [[{name}]] is needed")
        return tuple(
            _Node(self.file, _within(self.place, f"{name} {number}"), each)
            for number, each in enumerate(value, start=1)
        )


def _within(place: str, name: str) -> str:
    return f"{place}, {name}" if place else name


def _read(folder: Traversable, name: str) -> _Node:
    file = folder
    for part in name.split("/"):
        file = file / part
    try:
        return _Node(name, "", tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ValueError(f"{name}: the file is missing") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error


def _section(shelf: _Node, position: int) -> Iterator[Section]:
    for locale in LANGUAGES:
        words = shelf.table(locale)
        words.only("slug", "title", "summary")
        yield Section(
            key=shelf.uuid("key"),
            locale=locale,
            slug=words.words("slug"),
            title=words.words("title"),
            summary=words.words("summary"),
            position=position,
        )


def _page(folder: Traversable, name: str, section: str) -> Iterator[Page]:
    original = _original(_read(folder, f"{SOURCE_LANGUAGE}/{name}.toml"), section)
    yield original
    for locale in LANGUAGES:
        if locale != SOURCE_LANGUAGE and (folder / locale / f"{name}.toml").is_file():
            yield _translation(_read(folder, f"{locale}/{name}.toml"), locale, original)


COMMON_FIELDS = ("slug", "title", "summary", "sources", "legal_basis", "passage")
ORIGINAL_FIELDS = ("key", "kind", "risk", "access", "audiences", "review_months", "sample", "restriction")


def _original(node: _Node, section: str) -> Page:
    node.only(*COMMON_FIELDS, *ORIGINAL_FIELDS)
    access = node.choice("access", Access)
    if (access is Access.RESTRICTED) != ("restriction" in node.data):
        node.fail("a restricted page, and no other, needs its [restriction]")
    if node.data.get("sample") is not True:
        node.fail("a sample page must say 'sample = true'")
    return Page(
        key=node.uuid("key"),
        locale=SOURCE_LANGUAGE,
        slug=node.words("slug"),
        section=section,
        title=node.words("title"),
        summary=node.words("summary"),
        kind=node.choice("kind", Kind),
        audiences=_audiences(node),
        risk=node.choice("risk", Risk),
        access=access,
        review_months=node.number("review_months"),
        passages=tuple(_passage(each, None) for each in node.tables("passage")),
        restriction=_restriction(node.table("restriction")) if access is Access.RESTRICTED else None,
        sources=_sources(node, "sources"),
        legal_basis=_sources(node, "legal_basis"),
        sample=True,
    )


def _translation(node: _Node, locale: str, original: Page) -> Page:
    node.only(*COMMON_FIELDS)
    phrases = {
        block.key: block for passage in original.passages for block in passage.blocks if isinstance(block, Phrase)
    }
    page = Page(
        key=original.key,
        locale=locale,
        slug=node.words("slug"),
        section=original.section,
        title=node.words("title"),
        summary=node.words("summary"),
        kind=original.kind,
        audiences=original.audiences,
        risk=original.risk,
        access=original.access,
        review_months=original.review_months,
        passages=tuple(_passage(each, phrases) for each in node.tables("passage")),
        restriction=original.restriction,
        sources=_sources(node, "sources"),
        legal_basis=_sources(node, "legal_basis"),
        sample=original.sample,
    )
    _refuse_departure(node, page, original)
    return page


def _audiences(node: _Node) -> tuple[Audience, ...]:
    names = node.items("audiences")
    for name in names:
        if name not in list(Audience):
            node.fail(f"'audiences' must be among {', '.join(Audience)}, not {name!r}")
    return tuple(Audience(name) for name in sorted(set(names)))


def _restriction(node: _Node) -> Restriction:
    node.only("ground", "authority", "since", "until", "comment")
    since, until = node.day("since"), node.day("until")
    if since >= until:
        node.fail("'until' must be later than 'since'")
    return Restriction(node.words("ground"), node.words("authority"), since, until)


def _sources(node: _Node, name: str) -> tuple[Source, ...]:
    if node.data.get(name) == SAID_NONE:
        return ()
    found = node.tables(name)
    for each in found:
        each.only("title", "url")
    return tuple(Source(each.words("title"), each.optional("url")) for each in found)


def _passage(node: _Node, phrases: dict[str, Phrase] | None) -> Passage:
    node.only("key", "heading", "block")
    return Passage(
        node.uuid("key"), node.words("heading"), tuple(_block(each, phrases) for each in node.tables("block"))
    )


def _block(node: _Node, phrases: dict[str, Phrase] | None) -> Block:
    kind = node.words("kind")
    if kind not in BLOCKS:
        node.fail(f"'kind' must be one of {', '.join(BLOCKS)}, not {kind!r}")
    key = node.uuid("key")
    match kind:
        case Text.kind:
            node.only("kind", "key", "html")
            return Text(key, node.words("html"))
        case Warning.kind:
            node.only("kind", "key", "html")
            return Warning(key, node.words("html"))
        case Steps.kind:
            node.only("kind", "key", "items")
            return Steps(key, node.items("items"))
        case Checklist.kind:
            node.only("kind", "key", "items")
            return Checklist(key, node.items("items"))
        case Phrase.kind:
            return _phrase(node) if phrases is None else _shared_phrase(node, phrases)
        case Table.kind:
            return _table(node)
        case _:
            return _contact(node)


def _contact(node: _Node) -> Contact:
    node.only("kind", "key", "name", "phone", "hours", "note")
    return Contact(
        node.uuid("key"),
        node.words("name"),
        node.optional("phone"),
        node.optional("hours"),
        node.optional("note"),
    )


def _phrase(node: _Node) -> Phrase:
    """A phrase with its fingerprints: of today's Estonian for a language listed in `current`, of `…_against` else."""
    node.only("kind", "key", *LANGUAGES, "current", "ru_against", "en_against")
    estonian = node.words("et")
    current = node.data.get("current")
    if not isinstance(current, list):
        node.fail("'current' must list the languages translated from these Estonian words")
    prints: dict[str, str] = {}
    for language in ("ru", "en"):
        translated, before = node.optional(language), node.optional(f"{language}_against")
        if bool(translated) != (language in current or bool(before)) or (language in current and before):
            node.fail(f"{language!r} needs words and either a place in 'current' or '{language}_against'")
        if before == estonian:
            node.fail(f"'{language}_against' is today's Estonian: list the language in 'current'")
        prints[language] = fingerprint(before or estonian) if translated else ""
    return Phrase(node.uuid("key"), estonian, node.optional("ru"), node.optional("en"), prints["ru"], prints["en"])


def _shared_phrase(node: _Node, phrases: dict[str, Phrase]) -> Phrase:
    node.only("kind", "key")
    key = node.uuid("key")
    if key not in phrases:
        node.fail(f"the Estonian page has no phrase {key}")
    return phrases[key]


def _table(node: _Node) -> Table:
    node.only("kind", "key", "caption", "header", "rows")
    header = node.items("header")
    rows = node.data.get("rows")
    if not isinstance(rows, list) or not rows:
        node.fail("'rows' must be a list that is not empty")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(header) or not all(isinstance(cell, str) for cell in row):
            node.fail(f"row {number} must hold {len(header)} texts, one for each column")
    return Table(node.uuid("key"), node.words("caption"), header, tuple(tuple(row) for row in rows))


def _refuse_departure(node: _Node, page: Page, original: Page) -> None:
    """A translation has the passages, blocks, items, rows and numbers of its Estonian page, in the same order."""
    if [each.url for each in page.sources + page.legal_basis] != [
        each.url for each in original.sources + original.legal_basis
    ] or len(page.sources) != len(original.sources):
        node.fail("sources and legal basis must be those of the Estonian page, in the same order")
    if [each.key for each in page.passages] != [each.key for each in original.passages]:
        node.fail("passages must be those of the Estonian page, in the same order")
    for number, (passage, model) in enumerate(zip(page.passages, original.passages, strict=True), start=1):
        if [_shape(each) for each in passage.blocks] != [_shape(each) for each in model.blocks]:
            node.fail(f"passage {number}: blocks must be those of the Estonian page, item by item")


def _shape(block: Block) -> tuple[object, ...]:
    """What a translation may not change in a block."""
    match block:
        case Steps() | Checklist():
            return block.kind, block.key, len(block.items)
        case Table():
            return block.kind, block.key, len(block.header), len(block.rows)
        case Contact():
            return block.kind, block.key, block.phone
        case _:
            return block.kind, block.key


def _refuse_strays(folder: Traversable, named: set[str]) -> None:
    for locale in LANGUAGES:
        for file in (folder / locale).iterdir():
            if file.name.endswith(".toml") and file.name.removesuffix(".toml") not in named:
                raise ValueError(f"{locale}/{file.name}: no section in sections.toml names this page")


def _refuse_repeated_keys(sections: list[Section], pages: list[Page]) -> None:
    """A key names one section, page, passage or block; only translations share it."""
    seen: set[str] = set()
    keys = [each.key for each in sections if each.locale == SOURCE_LANGUAGE]
    for page in pages:
        if page.locale == SOURCE_LANGUAGE:
            keys.append(page.key)
            keys.extend(passage.key for passage in page.passages)
            keys.extend(block.key for passage in page.passages for block in passage.blocks)
    for key in keys:
        if key in seen:
            raise ValueError(f"key {key} is used twice")
        seen.add(key)
