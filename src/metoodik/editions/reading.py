"""What pages, search, print and export read: open editions and the overlay. No query where the node's copy is fresh."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

from django.utils import timezone

from metoodik.editions import overlay as drawn
from metoodik.editions import store
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.fact_checks import FactChecks
from metoodik.editions.opened import Hit, OpenEdition, PageEntry, ReadPage
from metoodik.editions.overlay import OverlayMark, OverlayView
from metoodik.editions.reviews import Reviews
from metoodik.editions.store import EditionEntry

__all__ = [
    "EditionEntry",
    "FactChecks",
    "Hit",
    "OpenEdition",
    "OverlayMark",
    "OverlayView",
    "PageEntry",
    "ReadPage",
    "Reviews",
    "age_seconds",
    "checks",
    "current",
    "history",
    "look_again",
    "numbered",
    "of_day",
    "on",
    "overlay",
    "pending",
    "reviews",
]


def current(audience: AudienceClass) -> OpenEdition | None:
    """The edition in force now, for a class of readers; None when there is none or the class may see nothing.

    When its file cannot be had, the latest one before it, which answers False to `is_current`.
    """
    return store.node().open_best(audience) if audience else None


def numbered(number: int, audience: AudienceClass, *, pending: bool = False) -> OpenEdition | None:
    """The edition of that number, when it has come into force (or waits for its time, with `pending`)."""
    entry = store.node().state().numbered(number)
    if entry is None or entry.superseded or (entry.effective_at > timezone.now() and not pending):
        return None
    return _opened(entry, audience)


def on(instant: datetime, audience: AudienceClass) -> OpenEdition | None:
    """The edition that was in force at an instant of the past (now at the latest)."""
    entry = store.node().state().in_force_at(min(instant, timezone.now()))
    return _opened(entry, audience) if entry else None


def of_day(day: date) -> list[EditionEntry]:
    """Editions in force at some time of that day, as far as it is past, the earliest first."""
    now = timezone.now()
    if day > timezone.localdate(now):
        return []
    return [each for each in store.node().state().of_day(day) if each.effective_at <= now]


def history() -> list[EditionEntry]:
    """Editions that have come into force, the latest first; the first is the one in force."""
    return store.node().state().been(timezone.now())


def pending() -> list[EditionEntry]:
    """Editions that wait for their time, the soonest first: for those who make editions."""
    return store.node().state().pending(timezone.now())


def overlay(audience: AudienceClass, edition: OpenEdition | None = None) -> OverlayView:
    """The overlay over `edition` (by default the one in force), on pages that the class of readers may see there."""
    state = store.node().state()
    known = drawn.Overlay(drawn.standing(state.marks), state.checked_at)
    opened = edition or current(audience)
    entries = known.entries_for(opened) if opened else []
    return OverlayView(tuple(entries), known.age_seconds(timezone.now()))


def reviews() -> Reviews:
    """When pages in force were last found still right, for the edition in force."""
    return store.node().state().reviews


def checks() -> FactChecks:
    """When facts were last found still right, for the edition in force."""
    return store.node().state().checks


def look_again() -> None:
    """Look into the database before the next answer: another process has made an edition or acted on the overlay."""
    store.node().mark_stale()


def age_seconds() -> float | None:
    """How long ago this node last saw the database; None when it never did."""
    state = store.node().state()
    return drawn.Overlay((), state.checked_at).age_seconds(timezone.now())


def _opened(entry: EditionEntry, audience: AudienceClass) -> OpenEdition | None:
    if not audience:
        return None
    with contextlib.suppress(store.Unavailable):
        return store.node().open(entry, audience)
    return None
