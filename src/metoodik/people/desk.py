"""What this room puts on the desk, in the rail, in the account menu, and over pages in the administrator's mode."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.people import groups, notices
from metoodik.people.models import RoleGrant, User
from metoodik.people.permissions import Permission
from metoodik.web import slots
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.navigation import NavItem, register
from metoodik.web.ticks import tick


def _user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) or getattr(user, "is_authenticated", False) else None


def _manages(request: HttpRequest) -> bool:
    user = _user(request)
    return user is not None and user.can(Permission.MANAGE_PEOPLE)


register(NavItem("people", gettext_lazy("People"), "people:people", 80, visible=_manages, icon="people"))


@desk_card
def unread_notices(request: HttpRequest) -> DeskCard | None:
    """What this person should know and has not marked as read."""
    user = _user(request)
    if user is None:
        return None
    unread = list(user.notices.unread()[:100])
    if not unread:
        return None
    return DeskCard(
        key="notices",
        title=ngettext("unread notice", "unread notices", len(unread)),
        sentence=notices.sentence(unread[0]),
        number=len(unread),
        action_label=_("Read it") if len(unread) == 1 else _("Read them"),
        action_url=reverse("people:account") + "#teated",
        order=60,
    )


@desk_card
def people_without_role(request: HttpRequest) -> DeskCard | None:
    """People who can sign in and do nothing: a role ended or was never given."""
    if not _manages(request):
        return None
    holders = RoleGrant.objects.in_force().values("user")
    count = User.objects.filter(is_active=True).exclude(pk__in=holders).count()
    if not count:
        return None
    return DeskCard(
        key="people-without-role",
        title=ngettext("person has no role", "people have no role", count),
        sentence=_("Give them a role, or mark them as left."),
        number=count,
        action_label=_("See who"),
        action_url=reverse("people:people") + "?kes=rollita",
        order=70,
    )


@slots.register("account", order=10)
def account_links(request: HttpRequest, obj: object) -> SafeString:  # noqa: ARG001 - the slot's signature
    """The ways to one's own account and to the roles."""
    mine, roles = reverse("people:account"), reverse("people:roles")
    return format_html('<a href="{}">{}</a><a href="{}">{}</a>', mine, _("My account"), roles, _("Who may do what"))


@slots.register("sample", order=1)
def admin_mode(request: HttpRequest, obj: object) -> SafeString | None:  # noqa: ARG001
    """That one is in the administrator's mode, and how long still. Reading pages, without the database, lack it."""
    if getattr(request, "nav_keys", None) is not None:
        return None
    user = _user(request)
    mode = user.admin_mode if user is not None else None
    if mode is None:
        return None
    minutes = max(1, round((mode.expires_at - timezone.now()).total_seconds() / 60))
    return mark_safe(render_to_string("people/parts/admin_mode.html", {"minutes": minutes}, request))  # noqa: S308


@tick(every=timedelta(minutes=5))
def groups_by_the_clock() -> None:
    """Roles given for a time begin and end in Django's groups too."""
    groups.sync_all()
