"""Plain text as blocks: paragraphs by blank lines, wrapped lines joined, headings and lists recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from metoodik.handbook.importing.converter import Node

_PAGE_NUMBER = re.compile(r"(?:lk\.?|lehekülg|стр\.?|page)?\s*[-–]?\s*\d{1,4}\s*(?:[/|]\s*\d{1,4}\s*)?[-–]?", re.I)
_BULLET = re.compile(r"\s*[-–—•*·▪◦●]\s+(?=\S)")
_BOX = re.compile(r"\s*(?:[☐☑☒✓✔]|\[[ xX]?\])\s+(?=\S)")
_NUMBER = re.compile(r"\s*(?:\(\d{1,3}\)|\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3})+[.)]?|[a-zõäöü]\))\s+(?=\S)")
_HEADING_NUMBER = re.compile(
    r"(?:\d{1,2}\.(?:\d{1,2}\.)*(?:\d{1,2})?|[IVX]{1,4}\.?|§\s*\d+[\d¹²³⁴⁵⁶⁷⁸⁹⁰]*\.?)\s+(?=[A-ZÕÄÖÜŠŽА-ЯЁ„\"])"
)
_SENTENCE_END = re.compile(r"[.!?:;][)\"“”»]*$")
_LABEL = re.compile(r"[A-ZÕÄÖÜŠŽА-ЯЁ][^\W\d_]*(?: [^\W\d_]+){0,3}: ")
_HEADING_LENGTH = 90
_LONGEST_PAGE_NUMBER = 20
_SHORTEST_WRAP = 60
_STAMPS = {"kinnitatud", "kinnitan", "lisa", "eelnõu", "ärakiri", "väljavõte", "утверждаю", "утверждено", "проект"}
_NUMBERED_STEP = re.compile(r"(\d{1,3})\.\s+(?=\S)")


@dataclass
class _Paragraph:
    lines: list[str] = field(default_factory=list)
    after_gap: bool = False


def text_blocks(text: str) -> tuple[list[Node], list[str]]:
    """The blocks of a plain text, in the shape of pandoc's tree, and the page numbers that were left out."""
    paragraphs, page_numbers = _paragraphs(text)
    width = _wrap_width(text)
    pieces: list[str] = []
    for paragraph in _rejoined(paragraphs):
        pieces.extend(_unwrapped(paragraph.lines, width))
    return _blocks(pieces), page_numbers


def _paragraphs(text: str) -> tuple[list[_Paragraph], list[str]]:
    found: list[_Paragraph] = []
    page_numbers: list[str] = []
    current = _Paragraph()
    pages = text.split("\f")
    for page_index, page in enumerate(pages):
        lines = page.split("\n")
        dropped = _page_number_lines(lines, first=page_index == 0, last=page_index == len(pages) - 1)
        gap = 2 if page_index else 0
        for index, line in enumerate(lines):
            if index in dropped:
                page_numbers.append(line.strip())
            elif line.strip():
                if gap:
                    current = _Paragraph(after_gap=gap > 1)
                if not current.lines:
                    found.append(current)
                current.lines.append(line.rstrip())
                gap = 0
            else:
                gap += 1
    return found, page_numbers


def _page_number_lines(lines: list[str], *, first: bool, last: bool) -> set[int]:
    """Lines next to a form feed that hold a page number and nothing else."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    edges = set[int]()
    if filled and not first:
        edges.add(filled[0])
    if filled and not last:
        edges.add(filled[-1])
    return {index for index in edges if _is_page_number(lines[index].strip())}


def _is_page_number(line: str) -> bool:
    return len(line) <= _LONGEST_PAGE_NUMBER and bool(_PAGE_NUMBER.fullmatch(line))


def _rejoined(paragraphs: list[_Paragraph]) -> list[_Paragraph]:
    """Paragraphs, those put together again that a page break tore inside a sentence."""
    joined: list[_Paragraph] = []
    for paragraph in paragraphs:
        torn = (
            joined
            and paragraph.after_gap
            and paragraph.lines[0].lstrip()[:1].islower()
            and not _NUMBER.match(paragraph.lines[0])
            and not _SENTENCE_END.search(joined[-1].lines[-1].strip())
        )
        if torn:
            joined[-1].lines.extend(paragraph.lines)
        else:
            joined.append(paragraph)
    return joined


def _wrap_width(text: str) -> int:
    """The length at which this text's lines were wrapped: nine lines in ten are no longer.

    Where most lines are short nothing was wrapped; the result is then large enough to let each line stand alone.
    """
    lengths = sorted(len(line.rstrip()) for line in text.splitlines() if line.strip())
    return max(_SHORTEST_WRAP, lengths[len(lengths) * 9 // 10] if lengths else 0)


def _unwrapped(lines: list[str], width: int) -> list[str]:
    """The lines of one paragraph, each wrapped one joined to the line it continues."""
    pieces = [lines[0].strip()]
    for previous, line in pairwise(lines):
        if _starts_anew(previous, line, width):
            pieces.append(line.strip())
        else:
            pieces[-1] = f"{pieces[-1]} {line.strip()}"
    return pieces


def _starts_anew(previous: str, line: str, width: int) -> bool:
    if _BULLET.match(line) or _BOX.match(line) or _NUMBER.match(line):
        return True
    if _LABEL.match(line.strip()) and _SENTENCE_END.search(previous.strip()):
        return True
    first_word = line.split(maxsplit=1)[0]
    room = width if _SENTENCE_END.search(previous.strip()) else width * 0.9
    would_have_fitted = len(previous.strip()) + 1 + len(first_word) < room
    return would_have_fitted and not first_word[0].islower()


def _blocks(pieces: list[str]) -> list[Node]:
    headings = _headings(pieces)
    blocks: list[Node] = []
    index = 0
    while index < len(pieces):
        run = _bullet_run(pieces, index) or _step_run(pieces, index)
        if run is not None:
            node, index = run
            blocks.append(node)
            continue
        level = headings.get(index)
        inlines = [{"t": "Str", "c": pieces[index]}]
        blocks.append({"t": "Header", "c": [level, None, inlines]} if level else {"t": "Para", "c": inlines})
        index += 1
    return blocks


def _bullet_run(pieces: list[str], start: int) -> tuple[Node, int] | None:
    end = start
    items: list[list[Node]] = []
    while end < len(pieces) and (_BULLET.match(pieces[end]) or _BOX.match(pieces[end])):
        bullet = _BULLET.match(pieces[end])
        text = pieces[end][bullet.end() :] if bullet else pieces[end]
        items.append([{"t": "Plain", "c": [{"t": "Str", "c": text}]}])
        end += 1
    return ({"t": "BulletList", "c": items}, end) if len(items) > 1 else None


def _step_run(pieces: list[str], start: int) -> tuple[Node, int] | None:
    """Lines numbered 1. 2. 3. with nothing between them are numbered steps; other numbers stay words."""
    end = start
    items: list[list[Node]] = []
    while end < len(pieces):
        number = _NUMBERED_STEP.match(pieces[end])
        if number is None or int(number.group(1)) != len(items) + 1:
            break
        items.append([{"t": "Plain", "c": [{"t": "Str", "c": pieces[end][number.end() :]}]}])
        end += 1
    if len(items) < 2:
        return None
    return {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], items]}, end


def _headings(pieces: list[str]) -> dict[int, int]:
    """Which pieces look like headings, and of which level: capitals 1, `2. Kõne algus` 2, `2.1. Tervitus` 3."""
    return {index: level for index, piece in enumerate(pieces) if (level := heading_level(piece)) is not None}


def heading_level(line: str) -> int | None:
    """The level of a line that reads like a heading although nothing marks it as one, else None."""
    if len(line) > _HEADING_LENGTH or _SENTENCE_END.search(line) or line.endswith(","):
        return None
    number = _HEADING_NUMBER.match(line)
    if number is not None:
        return 2 + max(0, number.group().strip().rstrip(".").count("."))
    if line.casefold() in _STAMPS:
        return None
    letters = [letter for letter in line if letter.isalpha()]
    capitals = len(letters) >= 4 and all(letter.isupper() for letter in letters)
    return 1 if capitals else None
