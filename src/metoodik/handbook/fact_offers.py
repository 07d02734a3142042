"""Numbers and links typed in canonical text that the register of facts knows, and the same text with facts instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from metoodik.handbook import facts
from metoodik.handbook.content import Block, Checklist, Contact, Fact, Passage, Phrase, Steps, Table, Text, Warning

_TAG = re.compile(r"(<a\b[^>]*>.*?</a>|<[^>]*>)", re.S)
"""Tags, and links whole: the words of a link are left as they are."""


def with_facts(
    passages: Sequence[Passage], known: Sequence[Fact] | None = None
) -> tuple[tuple[Passage, ...], list[str]]:
    """The passages with a fact's mark for each typed number or link it knows, and the words that were replaced."""
    using = list(facts.confirmed().values()) if known is None else list(known)
    replaced: list[str] = []
    if not using:
        return tuple(passages), replaced

    def plain(text: str) -> str:
        offers = facts.offers(text, using)
        replaced.extend(each.words for each in offers)
        return facts.with_facts(text, offers)

    def marked(html: str) -> str:
        return "".join(part if part.startswith("<") else plain(part) for part in _TAG.split(html))

    def block_of(block: Block) -> Block:
        match block:
            case Text() | Warning():
                return replace(block, html=marked(block.html))
            case Steps() | Checklist():
                return replace(block, items=tuple(marked(each) for each in block.items))
            case Phrase():
                return replace(block, et=plain(block.et), ru=plain(block.ru), en=plain(block.en))
            case Table():
                return replace(block, rows=tuple(tuple(plain(cell) for cell in row) for row in block.rows))
            case Contact():
                return replace(block, phone=plain(block.phone), hours=plain(block.hours), note=plain(block.note))

    found = tuple(replace(each, blocks=tuple(block_of(block) for block in each.blocks)) for each in passages)
    return found, replaced
