"""How old a translated page is beside the Estonian page of the same edition; every class of readers is told alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.editions.places import Place
from metoodik.handbook.staleness import SOURCE_LANGUAGE, stale_passages, untranslated_passages


@dataclass(frozen=True, slots=True)
class Age:
    """What a reader of a translation is told. `older` is by passage key the address of the Estonian passage.

    `missing` are headings and addresses of Estonian passages that the translation does not have; `changed` is the day
    since which the Estonian words are in force. All empty for an Estonian page.
    """

    address: str = ""
    changed: date | None = None
    older: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[tuple[str, str], ...] = ()


def age_of(edition: OpenEdition, read: ReadPage, place: Place) -> Age:
    """The age of a page read from an edition."""
    page = read.content
    estonian = edition.page_by_key(page.key, SOURCE_LANGUAGE) if page.locale != SOURCE_LANGUAGE else None
    if estonian is None:
        return Age()
    there = {each.key for each in estonian.content.passages}
    unsure = estonian.erased | read.erased

    def address(key: str = "") -> str:
        return place.page(SOURCE_LANGUAGE, estonian.content.slug, key if key in there else "")

    return Age(
        address=address(),
        changed=timezone.localdate(estonian.in_force_since),
        older={key: address(key) for key in stale_passages(page, estonian.content) - unsure},
        missing=tuple(
            (each.heading, address(each.key))
            for each in untranslated_passages(page, estonian.content)
            if each.key not in unsure
        ),
    )
