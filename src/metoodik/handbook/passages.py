"""Splitting and joining passages, as values: whose key stays, and that no word is lost."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from metoodik.handbook.content import Passage, Text

type Passages = tuple[Passage, ...]
type NewKey = Callable[[], str]


class DifferentRestrictions(ValueError):
    """Two passages cannot become one while only one of them is restricted, or each by its own marking."""


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
                first = replace(passage, blocks=passage.blocks[:number], source="")
                second = Passage(new_key(), heading.strip(), passage.blocks[number:], passage.restriction)
                return (*passages[:place], first, second, *passages[place + 1 :])
    raise ValueError(f"No passage can be split at {block_key}.")


def join(passages: Passages, key: str, new_key: NewKey = fresh_key) -> Passages:
    """The passage joins the one before it, which keeps its key and leads from the other's (`formerly`).

    Its heading stays as a line of bold text. Blocks keep their keys. Raises ValueError when the passage is not there
    or is the first, DifferentRestrictions when one of the two is restricted otherwise than the other.
    """
    for place, passage in enumerate(passages):
        if passage.key == key and place:
            before = passages[place - 1]
            if before.restriction != passage.restriction:
                raise DifferentRestrictions(key)
            heading = Text(new_key(), f"<p><b>{html.escape(passage.heading, quote=False)}</b></p>")
            lead = (heading,) if passage.heading.strip() else ()
            formerly = (*before.formerly, passage.key, *passage.formerly)
            blocks = (*before.blocks, *lead, *passage.blocks)
            joined = replace(before, blocks=blocks, formerly=formerly, source="")
            return (*passages[: place - 1], joined, *passages[place + 1 :])
    raise ValueError(f"No passage {key} can be joined to one before it.")


def move(passages: Passages, key: str, place: int) -> Passages:
    """The passage stands at `place` (from 0) among the others, at the nearest end when there is no such place.

    Raises ValueError when the passage is not there.
    """
    moved = next((each for each in passages if each.key == key), None)
    if moved is None:
        raise ValueError(f"No passage {key} to move.")
    others = [each for each in passages if each is not moved]
    others.insert(max(0, min(place, len(others))), moved)
    return tuple(others)


def append(passages: Passages, others: Passages, new_key: NewKey = fresh_key) -> Passages:
    """The passages of two pages one after the other, keys kept.

    A passage or block whose key the first page has already gets a new one; only a copy within one handbook has that.
    """
    taken = {key for each in passages for key in keys_of(each)}
    added = []
    for passage in others:
        key = new_key() if passage.key in taken else passage.key
        blocks = tuple(replace(each, key=new_key()) if each.key in taken else each for each in passage.blocks)
        formerly = tuple(each for each in passage.formerly if each not in taken)
        added.append(replace(passage, key=key, blocks=blocks, formerly=formerly))
        taken |= set(keys_of(added[-1]))
    return (*passages, *added)


def keys_of(passage: Passage) -> Iterator[str]:
    """Every key that names something in the passage: its own, former ones, its blocks'."""
    yield passage.key
    yield from passage.formerly
    yield from (block.key for block in passage.blocks)


def former_keys(passages: Passages) -> dict[str, list[str]]:
    """Keys of passages joined into each passage, by its key: what a draft keeps beside its text."""
    return {each.key: list(each.formerly) for each in passages if each.formerly}


def with_former_keys(passages: Passages, former: Mapping[str, Sequence[str]]) -> Passages:
    """The passages with the keys that were joined into them.

    A former key that is a passage's own again (a join undone, a passage pasted back) leads to that passage alone, and
    one named twice to the first.
    """
    seen = {each.key for each in passages}
    found = []
    for passage in passages:
        own = [each for each in former.get(passage.key, ()) if each not in seen]
        seen |= set(own)
        found.append(replace(passage, formerly=tuple(dict.fromkeys(own))))
    return tuple(found)
