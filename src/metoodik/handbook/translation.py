"""A page as segments to translate, as values: cutting it up, keeping what was translated, putting it together again.

The structure of a translation is always its Estonian page's: the same passages, blocks and keys. Only words are
translated, piece by piece. wagtail-localize cuts running text into strings and joins them again; which Estonian words
each piece was translated from is our own record (`GuidancePage.translated_from`), so that a changed source never throws
a translation away.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from wagtail_localize.strings import StringValue, extract_strings, restore_strings

from metoodik.handbook import content, fact_marks, richtext
from metoodik.handbook.staleness import fingerprint_of, plain_words

LANGUAGES = ("ru", "en")
"""What guidance is translated into."""

TITLE, SUMMARY = "title", "summary"
LINK = re.compile(r'<a id="a(\d+)">')
NUMBER = re.compile(r"\d[\d  ]*\d|\d")
_UNKNOWN = "\0"
ALIKE = 0.4
"""How alike two pieces must be, of 1, for one to have become the other."""

type From = Mapping[str, Sequence[str]]
"""By unit (title, summary, a passage's key for its heading, a block's key): the Estonian words each piece of the draft
was translated from, in order; empty words when that is not known."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One string: inline HTML whose links are numbered `<a id="a1">`, and where those links lead."""

    words: str
    links: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to translate; numbers and marks of facts alone are the same in every language."""
        return any(letter.isalpha() for letter in fact_marks.MARK.sub("", plain_words(self.words)))


@dataclass(frozen=True, slots=True)
class Unit:
    """Pieces that belong together: a title, a heading, a block. `fixed` units keep empty pieces in their places."""

    key: str
    kind: str
    pieces: tuple[Piece, ...]
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece beside its translation. `was` holds the Estonian words that the translation was made from."""

    id: str
    passage: str
    kind: str
    source: str
    words: str
    was: str
    links: tuple[str, ...]
    approved: bool = False

    @property
    def is_same_everywhere(self) -> bool:
        """Whether the piece is copied, as a number is."""
        return not Piece(self.source).says_something

    @property
    def state(self) -> str:
        """`missing`, `stale` (other Estonian words, or nobody knows which), `drafted`, `current` (approved)."""
        if self.is_same_everywhere:
            return "current"
        if not self.words:
            return "missing"
        if self.was != self.source:
            return "stale"
        return "current" if self.approved else "drafted"

    @property
    def lost(self) -> tuple[str, ...]:
        """Marks of facts and links (as `[1]`) of the source that the translation lacks."""
        if not self.words:
            return ()
        facts = [fact_marks.mark(key) for key in fact_marks.keys_in(self.source) if key not in _facts(self.words)]
        return (*facts, *(f"[{n}]" for n in LINK.findall(self.source) if n not in LINK.findall(self.words)))

    @property
    def lost_numbers(self) -> tuple[str, ...]:
        """Numbers of the source that the translation does not say: worth a second look, not always wrong."""
        if not self.words:
            return ()
        said = {re.sub(r"\s", "", each) for each in NUMBER.findall(plain_words(self.words))}
        asked = dict.fromkeys(each.strip() for each in NUMBER.findall(plain_words(self.source)))
        return tuple(each for each in asked if re.sub(r"\s", "", each) not in said)


@dataclass(frozen=True, slots=True)
class Part:
    """What is translated together: the page's own title and summary (empty key), or a passage."""

    key: str
    heading: str
    segments: tuple[Segment, ...]
    phrases: tuple[content.Phrase, ...] = ()


def units_of_page(page: content.Page) -> Iterator[tuple[str, Unit]]:
    """Every unit with the key of its passage (empty for the page's own), in reading order."""
    yield "", Unit(TITLE, TITLE, (_plain(page.title),))
    yield "", Unit(SUMMARY, SUMMARY, (_plain(page.summary),))
    for passage in page.passages:
        for unit in units_of_passage(passage):
            yield passage.key, unit


def units_of_passage(passage: content.Passage) -> Iterator[Unit]:
    """The heading and each block; phrases are not units, they hold their own languages."""
    yield Unit(passage.key, "heading", (_plain(passage.heading),))
    for block in passage.blocks:
        if not isinstance(block, content.Phrase):
            yield unit_of(block)


def unit_of(block: content.Block) -> Unit:
    """A block as pieces in reading order."""
    match block:
        case content.Text(html=source) | content.Warning(html=source):
            strings = extract_strings(source)[1]
            return Unit(block.key, block.kind, tuple(_piece(*each) for each in strings), fixed=False)
        case content.Steps(items=items) | content.Checklist(items=items):
            pieces = tuple(_piece(*StringValue.from_source_html(each)) for each in items)
            return Unit(block.key, block.kind, pieces, fixed=False)
        case content.Table():
            cells = [cell for row in block.rows for cell in row]
            return Unit(block.key, block.kind, tuple(_plain(each) for each in (block.caption, *block.header, *cells)))
        case content.Contact():
            words = (block.name, block.phone, block.hours, block.note)
            return Unit(block.key, block.kind, tuple(_plain(each) for each in words))
        case _:
            return Unit(block.key, block.kind, ())


def parts(
    source: content.Page, draft: content.Page | None, made_from: From, approved: content.Page | None
) -> list[Part]:
    """The source beside the draft of its translation; `approved` is the translation in force, if there is one.

    Pieces follow their block wherever it has gone, so splitting, joining and moving passages loses nothing.
    """
    held = {unit.key: unit for _, unit in units_of_page(draft)} if draft else {}
    stands = {unit.key: {each.words for each in unit.pieces} for _, unit in units_of_page(approved)} if approved else {}
    found: dict[str, list[Segment]] = {}
    for passage, unit in units_of_page(source):
        carried = _carried(unit, held.get(unit.key), made_from.get(unit.key))
        for number, (piece, (translated, was)) in enumerate(zip(unit.pieces, carried, strict=True)):
            if not piece.words:
                continue
            words, links = _relinked(translated, piece.links)
            segment = Segment(
                id=f"{unit.key}.{number}",
                passage=passage,
                kind=unit.kind,
                source=piece.words,
                words=words if piece.says_something else piece.words,
                was=was if piece.says_something else piece.words,
                links=links,
                approved=translated.words in stands.get(unit.key, ()),
            )
            found.setdefault(passage, []).append(segment)
    page = Part("", "", tuple(found.get("", ())))
    return [
        page,
        *(Part(each.key, each.heading, tuple(found.get(each.key, ())), _phrases(each)) for each in source.passages),
    ]


def composed(source: content.Page, segments: Sequence[Segment]) -> tuple[content.Page, dict[str, list[str]]]:
    """The source page in the words of the segments, and from which Estonian words they were made (`From`).

    What is not translated yet is left out, a title excepted: a draft must be called something.
    """
    known = {each.id: each for each in segments}
    made: dict[str, list[str]] = {}
    for _, unit in units_of_page(source):
        kept = [known.get(f"{unit.key}.{number}") for number in range(len(unit.pieces))]
        if any(each and each.words for each in kept):
            made[unit.key] = [each.was if each else "" for each in kept if unit.fixed or (each and each.words)]
    title, summary = known.get(f"{TITLE}.0"), known.get(f"{SUMMARY}.0")
    page = replace(
        source,
        title=_said(title) or source.title,
        summary=_said(summary),
        passages=tuple(_passage(each, known) for each in source.passages),
    )
    return page, made


def confirmed_source(passage: content.Passage, made_from: From) -> str:
    """`Passage.source` of a drafted passage: the fingerprint of the Estonian words that it was made from.

    Empty when the page has no record at all; a passage of which only some is known counts as made from other words.
    """
    if not made_from:
        return ""
    pieces: list[str] = []
    for unit in units_of_passage(passage):
        made = made_from.get(unit.key, ())
        for piece, was in zip_longest(unit.pieces, made, fillvalue=None):
            blank = piece is not None and isinstance(piece, Piece) and not piece.words
            pieces.append(plain_words(str(was)) if was else "" if blank else _UNKNOWN)
    return fingerprint_of(pieces)


def record_of(source: content.Page, translated: content.Page) -> dict[str, list[str]]:
    """The record of a translation known to be made from this very source, where the two are built alike."""
    said = {unit.key: unit for _, unit in units_of_page(translated)}
    units = (unit for _, unit in units_of_page(source))
    return {
        unit.key: [piece.words for piece in unit.pieces]
        for unit in units
        if unit.key in said and len(said[unit.key].pieces) == len(unit.pieces)
    }


def to_marked(words: str) -> str:
    """A piece as a translator writes it: `**bold**`, `_italic_`, `[words](1)` for the first link."""
    opened: list[str] = []

    def mark(match: re.Match[str]) -> str:
        tag = match[0]
        if tag.startswith("<a"):
            opened.append(match[1] or "")
            return "["
        if tag == "</a>":
            return f"]({opened.pop()})" if opened else "]"
        return {"<b>": "**", "</b>": "**", "<i>": "_", "</i>": "_"}.get(tag, "\n")

    return html.unescape(re.sub(r'<a id="a(\d+)">|</a>|</?b>|</?i>|<br\s*/?>', mark, words))


def from_marked(text: str, links: int) -> str:
    """A piece from what a translator wrote; `links` is how many links it may have. Other signs stay plain words."""
    words = html.escape("\n".join(line.strip() for line in text.strip().splitlines()), quote=False)
    words = re.sub(r"\*\*(\S(?:.*?\S)?)\*\*", r"<b>\1</b>", words)
    words = re.sub(r"(?<!\w)_(\S(?:.*?\S)?)_(?!\w)", r"<i>\1</i>", words)

    def link(match: re.Match[str]) -> str:
        return f'<a id="a{match[2]}">{match[1]}</a>' if 1 <= int(match[2]) <= links else match[0]

    marked = re.sub(r"\[([^\]]+)\]\((\d{1,3})\)", link, words).replace("\n", "<br>")
    return str(StringValue.from_translated_html(marked).data).replace("<br/>", "<br>")


def _carried(unit: Unit, draft: Unit | None, made: Sequence[str] | None) -> list[tuple[Piece, str]]:
    """For each piece of the source: its translation and the Estonian words that one was made from."""
    nothing = (Piece(""), "")
    if draft is None:
        return [nothing] * len(unit.pieces)
    if made is None or len(made) != len(draft.pieces):
        return _by_place(unit, draft)
    before, now = list(made), [each.words for each in unit.pieces]
    found = [nothing] * len(now)
    for tag, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if tag in {"equal", "replace"}:
            for old, new in _likest(before[a:b], now[c:d]):
                found[c + new] = (draft.pieces[a + old], before[a + old])
    return found


def _likest(before: list[str], now: list[str]) -> list[tuple[int, int]]:
    """Which old piece became which new one: by place where as many stand, else the most alike, never crossing."""
    if len(before) == len(now):
        return [(number, number) for number in range(len(now))]
    alike = [
        (SequenceMatcher(None, old, new, autojunk=False).ratio(), number, place)
        for number, old in enumerate(before)
        for place, new in enumerate(now)
    ]
    pairs: list[tuple[int, int]] = []
    for ratio, old, new in sorted(alike, key=lambda each: (-each[0], each[1], each[2])):
        if ratio >= ALIKE and all((old - a) * (new - b) > 0 for a, b in pairs):
            pairs.append((old, new))
    return pairs


def _by_place(unit: Unit, draft: Unit) -> list[tuple[Piece, str]]:
    """Without a record: by their order. Words that are still the Estonian ones are no translation; none is dropped."""
    held = list(draft.pieces[: len(unit.pieces)])
    rest = [each.words for each in draft.pieces[len(unit.pieces) :] if each.words]
    if rest and held:
        held[-1] = Piece("<br>".join([held[-1].words, *rest]), held[-1].links)
    held += [Piece("")] * (len(unit.pieces) - len(held))
    return [(Piece("") if old.words == now.words else old, "") for old, now in zip(held, unit.pieces, strict=True)]


def _relinked(piece: Piece, links: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The translation's links numbered as the source numbers them; further ones come after."""
    all_links = [*links, *(each for each in piece.links if each not in links)]

    def number(match: re.Match[str]) -> str:
        return f'<a id="a{all_links.index(piece.links[int(match[1]) - 1]) + 1}">'

    return LINK.sub(number, piece.words), tuple(all_links)


def _phrases(passage: content.Passage) -> tuple[content.Phrase, ...]:
    return tuple(each for each in passage.blocks if isinstance(each, content.Phrase))


def _passage(passage: content.Passage, known: Mapping[str, Segment]) -> content.Passage:
    blocks = tuple(_block(each, known) for each in passage.blocks)
    return replace(passage, heading=_said(known.get(f"{passage.key}.0")), blocks=blocks, source="")


def _block(block: content.Block, known: Mapping[str, Segment]) -> content.Block:
    match block:
        case content.Text(html=source) | content.Warning(html=source):
            template, strings = extract_strings(source)
            said = [_rendered(known.get(f"{block.key}.{number}")) for number in range(len(strings))]
            return replace(block, html=richtext.canonical(restore_strings(template, said)))
        case content.Steps() | content.Checklist():
            said = [_rendered(known.get(f"{block.key}.{number}")) for number in range(len(block.items))]
            items = (richtext.canonical(value.render_html(attrs), inline=True) for value, attrs in said)
            return replace(block, items=tuple(each for each in items if each))
        case content.Table():
            width = len(block.header)
            said_all = [_said(known.get(f"{block.key}.{n}")) for n in range(1 + width + width * len(block.rows))]
            cells = said_all[1 + width :]
            rows = tuple(tuple(cells[n * width : (n + 1) * width]) for n in range(len(block.rows)))
            return replace(block, caption=said_all[0], header=tuple(said_all[1 : 1 + width]), rows=rows)
        case content.Contact():
            name, phone, hours, note = (_said(known.get(f"{block.key}.{number}")) for number in range(4))
            return replace(block, name=name, phone=phone, hours=hours, note=note)
        case _:
            return block


def _rendered(segment: Segment | None) -> tuple[StringValue, dict[str, dict[str, str]]]:
    if segment is None:
        return StringValue(""), {}
    return StringValue(segment.words), {f"a{n}": {"href": href} for n, href in enumerate(segment.links, start=1)}


def _said(segment: Segment | None) -> str:
    return " ".join(plain_words(segment.words).split()) if segment else ""


def _plain(text: str) -> Piece:
    return Piece(html.escape(text.strip(), quote=False))


def _piece(value: StringValue, attrs: Mapping[str, Mapping[str, str]]) -> Piece:
    links = tuple(attrs[f"a{number}"].get("href", "") for number in range(1, len(attrs) + 1))
    return Piece(str(value.data).replace("<br/>", "<br>"), links)


def _facts(words: str) -> tuple[str, ...]:
    return fact_marks.keys_in(words)
