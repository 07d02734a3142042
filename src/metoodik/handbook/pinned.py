"""What stands approved at an instant: the only door through which an edition sees the handbook.

Everything here comes from approved, pinned versions, never from a page's live or draft state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from metoodik.handbook.content import ChangeKind, Page, Section


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a page came to be in force: shown beside it, kept outside the content hash."""

    version: int
    change_kind: ChangeKind
    change_sentence: str
    author: str
    approved_by: str
    approved_at: datetime
    reviewed_by: tuple[str, ...]
    owner: str
    review_due: date


@dataclass(frozen=True, slots=True)
class PinnedPage:
    """A page as approved, with its provenance."""

    content: Page
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an edition cannot be built: which page (its title) and a sentence in the desk's language."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PinnedHandbook:
    """All that is approved and in force at `at`; `problems` must be empty for an edition to be made."""

    at: datetime
    sections: tuple[Section, ...]
    pages: tuple[PinnedPage, ...]
    problems: tuple[Problem, ...] = ()
