"""Restrictions of access in the editorial room and on the desk."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.actions.restrictions import remind_of_ends
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.restrictions import Marked, marked_for, waiting_for
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.ticks import tick


def _keeps(user: User) -> bool:
    return user.can(Permission.READ_RESTRICTED) and (
        user.can(Permission.WRITE_GUIDANCE) or user.can(Permission.DECIDE_RESTRICTION)
    )


def _ended(user: User) -> list[Marked]:
    return [each for each in marked_for(user) if each.has_ended] if _keeps(user) else []


register(
    EditorialRoom(
        "restrictions",
        gettext_lazy("Restrictions of access"),
        gettext_lazy("What is for internal use only (AK), on what ground and until when."),
        "handbook:restrictions",
        60,
        visible=_keeps,
        waiting=lambda user: len(waiting_for(user)) + len(_ended(user)),
    )
)


@desk_card
def restrictions_to_decide(request: HttpRequest) -> DeskCard | None:
    """Restrictions that have ended, and extensions that wait for this person."""
    user = reader(request)
    if user is None or not _keeps(user):
        return None
    ended, waiting = _ended(user), waiting_for(user)
    number = len(ended) + len(waiting)
    if not number:
        return None
    title = waiting[0].version.title if waiting else ended[0].title
    asked = _("“%(title)s”: an extension is asked for.")
    sentence = asked if waiting else _("The restriction of “%(title)s” has ended. Extend it, or open the text.")
    return DeskCard(
        key="restrictions",
        title=ngettext("restriction of access to decide on", "restrictions of access to decide on", number),
        sentence=sentence % {"title": title},
        number=number,
        action_label=_("Look at it") if number == 1 else _("Look at them"),
        action_url=reverse("handbook:restrictions"),
        tone="due",
        order=25,
    )


@tick(every=timedelta(hours=6))
def remind_of_restrictions() -> None:
    """Remind keepers and deciders of restrictions that end."""
    remind_of_ends()
