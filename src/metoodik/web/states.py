"""State words: each state is a word, a shape and a tone, so that colour never says it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

type StateTone = Literal["plain", "good", "due", "unsafe", "past"]


@dataclass(frozen=True)
class State:
    """A word, the name of its drawing in `web.icons`, and its tone."""

    word: str | Promise
    shape: str
    tone: StateTone = "plain"


STATES: dict[str, State] = {
    "draft": State(pgettext_lazy("state", "draft"), "ring"),
    "clearance": State(pgettext_lazy("state", "in clearance"), "half"),
    "approved": State(pgettext_lazy("state", "approved"), "check", "good"),
    "in-force": State(pgettext_lazy("state", "in force"), "check", "good"),
    "coming": State(pgettext_lazy("state", "coming into force"), "clock"),
    "review": State(pgettext_lazy("state", "under review"), "half"),
    "superseded": State(pgettext_lazy("state", "superseded"), "back", "past"),
    "withdrawn": State(pgettext_lazy("state", "withdrawn"), "cross", "past"),
    "current": State(pgettext_lazy("state", "current"), "check", "good"),
    "stale": State(pgettext_lazy("state", "stale"), "clock", "due"),
    "missing": State(pgettext_lazy("state", "missing"), "dash", "due"),
    "due": State(pgettext_lazy("state", "due"), "clock", "due"),
    "overdue": State(pgettext_lazy("state", "overdue"), "warning", "due"),
    "returned": State(pgettext_lazy("state", "returned"), "back", "due"),
    "voided": State(pgettext_lazy("state", "taken back"), "cross", "past"),
    "agrees": State(pgettext_lazy("state", "agrees"), "check", "good"),
    "change": State(pgettext_lazy("state", "wants a change"), "warning", "due"),
    "read": State(pgettext_lazy("state", "read"), "half"),
    "drafted": State(pgettext_lazy("state", "made into a draft"), "check", "good"),
    "undone": State(pgettext_lazy("state", "undone"), "cross", "past"),
    "waiting": State(pgettext_lazy("state", "waiting"), "ring"),
    "running": State(pgettext_lazy("state", "under way"), "half"),
    "done": State(pgettext_lazy("state", "done"), "check", "good"),
    "failed": State(pgettext_lazy("state", "failed"), "cross", "due"),
    "refused": State(pgettext_lazy("state", "turned down"), "cross"),
    "unsafe": State(pgettext_lazy("state", "unsafe"), "warning", "unsafe"),
    "warned": State(pgettext_lazy("state", "with a warning"), "warning", "due"),
    "restricted": State(pgettext_lazy("state", "internal use only (AK)"), "lock"),
    "sample": State(pgettext_lazy("state", "sample content"), "info"),
    "on": State(pgettext_lazy("state", "on"), "dot", "good"),
    "off": State(pgettext_lazy("state", "off"), "ring"),
}
