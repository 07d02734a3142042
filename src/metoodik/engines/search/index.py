"""Building an index: which words stand in which document, and how much each tells."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from metoodik.engines.language.folding import compose, tokens

HEADING_WEIGHT = 4
"""A word in a heading counts as much as this many in the body (SEARCH: "title weight about 4")."""
CONTEXT_WEIGHT = 2
SATURATION = 1.2
"""BM25's k1: how soon repeating a word stops helping."""
LENGTH_SHARE = 0.6
"""BM25's b: how much a long body dilutes its words."""
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


@dataclass(frozen=True, slots=True)
class Posting:
    """A word's weight in a document: by the document's own words, and what its context adds, in thousandths."""

    document: int
    own: int
    context: int


@dataclass(frozen=True, slots=True)
class Index:
    """Documents, numbered by their place, and for each folded word its postings in that order."""

    documents: tuple[Document, ...]
    postings: dict[str, tuple[Posting, ...]]

    def pruned(self, keep: Collection[int]) -> Index:
        """The index of the documents in `keep` alone: renumbered in the same order, weights as they were.

        A word that stands in none of them is gone, so nothing of the others can be read out of the result.
        """
        places = {old: new for new, old in enumerate(sorted(keep))}
        postings: dict[str, tuple[Posting, ...]] = {}
        for term, all_of_it in self.postings.items():
            kept = tuple(
                Posting(places[each.document], each.own, each.context) for each in all_of_it if each.document in places
            )
            if kept:
                postings[term] = kept
        return Index(tuple(self.documents[old] for old in places), postings)


def build(documents: Sequence[Document]) -> Index:
    """Weigh every word of `documents`. Time grows with the amount of text."""
    counted = [_counts(each) for each in documents]
    lengths = [sum(body.values()) for _, body, _ in counted]
    average = max(1.0, sum(lengths) / len(lengths)) if lengths else 1.0
    spread: Counter[str] = Counter()
    for heading, body, context in counted:
        spread.update(heading.keys() | body.keys() | context.keys())
    rarity = {term: math.log(1 + (len(documents) - count + 0.5) / (count + 0.5)) for term, count in spread.items()}
    postings: dict[str, list[Posting]] = {}
    for number, (heading, body, context) in enumerate(counted):
        dilution = 1 - LENGTH_SHARE + LENGTH_SHARE * lengths[number] / average
        for term in sorted(heading.keys() | body.keys() | context.keys()):
            own = HEADING_WEIGHT * heading[term] + body[term] / dilution
            alone = _impact(own, rarity[term])
            together = _impact(own + CONTEXT_WEIGHT * context[term], rarity[term])
            postings.setdefault(term, []).append(Posting(number, alone, together - alone))
    return Index(tuple(documents), {term: tuple(postings[term]) for term in sorted(postings)})


def _counts(document: Document) -> tuple[Counter[str], Counter[str], Counter[str]]:
    heading, body, context = (
        Counter(each.text for each in tokens(compose(text), joined=True))
        for text in (document.heading, document.body, document.context)
    )
    return heading, body, context


def _impact(weight: float, rarity: float) -> int:
    return max(1, round(SCALE * rarity * weight / (SATURATION + weight))) if weight else 0


@dataclass(frozen=True, slots=True)
class MemoryReader:
    """Reads an index that is in memory."""

    index: Index

    def postings(self, term: str) -> Iterator[tuple[int, int, int]]:
        """(document, own, context) of a word."""
        for each in self.index.postings.get(term, ()):
            yield each.document, each.own, each.context

    def beginning(self, prefix: str) -> Iterator[tuple[int, int, int, int]]:
        """(length of the word, document, own, context) of every word that begins with `prefix`."""
        for term, all_of_it in self.index.postings.items():
            if term.startswith(prefix):
                for each in all_of_it:
                    yield len(term), each.document, each.own, each.context

    def label(self, number: int) -> tuple[str, str]:
        """(group, locale) of a document."""
        return self.index.documents[number].group, self.index.documents[number].locale

    def document(self, number: int) -> Document:
        """The document with that number."""
        return self.index.documents[number]
