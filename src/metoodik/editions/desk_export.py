"""Documents and printed cards in the editorial room, on the desk, and on pages of the handbook's lower rooms."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.editions.export.actions import may_answer, may_end_any
from metoodik.handbook.desk.rooms import EditorialRoom
from metoodik.handbook.desk.rooms import register as register_room
from metoodik.handbook.models import Release, Version
from metoodik.handbook.models.versions import Target
from metoodik.people.models import User
from metoodik.people.notices import register as register_notice
from metoodik.people.permissions import Permission
from metoodik.web import slots
from metoodik.web.desk import DeskCard, desk_card

register_notice("export_done", gettext_lazy("The file of edition %(number)s is ready. It is kept for a week."))
register_notice("export_failed", gettext_lazy("The file of edition %(number)s could not be written."))


def to_take_down(user: User) -> int:
    """How many registered cards this person sees that have to come down."""
    from metoodik.editions.views.printed import hanging

    return sum(1 for each in hanging(user) if each.reasons)


def _answers_for_cards(user: User) -> bool:
    return user.can(Permission.READ_HANDBOOK) and may_end_any(user)


register_room(
    EditorialRoom(
        "printed",
        gettext_lazy("Printed cards"),
        gettext_lazy("What hangs on which wall, and what has to come down."),
        "editions:printed",
        80,
        visible=_answers_for_cards,
        waiting=to_take_down,
    )
)
register_room(
    EditorialRoom(
        "requests",
        gettext_lazy("Information requests"),
        gettext_lazy("Give guidance out with only its restricted parts withheld."),
        "editions:requests",
        90,
        visible=may_answer,
    )
)


@desk_card
def cards_to_take_down(request: HttpRequest) -> DeskCard | None:
    """Paper on walls that says something else than the handbook."""
    user = request.user
    if not user.is_authenticated or not _answers_for_cards(user):
        return None
    number = to_take_down(user)
    if not number:
        return None
    return DeskCard(
        key="printed-cards",
        title=_("Printed cards"),
        sentence=ngettext(
            "%(number)d card has to come down from the wall: its guidance has changed.",
            "%(number)d cards have to come down from the wall: their guidance has changed.",
            number,
        )
        % {"number": number},
        number=number,
        action_label=_("See where they hang"),
        action_url=reverse("editions:printed"),
        tone="due",
        order=25,
    )


@slots.register("version-tools")
def version_tools(request: HttpRequest, version: object) -> SafeString | None:
    """A version as a file, on its page in clearance."""
    if not isinstance(version, Version) or version.target != Target.PAGE:
        return None
    return render_to_string("editions/export/version_tools.html", {"version": version}, request)


@slots.register("release-tools")
def release_tools(request: HttpRequest, release: object) -> SafeString | None:
    """A package as a file, on its page in clearance."""
    if not isinstance(release, Release):
        return None
    return render_to_string("editions/export/release_tools.html", {"release": release}, request)
