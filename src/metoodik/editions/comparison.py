"""What differs between two editions, page by page, passage by passage, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from metoodik.editions.content import EditionPage
from metoodik.editions.opened import OpenEdition
from metoodik.handbook.content import Fact, Page, Passage
from metoodik.handbook.fact_marks import facts_of_page, read_page
from metoodik.handbook.pinned import Problem
from metoodik.handbook.texts import words_of
from metoodik.web.difference import Part

type ChangeState = Literal["same", "changed", "added", "removed"]

MOST_WORDS = 4000
"""A longer passage is compared line by line, not word by word: the time of a comparison stays bounded."""


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage in both editions or one. `parts` are the words of heading and body: same, added, removed."""

    key: str
    heading: str
    state: ChangeState
    heading_parts: tuple[Part, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class DetailChange:
    """A detail of a page (a field's name of `handbook.content.Page`) before and after, as text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page in both editions or one. Slugs are empty where the page is not."""

    key: str
    locale: str
    title: str
    state: ChangeState
    slug_before: str
    slug_after: str
    details: tuple[DetailChange, ...]
    passages: tuple[PassageChange, ...]

    @property
    def changed_passages(self) -> tuple[PassageChange, ...]:
        """Passages that differ."""
        return tuple(each for each in self.passages if each.state != "same")


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact whose value differs, as the later edition names it; a value is empty where the fact is not."""

    key: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Facts and pages that differ, in reading order, and how many pages did not.

    `problems` keep a coming edition from being made.
    """

    pages: tuple[PageChange, ...]
    same: int = 0
    problems: tuple[Problem, ...] = ()
    facts: tuple[FactChange, ...] = ()

    def of(self, state: ChangeState) -> tuple[PageChange, ...]:
        """Pages that were added, removed or changed."""
        return tuple(each for each in self.pages if each.state == state)

    def page(self, key: str, locale: str) -> PageChange | None:
        """What became of a page; None when it is as it was."""
        return next((each for each in self.pages if (each.key, each.locale) == (key, locale)), None)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.pages or self.facts)


def compare(before: OpenEdition, after: OpenEdition) -> Comparison:
    """What differs between two editions for one class of readers. Raises ValueError when their classes differ."""
    if before.audience != after.audience:
        raise ValueError("two editions are compared for one class of readers")
    found = compare_pages(_pages_of(before, after), _pages_of(after, before))
    return replace(found, facts=tuple(fact_changes(before.facts(), after.facts())))


def fact_changes(before: Iterable[Fact], after: Iterable[Fact], language: str = "et") -> Iterator[FactChange]:
    """Facts that came, went or say something else, in any language, by key."""
    old, new = ({each.key: each for each in facts} for facts in (before, after))
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        present = now or was
        if present and not (was and now and was.values == now.values):
            said = (each.value(language) if each else "" for each in (was, now))
            yield FactChange(key, present.name(language), *said)


def compare_pages(
    before: Mapping[tuple[str, str], EditionPage | None], after: Mapping[tuple[str, str], EditionPage | None]
) -> Comparison:
    """What differs between two sets of pages by (key, locale). None stands for a page known to be the same."""
    changes: list[PageChange] = []
    same = 0
    for place in dict.fromkeys([*after, *before]):
        old, new = before.get(place), after.get(place)
        if (place in before and place in after) and (old is None or new is None or old.hash == new.hash):
            same += 1
        else:
            changes.append(_page_change(old, new))
    return Comparison(tuple(changes), same)


def words(before: str, after: str) -> tuple[Part, ...]:
    """Two texts word by word; joined without the added parts they give `before`, without the removed `after`."""
    if before == after:
        return (Part("same", after),) if after else ()
    old, new = _pieces(before), _pieces(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return tuple(_merged(old, new))


def text_of(passage: Passage) -> str:
    """The passage's words, a line for each piece a reader sees."""
    return "\n".join(words for block in passage.blocks for words in words_of(block))


def in_words(page: EditionPage, facts: Mapping[str, Fact]) -> EditionPage:
    """The page as it is read, with values of facts: a changed fact is then a change of the page."""
    if not facts_of_page(page.page):
        return page

    def value(key: str, language: str) -> str | None:
        return facts[key].value(language) if key in facts else None

    return replace(page, page=read_page(page.page, value))


def _pages_of(edition: OpenEdition, other: OpenEdition) -> dict[tuple[str, str], EditionPage | None]:
    known = {(key, locale): page_hash for key, locale, page_hash in other.page_hashes()}
    changed = edition.pages_naming(_changed_facts(edition, other))
    return {
        (key, locale): None
        if known.get((key, locale)) == page_hash and (key, locale) not in changed
        else _in_words(edition, key, locale)
        for key, locale, page_hash in edition.page_hashes()
    }


def _changed_facts(edition: OpenEdition, other: OpenEdition) -> set[str]:
    theirs = {each.key: each.values for each in other.facts()}
    return {each.key for each in edition.facts() if each.key in theirs and theirs[each.key] != each.values}


def _in_words(edition: OpenEdition, key: str, locale: str) -> EditionPage | None:
    page = edition.edition_page(key, locale)
    return in_words(page, {each.key: each for each in edition.facts()}) if page else None


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s\w]|\w+", text)


def _merged(old: list[str], new: list[str]) -> Iterator[Part]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Part("removed", "".join(old[a:b]))
        if d > c:
            yield Part("added", "".join(new[c:d]))


def _page_change(old: EditionPage | None, new: EditionPage | None) -> PageChange:
    present = new or old
    if present is None:
        raise ValueError("a page is in one of the two editions")
    state: ChangeState = "changed" if old and new else ("added" if new else "removed")
    return PageChange(
        key=present.page.key,
        locale=present.page.locale,
        title=present.page.title,
        state=state,
        slug_before=old.page.slug if old else "",
        slug_after=new.page.slug if new else "",
        details=tuple(_details(old.page, new.page)) if old and new else (),
        passages=tuple(_passages(old, new)),
    )


def _details(old: Page, new: Page) -> Iterator[DetailChange]:
    before, after = old.to_data(), new.to_data()
    for name in before:
        if name != "passages" and before[name] != after[name]:
            yield DetailChange(name, _as_text(before[name]), _as_text(after[name]))


def _as_text(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(str(each) for each in value.values() if each)
    if isinstance(value, list):
        return "; ".join(_as_text(each) for each in value)
    return "" if value is None else str(value)


def _passages(old: EditionPage | None, new: EditionPage | None) -> Iterator[PassageChange]:
    before = {each.key: each for each in old.page.passages} if old else {}
    after = {each.key: each for each in new.page.passages} if new else {}
    old_hashes, new_hashes = (page.passage_hashes if page else {} for page in (old, new))
    for key in _in_order(before, after):
        was, now = before.get(key), after.get(key)
        if was and now and old_hashes[key] == new_hashes[key]:
            state: ChangeState = "same"
        else:
            state = "changed" if was and now else ("added" if now else "removed")
        yield _passage_change(key, state, was, now)


def _in_order(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    """Keys of the new page in its order; a removed one stands where it stood, before the next that stayed."""
    old, new = list(before), list(after)
    removed = [key for key in old if key not in set(new)]
    for key in new:
        while removed and key in old and old.index(removed[0]) < old.index(key):
            yield removed.pop(0)
        yield key
    yield from removed


def _passage_change(key: str, state: ChangeState, was: Passage | None, now: Passage | None) -> PassageChange:
    present = now or was
    heading = present.heading if present else ""
    return PassageChange(
        key=key,
        heading=heading,
        state=state,
        heading_parts=words(was.heading if was else "", now.heading if now else ""),
        parts=words(text_of(was) if was else "", text_of(now) if now else ""),
    )
