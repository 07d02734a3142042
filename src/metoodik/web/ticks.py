"""Things done again and again: `@tick(every=timedelta(minutes=5))` on a short function in a room's `desk` module.

Whichever worker comes first when a tick is due runs it; the others see that it has run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from metoodik.web.models import Tick

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Repeated:
    """A registered tick: its name, how often it runs at most, and what it does."""

    name: str
    every: timedelta
    job: Callable[[], None]


_ticks: dict[str, Repeated] = {}


def tick(*, every: timedelta, name: str = "") -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run the function about every `every`, by one worker at a time; long work belongs in a task it enqueues.

    The name defaults to the function's dotted path. Raises ValueError when two functions claim one name.
    """

    def add(job: Callable[[], None]) -> Callable[[], None]:
        known_as = name or f"{job.__module__}.{job.__qualname__}"
        if known_as in _ticks and _ticks[known_as].job is not job:
            raise ValueError(f"There is a tick called {known_as!r} already")
        _ticks[known_as] = Repeated(known_as, every, job)
        return job

    return add


def registered() -> list[Repeated]:
    """All ticks, by name."""
    return [_ticks[name] for name in sorted(_ticks)]


def claim(repeated: Repeated, now: datetime) -> bool:
    """Take the tick for this worker if it is due at `now`: one conditional UPDATE, which only one worker can win."""
    due = Q(last_run__isnull=True) | Q(last_run__lte=now - repeated.every)
    if Tick.objects.filter(due, name=repeated.name).update(last_run=now):
        return True
    if Tick.objects.filter(name=repeated.name).exists():
        return False
    Tick.objects.bulk_create([Tick(name=repeated.name)], ignore_conflicts=True)
    return bool(Tick.objects.filter(due, name=repeated.name).update(last_run=now))


def run_due(now: datetime | None = None) -> list[str]:
    """Run every tick that is due and that no other worker has taken; the names of those run.

    A tick that fails is logged and comes again at its next turn; the others run all the same.
    """
    moment = now or timezone.now()
    ran = []
    for repeated in registered():
        try:
            if not claim(repeated, moment):
                continue
            ran.append(repeated.name)
            repeated.job()
        except DatabaseError:
            logger.exception("The tick %s could not reach the database", repeated.name)
        except Exception:
            logger.exception("The tick %s failed", repeated.name)
    return ran
