"""Asking an index: whole words, and the beginning of the word being typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from metoodik.engines.language.folding import LONGEST_WORD, compose, tokens
from metoodik.engines.search.excerpts import Marker, Spans
from metoodik.engines.search.index import SCALE, Document

LONGEST_QUERY = 64 * 1024
"""Characters of a query that are looked at."""
MOST_WORDS = 12
"""Different words of a query that count."""
BEGINNING_RARITY = 2.5
"""How rare the beginning of a word counts as: it is not known yet how the word goes on."""
OTHER_LANGUAGE = 0.5
"""What a hit in another language than the reader's is worth beside one in it."""


class Reader(Protocol):
    """An index as a query sees it."""

    def postings(self, term: str) -> Iterable[tuple[int, int, int, int]]:
        """(rarity, document, own, context) of a word."""

    def beginning(self, prefix: str) -> Iterable[tuple[int, int, int, int]]:
        """(length of the word, document, own, context) of every word that begins with `prefix`."""

    def label(self, number: int) -> tuple[str, str]:
        """(group, locale) of a document: asked of every document that matches, so it should be at hand."""

    def read(self, numbers: Sequence[int]) -> Sequence[Document]:
        """The documents with those numbers, in that order: asked once, of those that are shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `words` of `asked` words stand in it or above it; spans are (text, is it a found word)."""

    number: int
    document: Document
    score: float
    words: int
    asked: int
    heading: Spans
    excerpt: Spans


@dataclass(slots=True)
class _Tally:
    score: float = 0.0
    words: int = 0
    own: bool = False


def words_of(text: str) -> list[str]:
    """The folded words a query asks for, each once, in order; at most `MOST_WORDS`."""
    found: dict[str, None] = {}
    for token in tokens(compose(text[:LONGEST_QUERY])):
        found.setdefault(token.text)
        if len(found) == MOST_WORDS:
            break
    return list(found)


def search(reader: Reader, text: str, *, locale: str, limit: int = 20) -> list[Hit]:
    """The best `limit` documents for `text`, best first; the last word may be a beginning.

    Documents with all the words are enough when there are any. When there are none, every word may be a beginning, and
    those with the most words come first. Equal documents keep their order. Each choice depends only on documents that
    match, so readers of different circles see what they share in the same order.
    """
    words = words_of(text)
    if not words or limit < 1:
        return []
    tallies = _tally(reader, words, beginnings={words[-1]})
    whole = {number: each for number, each in tallies.items() if each.words == len(words)}
    prefixes = {words[-1]}
    if not whole and len(words) > 1:
        tallies, prefixes = _tally(reader, words, beginnings=set(words)), set(words)
        whole = {number: each for number, each in tallies.items() if each.words == len(words)}
    ranked = _ranked(reader, whole or tallies, locale)
    marker = Marker(words, prefixes)
    shown = ranked[:limit]
    documents = reader.read([number for number, _ in shown])
    return [
        Hit(
            number=number,
            document=document,
            score=round(tally.score, 3),
            words=tally.words,
            asked=len(words),
            heading=marker.marked(document.heading),
            excerpt=marker.excerpt(document.body),
        )
        for (number, tally), document in zip(shown, documents, strict=True)
    ]


def _tally(reader: Reader, words: list[str], beginnings: set[str]) -> dict[int, _Tally]:
    tallies: dict[int, _Tally] = {}
    for word in words:
        found = _beginning(reader, word) if word in beginnings else _whole(reader, word)
        for number, (score, own_word) in found.items():
            tally = tallies.setdefault(number, _Tally())
            tally.score += score
            tally.words += 1
            tally.own = tally.own or own_word
    return {number: each for number, each in tallies.items() if each.own}


def _whole(reader: Reader, word: str) -> dict[int, tuple[float, bool]]:
    """(score, is it a word of its own) by document."""
    return {
        number: ((own + context) * rarity / SCALE, own > 0) for rarity, number, own, context in reader.postings(word)
    }


def _beginning(reader: Reader, word: str) -> dict[int, tuple[float, bool]]:
    """As `_whole`, for any word that begins so: the less, the longer it goes on. A document's best word counts."""
    share = [BEGINNING_RARITY * (0.7 + 0.3 * len(word) / max(length, len(word))) for length in range(LONGEST_WORD + 1)]
    best: dict[int, tuple[float, bool]] = {}
    for length, number, own, context in reader.beginning(word):
        score = (own + context) * share[length]
        known, own_word = best.get(number, (0.0, False))
        best[number] = (max(known, score), own_word or own > 0)
    return best


def _ranked(reader: Reader, tallies: dict[int, _Tally], locale: str) -> list[tuple[int, _Tally]]:
    """Best first; of one group (a passage in several languages) only the reader's language or else the best."""
    labels = {number: reader.label(number) for number in tallies}
    for number, tally in tallies.items():
        if labels[number][1] != locale:
            tally.score *= OTHER_LANGUAGE
    found = sorted(tallies.items(), key=lambda each: (-each[1].words, -each[1].score, each[0]))
    chosen: dict[str, int] = {}
    for number, tally in found:
        group, language = labels[number]
        before = chosen.setdefault(group, number)
        if language == locale != labels[before][1] and tally.words == tallies[before].words:
            chosen[group] = number
    return [(number, tally) for number, tally in found if chosen[labels[number][0]] == number]
