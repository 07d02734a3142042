"""Figures of editions: counted once from content that never changes, then read from a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone

from metoodik.editions.audiences import AudienceClass
from metoodik.editions.health import Figure, figures_of
from metoodik.editions.models import Edition
from metoodik.editions.models_health import EditionHealth

MOST_SHOWN = 24
"""Editions that a trend shows; all of them stand in the file."""


@dataclass(frozen=True, slots=True)
class Past:
    """How the handbook stood when an edition came into force."""

    number: int
    effective_at: datetime
    figures: dict[str, list[int]]

    def figure(self, key: str) -> Figure:
        """The figure of a measure; nothing of nothing for one that was not counted then."""
        good, total = self.figures.get(key, (0, 0))
        return Figure(good, total)


def known(audience: AudienceClass) -> list[Past]:
    """Figures of editions that have come into force, for a class of readers, in the order of their coming."""
    rows = EditionHealth.objects.filter(
        audience=audience.key, edition__superseded_at__isnull=True, edition__effective_at__lte=timezone.now()
    ).order_by("edition__effective_at", "edition__number")
    return [Past(*row) for row in rows.values_list("edition__number", "edition__effective_at", "figures")]


def missing(audience: AudienceClass) -> int:
    """How many editions have not been counted for the class yet."""
    return _uncounted(audience).count()


def count_missing(*, audience: AudienceClass, most: int) -> int:
    """Count up to so many editions, the newest first. Returns how many were counted.

    The figures follow from the edition alone, so nobody does this: it is kept to be read again, like a drawn page.
    """
    editions = list(_uncounted(audience).order_by("-effective_at", "-number")[:most])
    for edition in editions:
        day = timezone.localdate(edition.effective_at)
        counted = figures_of(edition.read_content(), edition.read_facts(), audience, day)
        EditionHealth.objects.get_or_create(edition=edition, audience=audience.key, defaults={"figures": counted})
    return len(editions)


def _uncounted(audience: AudienceClass) -> models.QuerySet[Edition]:
    counted = EditionHealth.objects.filter(audience=audience.key).values("edition")
    return Edition.objects.standing().filter(effective_at__lte=timezone.now()).exclude(pk__in=counted)
