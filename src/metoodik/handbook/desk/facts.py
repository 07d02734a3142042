"""The register of facts in the editorial room and on the desk."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from metoodik.handbook.actions.facts import tell_of_checks
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.facts import confirmed
from metoodik.handbook.models import Fact, FactVersion, GuidancePage, SectionPage
from metoodik.handbook.typed_facts import typed_in
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web import slots
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.ticks import tick


def _keeps(user: User) -> bool:
    return user.can(Permission.WRITE_GUIDANCE) or user.can(Permission.APPROVE_GUIDANCE)


def _to_confirm(user: User) -> list[FactVersion]:
    if not user.can(Permission.APPROVE_GUIDANCE):
        return []
    return [each for each in FactVersion.objects.waiting() if each.may_be_confirmed_by(user)]


def _due(user: User) -> list[Fact]:
    if not user.can(Permission.WRITE_GUIDANCE):
        return []
    return [each for each in Fact.objects.standing().with_values().filter(keeper=user) if each.is_due()]


register(
    EditorialRoom(
        "facts",
        pgettext_lazy("register", "Facts"),
        gettext_lazy("Each telephone, address, opening time, amount and link once, checked on time."),
        "handbook:facts",
        30,
        visible=_keeps,
        waiting=lambda user: len(_to_confirm(user)) + len(_due(user)),
    )
)


@desk_card
def facts_to_confirm(request: HttpRequest) -> DeskCard | None:
    """Values that wait for this person as the second one."""
    user = reader(request)
    waiting = _to_confirm(user) if user else []
    if not waiting:
        return None
    return DeskCard(
        key="facts-to-confirm",
        title=ngettext("fact waits for your confirmation", "facts wait for your confirmation", len(waiting)),
        sentence=_("“%(name)s”: %(value)s, set by %(person)s.")
        % {"name": waiting[0].fact.name_et, "value": waiting[0].value_et, "person": waiting[0].set_by.name},
        number=len(waiting),
        action_label=_("Look at it") if len(waiting) == 1 else _("Look at them"),
        action_url=waiting[0].fact.get_absolute_url() if len(waiting) == 1 else _list("ootab"),
        tone="due",
        order=15,
    )


@desk_card
def facts_due(request: HttpRequest) -> DeskCard | None:
    """Facts that this person keeps and should look at again."""
    user = reader(request)
    due = _due(user) if user else []
    if not due:
        return None
    return DeskCard(
        key="facts-due",
        title=ngettext("fact to check", "facts to check", len(due)),
        sentence=_("Look whether “%(name)s” is still right.") % {"name": due[0].name_et},
        number=len(due),
        action_label=_("Check it") if len(due) == 1 else _("Check them"),
        action_url=due[0].get_absolute_url() if len(due) == 1 else _list("kontroll"),
        tone="due",
        order=35,
    )


@tick(every=timedelta(hours=6))
def remind_of_checks() -> None:
    """Tell keepers of checks that come due."""
    tell_of_checks()


def _list(state: str) -> str:
    return f"{reverse('handbook:facts')}?seis={state}"


@slots.register("submit-notes", order=50)
def typed_numbers(request: HttpRequest, draft: GuidancePage | SectionPage) -> str | None:
    """Before clearance: numbers typed where a fact of the register should stand, each replaced by one press."""
    user = reader(request)
    if user is None or not isinstance(draft, GuidancePage) or not user.can(Permission.WRITE_GUIDANCE):
        return None
    typed = typed_in(draft.to_content(), confirmed().values())
    if not typed:
        return None
    keys = list(dict.fromkeys(each.fact.key for each in typed))
    context = {"typed": typed, "keys": keys, "draft": draft}
    return render_to_string("handbook/parts/typed_facts.html", context, request)
