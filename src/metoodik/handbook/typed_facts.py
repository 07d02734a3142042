"""Numbers, links and amounts typed in a page where a fact of the register should stand, and how they become facts.

Values in, values out. Words inside a link stay as they are: a fact draws its own link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from metoodik.handbook import content
from metoodik.handbook.facts import Offer, offers, with_facts

TAGS = re.compile(r"(<[^>]*>)")

type Change = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed value in a passage, and the fact it seems to be."""

    passage: str
    words: str
    fact: content.Fact


def typed_in(page: content.Page, facts: Collection[content.Fact]) -> list[Typed]:
    """Every typed value of the page that the register knows, in reading order."""
    found: list[Typed] = []
    if facts:
        for passage in page.passages:
            for offer in _offers_of(passage, facts):
                found.append(Typed(passage.heading, offer.words, offer.fact))
    return found


def replaced(
    passages: Iterable[content.Passage], keys: Collection[str], facts: Collection[content.Fact]
) -> tuple[content.Passage, ...]:
    """The passages with marks of the chosen facts in place of what was typed; confirmed translations stay confirmed."""
    chosen = [each for each in facts if each.key in keys]

    def change(text: str) -> str:
        return with_facts(text, offers(text, chosen))

    return tuple(replace(each, blocks=tuple(mapped(block, change) for block in each.blocks)) for each in passages)


def mapped(block: content.Block, change: Change) -> content.Block:
    """The block with each of its texts changed, tags and the words of links left alone."""
    match block:
        case content.Text(html=html) | content.Warning(html=html):
            return replace(block, html=_in_html(html, change))
        case content.Steps(items=items) | content.Checklist(items=items):
            return replace(block, items=tuple(_in_html(each, change) for each in items))
        case content.Phrase():
            return _phrase(block, change)
        case content.Table(caption=caption, header=header, rows=rows):
            cells = tuple(tuple(change(cell) for cell in row) for row in rows)
            return replace(block, caption=change(caption), header=tuple(change(each) for each in header), rows=cells)
        case content.Contact(phone=phone, hours=hours, note=note):
            return replace(block, phone=change(phone), hours=change(hours), note=change(note))


def _phrase(block: content.Phrase, change: Change) -> content.Phrase:
    et, ru, en = change(block.et), change(block.ru), change(block.en)
    confirmed = content.fingerprint(et)
    return replace(
        block,
        et=et,
        ru=ru,
        en=en,
        ru_source=confirmed if block.state("ru") == "current" else block.ru_source,
        en_source=confirmed if block.state("en") == "current" else block.en_source,
    )


def _offers_of(passage: content.Passage, facts: Collection[content.Fact]) -> Iterator[Offer]:
    found: list[Offer] = []

    def look(text: str) -> str:
        found.extend(offers(text, facts))
        return text

    for block in passage.blocks:
        mapped(block, look)
    yield from found


def _in_html(html: str, change: Change) -> str:
    parts = TAGS.split(html)
    inside = False
    for place, part in enumerate(parts):
        if place % 2:
            inside = part.startswith("<a ") or (inside and not part.startswith("</a"))
        elif part and not inside:
            parts[place] = change(part)
    return "".join(parts)
