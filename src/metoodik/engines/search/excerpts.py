"""The piece of a text to show under a hit, with the found words marked."""

from __future__ import annotations

import re
from collections.abc import Collection

from metoodik.engines.language.folding import Token, compose, known, lettered, tokens

LENGTH = 180
"""About how long an excerpt is, in characters."""
LEAD = 40
"""How far before the first marked word it begins at most, in characters."""
LONGEST_WORD_SHOWN = 60

type Spans = tuple[tuple[str, bool], ...]

_JOINED = re.compile(r"[^\W_][-‐‑'’ʼ´`\u00ad\u200b-\u200d\u2060\ufeff][^\W_]")
_NUMBERS = re.compile(r"\d\s\d")


class Marker:
    """Marks the words of one query: `whole` ones, and of those any that begins with one of `starts`."""

    def __init__(self, whole: Collection[str], starts: Collection[str]) -> None:
        self._whole = frozenset(whole)
        self._starts = tuple(sorted(starts))
        self._numbers = any(each.isdecimal() for each in self._whole)
        plain = [rf"{re.escape(each)}(?![^\W_])" for each in sorted(self._whole - set(starts))]
        begun = [rf"{re.escape(each)}[^\W_]*" for each in self._starts]
        self._pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join((*begun, *plain))})")

    def marked(self, text: str) -> Spans:
        """The text in spans of (words, found?). Joined, the spans are the composed text."""
        composed = compose(text)
        return _spans(composed, 0, len(composed), self._found(composed))

    def excerpt(self, text: str, length: int = LENGTH) -> Spans:
        """The stretch of `text` with the most different found words, cut at words, with … where it was cut."""
        composed = compose(text)
        found = self._found(composed)
        start = _start(composed, found, length)
        end = _end(composed, start, length)
        spans = _spans(composed, start, end, found)
        first: Spans = (("… ", False),) if start else ()
        last: Spans = ((" …", False),) if end < len(composed) else ()
        return (*first, *spans, *last) if spans else spans

    def _found(self, text: str) -> list[Token]:
        """Where found words stand, in order: looked for in the text at once, or word by word where words are joined."""
        simple = lettered(text)
        if len(simple) == len(text) and not (self._numbers and _NUMBERS.search(text)):
            found = [Token(each.group(), *each.span()) for each in self._pattern.finditer(simple)]
            if found or not _JOINED.search(text):
                return found
        return self._among_tokens(text)

    def _among_tokens(self, text: str) -> list[Token]:
        every = tokens(text, joined=True, folding=known)
        matching = [each for each in every if each.text in self._whole or each.text.startswith(self._starts)]
        matching.sort(key=lambda each: (each.start, -each.end))
        outer: list[Token] = []
        for each in matching:
            if not outer or each.start >= outer[-1].end:
                outer.append(each)
        return outer


def _start(text: str, found: list[Token], length: int) -> int:
    if not found or len(text) <= length:
        return 0
    best, most = found[0], 0
    low = 0
    for high, last in enumerate(found):
        while last.end - found[low].start > length and low < high:
            low += 1
        different = len({each.text for each in found[low : high + 1]})
        if different > most:
            best, most = found[low], different
    start = max(0, best.start - LEAD)
    if start and (space := text.find(" ", start, best.start)) >= 0:
        start = space + 1
    return start


def _end(text: str, start: int, length: int) -> int:
    end = min(len(text), start + length)
    if end < len(text) and (space := text.rfind(" ", max(start, end - LONGEST_WORD_SHOWN), end)) > start:
        end = space
    return end


def _spans(text: str, start: int, end: int, found: list[Token]) -> Spans:
    spans: list[tuple[str, bool]] = []
    at = start
    for each in found:
        if each.end <= start or each.start >= end:
            continue
        left, right = max(each.start, start), min(each.end, end)
        if left > at:
            spans.append((text[at:left], False))
        spans.append((text[left:right], True))
        at = right
    if at < end:
        spans.append((text[at:end], False))
    return tuple(spans)
