"""Splitting and joining passages, as values: whose key stays, and that no word is lost."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from dataclasses import replace

from metoodik.handbook.content import Passage, Text

type Passages = tuple[Passage, ...]
type NewKey = Callable[[], str]


def fresh_key() -> str:
    """A key that nothing has yet."""
    return str(uuid.uuid4())


def split(passages: Passages, block_key: str, heading: str, new_key: NewKey = fresh_key) -> Passages:
    """The passage before the block keeps its key; the block and what follows becomes a new passage under `heading`.

    Blocks keep their keys. Raises ValueError when the block is not there or begins its passage, or without a heading.
    """
    if not heading.strip():
        raise ValueError("A passage needs a heading.")
    for place, passage in enumerate(passages):
        for number, block in enumerate(passage.blocks):
            if block.key == block_key and number:
                first = replace(passage, blocks=passage.blocks[:number])
                second = Passage(new_key(), heading.strip(), passage.blocks[number:])
                return (*passages[:place], first, second, *passages[place + 1 :])
    raise ValueError(f"No passage can be split at {block_key}.")


def join(passages: Passages, key: str, new_key: NewKey = fresh_key) -> Passages:
    """The passage joins the one before it, which keeps its key; its heading stays as a line of bold text.

    Blocks keep their keys. Raises ValueError when the passage is not there or is the first.
    """
    for place, passage in enumerate(passages):
        if passage.key == key and place:
            heading = Text(new_key(), f"<p><b>{html.escape(passage.heading, quote=False)}</b></p>")
            lead = (heading,) if passage.heading.strip() else ()
            before = passages[place - 1]
            joined = replace(before, blocks=(*before.blocks, *lead, *passage.blocks))
            return (*passages[: place - 1], joined, *passages[place + 1 :])
    raise ValueError(f"No passage {key} can be joined to one before it.")
