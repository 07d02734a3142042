"""The order of the Estonian alphabet, the same on every machine and database."""

from __future__ import annotations

from metoodik.engines.language.folding import compose

_ALPHABET = "abcdefghijklmnopqrsšzžtuvwõäöüxy"
_PLACES = {letter: chr(0x100 + place) for place, letter in enumerate(_ALPHABET)}


def estonian(text: str) -> str:
    """A key to sort by: s š z ž t … w õ ä ö ü x y; digits before letters, other scripts after them."""
    return "".join(
        _PLACES.get(letter, letter) if letter < "а" else "\uffff" + letter for letter in compose(text).casefold()
    )
