"""Marks of facts in text: `{{fact:<key>}}` stands wherever a number, address or time would be typed.

The mark is the same in running text, phrases, tables and contacts, so that whoever looks through content needs one way
to find it. Canonical content keeps marks; readers, search, exports and differences see values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from metoodik.handbook import content

MARK = re.compile(r"\{\{fact:([a-z0-9][a-z0-9-]{0,63})\}\}")

SPOKEN = re.compile(r"\{\{fact:([a-z0-9][a-z0-9-]{0,63})/(et|ru|en)\}\}")
"""A mark that says in which language it is read, for texts in which languages stand mixed."""

BROKEN = re.compile(r"\{\{|\}\}|\{fact:|\bfact:[a-z0-9-]+\}")

type Value = Callable[[str], str | None]
"""A fact's key to its value as plain text, or None when nobody knows it: the mark then stays."""


def mark(key: str) -> str:
    """The mark of a fact."""
    return f"{{{{fact:{key}}}}}"


def keys_in(text: str) -> tuple[str, ...]:
    """Keys of the facts named in a text, in order, each once."""
    return tuple(dict.fromkeys(MARK.findall(text)))


def is_broken(passage: content.Passage) -> bool:
    """Whether a mark in the passage has lost a letter or a bracket: it would be read as it stands."""
    return any(BROKEN.search(MARK.sub("", text)) for text in _strings(passage.to_data()))


def filled(text: str, value: Value, *, escape: Callable[[str], str] = str) -> str:
    """The text with each known fact's value in place of its mark; `escape` makes a value fit for HTML."""

    def put(match: re.Match[str]) -> str:
        found = value(match[1])
        return match[0] if found is None else escape(found)

    return MARK.sub(put, text)


def spoken(text: str, language: str) -> str:
    """The text with marks that say their language, to be filled by `filled_spoken` once it stands among others."""
    return MARK.sub(lambda match: f"{{{{fact:{match[1]}/{language}}}}}", text)


def filled_spoken(text: str, value: Callable[[str, str], str | None]) -> str:
    """The text of `spoken` with values; `value` takes key and language. An unknown mark stays as an editor wrote it."""

    def put(match: re.Match[str]) -> str:
        found = value(match[1], match[2])
        return mark(match[1]) if found is None else found

    return SPOKEN.sub(put, text)


def facts_of_page(page: content.Page) -> tuple[str, ...]:
    """Keys of the facts a page names anywhere, in order, each once."""
    return keys_in("\n".join(_strings(page.to_data())))


def facts_of_passage(passage: content.Passage) -> tuple[str, ...]:
    """Keys of the facts a passage names, in order, each once."""
    return keys_in("\n".join(_strings(passage.to_data())))


def read_page(page: content.Page, value: Callable[[str, str], str | None]) -> content.Page:
    """The page with values in place of marks, words to say each in their own language; `value` takes key and language.

    Hashes and what translations were confirmed against are then of the words with values.
    """
    return content.Page.from_data(_read(page.to_data(), page.locale, value))


def _read(data: Any, language: str, value: Callable[[str, str], str | None]) -> Any:
    if isinstance(data, dict) and data.get("kind") == content.Phrase.kind:
        own = {name: _read(data[name], name, value) for name in content.LANGUAGES}
        return {**data, **own}
    if isinstance(data, dict):
        return {name: _read(each, language, value) for name, each in data.items()}
    if isinstance(data, list):
        return [_read(each, language, value) for each in data]
    return filled(data, lambda key: value(key, language)) if isinstance(data, str) else data


def filled_page(page: content.Page, value: Value) -> content.Page:
    """The page with values in place of marks, for search, exports and differences."""
    return content.Page.from_data(_mapped(page.to_data(), lambda text: filled(text, value)))


def filled_passage(passage: content.Passage, value: Value) -> content.Passage:
    """The passage with values in place of marks."""
    return content.Passage.from_data(_mapped(passage.to_data(), lambda text: filled(text, value)))


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for each in data.values():
            yield from _strings(each)
    elif isinstance(data, list):
        for each in data:
            yield from _strings(each)


def _mapped(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _mapped(each, change) for name, each in data.items()}
    if isinstance(data, list):
        return [_mapped(each, change) for each in data]
    return data
