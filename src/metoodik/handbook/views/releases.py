"""Packages: versions approved as one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook.access import sees, sees_whole, takes_part_in_clearance, versions_for
from metoodik.handbook.actions import releases as release_actions
from metoodik.handbook.forms.clearance import ReleaseForm
from metoodik.handbook.models import Release, Version
from metoodik.handbook.models.releases import ReleaseState
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE, status_of
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission


@require_GET
@require(None)
def releases(request: HttpRequest) -> HttpResponse:
    """All packages, open ones first."""
    user = _participant(request)
    found = _known_to(user).select_related("made_by", "decided_by").annotate(pages=Count("versions"))
    closed = Case(When(state=ReleaseState.OPEN, then=0), default=1)
    open_first = found.order_by(closed, "-made_at", "-pk")
    context = {
        "page_obj": Paginator(open_first, A_PAGE).get_page(request.GET.get("leht")),
        "may_write": user.can(Permission.WRITE_GUIDANCE),
    }
    return render(request, "handbook/releases.html", context)


@require(Permission.WRITE_GUIDANCE)
def make(request: HttpRequest) -> HttpResponse:
    """Begin a package."""
    form = ReleaseForm(request.POST or None)
    missing: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = release_actions.make_release(by=get_user(request), **form.values)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            return redirect(made)
    context = {"form": form, "missing": missing, "release": None}
    return render(request, "handbook/release_form.html", context, status=status_of(request, form, missing))


@require_GET
@require(None)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One package: its pages, what each still lacks, and what this person may do."""
    user = _participant(request)
    return _show(request, _release(user, pk), user)


@require(Permission.WRITE_GUIDANCE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name, the sentence or the day."""
    user = get_user(request)
    found = _release(user, pk)
    since = timezone.localdate(found.effective_from) if found.effective_from else None
    initial = {"name": found.name, "sentence": found.sentence, "effective_from": since}
    form = ReleaseForm(request.POST or None, initial=initial)
    missing: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            release_actions.change_release(release=found, by=user, **form.values)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            return redirect(found)
    context = {"form": form, "missing": missing, "release": found}
    return render(request, "handbook/release_form.html", context, status=status_of(request, form, missing))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put versions into the package."""
    user = get_user(request)
    found = _release(user, pk)
    numbers = [int(each) for each in request.POST.getlist("version") if each.isdecimal()]
    refused: list[Any] = []
    for version in versions_for(user).filter(pk__in=numbers):
        try:
            release_actions.add_to_release(release=found, version=version, by=user)
        except NotReady as not_ready:
            refused += not_ready.findings
    if not numbers:
        refused = [_("Tick at least one page.")]
    return _show(request, found, user, refused=refused, status=409) if refused else redirect(found)


@require_POST
@require(None)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version out of the package."""
    user = _participant(request)
    found = _release(user, pk)
    number = request.POST.get("version", "")
    version = versions_for(user).filter(pk=int(number) if number.isdecimal() else 0).first()
    if version is None:
        raise Http404
    return _done(
        request, found, user, lambda: release_actions.remove_from_release(release=found, version=version, by=user)
    )


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve all of it, or nothing."""
    user = get_user(request)
    found = _release(user, pk)
    said = _("The package “%(name)s” is approved. It is in the next edition.") % {"name": found.name}
    return _done(request, found, user, lambda: release_actions.approve_release(release=found, by=user), said)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """End the package; its pages stay in clearance."""
    user = get_user(request)
    found = _release(user, pk)
    said = _("The package is dissolved. Its pages stay in clearance, each by itself.")
    return _done(request, found, user, lambda: release_actions.dissolve_release(release=found, by=user), said)


def _participant(request: HttpRequest) -> User:
    user = get_user(request)
    if not takes_part_in_clearance(user):
        raise PermissionDenied
    return user


def _known_to(user: User) -> QuerySet[Release]:
    """Packages in which this person sees something, empty ones and their own: a name may tell what a page is about."""
    seen = Version.objects.filter(release=OuterRef("pk"), pk__in=versions_for(user).values("pk"))
    inside = Version.objects.filter(release=OuterRef("pk"))
    return Release.objects.filter(Q(made_by=user) | Exists(seen) | ~Exists(inside))


def _release(user: User, pk: int) -> Release:
    return get_object_or_404(_known_to(user).select_related("made_by", "decided_by"), pk=pk)


def _done(request: HttpRequest, found: Release, user: User, act: Any, said: str = "") -> HttpResponse:
    try:
        act()
    except NotReady as missing:
        return _show(request, found, user, refused=missing.findings, status=409)
    if said:
        messages.success(request, said)
    return redirect(found)


def _show(
    request: HttpRequest, found: Release, user: User, *, refused: list[Any] | None = None, status: int = 200
) -> HttpResponse:
    related = ("page__latest_revision__user", "submitted_by", "overtaken_by", "revision")
    said = ("reviews", "authors", "comments", "requests__person")
    inside = list(found.versions.select_related(*related).prefetch_related(*said).order_by("title", "pk"))
    seen = [each for each in inside if sees(user, each)]
    decides = found.is_open and user.can(Permission.APPROVE_GUIDANCE)
    rows = [(each, _missing(each, found, user, decides=decides)) for each in seen]
    writes = found.is_open and user.can(Permission.WRITE_GUIDANCE)
    context = {
        "release": found,
        "rows": rows,
        "hidden": len(inside) - len(seen),
        "failing": sum(1 for _version, missing in rows if missing),
        "refused": refused or [],
        "may_approve": decides and bool(rows),
        "may_change": writes,
        "may_remove": writes or decides,
        "free": _free(user, found) if writes else [],
    }
    return render(request, "handbook/release.html", context, status=status)


def _missing(version: Version, found: Release, user: User, *, decides: bool) -> list[Any]:
    """What the version still lacks; nothing to somebody who does not see it whole, since it names passages."""
    if not found.is_open or not sees_whole(user, version):
        return []
    return release_actions.missing_of(version, user if decides else None)


def _free(user: User, found: Release) -> list[Version]:
    """Versions in clearance that stand in no package and could come into this one."""
    waiting = versions_for(user).in_clearance_lightly().exclude(release__state=ReleaseState.OPEN)
    return [each for each in waiting if not each.edited_since and each.release_id != found.pk]
