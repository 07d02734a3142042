"""When facts were last found still right: kept on each node beside the overlay, not in an edition, as reviews are.

A check changes no word, so readers of the edition in force see its day without another edition being made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from metoodik.handbook.content import Fact, canonical_json
from metoodik.handbook.models import FactVersion

type Row = tuple[str, int, date]
"""Fact's key, number of its value, the day it was checked."""


@dataclass(frozen=True)
class FactChecks:
    """The day on which each confirmed value was last checked."""

    rows: tuple[Row, ...] = ()

    @cached_property
    def version(self) -> str:
        """Changes whenever anything here does."""
        return hashlib.sha256(canonical_json(self.to_data())).hexdigest()[:16]

    @cached_property
    def _days(self) -> dict[tuple[str, int], date]:
        return {(key, number): day for key, number, day in self.rows}

    def of(self, fact: Fact) -> date:
        """When exactly this value was last checked."""
        return max(fact.checked_on, self._days.get((fact.key, fact.version), fact.checked_on))

    def to_data(self) -> list[list[Any]]:
        """Rows of JSON types."""
        return [[key, number, day.isoformat()] for key, number, day in self.rows]

    @classmethod
    def from_data(cls, rows: Iterable[list[Any]]) -> FactChecks:
        """The checks that `to_data` described."""
        return cls(tuple((key, number, date.fromisoformat(day)) for key, number, day in rows))


def checks_in_database() -> FactChecks:
    """What the database knows now, in a fixed order. One query."""
    confirmed = FactVersion.objects.confirmed_at(timezone.now())
    return FactChecks(tuple(sorted((each.fact.key, each.number, each.checked_on) for each in confirmed)))
