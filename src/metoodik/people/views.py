"""Pages about people: one's own account, the roles, and for administrators everybody."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from metoodik.people import actions, handover, notices
from metoodik.people.access import get_user, require
from metoodik.people.forms import (
    AdminModeForm,
    ChangeForm,
    GrantForm,
    InviteForm,
    LeaveForm,
    PeopleFilter,
    PreferencesForm,
    add_refusal,
)
from metoodik.people.models import Notice, RoleGrant, Substitution, User, with_roles
from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_PERMISSIONS, ROLES
from metoodik.people.second_step import has_second_step
from metoodik.web.tables import Column, Table
from metoodik.web.templatetags.web import day

PAGE = 50
NOTICES = 20


@require(None)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles, second step, notices, choices, and the administrator's mode."""
    user = get_user(request)
    initial = {"language": user.language, "mail_notices": user.mail_notices}
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_preferences(by=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:account")
    return render(request, "people/account.html", _account(user) | {"form": form})


@require(None)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark one notice, or all, as read; a notice that leads somewhere is followed."""
    user = get_user(request)
    chosen = request.POST.get("notice", "")
    if not chosen.isdecimal():
        actions.mark_read(by=user)
        return redirect("people:account")
    notice = get_object_or_404(user.notices, pk=int(chosen))
    actions.mark_read(by=user, notice_ids=[notice.pk])
    return redirect(notice.url or "people:account")


@require(Permission.ENTER_ADMIN_MODE)
@require_POST
def enter_admin_mode(request: HttpRequest) -> HttpResponse:
    """Enter the administrator's mode with a reason."""
    user = get_user(request)
    form = AdminModeForm(request.POST)
    if form.is_valid():
        try:
            actions.enter_admin_mode(by=user, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("people:account")
    context = _account(user) | {"mode_form": form, "form": PreferencesForm(initial=vars(user))}
    return render(request, "people/account.html", context, status=422)


@require(None)
@require_POST
def leave_admin_mode(request: HttpRequest) -> HttpResponse:
    """End the administrator's mode."""
    actions.leave_admin_mode(by=get_user(request))
    messages.success(request, _("You left the administrator's mode."))
    return redirect("people:account")


@require(None)
def roles(request: HttpRequest) -> HttpResponse:
    """What each role is for and what it may do."""
    rows = [
        [str(each.label), ", ".join(str(role.name) for role in ROLES.values() if each in role.permissions)]
        for each in Permission
    ]
    columns = [Column("permission", _("What may be done")), Column("roles", _("Roles"))]
    context = {
        "roles": list(ROLES.values()),
        "table": Table(caption=_("Who may do what"), columns=columns, rows=rows),
        "in_mode": [each for each in Permission if each in ADMIN_MODE_PERMISSIONS],
    }
    return render(request, "people/roles.html", context)


@require(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name."""
    form = PeopleFilter(request.GET)
    page = Paginator(_chosen_people(form), PAGE).get_page(request.GET.get("leht"))
    columns = [Column("name", _("Name")), Column("email", _("E-mail")), Column("roles", _("Roles"))]
    rows = [
        [
            format_html('<a href="{}">{}</a>', reverse("people:person", args=[person.pk]), person.name),
            person.email,
            _standing(person),
        ]
        for person in page
    ]
    kept = urlencode([(name, value) for name, value in request.GET.items() if name != "leht" and value])
    table = Table(caption=_("People"), columns=columns, rows=rows, nothing=_("Nobody fits this choice."))
    return render(request, "people/people.html", {"form": form, "table": table, "page_obj": page, "kept": kept})


@require(Permission.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a person."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = actions.invite_person(
                by=get_user(request),
                name=data["name"],
                email=data["email"],
                language=data["language"],
                roles=form.chosen_roles,
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": person.email})
            return redirect("people:person", person.pk)
    return render(request, "people/invite.html", {"form": form}, status=_status(request))


@require(Permission.MANAGE_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles now and before, and what an administrator may do for them."""
    found = get_object_or_404(User, pk=pk)
    return render(request, "people/person.html", _person(request, found))


@require(Permission.MANAGE_PEOPLE)
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    found = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST, user=found)
    if form.is_valid():
        last = form.cleaned_data["until"]
        until = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)) if last else None
        try:
            actions.grant_role(by=get_user(request), user=found, role=ROLES[form.cleaned_data["role"]], until=until)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("people:person", pk)
    return render(request, "people/person.html", _person(request, found) | {"grant_form": form}, status=422)


@require(Permission.MANAGE_PEOPLE)
@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End a person's role."""
    found = get_object_or_404(User, pk=pk)
    role = ROLES.get(request.POST.get("role", ""))
    return _done(request, found, lambda by: role and actions.end_role(by=by, user=found, role=role))


@require(Permission.MANAGE_PEOPLE)
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the link for setting a password again."""
    found = get_object_or_404(User, pk=pk)
    sent = _("A new link is on its way to %(email)s.") % {"email": found.email}
    return _done(request, found, lambda by: actions.send_invitation(by=by, user=found), sent)


@require(Permission.MANAGE_PEOPLE)
@require_POST
def remove_second_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take off a person's second steps when a phone or key is lost."""
    found = get_object_or_404(User, pk=pk)
    said = _("Second steps are removed. %(name)s sets up a new one at the next sign-in.") % {"name": found.name}
    return _done(request, found, lambda by: actions.remove_second_step(by=by, user=found), said)


@require(Permission.MANAGE_PEOPLE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name and address."""
    found = get_object_or_404(User, pk=pk, is_active=True)
    form = ChangeForm(request.POST or None, initial={"name": found.name, "email": found.email})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(by=get_user(request), user=found, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("people:person", pk)
    return render(request, "people/change.html", {"person": found, "form": form}, status=_status(request))


@require(Permission.MANAGE_PEOPLE)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a leaver's account and hand their work over."""
    found = get_object_or_404(User, pk=pk, is_active=True)
    in_hand = handover.in_hand(found)
    form = LeaveForm(request.POST or None, user=found, waits=bool(in_hand))
    if request.method == "POST" and form.is_valid():
        try:
            handed = actions.mark_left(by=get_user(request), user=found, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            count = sum(handed.values())
            said = _("%(name)s has left. Handed over: %(count)s.") % {"name": found.name, "count": count}
            messages.success(request, said)
            return redirect("people:person", pk)
    context = {"person": found, "form": form, "in_hand": in_hand}
    return render(request, "people/leave.html", context, status=_status(request))


def elsewhere(request: HttpRequest) -> HttpResponseBase:
    """Pages of the sign-in package that we do not have: administrators make accounts and change addresses."""
    return redirect("people:account" if request.user.is_authenticated else "account_login")


def _account(user: User) -> dict[str, object]:
    unread = list(user.notices.unread()[:NOTICES])
    return {
        "person": user,
        "grants": RoleGrant.objects.in_force().filter(user=user).order_by("since"),
        "substitutions": _substitutions(user),
        "unread": [(notice, notices.sentence(notice)) for notice in unread],
        "read": [(notice, notices.sentence(notice)) for notice in _read(user)],
        "second_step": has_second_step(user),
        "may_enter_mode": user.can(Permission.ENTER_ADMIN_MODE),
        "mode": user.admin_mode,
        "mode_form": AdminModeForm(),
        "in_mode": [each for each in Permission if each in ADMIN_MODE_PERMISSIONS],
    }


def _substitutions(user: User) -> QuerySet[Substitution]:
    known = Substitution.objects.to_come_or_in_force().filter(Q(absent=user) | Q(substitute=user))
    return known.select_related("absent", "substitute")


def _read(user: User) -> QuerySet[Notice]:
    return user.notices.exclude(read_at=None)[:NOTICES]


def _person(request: HttpRequest, found: User) -> dict[str, object]:
    now = timezone.now()
    grants = found.role_grants.select_related("granted_by").order_by("-since")
    return {
        "person": found,
        "own": found.pk == get_user(request).pk,
        "current": [grant for grant in grants if grant.until is None or grant.until > now],
        "past": [grant for grant in grants if grant.until is not None and grant.until <= now],
        "substitutions": _substitutions(found),
        "second_step": has_second_step(found),
        "waits": found.is_active and not found.has_usable_password(),
        "grant_form": GrantForm(user=found),
    }


def _done(request: HttpRequest, found: User, act: object, said: str = "") -> HttpResponse:
    try:
        act(get_user(request))  # type: ignore[operator]
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if said:
            messages.success(request, said)
    return redirect("people:person", found.pk)


def _chosen_people(form: PeopleFilter) -> QuerySet[User]:
    form.is_valid()
    data = form.cleaned_data
    held = RoleGrant.objects.in_force().filter(user=OuterRef("pk"))
    found = User.objects.filter(is_active=data.get("kes") != "lahkunud").order_by("name")
    if data.get("kes") == "kutsutud":
        found = found.filter(last_login=None)
    if data.get("kes") == "rollita":
        found = found.filter(~Exists(held))
    if data.get("roll"):
        found = found.filter(Exists(held.filter(role=data["roll"])))
    return with_roles(found)


def _standing(person: User) -> str:
    if not person.is_active:
        return _("left on %(day)s") % {"day": day(timezone.localtime(person.left_at)) if person.left_at else "–"}
    said = [str(role.name) for role in person.own_roles]
    said += [
        _("stands in for %(name)s until %(day)s") % {"name": each.absent.name, "day": day(each.last_day)}
        for each in person.__dict__.get("substitutions_in_force", [])
    ]
    return ", ".join(said) or _("no role")


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
