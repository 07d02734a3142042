"""From tables of the sample files to pages: what a page must say, and what a translation may not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources.abc import Traversable

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
from metoodik.handbook.sample.node import Node, read

SOURCE_LANGUAGE = "et"
SAID_NONE = "none"


def sections_of(shelf: Node, position: int) -> Iterator[Section]:
    """A shelf in every language."""
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


def pages_of(folder: Traversable, name: str, section: str) -> Iterator[Page]:
    """The Estonian page with this file name, then its translations."""
    original = _original(read(folder, f"{SOURCE_LANGUAGE}/{name}.toml"), section)
    yield original
    for locale in LANGUAGES:
        if locale != SOURCE_LANGUAGE and (folder / locale / f"{name}.toml").is_file():
            yield _translation(read(folder, f"{locale}/{name}.toml"), locale, original)


COMMON_FIELDS = ("slug", "title", "summary", "sources", "legal_basis", "passage")
ORIGINAL_FIELDS = ("key", "kind", "risk", "access", "audiences", "review_months", "sample", "restriction")


def _original(node: Node, section: str) -> Page:
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


def _translation(node: Node, locale: str, original: Page) -> Page:
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
    marked = zip(page.passages, original.passages, strict=True)
    return replace(page, passages=tuple(replace(each, restriction=model.restriction) for each, model in marked))


def _audiences(node: Node) -> tuple[Audience, ...]:
    names = node.items("audiences")
    for name in names:
        if name not in list(Audience):
            node.fail(f"'audiences' must be among {', '.join(Audience)}, not {name!r}")
    return tuple(Audience(name) for name in sorted(set(names)))


def _restriction(node: Node) -> Restriction:
    node.only("ground", "authority", "since", "until", "comment")
    since, until = node.day("since"), node.day("until")
    if since >= until:
        node.fail("'until' must be later than 'since'")
    return Restriction(node.words("ground"), node.words("authority"), since, until)


def _sources(node: Node, name: str) -> tuple[Source, ...]:
    if node.data.get(name) == SAID_NONE:
        return ()
    found = node.tables(name)
    for each in found:
        each.only("title", "url")
    return tuple(Source(each.words("title"), each.optional("url")) for each in found)


def _passage(node: Node, phrases: dict[str, Phrase] | None) -> Passage:
    """A passage; only the Estonian one, read without `phrases`, may be marked AK."""
    node.only("key", "heading", "block", *(["restriction"] if phrases is None else []))
    return Passage(
        node.uuid("key"),
        node.words("heading"),
        tuple(_block(each, phrases) for each in node.tables("block")),
        _restriction(node.table("restriction")) if "restriction" in node.data else None,
    )


def _block(node: Node, phrases: dict[str, Phrase] | None) -> Block:
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


def _contact(node: Node) -> Contact:
    node.only("kind", "key", "name", "phone", "hours", "note")
    return Contact(
        node.uuid("key"),
        node.words("name"),
        node.optional("phone"),
        node.optional("hours"),
        node.optional("note"),
    )


def _phrase(node: Node) -> Phrase:
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


def _shared_phrase(node: Node, phrases: dict[str, Phrase]) -> Phrase:
    node.only("kind", "key")
    key = node.uuid("key")
    if key not in phrases:
        node.fail(f"the Estonian page has no phrase {key}")
    return phrases[key]


def _table(node: Node) -> Table:
    node.only("kind", "key", "caption", "header", "rows")
    header = node.items("header")
    rows = node.data.get("rows")
    if not isinstance(rows, list) or not rows:
        node.fail("'rows' must be a list that is not empty")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(header) or not all(isinstance(cell, str) for cell in row):
            node.fail(f"row {number} must hold {len(header)} texts, one for each column")
    return Table(node.uuid("key"), node.words("caption"), header, tuple(tuple(row) for row in rows))


def _refuse_departure(node: Node, page: Page, original: Page) -> None:
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
