"""Import, as the author sees it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook.access import get_import_for
from metoodik.handbook.actions import imports as import_actions
from metoodik.handbook.actions.import_batches import take_batch
from metoodik.handbook.content import Passage
from metoodik.handbook.drawing import draw_passages
from metoodik.handbook.fact_offers import with_facts
from metoodik.handbook.forms.imports import ImportForm
from metoodik.handbook.importing.archive import gathered
from metoodik.handbook.importing.values import PLACES, REASONS, Reason, Where
from metoodik.handbook.models import ImportBatch, ImportedFile, SectionPage
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE, status_of
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission

MOST_BATCHES = 5


@require(Permission.WRITE_GUIDANCE)
def imports(request: HttpRequest) -> HttpResponse:
    """Bring a file, and see those brought before."""
    user = get_user(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _taken(form, user)
        except NotReady as missing:
            form.add_error("file", [str(each) for each in missing.findings])
    alone = ImportedFile.objects.filter(batch=None).select_related("page", "by")
    brought = alone.defer("data", "source_html", "passages", "leftovers")
    context = {
        "batches": [(each, each.counts()) for each in ImportBatch.objects.select_related("by")[:MOST_BATCHES]],
        "form": form,
        "brought": Paginator(brought, A_PAGE).get_page(request.GET.get("leht")),
        "sections": SectionPage.objects.exists(),
    }
    return render(request, "handbook/imports.html", context, status=status_of(request, form, []))


def _taken(form: ImportForm, user: User) -> HttpResponse:
    """One document alone, or a batch of many. Raises NotReady when there is no document."""
    files, section = form.files_given, form.cleaned_data["section"]
    if len(files) == 1 and not files[0].name.lower().endswith(".zip"):
        taken = import_actions.take_file(by=user, data=files[0].read(), filename=files[0].name, section=section)
        return redirect("handbook:import", taken.pk)
    uploads = ((each.name, each.read()) for each in files)
    brought = gathered(uploads, file_bytes=settings.IMPORT_BYTES)
    return redirect("handbook:import-batch", take_batch(by=user, brought=brought, section=section).pk)


@require_GET
@require(Permission.WRITE_GUIDANCE)
def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: being read, refused with the reason, or its draft beside its source."""
    return render(request, "handbook/imported.html", _import_context(get_import_for(get_user(request), pk)))


@require_GET
@require(Permission.WRITE_GUIDANCE)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress fragment; asks the page to load anew once the file is read."""
    found = get_import_for(get_user(request), pk)
    response = render(request, "handbook/parts/import_progress.html", {"imported": found})
    if found.state != ImportState.WAITING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@require(Permission.WRITE_GUIDANCE)
def draft_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of what was read and open it at the writing desk."""
    user = get_user(request)
    found = get_import_for(user, pk)
    try:
        page = import_actions.make_draft(imported=found, by=user, facts="facts" in request.POST)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
        return redirect("handbook:import", pk)
    messages.success(request, _("The draft is ready. Complete what only you know: readers, sources, legal basis."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an import together with its draft."""
    user = get_user(request)
    found = get_import_for(user, pk)
    try:
        import_actions.undo_import(imported=found, by=user)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
        return redirect("handbook:import", pk)
    messages.success(request, _("The import of %(file)s is undone. Nothing of it is left.") % {"file": found.filename})
    return redirect("handbook:imports")


def _import_context(found: ImportedFile) -> dict[str, Any]:
    passages = tuple(Passage.from_data(each) for each in found.passages)
    _marked, typed = with_facts(passages) if found.state == ImportState.READ else ((), [])
    return {
        "imported": found,
        "passages": draw_passages(passages),
        "typed_facts": list(dict.fromkeys(typed)),
        # The importer writes this HTML from a closed set of tags, with every word escaped.
        "source_html": mark_safe(found.source_html),  # noqa: S308
        "leftovers": [each | {"place": _(PLACES[Where(each["where"])])} for each in found.leftovers],
        "reason": _(REASONS[Reason(found.reason)]) if found.reason else "",
    }
