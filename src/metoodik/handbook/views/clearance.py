"""Clearance, as the people in it see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from metoodik.handbook import actions, difference
from metoodik.handbook.access import get_version_for, sees, takes_part_in_clearance
from metoodik.handbook.desk.clearance import waiting_for
from metoodik.handbook.desk_forms import AUDIENCE_NAMES
from metoodik.handbook.drawing import draw_passages
from metoodik.handbook.forms.clearance import ReturnForm, ReviewForm, SubmitForm, WithdrawForm
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.validation import NotReady, findings
from metoodik.handbook.views.common import A_PAGE, draft_of, status_of
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.difference import Change

MOST_DECIDED = 500


@require_GET
@require(None)
def clearance(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what else is in clearance, what was decided."""
    user = _participant(request)
    mine = waiting_for(user)
    others = [
        each
        for each in Version.objects.in_clearance().select_related("page", "submitted_by").prefetch_related("reviews")
        if sees(user, each) and each not in mine
    ]
    decided = Version.objects.exclude(state=State.CLEARANCE).select_related("page", "submitted_by", "approved_by")
    seen = [each for each in decided.order_by("-decided_at")[:MOST_DECIDED] if sees(user, each)]
    context = {
        "mine": mine,
        "others": others,
        "decided": Paginator(seen, A_PAGE).get_page(request.GET.get("leht")),
    }
    return render(request, "handbook/clearance.html", context)


@require_GET
@require(None)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it changes, what it says, who has said what, and the forms this person may use."""
    user = _participant(request)
    found = get_version_for(user, pk)
    actions.note_read(version=found, by=user)
    return _show_version(request, found)


@require_POST
@require(Permission.REVIEW_GUIDANCE)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's word on a version."""
    user = get_user(request)
    found = get_version_for(user, pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _show_version(request, found, review_form=form, status=422)
    try:
        actions.review_version(version=found, by=user, **form.cleaned_data)
    except NotReady as missing:
        return _show_version(request, found, refused=missing.findings, review_form=form, status=409)
    messages.success(request, _("Your review is recorded."))
    return redirect(found)


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a version."""
    user = get_user(request)
    found = get_version_for(user, pk)
    try:
        actions.approve_version(version=found, by=user)
    except NotReady as missing:
        return _show_version(request, found, refused=missing.findings, status=409)
    messages.success(request, _("“%(title)s” is approved. It is in the next edition.") % {"title": found.title})
    return redirect(found)


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a version to its author with a reason."""
    user = get_user(request)
    found = get_version_for(user, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _show_version(request, found, return_form=form, status=422)
    actions.return_version(version=found, by=user, answer=form.cleaned_data["answer"])
    messages.success(request, _("“%(title)s” went back to its author.") % {"title": found.title})
    return redirect("handbook:clearance")


@require_POST
@require(Permission.WRITE_GUIDANCE)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own version out of clearance."""
    user = get_user(request)
    found = get_version_for(user, pk)
    actions.take_back(version=found, by=user)
    messages.success(request, _("“%(title)s” is out of clearance. The draft stays.") % {"title": found.title})
    return redirect("handbook:clearance")


@require(Permission.WRITE_GUIDANCE)
def submit(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Send a page's latest draft to clearance."""
    user = get_user(request)
    draft = draft_of(page_pk)
    missing: list[Any] = findings(draft)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.submit_version(page=Page.objects.get(pk=page_pk), by=user, **form.cleaned_data)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("“%(title)s” is in clearance.") % {"title": sent.title})
            return redirect(sent)
    context = {"draft": draft, "form": form, "missing": missing} | _draft_change(draft)
    return render(request, "handbook/submit.html", context, status=status_of(request, form, missing))


@require(Permission.WRITE_GUIDANCE)
def withdraw(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Ask for a page to leave force; the same clearance as for any change."""
    user = get_user(request)
    draft = draft_of(page_pk)
    in_force = Version.objects.filter(page_id=page_pk, state=State.APPROVED).order_by("-number").first()
    if in_force is None or in_force.withdraws:
        messages.info(request, _("“%(title)s” is not in force.") % {"title": draft.title})
        return redirect("wagtailadmin_pages:edit", page_pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = actions.submit_version(page=Page.objects.get(pk=page_pk), by=user, withdraws=True, **form.cleaned_data)
        messages.success(request, _("The withdrawal of “%(title)s” is in clearance.") % {"title": sent.title})
        return redirect(sent)
    context = {"draft": draft, "form": form, "linking": _linking(in_force)}
    return render(request, "handbook/withdraw.html", context, status=status_of(request, form, []))


def _participant(request: HttpRequest) -> User:
    user = get_user(request)
    if not takes_part_in_clearance(user):
        raise PermissionDenied
    return user


def _show_version(
    request: HttpRequest,
    found: Version,
    *,
    refused: list[Any] | None = None,
    review_form: ReviewForm | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = get_user(request)
    may_review, may_decide = found.may_be_reviewed_by(user), found.may_be_approved_by(user)
    open_now = found.state == State.CLEARANCE and not found.edited_since
    own = next((each for each in found.reviews.all() if each.reviewer_id == user.pk), None)
    initial = {"verdict": own.verdict, "comment": own.comment} if own else None
    context = {
        "version": found,
        "guidance": found.page_content if found.target == Target.PAGE else None,
        "passages": draw_passages(found.page_content.passages) if found.target == Target.PAGE else [],
        "changes": [] if found.withdraws else _changes(found, user),
        "missing": actions.approval_findings(found) if open_now else [],
        "refused": refused or [],
        "own_review": own,
        "review_form": (review_form or ReviewForm(initial=initial)) if open_now and may_review else None,
        "return_form": (return_form or ReturnForm()) if found.state == State.CLEARANCE and may_decide else None,
        "may_approve": open_now and may_decide,
        "may_take_back": found.state == State.CLEARANCE and user.pk == found.submitted_by_id,
        "may_write": user.can(Permission.WRITE_GUIDANCE),
    } | _names(found)
    return render(request, "handbook/version.html", context, status=status)


def _changes(found: Version, user: User) -> list[Change]:
    """The difference, or all of it as new to those who may not see what was in force before."""
    before = found.predecessor()
    if before is not None and not sees(user, before):
        return difference.of_pages(None, found.page_content)
    return difference.of_version(found, by=user)


def _names(found: Version) -> dict[str, Any]:
    if found.target == Target.SECTION:
        return {}
    page = found.page_content
    field = GuidancePage._meta.get_field
    return {
        "audience_names": [AUDIENCE_NAMES[each] for each in page.audiences],
        "risk_name": dict(field("risk").choices)[page.risk],
        "access_name": dict(field("access").choices)[page.access],
    }


def _draft_change(draft: GuidancePage | SectionPage) -> dict[str, Any]:
    before = Version.objects.filter(page_id=draft.pk, state=State.APPROVED).order_by("-number").first()
    if isinstance(draft, SectionPage):
        return {"before": before, "changes": []}
    old = before.page_content if before and not before.withdraws else None
    return {"before": before, "changes": difference.of_pages(old, draft.to_content()) if old else []}


def _linking(in_force: Version) -> list[Version]:
    """Where-used: versions whose text links to the page."""
    link = f"metoodik:page/{in_force.key}"
    newest: dict[int, Version] = {}
    for each in Version.objects.filter(state=State.APPROVED, target=Target.PAGE).order_by("page_id", "-number"):
        newest.setdefault(each.page_id, each)
    return [
        each
        for each in newest.values()
        if not each.withdraws and each.page_id != in_force.page_id and link in str(each.content)
    ]
