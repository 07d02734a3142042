"""One version in clearance: read, reviewed, commented on, decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import actions, difference
from metoodik.handbook.access import approvers_of, get_version_for, may_be_asked, sees
from metoodik.handbook.actions.comments import comment_on_passage, may_settle, reply_to_comment, settle_comment
from metoodik.handbook.actions.requests import ask, may_ask, withdraw_request
from metoodik.handbook.desk_forms import AUDIENCE_NAMES
from metoodik.handbook.drawing import DrawnPassage, draw_passages
from metoodik.handbook.facts import said_now
from metoodik.handbook.forms.clearance import AskForm, CommentForm, ReturnForm, ReviewForm
from metoodik.handbook.models import GuidancePage, PassageComment, ReviewRequest, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.validation import NotReady
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.difference import Change


@require_GET
@require(None)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it changes, what it says, who has said what, and the forms this person may use."""
    user = get_user(request)
    found = get_version_for(user, pk)
    actions.note_read(version=found, by=user)
    return _show_version(request, found)


@require_POST
@require(None)
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
@require(None)
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
@require(None)
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
@require(None)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own version out of clearance."""
    user = get_user(request)
    found = get_version_for(user, pk)
    actions.take_back(version=found, by=user)
    messages.success(request, _("“%(title)s” is out of clearance. The draft stays.") % {"title": found.title})
    return redirect("handbook:clearance")


@require_POST
@require(None)
def ask_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask further people for their word on a version."""
    user = get_user(request)
    found = get_version_for(user, pk)
    form = _ask_form(found, request.POST)
    if not form.is_valid():
        return _show_version(request, found, ask_form=form, status=422)
    try:
        made = ask(version=found, by=user, **vars(form.asking))
    except NotReady as missing:
        return _show_version(request, found, refused=missing.findings, ask_form=form, status=409)
    said = _("Asked: %(names)s.") % {"names": ", ".join(each.person.name for each in made)}
    messages.success(request, said if made else _("They are asked already."))
    return redirect(found)


@require_POST
@require(None)
def stop_asking(request: HttpRequest, pk: int, request_pk: int) -> HttpResponse:
    """Let somebody go who was asked, or say that one cannot answer oneself."""
    user = get_user(request)
    found = get_version_for(user, pk)
    asked = get_object_or_404(ReviewRequest, pk=request_pk, version=found)
    withdraw_request(request=asked, by=user)
    messages.success(request, _("%(name)s is no longer asked.") % {"name": asked.person.name})
    return redirect("handbook:clearance" if asked.person_id == user.pk else found)


@require_POST
@require(None)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on a passage."""
    user = get_user(request)
    found = get_version_for(user, pk)
    form = CommentForm(request.POST, auto_id=f"c-{request.POST.get('passage', '')}-%s")
    if not form.is_valid():
        return _show_version(request, found, comment_form=form, status=422)
    data = form.cleaned_data
    try:
        said = comment_on_passage(version=found, passage_key=data["passage"], text=data["text"], by=user)
    except NotReady as missing:
        return _show_version(request, found, refused=missing.findings, status=409)
    return redirect(f"{found.get_absolute_url()}#c-{said.pk}")


@require_POST
@require(None)
def reply(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Answer a comment."""
    user = get_user(request)
    found = get_version_for(user, pk)
    thread = _comment(found, comment_pk)
    form = CommentForm(request.POST, auto_id=f"r-{thread.pk}-%s")
    if not form.is_valid():
        return _show_version(request, found, reply_form=(thread.pk, form), status=422)
    try:
        reply_to_comment(comment=thread, text=form.cleaned_data["text"], by=user)
    except NotReady as missing:
        return _show_version(request, found, refused=missing.findings, status=409)
    return redirect(f"{found.get_absolute_url()}#c-{thread.pk}")


@require_POST
@require(None)
def settle(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Settle a thread."""
    user = get_user(request)
    found = get_version_for(user, pk)
    thread = _comment(found, comment_pk)
    settle_comment(comment=thread, by=user)
    return redirect(f"{found.get_absolute_url()}#c-{thread.pk}")


def _comment(found: Version, pk: int) -> PassageComment:
    comment = get_object_or_404(PassageComment, pk=pk, version=found)
    if not found.shows(comment):
        raise Http404
    return comment


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers, and what this person may do with it."""

    comment: PassageComment
    replies: list[PassageComment]
    form: CommentForm | None
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A passage with what was said of it; without a passage, the page as a whole."""

    passage: DrawnPassage | None
    threads: list[Thread]
    form: CommentForm | None

    @property
    def open_form(self) -> bool:
        """Whether the form stands open because something in it was refused."""
        return bool(self.form and self.form.errors)


def _show_version(
    request: HttpRequest,
    found: Version,
    *,
    refused: list[Any] | None = None,
    review_form: ReviewForm | None = None,
    return_form: ReturnForm | None = None,
    ask_form: AskForm | None = None,
    comment_form: CommentForm | None = None,
    reply_form: tuple[int, CommentForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    user = get_user(request)
    may_review, may_decide = found.may_be_reviewed_by(user), found.may_be_approved_by(user)
    waits = found.state == State.CLEARANCE
    open_now = waits and not found.edited_since
    own = next((each for each in found.reviews.all() if each.reviewer_id == user.pk), None)
    initial = {"verdict": own.verdict, "comment": own.comment} if own else None
    packaged = found.release is not None and found.release.is_open
    context = {
        "version": found,
        "guidance": found.page_content if found.target == Target.PAGE else None,
        "beside": _beside(found, user, comment_form, reply_form),
        "changes": [] if found.withdraws else _changes(found, user),
        "missing": actions.approval_findings(found) if open_now and not found.hides_something else [],
        "refused": refused or [],
        "own_review": own,
        "review_form": (review_form or ReviewForm(initial=initial)) if open_now and may_review else None,
        "return_form": (return_form or ReturnForm()) if waits and may_decide else None,
        "may_approve": open_now and may_decide and not packaged,
        "packaged": packaged,
        "may_take_back": waits and user.pk == found.submitted_by_id,
        "may_write": user.can(Permission.WRITE_GUIDANCE),
        "asked": found.asked,
        "own_request": next((each for each in found.asked if each.person_id == user.pk and each.waits), None),
        "may_ask": open_now and may_ask(found, user),
        "ask_form": (ask_form or _ask_form(found)) if open_now and may_ask(found, user) else None,
        "approvers": approvers_of(found) if waits else [],
    } | _names(found)
    return render(request, "handbook/version.html", context, status=status)


def _ask_form(found: Version, data: Any = None) -> AskForm:
    asked = {(each.person_id, each.part) for each in found.asked}
    reviewers = [each for each in may_be_asked(found) if (each.pk, "review") not in asked]
    approvers = [] if found.named_approver else approvers_of(found)
    return AskForm(data, reviewers=reviewers, approvers=approvers)


def _beside(
    found: Version, user: User, comment_form: CommentForm | None, reply_form: tuple[int, CommentForm] | None
) -> list[Beside]:
    """The page as a whole first, then each passage, with their threads and forms."""
    passages: list[DrawnPassage] = []
    if found.target == Target.PAGE:
        passages = draw_passages(found.page_content.passages, facts=said_now(), language=found.locale)
    keys = {each.key for each in passages}
    waits = found.state == State.CLEARANCE
    said: dict[str, list[Thread]] = {}
    replies: dict[int, list[PassageComment]] = {}
    known = [each for each in found.comments.all() if found.shows(each)]
    for each in known:
        if each.thread_id is not None:
            replies.setdefault(each.thread_id, []).append(each)
    for each in known:
        if each.thread_id is None:
            refused = reply_form[1] if reply_form and reply_form[0] == each.pk else None
            form = refused or CommentForm(auto_id=f"r-{each.pk}-%s") if waits and each.is_open else None
            settles = waits and each.is_open and may_settle(each, found, user)
            thread = Thread(each, replies.get(each.pk, []), form, settles)
            said.setdefault(each.passage_key if each.passage_key in keys else "", []).append(thread)

    def form_for(key: str) -> CommentForm | None:
        if not waits:
            return None
        if comment_form is not None and comment_form.data.get("passage", "") == key:
            return comment_form
        return CommentForm(auto_id=f"c-{key}-%s", initial={"passage": key})

    whole = Beside(None, said.get("", []), form_for(""))
    return [whole, *(Beside(each, said.get(each.key, []), form_for(each.key)) for each in passages)]


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
