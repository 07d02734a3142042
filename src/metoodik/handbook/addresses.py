"""Addresses live for ever: where each address that guidance ever had leads at an instant.

A page that got another address is found by every old one; a withdrawn page leads to the page that is used instead. An
address is remembered with the readers of the version that had it, so that nobody learns of a page by its old address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from metoodik.handbook.content import Access
from metoodik.handbook.front_matter import front_matter_of
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import Target

PAGE, SECTION, KEY = "page", "section", "key"
"""What an old address names: a page or section by its slug, or a page by its key."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that nothing in force has any more. `key` is the page or section that it leads to.

    `audiences` and `access` are those of the version that had it: whoever could not see that gets no redirect either.
    """

    kind: str
    locale: str
    name: str
    key: str
    access: str = ""
    audiences: tuple[str, ...] = ()

    def to_data(self) -> list[Any]:
        """A row of JSON types."""
        return [self.kind, self.locale, self.name, self.key, self.access, list(self.audiences)]

    @classmethod
    def from_data(cls, row: Sequence[Any]) -> Self:
        """The address that `to_data` described."""
        kind, locale, name, key, access, audiences = row
        return cls(kind, locale, name, key, access, tuple(audiences))

    def is_for(self, circles: Collection[str], *, restricted: bool) -> bool:
        """Whether readers of these circles could see what had the address."""
        if self.access == Access.RESTRICTED and not restricted:
            return False
        return self.kind == SECTION or any(each in circles for each in self.audiences)


@dataclass(frozen=True, slots=True)
class _Had:
    """One approved version, as far as addresses go."""

    target: str
    key: str
    locale: str
    slug: str
    withdraws: bool
    replaced_by: str
    access: str
    audiences: tuple[str, ...]


def addresses_at(at: datetime) -> tuple[Address, ...]:
    """Every old address that leads somewhere at an instant, in a fixed order."""
    return tuple(_addresses(list(_history(at))))


def _history(at: datetime) -> Iterator[_Had]:
    """Versions in force at some time up to `at`, in the order in which they were approved."""
    fields = ("pk", "content_hash", "target", "key", "locale", "withdraws", "replaced_by")
    rows = list(Version.objects.approved_at(at).order_by("decided_at", "number", "pk").values_list(*fields))
    front = front_matter_of([(pk, content_hash) for pk, content_hash, *_others in rows])
    for pk, _hash, target, key, locale, withdraws, instead in rows:
        had = front[pk]
        yield _Had(target, str(key), locale, had.slug, withdraws, str(instead or ""), had.access, had.audiences)


def _addresses(history: Sequence[_Had]) -> Iterator[Address]:
    newest = {(each.target, each.key, each.locale): each for each in history}
    in_force = {place: each for place, each in newest.items() if not each.withdraws}
    taken = {(each.target, each.locale, each.slug) for each in in_force.values()}
    had = {(each.target, each.locale, each.slug): each for each in history}
    for (target, locale, slug), version in sorted(had.items()):
        leads = _leads(target, version.key, locale, newest, in_force)
        if leads and (target, locale, slug) not in taken:
            kind = PAGE if target == Target.PAGE else SECTION
            yield Address(kind, locale, slug, leads, version.access, version.audiences)
    pages = {each.key: each for each in history if each.target == Target.PAGE}
    standing = {key for target, key, _locale in in_force if target == Target.PAGE}
    for key, version in sorted(pages.items()):
        leads = _leads(Target.PAGE, key, version.locale, newest, in_force)
        if leads and key not in standing:
            yield Address(KEY, "", key, leads, version.access, version.audiences)


def _leads(
    target: str,
    key: str,
    locale: str,
    newest: Mapping[tuple[str, str, str], _Had],
    in_force: Mapping[tuple[str, str, str], _Had],
) -> str:
    """The page in force that this one is now, through every page used instead; empty when there is none."""
    seen: set[str] = set()
    while key and key not in seen:
        if (target, key, locale) in in_force:
            return key
        seen.add(key)
        last = newest.get((target, key, locale))
        instead = last.replaced_by if last else ""
        languages = sorted({each for kind, _key, each in newest if kind == target})
        others = [newest[target, key, each] for each in languages if (target, key, each) in newest]
        if not instead and any(not each.withdraws for each in others):
            return key
        key = instead or next((each.replaced_by for each in others if each.replaced_by), "")
    return ""
