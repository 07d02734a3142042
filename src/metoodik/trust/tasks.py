"""The nightly work, done by the worker."""

from __future__ import annotations

from django.tasks import task

from metoodik.trust import upkeep


@task()
def nightly() -> None:
    """See `upkeep.nightly`; doing it twice does no harm."""
    upkeep.nightly()
