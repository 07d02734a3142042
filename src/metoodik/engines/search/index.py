"""Building an index: which words stand in which document, and how much each tells."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from metoodik.engines.language.folding import compose, known, tokens

TITLE_WEIGHT = 5
"""A word in a title, the heading of a document that stands under nothing, counts as much as this many in the body."""
HEADING_WEIGHT = 4
CONTEXT_WEIGHT = 1.5
SATURATION = 1.2
"""BM25's k1: how soon repeating a word stops helping."""
LENGTH_SHARE = 0.6
"""BM25's b: how much a long body or heading dilutes its words."""
SCALE = 1000
"""Weights are stored as whole thousandths."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found.

    `group` is shared by the same passage in several languages: one of them is shown. `context` is the title that the
    document stands under: it adds weight, but a document is found only by words of its own. Text is composed (NFC).
    """

    group: str
    locale: str
    heading: str
    body: str
    context: str = ""


class Posting(NamedTuple):
    """A word's weight in a document by the document's own words, and what its context adds, in thousandths."""

    document: int
    own: int
    context: int


@dataclass(frozen=True, slots=True)
class Index:
    """Documents, numbered by their place; for each folded word its postings in that order and how rare it is.

    `rarity` is the inverse document frequency in thousandths. Weights (BM25F) do not hold it, so that the beginning of
    a word can be weighed without regard to how rare each way of going on is.
    """

    documents: tuple[Document, ...]
    postings: dict[str, tuple[Posting, ...]]
    rarity: dict[str, int]

    def pruned(self, keep: Collection[int]) -> Index:
        """The index of the documents in `keep` alone: renumbered in the same order, weights as they were.

        A word that stands in none of them is gone, so nothing of the others can be read out of the result.
        """
        places: list[int | None] = [None] * len(self.documents)
        kept = sorted(keep)
        for new, old in enumerate(kept):
            places[old] = new
        postings: dict[str, tuple[Posting, ...]] = {}
        for term, every in self.postings.items():
            own = tuple([Posting(place, o, c) for d, o, c in every if (place := places[d]) is not None])
            if own:
                postings[term] = own
        rarity = {term: self.rarity[term] for term in postings}
        return Index(tuple(self.documents[old] for old in kept), postings, rarity)


def build(documents: Sequence[Document]) -> Index:
    """Weigh every word of `documents`. Time grows with the amount of text."""
    counted = [_counts(each) for each in documents]
    heading_average, body_average = (_average([each[field].total() for each in counted]) for field in (0, 1))
    postings: dict[str, list[Posting]] = {}
    for number, (heading, body, context) in enumerate(counted):
        weight = HEADING_WEIGHT if documents[number].context else TITLE_WEIGHT
        diluted = _dilution(body, body_average)
        own = {term: count / diluted for term, count in body.items()}
        for term, count in heading.items():
            own[term] = own.get(term, 0.0) + weight * count / _dilution(heading, heading_average)
        for term in {**own, **context}:
            alone = _impact(own.get(term, 0.0))
            together = _impact(own.get(term, 0.0) + CONTEXT_WEIGHT * context[term]) if term in context else alone
            postings.setdefault(term, []).append(Posting(number, alone, together - alone))
    rarity = {term: _rarity(len(each), len(documents)) for term, each in postings.items()}
    return Index(tuple(documents), {term: tuple(postings[term]) for term in sorted(postings)}, rarity)


def _counts(document: Document) -> tuple[Counter[str], Counter[str], Counter[str]]:
    heading, body, context = (
        Counter([each.text for each in tokens(compose(text), joined=True, folding=known)])
        for text in (document.heading, document.body, document.context)
    )
    return heading, body, context


def _average(lengths: Sequence[int]) -> float:
    return max(1.0, sum(lengths) / len(lengths)) if lengths else 1.0


def _dilution(words: Counter[str], average: float) -> float:
    return 1 - LENGTH_SHARE + LENGTH_SHARE * words.total() / average


def _impact(weight: float) -> int:
    return max(1, round(SCALE * weight / (SATURATION + weight))) if weight else 0


def _rarity(count: int, documents: int) -> int:
    return max(1, round(SCALE * math.log(1 + (documents - count + 0.5) / (count + 0.5))))


@dataclass(frozen=True, slots=True)
class MemoryReader:
    """Reads an index that is in memory."""

    index: Index

    def postings(self, term: str) -> Iterator[tuple[int, int, int, int]]:
        """(rarity, document, own, context) of a word."""
        for each in self.index.postings.get(term, ()):
            yield self.index.rarity[term], each.document, each.own, each.context

    def beginning(self, prefix: str) -> Iterator[tuple[int, int, int, int]]:
        """(length of the word, document, own, context) of every word that begins with `prefix`."""
        for term, all_of_it in self.index.postings.items():
            if term.startswith(prefix):
                for each in all_of_it:
                    yield len(term), each.document, each.own, each.context

    def label(self, number: int) -> tuple[str, str]:
        """(group, locale) of a document."""
        return self.index.documents[number].group, self.index.documents[number].locale

    def read(self, numbers: Sequence[int]) -> list[Document]:
        """The documents with those numbers, in that order."""
        return [self.index.documents[number] for number in numbers]
