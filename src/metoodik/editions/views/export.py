"""Guidance taken out as a file: a page, a section, a version, and a whole edition written in the background."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metoodik.editions import reading
from metoodik.editions.audiences import audience_of
from metoodik.editions.export import actions, cards
from metoodik.editions.export.document import (
    CONTENT_TYPES,
    Document,
    Format,
    page_document,
    release_document,
    section_document,
    sheet_of,
    version_document,
)
from metoodik.editions.export.docx import DocxFailed
from metoodik.editions.export.pdf import PdfMissing
from metoodik.editions.export.writing import written
from metoodik.editions.forms_export import LanguageAndFormat
from metoodik.editions.models_export import ExportJob
from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.editions.views.common import never_kept
from metoodik.handbook.access import get_version_for, takes_part_in_clearance, versions_for
from metoodik.handbook.importing.converter import ConverterMissing
from metoodik.handbook.models import Release
from metoodik.handbook.models.versions import Target
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission

AT_ONCE = 6
"""So many pages are written to PDF while one waits; more of them in the background."""


def attached(data: bytes, filename: str, content_type: str) -> HttpResponse:
    """A file to keep; no cache keeps it."""
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return never_kept(response)


def file_of(request: HttpRequest, user: User, document: Document, kind: Format) -> HttpResponse:
    """The document's file, written down as taken out; or a page that says why it cannot be written."""
    try:
        data = written(document, kind)
    except PdfMissing as missing:
        return cannot(request, str(missing))
    except (DocxFailed, ConverterMissing):
        return cannot(request, _("The Word file could not be written. Take the PDF or the HTML file instead."))
    actions.note_export(by=user, document=document, kind=kind)
    return attached(data, document.filename(kind), CONTENT_TYPES[kind])


def cannot(request: HttpRequest, why: str) -> HttpResponse:
    """A page that says why there is no file."""
    return never_kept(render(request, "editions/export/cannot.html", {"why": why}, status=409))


def edition_for(user: User, number: int) -> OpenEdition:
    """The edition of that number as this person may read it; a coming one for those who make editions.

    Raises Http404 when there is none for them.
    """
    edition = reading.numbered(number, audience_of(user), pending=user.can(Permission.MAKE_EDITION))
    if edition is None:
        raise Http404
    return edition


def page_of(user: User, number: int, locale: str, slug: str) -> tuple[OpenEdition, ReadPage]:
    """The page of that edition, if this person may see it. Raises Http404."""
    edition = edition_for(user, number)
    read = edition.page(locale, slug)
    if read is None:
        raise Http404
    return edition, read


@require(Permission.READ_HANDBOOK)
@require_safe
def page(request: HttpRequest, number: int, locale: str, slug: str, kind: Format) -> HttpResponseBase:
    """One page as a file."""
    edition, read = page_of(get_user(request), number, locale, slug)
    overlay = reading.overlay(edition.audience, edition)
    return file_of(request, get_user(request), page_document(edition, read, overlay), kind)


@require(Permission.READ_HANDBOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, number: int, locale: str, slug: str, kind: Format) -> HttpResponseBase:
    """A section as a file; a large PDF is written in the background."""
    user = get_user(request)
    edition = edition_for(user, number)
    document = section_document(edition, locale, slug, reading.overlay(edition.audience, edition))
    if document is None or not document.sheets:
        raise Http404
    if kind is not Format.PDF or len(document.sheets) <= AT_ONCE:
        return file_of(request, user, document, kind)
    if request.method == "POST":
        return redirect("editions:export-job", _asked(user, edition, locale, kind, slug).pk)
    context = {"edition": edition, "title": document.title, "pages": len(document.sheets)}
    return never_kept(render(request, "editions/export/large.html", context))


def _asked(user: User, edition: OpenEdition, locale: str, kind: Format, section: str = "") -> ExportJob:
    return actions.request_export(by=user, edition=edition, locale=locale, kind=kind, section=section)


@require(Permission.READ_HANDBOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def whole(request: HttpRequest, number: int) -> HttpResponseBase:
    """A whole edition: in which language, as what; and the files asked for before."""
    user = get_user(request)
    edition = edition_for(user, number)
    locales = [each for each in ("et", "ru", "en") if edition.pages(each)]
    form = LanguageAndFormat(request.POST or None, locales=locales, initial={"locale": "et", "kind": Format.PDF})
    if form.is_bound and form.is_valid():
        return redirect("editions:export-job", _asked(user, edition, form.cleaned_data["locale"], form.format).pk)
    context = {"edition": edition, "form": form, "jobs": actions.jobs_of(user), "nothing": not locales}
    status = 422 if form.is_bound else 200
    return never_kept(render(request, "editions/export/whole.html", context, status=status))


def job_for(user: User, pk: int) -> ExportJob:
    """The person's own job. Raises Http404 for anybody else's, and once they may not see what is in it."""
    job = ExportJob.objects.filter(pk=pk, by=user).first()
    if job is None or audience_of(user).key != job.audience:
        raise Http404
    return job


@require(Permission.READ_HANDBOOK)
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How the writing of a large file goes; asked again by the page until it is done."""
    found = job_for(get_user(request), pk)
    live = request.headers.get("HX-Request") == "true"
    template = "editions/export/state.html" if live else "editions/export/job.html"
    return never_kept(render(request, template, {"job": found, "kilobytes": len(found.data or b"") // 1024}))


@require(Permission.READ_HANDBOOK)
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The written file, for the one who asked."""
    user = get_user(request)
    found = job_for(user, pk)
    try:
        data = actions.take_export(by=user, job=found)
    except PermissionDenied:
        raise Http404 from None
    return attached(data, found.filename, CONTENT_TYPES[Format(found.format)])


@require(None)
@require_safe
def version(request: HttpRequest, pk: int, kind: Format) -> HttpResponseBase:
    """A version in clearance as a file, marked as not in force."""
    user = get_user(request)
    found = get_version_for(user, pk)
    if found.target != Target.PAGE:
        raise Http404
    document = version_document(found, restricted=user.can(Permission.READ_RESTRICTED))
    return file_of(request, user, document, kind)


@require(None)
@require_safe
def package(request: HttpRequest, pk: int, kind: Format) -> HttpResponseBase:
    """The pages of a package that this person may see, as one file marked as not in force."""
    user = get_user(request)
    if not takes_part_in_clearance(user):
        raise Http404
    found = get_object_or_404(Release, pk=pk)
    versions = versions_for(user).filter(release=found, target=Target.PAGE, withdraws=False)
    held = list(versions.select_related("approved_by").prefetch_related("reviews__reviewer").order_by("title"))
    if not held:
        raise Http404
    address = f"{settings.BASE_URL}{found.get_absolute_url()}"
    document = release_document(found.name, held, address, restricted=user.can(Permission.READ_RESTRICTED))
    return file_of(request, user, document, kind)


@require(Permission.READ_HANDBOOK)
@require_safe
def card(request: HttpRequest, number: int, locale: str, slug: str, passage: str = "") -> HttpResponseBase:
    """A page or passage as a card on one A5."""
    edition, read = page_of(get_user(request), number, locale, slug)
    overlay = reading.overlay(edition.audience, edition)
    made = cards.card_of(sheet_of(edition, read, overlay, remarks=False), edition, passage)
    if made is None:
        raise Http404
    try:
        data = cards.as_pdf(made)
    except (PdfMissing, cards.TooLong) as why:
        return cannot(request, str(why))
    actions.note_export(by=get_user(request), document=made.document, kind=Format.PDF)
    return attached(data, made.filename, CONTENT_TYPES[Format.PDF])
