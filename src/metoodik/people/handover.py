"""What a leaver's work is handed over by: each room registers what a person can have in hand there."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise

from metoodik.people.models import User

HandOver = Callable[[User, User | None, User | None], int]
_registered: list[tuple[str | Promise, HandOver]] = []


def handover(label: str | Promise) -> Callable[[HandOver], HandOver]:
    """Register a function `(leaver, successor, by) -> count`, run inside the leaving's transaction.

    `label` is plural, as people read it ("pages owned"). With `successor` None nothing may change: the function only
    counts what would have to be handed over. It may raise ValidationError when the successor cannot take the work.
    """

    def remember(function: HandOver) -> HandOver:
        _registered.append((label, function))
        return function

    return remember


def in_hand(leaver: User) -> dict[str, int]:
    """What the person has in hand, by label; empty when nothing."""
    counts = {str(label): function(leaver, None, None) for label, function in _registered}
    return {label: count for label, count in counts.items() if count}


def hand_over(leaver: User, successor: User, by: User | None) -> dict[str, int]:
    """Give everything to the successor. Returns how many things went, by label."""
    counts = {str(label): function(leaver, successor, by) for label, function in _registered}
    return {label: count for label, count in counts.items() if count}
