"""The piece of a text to show under a hit, with the found words marked."""

from __future__ import annotations

from metoodik.engines.language.folding import Token, compose, tokens

LENGTH = 180
"""About how long an excerpt is, in characters."""
LEAD = 40
"""How far before the first marked word it begins at most, in characters."""
LONGEST_WORD_SHOWN = 60

type Spans = tuple[tuple[str, bool], ...]


def marked(text: str, whole: frozenset[str], starts: tuple[str, ...]) -> Spans:
    """The text in spans of (words, found?). Joined, the spans are the composed text."""
    composed = compose(text)
    return _spans(composed, 0, len(composed), _found(composed, whole, starts))


def excerpt(text: str, whole: frozenset[str], starts: tuple[str, ...], length: int = LENGTH) -> Spans:
    """The stretch of `text` with the most different found words, cut at words, with … where it was cut."""
    composed = compose(text)
    found = _found(composed, whole, starts)
    start = _start(composed, found, length)
    end = _end(composed, start, length)
    spans = _spans(composed, start, end, found)
    if not spans:
        return spans
    first, last = ("… " if start else ""), (" …" if end < len(composed) else "")
    return (*((((first, False),)) if first else ()), *spans, *(((last, False),) if last else ()))


def _found(text: str, whole: frozenset[str], starts: tuple[str, ...]) -> list[Token]:
    """Tokens that match, outermost ones only, in order."""
    matching = [
        each for each in tokens(text, joined=True) if each.text in whole or each.text.startswith(starts or ("\0",))
    ]
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
