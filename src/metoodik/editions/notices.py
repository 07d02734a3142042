"""What the overlay says, in the reader's words: for pages, search results and the address that open pages ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.editions.models import OverlayKind
from metoodik.editions.overlay import OverlayMark, OverlayView

LATE_AFTER = 120
"""Seconds after which a reader is told how old the warnings are."""

WORDS: dict[str, str | Promise] = {
    OverlayKind.WARNING: _("Warning"),
    OverlayKind.WITHDRAWAL: _("Withdrawn"),
    OverlayKind.CORRECTION: _("Corrected number"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of the overlay as a reader meets it, its sentence in the interface's language."""

    number: int
    kind: str
    word: str
    sentence: str
    at: datetime
    withdraws: bool


@dataclass(frozen=True, slots=True)
class Notices:
    """All that stands over one page, passage or result."""

    withdrawal: Notice | None = None
    warnings: tuple[Notice, ...] = ()

    def __iter__(self) -> Iterator[Notice]:
        if self.withdrawal:
            yield self.withdrawal
        yield from self.warnings

    def __bool__(self) -> bool:
        return self.withdrawal is not None or bool(self.warnings)


def notice_of(mark: OverlayMark) -> Notice:
    """The entry in the interface's language."""
    language = translation.get_language() or "et"
    word = str(WORDS[mark.kind])
    return Notice(mark.number, mark.kind, word, mark.sentence(language), mark.at, mark.withdraws)


def notices_of(marks: Iterable[OverlayMark]) -> Notices:
    """Entries sorted into the withdrawal that hides the words, if there is one, and what stands above them."""
    drawn = [notice_of(each) for each in marks]
    return Notices(
        next((each for each in reversed(drawn) if each.withdraws), None),
        tuple(each for each in drawn if not each.withdraws),
    )


def is_late(overlay: OverlayView) -> bool:
    """Whether the warnings are older than a reader may take for granted."""
    return overlay.age_seconds is None or overlay.age_seconds > LATE_AFTER
