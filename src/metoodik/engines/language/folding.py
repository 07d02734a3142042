"""Letters made alike on both sides of a search: what is typed and what is written.

Case, the diacritics õ ä ö ü š ž, Russian ё, apostrophes, hyphens, soft hyphens and composed or decomposed Unicode
make no difference; й stays apart from и, since it is a letter of its own. `tokens` finds words and where they stand
in the text, so that a hit can be marked in the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 64
"""Folded words are cut here, so that a text of one endless word stays bounded. In characters."""

_SIMPLE = str.maketrans("õäöüšžåéèáàóòúùíìñçøłđёı", "oaouszaeeaaoouuiincoldеi")
_PLAIN = re.compile(r"[a-z0-9а-я]*")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_PART = rf"(?:[^\W_]|[\u0300-\u036f{_INVISIBLE}])+"
_WORD = re.compile(rf"{_PART}(?:['’ʼ´`]{_PART})*(?:[-‐‑]{_PART}(?:['’ʼ´`]{_PART})*)*")
_HYPHEN = re.compile(r"[-‐‑]")
_GAPS = {" ", "\u00a0", "\u202f"}


def compose(text: str) -> str:
    """The text in Unicode NFC: the form that all stored text and all offsets of `tokens` are in."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def lettered(text: str) -> str:
    """The text with case and the usual diacritics gone, all else in place: its words are folded but for rare ones."""
    return text.casefold().translate(_SIMPLE)


def fold(word: str) -> str:
    """The word as it is compared. Only letters and digits remain; may be empty. Folding twice changes nothing."""
    simple = lettered(word)
    if _PLAIN.fullmatch(simple):
        return simple[:LONGEST_WORD]
    return _fold_fully(simple)[:LONGEST_WORD]


def _fold_fully(word: str) -> str:
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold()).translate(_SIMPLE):
        if letter == "\u0306" and letters and letters[-1] == "и":
            letters[-1] = "й"
        elif letter.isalnum() and not unicodedata.combining(letter):
            letters.append(letter)
    return "".join(letters)


known = lru_cache(maxsize=1 << 16)(fold)
"""`fold` that remembers: for texts of the handbook, whose words come again and again; never for what people type."""


class Token(NamedTuple):
    """A folded word and where it stands: `start` and `end` are offsets into the composed text."""

    text: str
    start: int
    end: int


def tokens(text: str, *, joined: bool = False, folding: Callable[[str], str] = fold) -> Iterator[Token]:
    """Words of a composed text in order.

    A hyphenated word gives its parts. With `joined` it also gives the whole (e-post: e, post, epost), and number groups
    that stand together give the whole number (116 006: 116, 006, 116006): an index takes both, so either way of
    writing finds the other. `folding` may be `known`.
    """
    run: list[Token] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if _HYPHEN.search(word):
            parts = list(_parts(word, match.start(), folding))
            yield from parts
            if joined:
                yield from _whole(parts)
            continue
        folded = folding(word)
        if not folded:
            continue
        token = Token(folded, match.start(), match.end())
        yield token
        if joined and folded.isdecimal():
            if run and text[run[-1].end : token.start] not in _GAPS:
                yield from _whole(run)
                run = []
            run.append(token)
    yield from _whole(run)


def _parts(word: str, start: int, folding: Callable[[str], str]) -> Iterator[Token]:
    for part in _HYPHEN.split(word):
        folded = folding(part)
        if folded:
            yield Token(folded, start, start + len(part))
        start += len(part) + 1


def _whole(parts: list[Token]) -> Iterator[Token]:
    if len(parts) > 1:
        yield Token("".join(each.text for each in parts)[:LONGEST_WORD], parts[0].start, parts[-1].end)
