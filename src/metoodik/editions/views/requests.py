"""Information requests: guidance given out with only its restricted parts withheld."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metoodik.editions import reading
from metoodik.editions.audiences import audience_of
from metoodik.editions.export import actions
from metoodik.editions.export.document import CONTENT_TYPES, Format
from metoodik.editions.export.docx import DocxFailed
from metoodik.editions.export.pdf import PdfMissing
from metoodik.editions.forms_export import AnswerForm, InstantForm
from metoodik.editions.models_export import InformationRequest
from metoodik.editions.opened import OpenEdition
from metoodik.editions.views.common import never_kept
from metoodik.editions.views.export import attached, cannot
from metoodik.handbook.content import Access
from metoodik.handbook.importing.converter import ConverterMissing
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission

A_PAGE = 25


def _answerer(request: HttpRequest) -> User:
    user = get_user(request)
    if not actions.may_answer(user):
        raise PermissionDenied
    return user


@require(Permission.DECIDE_RESTRICTION)
@require_safe
def answered(request: HttpRequest) -> HttpResponseBase:
    """What was given out, the latest first."""
    _answerer(request)
    rows = InformationRequest.objects.select_related("by")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("leht"))
    return never_kept(render(request, "editions/export/requests.html", {"page_obj": page}))


@require(Permission.DECIDE_RESTRICTION)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponseBase:
    """Choose the instant and the pages, and take the document."""
    user = _answerer(request)
    when = InstantForm(request.GET if "paev" in request.GET else _now())
    if not when.is_valid():
        return _asks(request, when, None, None, [], 422)
    instant = when.instant()
    edition = reading.on(instant, audience_of(user))
    shelves = _shelves(edition, when.cleaned_data["keel"]) if edition else []
    choices = [each for _title, rows in shelves for each in rows]
    form = AnswerForm(
        request.POST if request.method == "POST" else None, pages=[(key, title) for key, title, _mark in choices]
    )
    if edition and form.is_bound and form.is_valid():
        return _given(request, user, edition, instant, when.cleaned_data["keel"], form)
    return _asks(request, when, form, edition, shelves, 422 if form.is_bound else 200)


def _now() -> dict[str, object]:
    now = timezone.localtime()
    return {"paev": now.date().isoformat(), "kell": f"{now:%H:%M}", "keel": "et"}


def _shelves(edition: OpenEdition, locale: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, [(page key, title, mark)]): what may be chosen, and what of it is restricted."""
    found = []
    for section in edition.sections(locale):
        rows = []
        for entry in edition.pages(locale, section.key):
            read = edition.page(locale, entry.slug)
            parts = sum(1 for each in read.content.passages if each.restriction) if read else 0
            mark = _("restricted as a whole") if entry.access == Access.RESTRICTED else ""
            if not mark and parts:
                mark = _("restricted passages: %(number)d") % {"number": parts}
            rows.append((entry.key, entry.title, mark))
        found.append((section.title, rows))
    return found


def _asks(
    request: HttpRequest,
    when: InstantForm,
    form: AnswerForm | None,
    edition: OpenEdition | None,
    shelves: list[tuple[str, list[tuple[str, str, str]]]],
    status: int,
) -> HttpResponse:
    chosen = set(form.data.getlist("pages")) if form is not None and form.is_bound else set()  # type: ignore[attr-defined]
    context = {"when": when, "form": form, "edition": edition, "shelves": shelves, "chosen": chosen}
    return never_kept(render(request, "editions/export/request_new.html", context, status=status))


def _given(
    request: HttpRequest, user: User, edition: OpenEdition, instant: datetime, locale: str, form: AnswerForm
) -> HttpResponse:
    values = form.cleaned_data
    chosen = [read for key in values["pages"] if (read := edition.page_by_key(key, locale))]
    try:
        _row, document, data = actions.answer_information_request(
            by=user,
            edition=edition,
            chosen=chosen,
            instant=instant,
            kind=Format(values["kind"]),
            reference=values["reference"],
            keeps_headings=values["keeps_headings"],
        )
    except PdfMissing as missing:
        return cannot(request, str(missing))
    except (DocxFailed, ConverterMissing):
        return cannot(request, _("The Word file could not be written. Take the PDF instead."))
    except ValidationError as error:
        return cannot(request, " ".join(error.messages))
    kind = Format(values["kind"])
    return attached(data, document.filename(kind), CONTENT_TYPES[kind])
