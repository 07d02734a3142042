"""The review cycle in the editorial room, on the desk and in the background."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook import tasks
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.upkeep import Kept, keeps_watch, kept_for
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.templatetags.web import day
from metoodik.web.ticks import tick

NIGHT = range(1, 6)
"""Hours in which the network is asked."""


def waiting_for(user: User) -> list[Kept]:
    """Pages whose review is due within 60 days or past: one's own, and for those who write, those nobody keeps."""
    today = timezone.localdate()
    writes = user.can(Permission.WRITE_GUIDANCE)
    return [
        each
        for each in kept_for(user)
        if each.state(today) != "current" and (each.keeper_id == user.pk or (writes and not each.keeper_is_here))
    ]


register(
    EditorialRoom(
        "upkeep",
        gettext_lazy("Review of the handbook"),
        gettext_lazy("Say whether a page in force is still right, before its day comes."),
        "handbook:upkeep",
        40,
        visible=keeps_watch,
        waiting=lambda user: len(waiting_for(user)),
    )
)


@desk_card
def to_look_at(request: HttpRequest) -> DeskCard | None:
    """Pages that this person keeps and somebody should look at."""
    user = reader(request)
    if user is None or not user.can(Permission.WRITE_GUIDANCE):
        return None
    pages = waiting_for(user)
    if not pages:
        return None
    first = pages[0]
    late = first.due < timezone.localdate()
    words = {"title": first.title, "day": day(first.due)}
    return DeskCard(
        key="upkeep",
        title=ngettext("page to look at again", "pages to look at again", len(pages)),
        sentence=(
            _("“%(title)s” was to be reviewed by %(day)s.") if late else _("“%(title)s” is to be reviewed by %(day)s.")
        )
        % words,
        number=len(pages),
        action_label=_("Look at it") if len(pages) == 1 else _("Look at them"),
        action_url=first.url if len(pages) == 1 else reverse("handbook:upkeep"),
        tone="due" if late else "plain",
        order=30,
    )


@tick(every=timedelta(hours=6), name="handbook.remind_of_reviews")
def remind_of_reviews() -> None:
    """Keepers hear of reviews that come due."""
    tasks.remind_of_reviews.enqueue()


@tick(every=timedelta(minutes=1), name="handbook.look_at_links")
def look_at_links() -> None:
    """Links to outside are looked at by night, a few a minute, where that is switched on."""
    if settings.CHECK_LINKS and timezone.localtime().hour in NIGHT:
        tasks.look_at_links.enqueue()
