"""The one way in: a file's bytes become a draft with its leftovers, or a refusal."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

from metoodik.handbook.content import Block, Checklist, Passage, Steps, Table, Text
from metoodik.handbook.importing.cleaning import cleaned_docx, cleaned_html, cleaned_markdown, cleaned_odt
from metoodik.handbook.importing.completeness import left_over
from metoodik.handbook.importing.container import decode, detect, open_package
from metoodik.handbook.importing.converter import Node, tree
from metoodik.handbook.importing.mapping import Draft, make_draft
from metoodik.handbook.importing.plain import text_blocks
from metoodik.handbook.importing.preview import source_html
from metoodik.handbook.importing.richtext import plain
from metoodik.handbook.importing.values import (
    DEFAULT,
    Chunk,
    DocumentRefused,
    Format,
    ImportedDocument,
    Leftover,
    Limits,
    Reason,
    Where,
)
from metoodik.handbook.importing.witness import words_in_package
from metoodik.handbook.importing.witness_text import words_in_text
from metoodik.handbook.importing.words import words

_PIECE_END = re.compile(r"</p>|</?li>|</?[uo]l>|<br>")
_HREF = re.compile(r'href="([^"]*)"')


def fresh_key() -> str:
    """A key that no passage or block has had."""
    return str(uuid.uuid4())


def read_document(
    data: bytes, filename: str, *, limits: Limits = DEFAULT, new_key: Callable[[], str] = fresh_key
) -> ImportedDocument:
    """Read a DOCX, ODT, HTML, Markdown or text file into a draft.

    Every word that an independent reader finds in the file is in the draft or in `not_understood`. Equal bytes give an
    equal result but for the keys, which come from `new_key`. Nothing is written or fetched.

    Raises DocumentRefused, with its reason, for every file that cannot be read whole and safely.
    """
    try:
        return _read(data, filename, limits, new_key)
    except (RecursionError, MemoryError) as error:
        raise DocumentRefused(Reason.BROKEN) from error


def _read(data: bytes, filename: str, limits: Limits, new_key: Callable[[], str]) -> ImportedDocument:
    file_format = detect(data, filename, limits)
    found, nodes, title, aside = _contents(data, file_format, limits)
    total = sum(len(words(chunk.text)) for chunk in found)
    if total == 0:
        raise DocumentRefused(Reason.EMPTY)
    if total > limits.words:
        raise DocumentRefused(Reason.TOO_LARGE)
    draft = make_draft(nodes, PurePath(filename).stem or "–", new_key, fallback_title=title)
    passages = tuple(each.passage() for each in draft.passages)
    return ImportedDocument(
        title=draft.title,
        passages=passages,
        source_html=source_html(draft),
        not_understood=_not_understood(found, draft, passages, aside, file_format),
        words=total,
        format=file_format,
    )


def _contents(
    data: bytes, file_format: Format, limits: Limits
) -> tuple[tuple[Chunk, ...], list[Node], str, list[tuple[Where, str]]]:
    """What the independent reader finds, the converter's tree, a title from the file's head, and what was set aside."""
    if file_format in {Format.DOCX, Format.ODT}:
        package = open_package(data, file_format, limits)
        found = words_in_package(package)
        source, title = (cleaned_docx(package), "") if file_format is Format.DOCX else cleaned_odt(package)
        heading = [{"t": "Header", "c": [0, None, [{"t": "Str", "c": title}]]}] if title else []
        return found, [*heading, *tree(source, file_format, limits.seconds)], "", []
    text = decode(data)
    found = words_in_text(text, file_format)
    if file_format is Format.TEXT:
        nodes, page_numbers = text_blocks(text)
        return found, nodes, "", [(Where.PAGE_NUMBER, number) for number in page_numbers]
    source, title = cleaned_html(text) if file_format is Format.HTML else cleaned_markdown(text)
    return found, tree(source, file_format, limits.seconds), title, []


def _not_understood(
    found: Sequence[Chunk],
    draft: Draft,
    passages: Sequence[Passage],
    aside: list[tuple[Where, str]],
    file_format: Format,
) -> tuple[Leftover, ...]:
    pieces = [draft.title, *draft_pieces(passages)]
    if file_format is Format.MARKDOWN:
        pieces.extend(_link_targets(passages))
    if file_format is Format.TEXT:
        pieces.extend(_step_numbers(passages))
    leftovers = left_over(found, pieces, Counter(draft.added), [*draft.aside, *aside])
    pictures = tuple(Leftover(name, Where.IMAGE) for name in dict.fromkeys(draft.pictures))
    return (*leftovers, *pictures)


def draft_pieces(passages: Sequence[Passage]) -> Iterator[str]:
    """The text of a draft piece by piece: headings, paragraphs, items, cells."""
    for passage in passages:
        yield passage.heading
        for block in passage.blocks:
            yield from _block_pieces(block)


def _block_pieces(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield from _pieces(block.html)
        case Steps() | Checklist():
            for item in block.items:
                yield from _pieces(item)
        case Table():
            yield block.caption
            for row in (block.header, *block.rows):
                for cell in row:
                    yield from cell.split("\n")


def _pieces(markup: str) -> Iterator[str]:
    for piece in _PIECE_END.split(markup):
        yield plain(re.sub(r"</?a\b[^<>]*>", "", piece))


def _link_targets(passages: Sequence[Passage]) -> Iterator[str]:
    """Addresses behind links, which a Markdown file spells out."""
    for passage in passages:
        for block in passage.blocks:
            markup = block.html if isinstance(block, Text) else " ".join(getattr(block, "items", ()))
            yield from _HREF.findall(markup)


def _step_numbers(passages: Sequence[Passage]) -> Iterator[str]:
    """Numbers of steps, which a text file spells out and the draft draws."""
    for passage in passages:
        for block in passage.blocks:
            if isinstance(block, Steps):
                yield from (str(number) for number in range(1, len(block.items) + 1))
