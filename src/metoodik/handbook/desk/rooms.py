"""The editorial room: what an editor of the handbook keeps, each capability with one sentence and what waits in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from metoodik.handbook.desk.people import reader
from metoodik.people.models import User
from metoodik.web.navigation import NavItem
from metoodik.web.navigation import register as register_in_rail

_rooms: dict[str, EditorialRoom] = {}


def _nothing(_user: User) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class EditorialRoom:
    """One capability: `visible` says who uses it, `waiting` how many things in it wait for this person."""

    key: str
    title: str | Promise
    sentence: str | Promise
    url_name: str
    order: int
    visible: Callable[[User], bool]
    waiting: Callable[[User], int] = _nothing

    @property
    def url(self) -> str:
        return reverse(self.url_name)


def register(room: EditorialRoom) -> EditorialRoom:
    """Give the editorial room a further capability."""
    _rooms[room.key] = room
    return room


def rooms_of(user: User) -> list[tuple[EditorialRoom, int]]:
    """What this person uses, in order, each with how much waits for them."""
    seen = sorted((each for each in _rooms.values() if each.visible(user)), key=lambda each: each.order)
    return [(each, each.waiting(user)) for each in seen]


def _edits(request: HttpRequest) -> bool:
    user = reader(request)
    return user is not None and any(each.visible(user) for each in _rooms.values())


register_in_rail(
    NavItem("editing", pgettext_lazy("room", "Editing"), "handbook:editing", 45, visible=_edits, icon="shelf")
)
