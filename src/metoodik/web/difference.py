"""A difference as values: what the component draws, and a word-by-word comparison for small texts."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

type PartKind = Literal["same", "added", "removed"]
type ChangeKind = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True)
class Part:
    """A run of words that stayed, came or went."""

    kind: PartKind
    text: str


@dataclass(frozen=True)
class Change:
    """One place of a text: where it is, what happened there, and the words."""

    kind: ChangeKind
    parts: tuple[Part, ...]
    place: str = ""


def words(before: str, after: str) -> tuple[Part, ...]:
    """The two texts compared word by word.

    Joined without the added parts they give `before`, without the removed ones `after`.
    """
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    runs: list[tuple[bool, str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same, before_words, after_words = tag == "equal", "".join(old[a:b]), "".join(new[c:d])
        if same and before_words.isspace():
            same = False  # A space between two changes belongs to them: one change reads better than two.
        if runs and runs[-1][0] == same:
            _, first, second = runs.pop()
            before_words, after_words = first + before_words, second + after_words
        runs.append((same, before_words, after_words))
    return tuple(part for run in runs for part in _parts(*run))


def _parts(same: bool, before: str, after: str) -> list[Part]:
    if same or before == after:
        return [Part("same", after)]
    return [part for part in (Part("removed", before), Part("added", after)) if part.text]


def change(before: str, after: str, place: str = "") -> Change:
    """One place before and after, as a `Change`."""
    if before == after:
        return Change("same", (Part("same", after),), place)
    if not before:
        return Change("added", (Part("added", after),), place)
    if not after:
        return Change("removed", (Part("removed", before),), place)
    return Change("changed", words(before, after), place)
