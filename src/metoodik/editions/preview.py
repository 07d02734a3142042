"""The handbook as readers of a role would see it on a day, with what waits in clearance if wished; kept nowhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from metoodik.editions import reading
from metoodik.editions.audiences import AudienceClass, audience_of, class_of_role
from metoodik.editions.build import Imprint, PageFacts, Projector
from metoodik.editions.content import content_of
from metoodik.editions.models import ErasedPassage
from metoodik.editions.opened import OpenEdition
from metoodik.editions.places import Place
from metoodik.handbook import pinned
from metoodik.handbook.access import versions_for
from metoodik.people.models import User


@dataclass(frozen=True, slots=True)
class Wish:
    """As whom and when one looks. `at` None is now; `with_clearance` takes in what waits for approval."""

    role: str
    language: str
    at: datetime | None = None
    with_clearance: bool = False


@dataclass(frozen=True, slots=True)
class PreviewPlace(Place):
    """Makes addresses that stay within the same preview."""

    query: str = ""

    def _reverse(self, name: str, *rest: str) -> str:
        known = name if name in {"contents", "section", "page"} else "contents"
        return f"{reverse(f'editions:preview-{known}', args=rest)}?{self.query}"


def place_of(said: dict[str, str]) -> PreviewPlace:
    """The place of a preview; `said` is the query it was asked by."""
    return PreviewPlace(0, urlencode({name: value for name, value in said.items() if value}))


def class_for(user: User, role: str) -> AudienceClass:
    """What a role's readers see, and never more than the person who looks may see."""
    return class_of_role(role).within(audience_of(user))


@contextmanager
def open_preview(user: User, wish: Wish, *, now: datetime) -> Iterator[OpenEdition | None]:
    """The edition of that time for that class; one is made in memory of what is still to come. None when there is none.

    The past, and now without what waits in clearance, are what the edition then in force says.
    """
    audience = class_for(user, wish.role)
    at = wish.at or now
    if not audience:
        yield None
        return
    if at <= now and not wish.with_clearance:
        yield reading.on(at, audience)
        return
    handbook = pinned.pinned_handbook(max(at, now))
    if wish.with_clearance:
        handbook = pinned.with_versions(handbook, versions_for(user).in_clearance())
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
        connection.deserialize(_bytes(handbook, audience))
        yield OpenEdition(
            number=0,
            effective_at=handbook.at,
            content_hash="",
            audience=audience,
            in_force=lambda: None,
            file_hash="",
            query=lambda sql, values: connection.execute(sql, values).fetchall(),
        )


def _bytes(handbook: pinned.PinnedHandbook, audience: AudienceClass) -> bytes:
    content = content_of(handbook.sections, (each.content for each in handbook.pages), handbook.facts)
    content = content.without(set(ErasedPassage.objects.values_list("passage_hash", flat=True)))
    facts = {
        (each.content.key, each.content.locale): PageFacts(each.provenance, handbook.at) for each in handbook.pages
    }
    projector = Projector(content, facts, Imprint(0, handbook.at), handbook.addresses)
    return projector.project(audience, searchable=False)
