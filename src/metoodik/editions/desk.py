"""What the editions put on shared pages: their rooms in the rail, search on top of every page, cards on the desk."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from metoodik.editions import desk_export as desk_export
from metoodik.editions import desk_health as desk_health
from metoodik.editions import desk_preview as desk_preview
from metoodik.editions import reading
from metoodik.editions.audiences import audience_of
from metoodik.editions.models import BuildAttempt, BuildState, Edition
from metoodik.editions.notices import is_late
from metoodik.editions.passes import Reader
from metoodik.editions.places import Place
from metoodik.editions.shells import reader_mark
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import State
from metoodik.people.permissions import Permission
from metoodik.web import slots
from metoodik.web.assets import add_style
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.navigation import NavItem, register

add_style(Path(__file__).resolve().parent / "static" / "editions" / "reading.css")


def may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the person who is signed in holds the permission."""
    return bool(request.user.is_authenticated and request.user.can(permission))


def reads(request: HttpRequest) -> bool:
    """Whether the person reads the handbook."""
    return may(request, Permission.READ_HANDBOOK)


def makes(request: HttpRequest) -> bool:
    """Whether the person makes editions."""
    return may(request, Permission.MAKE_EDITION)


def acts(request: HttpRequest) -> bool:
    """Whether the person may warn and withdraw."""
    return may(request, Permission.ACT_ON_OVERLAY)


def reader_of(request: HttpRequest) -> Reader | None:
    """Who reads: by the pass where there is one, else the person who is signed in; None for those who do not read."""
    reader: Reader | None = getattr(request, "reader", None)
    if reader is None and getattr(request, "nav_keys", None) is None and request.user.is_authenticated:
        reader = Reader(audience_of(request.user), request.user.pk)
    return reader if reader is not None and reader.audience else None


register(NavItem("handbook", _("Handbook"), "editions:contents", 10, reads, icon="book"))
register(NavItem("editions", _("Editions"), "editions:list", 20, reads, icon="edition"))
register(NavItem("make", _("New edition"), "editions:make", 50, makes, icon="plus"))
register(NavItem("overlay", _("Safety"), "editions:overlay", 60, acts, icon="shield"))


@slots.register("search")
def top_search(request: HttpRequest, _obj: object) -> SafeString | None:
    """Search on top of every workplace page, for those who read."""
    if reader_of(request) is None:
        return None
    return render_to_string("editions/parts/top_search.html", {"place": Place()}, request)


@slots.register("desk-search")
def desk_search(request: HttpRequest, _obj: object) -> SafeString | None:
    """Search in focus on the desk."""
    if reader_of(request) is None:
        return None
    return render_to_string("editions/parts/big_search.html", {"place": Place()}, request)


@slots.register("edition")
def edition_in_force(request: HttpRequest, _obj: object) -> SafeString | None:
    """The number of the edition in force, at the foot of every page."""
    reader = reader_of(request)
    edition = reading.current(reader.audience) if reader else None
    return render_to_string("editions/parts/foot.html", {"edition": edition}) if edition else None


@slots.register("footer")
def watch(request: HttpRequest, _obj: object) -> SafeString | None:
    """What the modules of an open page need: where to ask for warnings, and words to say them with."""
    reader = reader_of(request)
    if reader is None:
        return None
    overlay = reading.overlay(reader.audience)
    age = overlay.age_seconds
    context = {
        "version": overlay.version,
        "age": int(age or 0) if is_late(overlay) else 0,
        "late": is_late(overlay),
        "minutes": max(1, round((age or 0) / 60)),
        "reader": reader_mark(reader.user_id),
    }
    return render_to_string("editions/parts/watch.html", context)


@desk_card
def waiting_for_edition(request: HttpRequest) -> DeskCard | None:
    """Approved versions that no edition holds yet."""
    if not may(request, Permission.MAKE_EDITION):
        return None
    last = Edition.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    approved = Version.objects.filter(state=State.APPROVED)
    number = (approved.filter(decided_at__gt=last) if last else approved).count()
    if not number:
        return None
    return DeskCard(
        key="waiting-for-edition",
        title=_("Approved and waiting for an edition"),
        sentence=ngettext(
            "%(number)d approved change is not read by anybody yet.",
            "%(number)d approved changes are not read by anybody yet.",
            number,
        )
        % {"number": number},
        number=number,
        action_label=_("See the coming edition"),
        action_url=reverse("editions:make"),
        order=30,
    )


@desk_card
def last_build_failed(request: HttpRequest) -> DeskCard | None:
    """The last making of an edition, or of one for a coming day, failed; readers go on with the one before."""
    if not may(request, Permission.MAKE_EDITION):
        return None
    last = BuildAttempt.objects.first()
    if last is None or not last.problems:
        return None
    return DeskCard(
        key="edition-failed",
        title=_("The edition was not made") if last.state == BuildState.FAILED else _("A coming edition was not made"),
        sentence=_("The edition before it goes on serving. See why, and make it again."),
        action_label=_("Why it failed"),
        action_url=reverse("editions:attempt", args=(last.pk,)),
        tone="due",
        order=10,
    )


@desk_card
def standing_over_guidance(request: HttpRequest) -> DeskCard | None:
    """Warnings and withdrawals that stand until somebody corrects the guidance and lifts them."""
    reader = reader_of(request)
    if reader is None or not may(request, Permission.ACT_ON_OVERLAY):
        return None
    number = len(reading.overlay(reader.audience).entries)
    if not number:
        return None
    return DeskCard(
        key="overlay",
        title=_("Warnings over the handbook"),
        sentence=_("Correct the guidance, make an edition, then lift the warning."),
        number=number,
        action_label=_("Look through the warnings"),
        action_url=reverse("editions:overlay"),
        tone="unsafe",
        order=5,
    )
