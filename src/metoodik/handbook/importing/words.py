"""What counts as a word when a draft is compared with its file."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of `text` in order: runs of letters and digits, Unicode NFC, case folded.

    Soft hyphens and other invisible characters are dropped; raised and lowered digits count as plain ones.
    """
    return [token for token, _, _ in located_words(text)]


def located_words(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` with the place of each in `clean(text)`: (word, start, end)."""
    return [
        (unicodedata.normalize("NFC", found.group().translate(_RAISED).casefold()), found.start(), found.end())
        for found in _WORD.finditer(clean(text))
    ]


def visible(text: str) -> str:
    """`text` in NFC without soft hyphens and other invisible characters."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def clean(text: str) -> str:
    """`visible(text)` with no-break spaces made plain."""
    return visible(text).replace("\u00a0", " ").replace("\u202f", " ")
