"""Clearance on the desk and in the rail."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.access import sees, takes_part_in_clearance
from metoodik.handbook.desk.people import reader
from metoodik.handbook.models import Version
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.navigation import NavItem, register


def _clears(request: HttpRequest) -> bool:
    user = reader(request)
    return user is not None and takes_part_in_clearance(user)


register(NavItem("clearance", gettext_lazy("Clearance"), "handbook:clearance", 30, visible=_clears, icon="check"))


def waiting_for(user: User) -> list[Version]:
    """Versions in clearance that wait for this person's word, the most urgent first."""
    versions = Version.objects.in_clearance().select_related("page", "submitted_by")
    return [
        each for each in versions.prefetch_related("reviews", "authors") if sees(user, each) and each.waits_for(user)
    ]


@desk_card
def to_clear(request: HttpRequest) -> DeskCard | None:
    """Versions that this person reviews or approves."""
    user = reader(request)
    if user is None or not takes_part_in_clearance(user):
        return None
    versions = waiting_for(user)
    if not versions:
        return None
    urgent = any(version.change_kind == "safety" for version in versions)
    return DeskCard(
        key="clearance",
        title=ngettext("version waits for you", "versions wait for you", len(versions)),
        sentence=_("“%(title)s”, sent by %(person)s.")
        % {"title": versions[0].title, "person": versions[0].submitted_by.name},
        number=len(versions),
        action_label=_("Look at it") if len(versions) == 1 else _("Look at them"),
        action_url=versions[0].get_absolute_url() if len(versions) == 1 else reverse("handbook:clearance"),
        tone="due" if urgent else "plain",
        order=10,
    )


@desk_card
def sent_back(request: HttpRequest) -> DeskCard | None:
    """Own versions that came back, were edited since, or met an objection."""
    user = reader(request)
    if user is None or not user.can(Permission.WRITE_GUIDANCE):
        return None
    mine = [version for version in Version.objects.needing_author(user) if sees(user, version)]
    if not mine:
        return None
    return DeskCard(
        key="returned",
        title=ngettext("page needs your work", "pages need your work", len(mine)),
        sentence=_("“%(title)s” came back from clearance or was edited after it was sent.") % {"title": mine[0].title},
        number=len(mine),
        action_label=_("See what to do"),
        action_url=mine[0].get_absolute_url(),
        order=20,
    )
