"""A file against a page that is there already: which passage is which, and the page that the choices give.

Passages of equal words are the same. Of the rest, those under the same heading belong together, and those that share
most of their words. Nothing is lost: every passage of either side stands in exactly one pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from metoodik.handbook.content import Block, Passage, Phrase
from metoodik.handbook.texts import words_of

LIKE = 0.5
"""Share of common words from which two passages under different headings are taken for one; by trial on guidance."""
LIKE_UNDER_ONE_HEADING = 0.0
_NUMBER = re.compile(r"^\s*(?:\d+[.)]?)+\s*")
_WORD = re.compile(r"\w+")


class Match(StrEnum):
    """How a passage of the page stands to the file."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    MISSING = "missing"


class Choice(StrEnum):
    """What becomes of a pair."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage of the page, one of the file, or both."""

    ours: Passage | None
    theirs: Passage | None
    match: Match

    @property
    def key(self) -> str:
        """What names the pair in a form: the page's passage, or the file's new one."""
        passage = self.ours or self.theirs
        return passage.key if passage else ""

    @property
    def usual(self) -> Choice:
        """The choice that loses no words of the file and nothing of the page that the file does not speak of."""
        return Choice.THEIRS if self.match in {Match.CHANGED, Match.NEW} else Choice.OURS


type Words = Callable[[Passage], str]


def text_of(passage: Passage) -> str:
    """A passage's words in one line a block, for comparing and for showing the difference."""
    return "\n".join([passage.heading, *(words for block in passage.blocks for words in _said(block))])


def _said(block: Block) -> tuple[str, ...]:
    """The words that a file would have: of a phrase only the Estonian ones."""
    return (block.et,) if isinstance(block, Phrase) else words_of(block)


def matched(ours: Sequence[Passage], theirs: Sequence[Passage], words: Words = text_of) -> tuple[Pair, ...]:
    """Pairs in the page's order, what is new after what precedes it in the file. Keys of the two sides must differ.

    `words` gives what is compared; a page whose text names facts is compared by their values.
    """
    partner = _partners([words(each) for each in ours], [words(each) for each in theirs], ours, theirs)
    pairs = [_pair(each, theirs[partner[n]] if n in partner else None, words) for n, each in enumerate(ours)]
    mate = {at: ours[n].key for n, at in partner.items()}
    place = 0
    for at, passage in enumerate(theirs):
        if at in mate:
            place = next(n for n, pair in enumerate(pairs) if pair.ours and pair.ours.key == mate[at]) + 1
        else:
            pairs.insert(place, Pair(None, passage, Match.NEW))
            place += 1
    return tuple(pairs)


def merged(pairs: Sequence[Pair], choices: Mapping[str, Choice]) -> tuple[Passage, ...]:
    """The page that the choices give; a pair without one takes its usual one. Keys stay with the page's passages."""
    return tuple(passage for pair in pairs for passage in _chosen(pair, choices.get(pair.key, pair.usual)))


def _chosen(pair: Pair, choice: Choice) -> Iterator[Passage]:
    ours, theirs = pair.ours, pair.theirs
    if pair.match is Match.SAME and ours:
        yield ours
        return
    if ours and (choice is not Choice.THEIRS):
        yield ours
    if not theirs or choice is Choice.OURS:
        return
    if ours is None:
        yield theirs
    elif choice is Choice.BOTH:
        yield replace(theirs, restriction=ours.restriction)
    else:
        yield replace(ours, heading=theirs.heading, blocks=tuple(_blocks(ours, theirs)), source="")


def _blocks(ours: Passage, theirs: Passage) -> Iterator[Block]:
    """The file's blocks; one that says what a block of the page says is that block, with its key and translations."""
    known: dict[tuple[str, ...], list[Block]] = {}
    for block in ours.blocks:
        known.setdefault(_said(block), []).append(block)
    for block in theirs.blocks:
        same = known.get(_said(block))
        yield same.pop(0) if same else block


def _pair(ours: Passage, theirs: Passage | None, words: Words) -> Pair:
    if theirs is None:
        return Pair(ours, None, Match.MISSING)
    same = _plain(words(ours)) == _plain(words(theirs))
    return Pair(ours, theirs, Match.SAME if same else Match.CHANGED)


def _partners(
    ours: Sequence[str], theirs: Sequence[str], our_passages: Sequence[Passage], their_passages: Sequence[Passage]
) -> dict[int, int]:
    """Which passage of the file belongs to which of the page: equal ones in order first, then the likest."""
    found: dict[int, int] = {}
    free = dict(enumerate(theirs))
    for n, text in enumerate(ours):
        equal = next((at for at, other in free.items() if _plain(other) == _plain(text)), None)
        if equal is not None:
            found[n] = equal
            del free[equal]
    bags = {at: set(_WORD.findall(text.casefold())) for at, text in free.items()}
    scores = []
    for n, text in enumerate(ours):
        if n in found:
            continue
        bag = set(_WORD.findall(text.casefold()))
        for at, other in bags.items():
            under_one = _heading(our_passages[n]) == _heading(their_passages[at]) != ""
            like = len(bag & other) / max(len(bag | other), 1)
            if like >= (LIKE_UNDER_ONE_HEADING if under_one else LIKE):
                scores.append((not under_one, -like, abs(n - at), n, at))
    for *_score, n, at in sorted(scores):
        if n not in found and at in free:
            found[n] = at
            del free[at]
    return found


def _heading(passage: Passage) -> str:
    return " ".join(_NUMBER.sub("", passage.heading).casefold().split())


def _plain(text: str) -> str:
    return " ".join(text.split())
