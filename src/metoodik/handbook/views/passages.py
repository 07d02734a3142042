"""A draft's passages, split and joined with their keys kept right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import actions
from metoodik.handbook.drawing import draw_passages
from metoodik.handbook.forms.passages import SplitForm
from metoodik.handbook.models import GuidancePage
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import guidance_of
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@require_GET
@require(Permission.WRITE_GUIDANCE)
def passages(request: HttpRequest, page_pk: int) -> HttpResponse:
    """The draft's passages, to be split and joined."""
    return _show_passages(request, guidance_of(page_pk))


@require_POST
@require(Permission.WRITE_GUIDANCE)
def split_passage(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Split a passage before one of its parts."""
    user, draft = get_user(request), guidance_of(page_pk)
    form = SplitForm(request.POST)
    if not form.is_valid():
        return _show_passages(request, draft, split_form=form, status=422)
    try:
        actions.split_passage(page=draft, by=user, **form.cleaned_data)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.success(request, _("The passage is split. Its first part keeps the address."))
    return redirect("handbook:passages", page_pk)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def join_passage(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Join a passage to the one before it."""
    user, draft = get_user(request), guidance_of(page_pk)
    try:
        actions.join_passage(page=draft, by=user, key=request.POST.get("key", ""))
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.success(request, _("The passages are one. Its address is that of the first."))
    return redirect("handbook:passages", page_pk)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def confirm_phrase(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Say that a stale translation of a phrase still means the same."""
    user, draft = get_user(request), guidance_of(page_pk)
    key, language = request.POST.get("block_key", ""), request.POST.get("language", "")
    try:
        actions.confirm_phrase(page=draft, by=user, block_key=key, language=language)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.success(request, _("The translation is confirmed against the Estonian words of now."))
    return redirect("handbook:passages", page_pk)


def _show_passages(
    request: HttpRequest, draft: GuidancePage, *, split_form: SplitForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "draft": draft,
        "passages": draw_passages(draft.to_content().passages),
        "split_form": split_form,
        "split_at": split_form.data.get("block_key") if split_form else "",
    }
    return render(request, "handbook/passages.html", context, status=status)
