"""When pages in force were last found still right: kept on each node beside the overlay, not in an edition.

A review changes no word, so it makes no edition; readers of the edition in force see its day within seconds all the
same. Past editions keep what they were made with. Rows hold keys and days, no titles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from metoodik.handbook.content import canonical_json
from metoodik.handbook.pinned import Provenance
from metoodik.handbook.upkeep import review_dates

type Row = tuple[str, str, int, date | None, date]
"""Page key, language, version's number, reviewed on, due."""


@dataclass(frozen=True)
class Reviews:
    """Reviews and intervals since approval, of every version that has some."""

    rows: tuple[Row, ...] = ()

    @cached_property
    def version(self) -> str:
        """Changes whenever anything here does."""
        return hashlib.sha256(canonical_json(self.to_data())).hexdigest()[:16]

    @cached_property
    def _by_version(self) -> dict[tuple[str, str, int], tuple[date | None, date]]:
        return {(key, locale, number): (reviewed, due) for key, locale, number, reviewed, due in self.rows}

    def of(self, key: str, locale: str, provenance: Provenance) -> Provenance:
        """The provenance with the newest days, if somebody looked at exactly this version since."""
        found = self._by_version.get((key, locale, provenance.version))
        return replace(provenance, reviewed_on=found[0], review_due=found[1]) if found else provenance

    def to_data(self) -> list[list[Any]]:
        """Rows of JSON types."""
        return [
            [key, locale, number, reviewed.isoformat() if reviewed else None, due.isoformat()]
            for key, locale, number, reviewed, due in self.rows
        ]

    @classmethod
    def from_data(cls, rows: Iterable[list[Any]]) -> Reviews:
        """The reviews that `to_data` described."""
        return cls(
            tuple(
                (key, locale, number, date.fromisoformat(reviewed) if reviewed else None, date.fromisoformat(due))
                for key, locale, number, reviewed, due in rows
            )
        )


def reviews_in_database() -> Reviews:
    """What the database knows now, in a fixed order."""
    return Reviews(tuple(sorted(review_dates(), key=lambda row: row[:3])))
