"""The desk's registry: what waits for this person today, one card from each room that has something to say."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.web.navigation import NavItem
from metoodik.web.navigation import register as register_room

logger = logging.getLogger(__name__)

type Tone = Literal["plain", "due", "unsafe"]


@dataclass(frozen=True)
class DeskCard:
    """One thing that waits: what it is, how many, and the one action that takes it on.

    `number` is shown large when it is not None. `tone` is "due" for what is late, "unsafe" for danger alone.
    """

    key: str
    title: str | Promise
    sentence: str | Promise
    action_label: str | Promise
    action_url: str
    number: int | None = None
    tone: Tone = "plain"
    order: int = 100


type CardMaker = Callable[[HttpRequest], DeskCard | None]


@dataclass(frozen=True)
class Desk:
    """The cards of one request, and whether every room could be asked."""

    cards: tuple[DeskCard, ...]
    complete: bool


_makers: list[CardMaker] = []
_ROOMS_FIRST = {"unsafe": 0, "due": 1, "plain": 2}


def desk_card(maker: CardMaker) -> CardMaker:
    """Register a function that gives this person's card, or None when nothing waits."""
    _makers.append(maker)
    return maker


def desk(request: HttpRequest) -> Desk:
    """All cards, danger first, then what is late, then by order.

    A room that cannot reach the database is left out and `complete` is False: search must stay usable.
    """
    found: list[DeskCard] = []
    complete = True
    for maker in _makers:
        try:
            card = maker(request)
        except DatabaseError:
            logger.exception("The desk card of %s could not be made", maker.__module__)
            complete = False
            continue
        if card is not None:
            found.append(card)
    found.sort(key=lambda card: (_ROOMS_FIRST[card.tone], card.order, card.key))
    return Desk(tuple(found), complete)


def cards(request: HttpRequest) -> list[DeskCard]:
    """This person's cards, most pressing first."""
    return list(desk(request).cards)


register_room(NavItem("desk", _("Desk"), "web:desk", 0, icon="desk"))
