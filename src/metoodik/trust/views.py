"""The audit trail and what is kept of people, for those who may see them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from metoodik.trust import audit
from metoodik.trust.access import needs
from metoodik.trust.forms import AuditFilter
from metoodik.trust.models import AuditEntry
from metoodik.trust.naming import action_name, detail_said
from metoodik.trust.privacy import declarations, table_name
from metoodik.web.tables import Column, Table
from metoodik.web.templatetags.web import moment

READ_AUDIT = "read_audit"
PAGE = 50
CHECKED_AT_ONCE = 5_000
VISIT_MINUTES = 30
VISITED = "audit_visited_at"
COLUMNS = (
    Column("number", gettext_lazy("Number"), numeric=True),
    Column("at", gettext_lazy("Time")),
    Column("who", gettext_lazy("Person")),
    Column("what", gettext_lazy("Action")),
    Column("subject", gettext_lazy("Subject")),
    Column("detail", gettext_lazy("Details")),
)


@needs(READ_AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """The trail, newest first, narrowed by person, action and days; its chain verified."""
    _note_visit(request)
    form = AuditFilter(request.GET)
    page = Paginator(form.entries(), PAGE).get_page(request.GET.get("leht"))
    kept = urlencode([(name, value) for name, value in request.GET.items() if name != "leht" and value])
    table = Table(
        caption=_("Audit trail"),
        columns=COLUMNS,
        rows=list(_rows(page)),
        export_url=f"{request.path}csv/?{kept}",
        nothing=_("Nothing was done that fits these filters."),
    )
    last = audit.head()
    checked = audit.verify(since=max(1, last.sequence - CHECKED_AT_ONCE + 1))
    context = {"form": form, "page_obj": page, "kept": kept, "table": table, "head": last, "found": checked}
    return render(request, "trust/trail.html", context)


@needs(READ_AUDIT)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole trail against its heads written down outside the database; says the result."""
    found = audit.verify(anchors=audit.exported_heads(Path(settings.DATA_DIR)))
    with transaction.atomic():
        audit.record("audit.verified", by=_person(request), checked=found.checked, holds=found.ok)
    if found.ok:
        messages.success(request, _("The whole trail holds: %(count)s entries read.") % {"count": found.checked})
    else:
        place = {"number": found.bad, "why": found.why}
        messages.error(request, _("The trail does not hold at entry %(number)s: %(why)s.") % place)
    return redirect("trust:trail")


@needs(READ_AUDIT)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The narrowed trail as a table file, oldest first; that it was downloaded is in the trail."""
    entries = AuditFilter(request.GET).entries().order_by("sequence")
    with transaction.atomic():
        audit.record("audit.exported", by=_person(request), entries=entries.count())
    response = StreamingHttpResponse(_csv(entries), content_type="text/csv; charset=utf-8")
    name = f"auditijalg-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs(None)
def data_protection(request: HttpRequest) -> HttpResponse:
    """What each table is for, what it holds of people, how long it is kept and who may read it."""
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    for model, privacy in declarations():
        if privacy is None or model._meta.auto_created:
            continue
        room = apps.get_app_config(model._meta.app_label)
        line = {"name": table_name(model), "label": model._meta.label, "privacy": privacy}
        (ours if room.name.startswith("metoodik.") else theirs).append(line)
    return render(request, "trust/data_protection.html", {"ours": ours, "theirs": theirs})


def _note_visit(request: HttpRequest) -> None:
    """Reading the trail is in the trail: once a visit, not once a page."""
    now = int(timezone.now().timestamp())
    if now - int(request.session.get(VISITED, 0)) > VISIT_MINUTES * 60:
        with transaction.atomic():
            audit.record("audit.read", by=_person(request))
        request.session[VISITED] = now


def _rows(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    """Entries as people read them. People are named: who reads the trail may know them."""
    people = dict(get_user_model()._default_manager.values_list("pk", "name"))
    return (_row(entry, people) for entry in entries)


def _row(entry: AuditEntry, people: dict[int, str]) -> list[str]:
    who = people.get(entry.actor_id, "") if entry.actor_id else _("the system")
    when = str(moment(timezone.localtime(entry.at)))
    return [str(entry.sequence), when, who, action_name(entry.action), _subject(entry, people), _detail(entry)]


def _subject(entry: AuditEntry, people: dict[int, str]) -> str:
    if not entry.subject_type:
        return ""
    if entry.subject_type == get_user_model()._meta.label_lower:
        return people.get(int(entry.subject_id), entry.subject_id)
    try:
        name = str(apps.get_model(entry.subject_type)._meta.verbose_name)
    except LookupError:
        name = entry.subject_type
    return f"{name} {entry.subject_id}"


def _detail(entry: AuditEntry) -> str:
    return ", ".join(detail_said(name, value) for name, value in entry.detail.items())


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow([str(column.label) for column in COLUMNS] + ["mac"])
    people = dict(get_user_model()._default_manager.values_list("pk", "name"))
    for entry in entries.iterator(1000):
        row = _row(entry, people)
        row[1] = timezone.localtime(entry.at).isoformat(timespec="seconds")
        yield writer.writerow([_harmless(cell) for cell in row] + [entry.mac])


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _person(request: HttpRequest) -> Any:
    return request.user
