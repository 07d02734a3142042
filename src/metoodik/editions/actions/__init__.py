"""Writes: making editions, warning and withdrawing at once, erasing a passage. Nothing else changes these tables."""

from metoodik.editions.actions.erasing import erase_passage
from metoodik.editions.actions.making import make_edition, request_edition
from metoodik.editions.actions.overlay import (
    correct_fact,
    correct_number,
    lift,
    take_back_fact,
    warn,
    withdraw_at_once,
)
from metoodik.editions.actions.plans import dry_run

__all__ = [
    "correct_fact",
    "correct_number",
    "dry_run",
    "erase_passage",
    "lift",
    "make_edition",
    "request_edition",
    "take_back_fact",
    "warn",
    "withdraw_at_once",
]
