"""Many files at once, and a file beside the page it is merged into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook.access import get_batch_for, get_import_for
from metoodik.handbook.actions import import_batches as actions
from metoodik.handbook.actions.imports import merge_file, pairs_with
from metoodik.handbook.fact_marks import filled_passage
from metoodik.handbook.facts import values_in
from metoodik.handbook.forms.imports import IntoForm, choices_of
from metoodik.handbook.importing.merging import Choice, Match, Pair, text_of
from metoodik.handbook.importing.values import REASONS, Reason
from metoodik.handbook.models import GuidancePage, ImportBatch, ImportedFile
from metoodik.handbook.models.imports import Doing, ImportState
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE, opened_draft
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission
from metoodik.web.difference import change

MATCHES = {
    Match.SAME: lambda: _("same"),
    Match.CHANGED: lambda: _("changed"),
    Match.NEW: lambda: _("new in the file"),
    Match.MISSING: lambda: _("not in the file"),
}
CHOICES: dict[Match, tuple[tuple[Choice, Callable[[], str]], ...]] = {
    Match.SAME: (),
    Match.CHANGED: (
        (Choice.THEIRS, lambda: _("Take the file's")),
        (Choice.OURS, lambda: _("Keep the page's")),
        (Choice.BOTH, lambda: _("Keep both")),
    ),
    Match.NEW: ((Choice.THEIRS, lambda: _("Add it")), (Choice.OURS, lambda: _("Leave it out"))),
    Match.MISSING: ((Choice.OURS, lambda: _("Keep it")), (Choice.THEIRS, lambda: _("Take it out"))),
}


@require_GET
@require(Permission.WRITE_GUIDANCE)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """All files of a batch with their states; the refused with reasons."""
    found = get_batch_for(get_user(request), pk)
    files = found.files.select_related("page").defer("data", "source_html", "passages", "leftovers").order_by("pk")
    state = request.GET.get("seis", "")
    if state in ImportState.values:
        files = files.filter(state=state)
    shown = Paginator(files, A_PAGE).get_page(request.GET.get("leht"))
    rows = [(each, _(REASONS[Reason(each.reason)]) if each.reason else "") for each in shown]
    context = {
        "batch": found,
        "shown": shown,
        "rows": rows,
        "state": state,
        "kept": f"seis={state}" if state else "",
    } | _progress(found)
    return render(request, "handbook/import_batch.html", context)


@require_GET
@require(Permission.WRITE_GUIDANCE)
def batch_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress fragment; asks the page to load anew once nothing is under way."""
    found = get_batch_for(get_user(request), pk)
    progress = _progress(found)
    response = render(request, "handbook/parts/batch_progress.html", {"batch": found} | progress)
    if not progress["busy"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@require(Permission.WRITE_GUIDANCE)
def cancel_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reading what still waits."""
    user = get_user(request)
    number = actions.cancel_batch(batch=get_batch_for(user, pk), by=user)
    words = ngettext("%d file was not read. The rest stays.", "%d files were not read. The rest stays.", number)
    messages.success(request, words % number)
    return redirect("handbook:import-batch", pk)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def draft_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Let drafts be made of all files read or of those chosen."""
    user = get_user(request)
    found = get_batch_for(user, pk)
    chosen = [int(each) for each in request.POST.getlist("file") if each.isdecimal()]
    files = None if "all" in request.POST else chosen
    try:
        actions.ask_for_drafts(batch=found, files=files, by=user, facts="facts" in request.POST)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    return redirect("handbook:import-batch", pk)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def undo_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the whole batch be undone."""
    user = get_user(request)
    actions.ask_to_undo(batch=get_batch_for(user, pk), by=user)
    return redirect("handbook:import-batch", pk)


@require(Permission.WRITE_GUIDANCE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """A file beside a page, passage by passage; what is chosen becomes the page's next draft."""
    user = get_user(request)
    found = get_import_for(user, pk)
    if found.state != ImportState.READ:
        raise Http404
    form = IntoForm(request.POST or request.GET or None, language=found.section.locale_id if found.section else None)
    chosen = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if chosen is None:
        return render(request, "handbook/import_merge.html", {"imported": found, "form": form})
    draft = opened_draft(request, chosen.pk)
    pairs = pairs_with(found, draft)
    refused: list[Any] = []
    if request.method == "POST":
        number = request.POST.get("revision", "")
        revision = int(number) if number.isdecimal() else 0
        try:
            merge_file(imported=found, page=chosen, revision=revision, choices=choices_of(request.POST, pairs), by=user)
        except NotReady as missing:
            refused = missing.findings
        else:
            messages.success(request, _("The draft is ready. Look at its passages."))
            return redirect("handbook:passages", chosen.pk)
    context = _comparison(found, draft, pairs, choices_of(request.POST, pairs)) | {"form": form, "missing": refused}
    return render(request, "handbook/import_merge.html", context, status=409 if refused else 200)


def _comparison(
    found: ImportedFile, draft: GuidancePage, pairs: tuple[Pair, ...], choices: dict[str, Choice]
) -> dict[str, Any]:
    value = values_in(draft.locale.language_code)
    rows = []
    for pair in pairs:
        old, new = (text_of(filled_passage(each, value)) if each else "" for each in (pair.ours, pair.theirs))
        rows.append(
            {
                "key": pair.key,
                "heading": (pair.ours or pair.theirs).heading,  # type: ignore[union-attr]
                "match": pair.match,
                "word": MATCHES[pair.match](),
                "options": [
                    (choice.value, label(), choices[pair.key] is choice) for choice, label in CHOICES[pair.match]
                ],
                "changes": [] if pair.match is Match.SAME else [change(old, new)],
            }
        )
    counts = [(each, MATCHES[each](), sum(pair.match is each for pair in pairs)) for each in Match]
    return {"imported": found, "draft": draft, "rows": rows, "counts": counts, "revision": draft.latest_revision_id}


def _progress(found: ImportBatch) -> dict[str, Any]:
    counts = found.counts()
    read = counts["all"] - counts[ImportState.WAITING]
    done = read
    if found.doing == Doing.DRAFTING:
        label = _("%(made)d drafts made, %(left)d to go") % {"made": counts["drafted"], "left": counts["read"]}
        done = counts["drafted"]
    elif found.doing == Doing.UNDOING:
        label, done = _("Undoing"), counts["undone"]
    else:
        label = _("%(read)d of %(all)d read") % {"read": read, "all": counts["all"]}
    if refused := counts["refused"]:
        label += ", " + ngettext("%d does not fit", "%d do not fit", refused) % refused
    busy = bool(counts[ImportState.WAITING] or found.doing)
    return {"counts": counts, "label": label, "done": done, "most": max(counts["all"], 1), "busy": busy}
