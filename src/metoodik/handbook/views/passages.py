"""A draft's passages: moved, split and joined with their keys kept right."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import actions
from metoodik.handbook.drawing import draw_passages
from metoodik.handbook.facts import said_now
from metoodik.handbook.forms.passages import MoveForm, SplitForm
from metoodik.handbook.models import GuidancePage
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import opened_draft
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@require_GET
@require(Permission.WRITE_GUIDANCE)
def passages(request: HttpRequest, page_pk: int) -> HttpResponse:
    """The draft's passages, to be moved, split and joined."""
    return _show_passages(request, opened_draft(request, page_pk))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def split_passage(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Split a passage before one of its parts."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    form = SplitForm(request.POST)
    if not form.is_valid():
        return _show_passages(request, draft, split_form=form, status=422)
    done = _("The passage is split. Its first part keeps the address.")
    return _arranged(request, page_pk, done, lambda: actions.split_passage(page=draft, by=user, **form.cleaned_data))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def join_passage(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Join a passage to the one before it."""
    user, draft, key = get_user(request), opened_draft(request, page_pk), request.POST.get("key", "")
    done = _("The passages are one. The address of each leads there.")
    return _arranged(request, page_pk, done, lambda: actions.join_passage(page=draft, by=user, key=key))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def move_passage(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Put a passage at another place on its page."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _show_passages(request, draft, status=422)
    done = _("The passage stands at place %d.") % (form.cleaned_data["place"] + 1)
    key = form.cleaned_data["key"]
    return _arranged(
        request, page_pk, done, lambda: actions.move_passage(page=draft, by=user, **form.cleaned_data), focus=key
    )


@require_POST
@require(Permission.WRITE_GUIDANCE)
def undo_draft(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Take the draft back to the one before it."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    number = request.POST.get("revision", "")
    revision = int(number) if number.isdecimal() else 0
    done = _("The draft is as it was before the last change.")
    return _arranged(request, page_pk, done, lambda: actions.undo_draft(page=draft, by=user, revision=revision))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def confirm_phrase(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Say that a stale translation of a phrase still means the same."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    key, language = request.POST.get("block_key", ""), request.POST.get("language", "")
    done = _("The translation is confirmed against the Estonian words of now.")
    return _arranged(
        request,
        page_pk,
        done,
        lambda: actions.confirm_phrase(page=draft, by=user, block_key=key, language=language),
    )


def _arranged(
    request: HttpRequest, page_pk: int, done: str | Promise, act: Callable[[], object], *, focus: str = ""
) -> HttpResponse:
    """Do it and go back to the passages, with what was done or why it was not."""
    try:
        act()
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.success(request, str(done))
    address = reverse("handbook:passages", args=[page_pk])
    return redirect(f"{address}#passage-{focus}" if focus else address)


def _show_passages(
    request: HttpRequest, draft: GuidancePage, *, split_form: SplitForm | None = None, status: int = 200
) -> HttpResponse:
    page = draft.to_content()
    written = draw_passages(page.passages, facts=said_now(), language=page.locale)
    revision = draft.latest_revision
    context = {
        "draft": draft,
        "passages": written,
        "last": len(written) - 1,
        "revision": revision,
        "may_undo": revision is not None and draft.revisions.filter(pk__lt=revision.pk).exists(),
        "split_form": split_form,
        "split_at": split_form.data.get("block_key") if split_form else "",
    }
    return render(request, "handbook/passages.html", context, status=status)
