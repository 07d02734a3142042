"""Clearance, as the people in it see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Page

from metoodik.handbook import actions, difference
from metoodik.handbook.access import could_be_asked, takes_part_in_clearance, versions_for, was_asked
from metoodik.handbook.desk.clearance import waiting_for
from metoodik.handbook.forms.clearance import ClearanceFilter, SubmitForm
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.reviews import Part
from metoodik.handbook.models.versions import State, VersionQuerySet
from metoodik.handbook.validation import NotReady, findings
from metoodik.handbook.views.common import A_PAGE, draft_of, status_of
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission

MOST_FOUND = 100


@require(None)
def clearance(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what else is in clearance, what was decided.

    Decided versions are filtered by state and person in the address; words to look for come by POST and stay out of it.
    """
    user = _participant(request)
    mine = waiting_for(user)
    form = ClearanceFilter(request.GET)
    words = " ".join(request.POST.get("words", "").split())
    chosen = _chosen(user, form, words)
    page = Paginator(chosen, MOST_FOUND if words else A_PAGE).get_page(request.GET.get("leht"))
    others = versions_for(user).in_clearance_lightly().exclude(pk__in=[each.pk for each in mine])
    context = {
        "mine": mine[:A_PAGE],
        "more_mine": max(len(mine) - A_PAGE, 0),
        "others": others[:A_PAGE],
        "more_others": max(others.count() - A_PAGE, 0),
        "decided": page,
        "form": form,
        "words": words,
        "kept": urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)}),
        "may_write": user.can(Permission.WRITE_GUIDANCE),
    }
    return render(request, "handbook/clearance.html", context)


@require(Permission.WRITE_GUIDANCE)
def submit(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Send a page's latest draft to clearance."""
    user = get_user(request)
    draft = draft_of(page_pk)
    missing: list[Any] = findings(draft)
    reviewers, approvers = could_be_asked(draft, by=user)
    form = SubmitForm(request.POST or None, reviewers=reviewers, approvers=approvers, initial=_asked_before(page_pk))
    if request.method == "POST" and form.is_valid():
        try:
            words = {name: form.cleaned_data[name] for name in ("change_kind", "change_sentence")}
            page = Page.objects.get(pk=page_pk)
            sent = actions.submit_version(page=page, by=user, asking=form.asking, **words)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("“%(title)s” is in clearance.") % {"title": sent.title})
            return redirect(sent)
    context = {"draft": draft, "form": form, "missing": missing} | _draft_change(draft)
    return render(request, "handbook/submit.html", context, status=status_of(request, form, missing))


def _participant(request: HttpRequest) -> User:
    user = get_user(request)
    if not (takes_part_in_clearance(user) or was_asked(user)):
        raise PermissionDenied
    return user


def _chosen(user: User, form: ClearanceFilter, words: str) -> VersionQuerySet:
    """Versions of the chosen state, person and words that this person sees, the newest first."""
    if not form.is_valid():
        return Version.objects.none()
    data = form.cleaned_data
    found = versions_for(user).defer("content").select_related("page", "submitted_by", "approved_by", "release")
    state = data.get("seis")
    found = found.filter(state=state) if state else found.exclude(state=State.CLEARANCE)
    if person := data.get("isik"):
        found = found.filter(Q(submitted_by=person) | Q(approved_by=person))
    if words:
        found = found.filter(Q(title__icontains=words) | Q(change_sentence__icontains=words))
    if state == State.CLEARANCE:
        return found.prefetch_related("reviews", "requests__person").order_by("submitted_at", "pk")
    return found.order_by("-decided_at", "-pk")


def _asked_before(page_pk: int) -> dict[str, Any]:
    """Whom the page's newest version in clearance or sent back asked: the same are offered again."""
    last = Version.objects.filter(page_id=page_pk).exclude(state=State.APPROVED).order_by("-number").first()
    asked = last.asked if last is not None else []
    approver = next((each.person_id for each in asked if each.part == Part.APPROVE), None)
    return {"reviewers": [each.person_id for each in asked if each.part == Part.REVIEW], "approver": approver}


def _draft_change(draft: GuidancePage | SectionPage) -> dict[str, Any]:
    before = Version.objects.filter(page_id=draft.pk, state=State.APPROVED).order_by("-number").first()
    if isinstance(draft, SectionPage):
        return {"before": before, "changes": []}
    old = before.page_content if before and not before.withdraws else None
    return {"before": before, "changes": difference.of_pages(old, draft.to_content()) if old else []}
