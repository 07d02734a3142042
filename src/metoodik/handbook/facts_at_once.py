"""Where a changed fact acts before the next edition: the room of editions registers how readers see it at once."""

from __future__ import annotations

from collections.abc import Callable

from metoodik.handbook.models import FactVersion
from metoodik.people.models import User

type Act = Callable[[FactVersion, User], bool]
"""Given a value and who acts; whether anything was done."""

_registered: list[tuple[Act, Act]] = []


def register(correct: Act, take_back: Act) -> None:
    """`correct` shows a value at once over every edition, `take_back` ends that. Both run in the caller's transaction.

    `correct` does nothing for somebody who may not act on the overlay.
    """
    _registered.append((correct, take_back))


def correct(version: FactVersion, by: User) -> bool:
    """Show the value to readers at once, where somebody can; whether it is shown."""
    done = [act(version, by) for act, _back in _registered]
    return any(done)


def take_back(version: FactVersion, by: User) -> bool:
    """End the showing of a value that was not confirmed; whether it was shown."""
    done = [back(version, by) for _act, back in _registered]
    return any(done)
