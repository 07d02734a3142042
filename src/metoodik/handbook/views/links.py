"""Links that lead nowhere, in the handbook in force."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from metoodik.handbook.links import DeadLink, dead_links_for, dead_outside
from metoodik.handbook.lists import as_csv
from metoodik.handbook.models import LinkCheck
from metoodik.handbook.upkeep import Kept, keeps_watch, kept_for
from metoodik.handbook.views.common import A_PAGE
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.tables import Column, Table


@require_safe
@require(None)
def links(request: HttpRequest) -> HttpResponse:
    """Dead links between pages, and addresses outside that have failed on two days."""
    user = _watcher(request)
    writes = user.can(Permission.WRITE_GUIDANCE)
    inside = Paginator(dead_links_for(user), A_PAGE).get_page(request.GET.get("leht"))
    pages = kept_for(user)
    outside = Paginator(dead_outside(pages, whole=user.can(Permission.READ_RESTRICTED)), A_PAGE).get_page(
        request.GET.get("valis")
    )
    context = {
        "inside": inside,
        "outside": outside,
        "inside_table": Table(
            caption=_("Dead links inside the handbook"),
            columns=_columns(_("What is wrong")),
            rows=[[_title(each.page, writes=writes), each.heading, str(each.why)] for each in inside],
            export_url=f"{request.path}csv/",
            nothing=_("Every link between pages in force leads somewhere."),
            id="sees",
        ),
        "outside_table": Table(
            caption=_("Addresses outside that do not answer"),
            columns=_columns(_("Address and answer")),
            rows=[
                [_title(page, writes=writes), heading, _answer(check)]
                for check, places in outside
                for page, heading in places
            ],
            nothing=_("Every address that was asked on two days answers."),
            id="valjas",
        ),
        "switched_on": settings.CHECK_LINKS,
        "asked": LinkCheck.objects.filter(checked_at__isnull=False).count() if settings.CHECK_LINKS else 0,
    }
    return render(request, "handbook/upkeep_links.html", context)


@require_safe
@require(None)
def export(request: HttpRequest) -> HttpResponseBase:
    """All dead links as a file."""
    user = _watcher(request)
    header = [_("Page"), _("Language"), _("Passage or source"), _("What is wrong"), _("Target")]
    rows = [_row(each) for each in dead_links_for(user)]
    for check, places in dead_outside(kept_for(user), whole=user.can(Permission.READ_RESTRICTED)):
        rows += [[page.title, page.locale, heading, _said(check), check.url] for page, heading in places]
    return as_csv("lingid", header, rows)


def _watcher(request: HttpRequest) -> User:
    user = get_user(request)
    if not keeps_watch(user):
        raise PermissionDenied
    return user


def _columns(last: str) -> list[Column]:
    return [Column("page", _("Page")), Column("place", _("Passage or source")), Column("why", last)]


def _row(link: DeadLink) -> list[str]:
    return [link.page.title, link.page.locale, link.heading, str(link.why), link.target]


def _title(page: Kept, *, writes: bool) -> str:
    url = reverse("wagtailadmin_pages:edit", args=[page.page]) if writes else page.url
    return format_html('<a href="{}" lang="{}">{}</a>', url, page.locale, page.title)


def _answer(check: LinkCheck) -> str:
    return format_html("{}<br>{}", check.url, _said(check))


def _said(check: LinkCheck) -> str:
    said = str(check.get_fault_display())
    return f"{said} ({check.status})" if check.status else said
