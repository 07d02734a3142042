"""Clearance on the desk and in the rail."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.access import (
    APPROVING,
    takes_part_in_clearance,
    versions_for,
    was_asked,
    without_approver,
)
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom
from metoodik.handbook.desk.rooms import register as register_room
from metoodik.handbook.models import Release, Version
from metoodik.handbook.models.releases import ReleaseState
from metoodik.handbook.tasks import look_after_clearance
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.navigation import NavItem, register
from metoodik.web.templatetags.web import day, distance
from metoodik.web.ticks import tick


def _clears(request: HttpRequest) -> bool:
    user = reader(request)
    return user is not None and takes_part_in_clearance(user)


register(NavItem("clearance", gettext_lazy("Clearance"), "handbook:clearance", 30, visible=_clears, icon="check"))


register_room(
    EditorialRoom(
        "releases",
        gettext_lazy("Packages"),
        gettext_lazy("Pages that are approved together or not at all."),
        "handbook:releases",
        15,
        visible=takes_part_in_clearance,
        waiting=lambda user: len(packages_waiting_for(user)),
    )
)


def waiting_for(user: User) -> list[Version]:
    """Versions in clearance that wait for this person's word, the most urgent first."""
    if not takes_part_in_clearance(user) and not was_asked(user):
        return []
    of_others = versions_for(user).not_written_by(user)
    return [each for each in of_others.in_clearance_lightly() if each.waits_for(user)]


def packages_waiting_for(user: User) -> list[Release]:
    """Open packages of which every version waits for this person's approval alone."""
    if not any(user.can(each) for each in APPROVING):
        return []
    inside: dict[int, list[Version]] = {}
    packaged = Version.objects.filter(release__state=ReleaseState.OPEN)
    sizes = dict(packaged.values_list("release").annotate(count=Count("pk")))
    for version in versions_for(user).not_written_by(user).filter(pk__in=packaged.values("pk")).in_clearance_lightly():
        if version.waits_for_approval_by(user):
            inside.setdefault(version.release_id or 0, []).append(version)
    ready = [number for number, versions in inside.items() if len(versions) == sizes[number]]
    return list(Release.objects.filter(pk__in=ready))


@desk_card
def to_clear(request: HttpRequest) -> DeskCard | None:
    """Versions that this person reviews or approves: the first by name, what is wanted of it, and by when."""
    user = reader(request)
    if user is None:
        return None
    versions = waiting_for(user)
    if not versions:
        return None
    first = min(versions, key=lambda each: _due(each, user) or date.max)
    urgent = any(each.change_kind == "safety" for each in versions)
    late = any((due := _due(each, user)) is not None and due < timezone.localdate() for each in versions)
    return DeskCard(
        key="clearance",
        title=ngettext("version waits for you", "versions wait for you", len(versions)),
        sentence=_wanted(first, user),
        number=len(versions),
        action_label=_("Look at it") if len(versions) == 1 else _("Look at them"),
        action_url=versions[0].get_absolute_url() if len(versions) == 1 else reverse("handbook:clearance"),
        tone="due" if urgent or late else "plain",
        order=10,
    )


@desk_card
def packages_to_approve(request: HttpRequest) -> DeskCard | None:
    """Packages whose every page is ready for this person's approval."""
    user = reader(request)
    packages = packages_waiting_for(user) if user is not None else []
    if not packages:
        return None
    return DeskCard(
        key="packages",
        title=ngettext("package waits for your approval", "packages wait for your approval", len(packages)),
        sentence=_("“%(name)s”: %(sentence)s") % {"name": packages[0].name, "sentence": packages[0].sentence},
        number=len(packages),
        action_label=_("Look at it") if len(packages) == 1 else _("Look at them"),
        action_url=packages[0].get_absolute_url() if len(packages) == 1 else reverse("handbook:releases"),
        order=11,
    )


@desk_card
def sent_back(request: HttpRequest) -> DeskCard | None:
    """Own versions that came back, were voided by an edit, met an objection or a comment."""
    user = reader(request)
    if user is None or not _sends(user):
        return None
    visible = versions_for(user)
    mine = visible.needing_author(user)
    if not mine:
        return None
    return DeskCard(
        key="returned",
        title=ngettext("page needs your work", "pages need your work", len(mine)),
        sentence=_why(mine[0]) % {"title": mine[0].title},
        number=len(mine),
        action_label=_("See what to do"),
        action_url=mine[0].get_absolute_url(),
        order=20,
    )


@desk_card
def nobody_approves(request: HttpRequest) -> DeskCard | None:
    """Own versions in clearance that nobody may approve as things stand."""
    user = reader(request)
    if user is None or not _sends(user):
        return None
    if not Version.objects.in_clearance().filter(submitted_by=user).exists():
        return None
    stuck = [each for each in without_approver(sent_by=user) if each.submitted_by_id == user.pk]
    if not stuck:
        return None
    return DeskCard(
        key="no-approver",
        title=ngettext("version that nobody may approve", "versions that nobody may approve", len(stuck)),
        sentence=_("“%(title)s”: whoever has the right wrote it or may not read it. See what to do.")
        % {"title": stuck[0].title},
        number=len(stuck),
        action_label=_("See what to do"),
        action_url=stuck[0].get_absolute_url(),
        tone="due",
        order=21,
    )


@tick(every=timedelta(minutes=15))
def clearance_by_the_clock() -> None:
    """Reminders of what was asked, and edits that nobody noted."""
    look_after_clearance.enqueue()


def _sends(user: User) -> bool:
    return user.can(Permission.WRITE_GUIDANCE) or user.can(Permission.TRANSLATE_GUIDANCE)


def _due(version: Version, user: User) -> date | None:
    return min((each.due for each in version.asked if each.person_id == user.pk and each.waits), default=None)


def _wanted(version: Version, user: User) -> str:
    """What is wanted of this person on the version, and by when."""
    words = {"title": version.title, "person": version.submitted_by.name}
    due = _due(version, user)
    if version.waits_for_review_by(user):
        said = _("Read “%(title)s” and say your view. Sent by %(person)s.") % words
    else:
        said = _("Approve or return “%(title)s”. Sent by %(person)s.") % words
    if due is None:
        return said
    return f"{said} " + _("By %(day)s, %(distance)s.") % {"day": day(due), "distance": distance(due)}


def _why(version: Version) -> str:
    """Why a version needs its author again."""
    if version.state == "returned":
        return _("“%(title)s” was returned to you with a reason.")
    if version.edited_since:
        return _("“%(title)s” was edited after it was sent. Send it again.")
    if version.objections:
        return _("A reviewer wants a change in “%(title)s”.")
    return _("“%(title)s” has open comments. Answer and settle them.")
