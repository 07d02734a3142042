"""Words of the field in the languages of the line, offered to translators where the Estonian names them.

`terms.toml` holds the terms; the first form of each is what is written, the stem is what is looked for, because
Estonian bends its words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field. `stems` are beginnings by which the Estonian is recognised, in small letters."""

    et: str
    ru: str
    en: str
    stems: tuple[str, ...]

    def said(self, language: str) -> str:
        """The term in Russian or English; empty where the field has settled on none."""
        return self.ru if language == "ru" else self.en


@cache
def terms() -> tuple[Term, ...]:
    """Every term, the longest first, so that the more exact one is offered."""
    data = tomllib.loads((files(__name__) / "terms.toml").read_text(encoding="utf-8"))
    found = [Term(each["et"], each.get("ru", ""), each["en"], tuple(each["stems"])) for each in data["term"]]
    return tuple(sorted(found, key=lambda each: -len(each.et)))


def hints(words: str, language: str) -> list[Term]:
    """Terms that the Estonian words name, in the order of the Estonian alphabet of their first forms."""
    small = words.casefold()
    named = [each for each in terms() if each.said(language) and any(_named(stem, small) for stem in each.stems)]
    return sorted(named, key=lambda each: each.et)


def _named(stem: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(stem)}", words) is not None
