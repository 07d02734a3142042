"""What is for internal use only (AK): the list, its grounds, and decisions to let a restriction last longer."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import restrictions
from metoodik.handbook.actions import restrictions as restriction_actions
from metoodik.handbook.forms.restrictions import DecideForm, EndForm, ExtendForm, GroundForm
from metoodik.handbook.lists import as_csv
from metoodik.handbook.models import RestrictionExtension, RestrictionGround
from metoodik.handbook.restrictions import Marked
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.tables import Column, Table
from metoodik.web.templatetags.web import day, state

CITATION = re.compile(r"(AvTS|§|lg|p|\d+)\s(?=§|\d|lg|p\b)")
"""The short words of a citation, which a narrow column must not tear apart."""
SHOWN = {"lopeb": "ends_soon", "loppes": "has_ended"}


def columns() -> list[Column]:
    return [
        Column("what", _("Page or passage")),
        Column("ground", _("Ground")),
        Column("authority", _("Authority")),
        Column("period", pgettext("restriction", "Restricted")),
        Column("state", _("State")),
    ]


@require_GET
@require(Permission.READ_RESTRICTED)
def marked(request: HttpRequest) -> HttpResponse:
    """Everything in force that is AK, the one that ends first at the top."""
    user = get_user(request)
    found = _chosen(request, user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("leht"))
    restriction_actions.note_list_read(by=user)
    table = Table(
        caption=_("For internal use only"),
        columns=columns(),
        rows=[_row(user, each) for each in page],
        path=request.path,
        export_url=reverse("handbook:restrictions-csv"),
        nothing=_("Nothing here is for internal use only."),
    )
    context = {
        "table": table,
        "page_obj": page,
        "kept": f"seis={request.GET.get('seis')}" if request.GET.get("seis") in SHOWN else "",
        "chosen": request.GET.get("seis", ""),
        "waiting": restrictions.waiting_for(user),
        "ended": sum(1 for each in restrictions.marked_for(user) if each.has_ended),
    }
    return render(request, "handbook/restrictions.html", context)


@require_GET
@require(Permission.READ_RESTRICTED)
def marked_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    user = get_user(request)
    restriction_actions.note_list_read(by=user)
    marking = [_("Page or passage"), _("Ground"), _("Authority"), _("Restricted from"), _("Restricted until")]
    header = [*marking, _("Days left"), _("Language")]
    rows = (_csv_row(each) for each in _chosen(request, user))
    return as_csv("piirangud", header, rows)


def _chosen(request: HttpRequest, user: User) -> list[Marked]:
    found = restrictions.marked_for(user)
    wanted = SHOWN.get(request.GET.get("seis", ""))
    return [each for each in found if getattr(each, wanted)] if wanted else found


def _name(each: Marked) -> str:
    return f"{each.title}: {each.heading}" if each.heading else each.title


def _row(user: User, each: Marked) -> list[Any]:
    days = ngettext("%d day left", "%d days left", max(each.days_left, 0)) % max(each.days_left, 0)
    word = _("ended: decide") if each.has_ended else days
    return [
        format_html('<a href="{}">{}</a>', each.url, _name(each)),
        CITATION.sub("\\1\u00a0", each.restriction.ground),
        each.restriction.authority,
        f"{day(each.restriction.since)} – {day(each.restriction.until)}",
        format_html("{} {}", state("due", word) if each.has_ended or each.ends_soon else word, _act(user, each)),
    ]


def _csv_row(each: Marked) -> list[str]:
    marking = each.restriction
    days = [marking.since.isoformat(), marking.until.isoformat(), str(each.days_left)]
    return [_name(each), marking.ground, marking.authority, *days, each.locale]


def _act(user: User, each: Marked) -> str:
    if not restrictions.may_ask_extension(user, each):
        return ""
    args = [each.version, each.passage_key] if each.passage_key else [each.version]
    name = "handbook:restriction-extend-passage" if each.passage_key else "handbook:restriction-extend"
    return format_html('<a href="{}">{}</a>', reverse(name, args=args), _("Extend"))


@require(Permission.WRITE_GUIDANCE)
def extend(request: HttpRequest, version: int, passage: str = "") -> HttpResponse:
    """Ask that a restriction lasts longer."""
    user = get_user(request)
    found = restrictions.get_marked_for(user, version, passage)
    if found is None or not restrictions.may_ask_extension(user, found):
        raise Http404
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            restriction_actions.ask_extension(by=user, marked=found, until=said["until"], reason=said["reason"])
        except NotReady as missing:
            for each in missing.findings:
                form.add_error(None, str(each))
        else:
            messages.success(request, _("The extension waits for a decision."))
            return redirect("handbook:restrictions")
    context = {
        "marked": found,
        "name": _name(found),
        "form": form,
        "latest": restrictions.latest_end(found),
        "ground": restrictions.ground_of(found.restriction.ground, timezone.localdate()),
        "before": restrictions.extensions_of(found.key, found.passage_key),
    }
    return render(request, "handbook/restriction_extend.html", context, status=422 if form.is_bound else 200)


@require(Permission.DECIDE_RESTRICTION)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend a restriction, or do not."""
    user = get_user(request)
    extension = get_object_or_404(RestrictionExtension.objects.select_related("asked_by", "version"), pk=pk)
    if not restrictions.may_know_of(user, extension):
        raise Http404
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = request.POST.get("decision") == "yes"
        try:
            restriction_actions.decide_extension(
                by=user, extension=extension, agrees=agrees, answer=form.cleaned_data["answer"]
            )
        except NotReady as missing:
            for each in missing.findings:
                form.add_error(None, str(each))
        else:
            said = _("The restriction is extended with the next edition.") if agrees else _("It is not extended.")
            messages.success(request, said)
            return redirect("handbook:restrictions")
    page = extension.version.page_content
    heading = next((each.heading for each in page.passages if each.key == extension.passage_key), "")
    context = {
        "extension": extension,
        "name": f"{page.title}: {heading}" if heading else page.title,
        "form": form,
        "may_decide": extension.waits_for(user),
    }
    return render(request, "handbook/restriction_decide.html", context, status=422 if form.is_bound else 200)


@require(Permission.READ_RESTRICTED)
def grounds(request: HttpRequest) -> HttpResponse:
    """The register of grounds: those in force on a day, and a new one."""
    user = get_user(request)
    may_decide = user.can(Permission.DECIDE_RESTRICTION)
    form = GroundForm(request.POST or None) if may_decide else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = restriction_actions.add_ground(by=user, fields=form.cleaned_data)
            except NotReady as missing:
                for each in missing.findings:
                    form.add_error(None, str(each))
            else:
                messages.success(request, _("“%s” is in the register.") % made.citation)
                return redirect("handbook:restriction-grounds")
    past = request.GET.get("koik") == "1"
    today = timezone.localdate()
    found = RestrictionGround.objects.order_by("act", "-valid_from", "pk")
    shown = found if past else found.valid_on(today)
    context = {
        "grounds": shown,
        "coming": found.filter(valid_from__gt=today).order_by("valid_from").first(),
        "past": past,
        "form": form,
        "may_decide": may_decide,
        "end_form": EndForm(),
    }
    return render(request, "handbook/restriction_grounds.html", context, status=422 if form and form.is_bound else 200)


@require_POST
@require(Permission.DECIDE_RESTRICTION)
def end_ground(request: HttpRequest, pk: int) -> HttpResponse:
    """Say until when a ground stands."""
    ground = get_object_or_404(RestrictionGround, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            restriction_actions.end_ground(
                by=get_user(request), ground=ground, valid_until=form.cleaned_data["valid_until"]
            )
            messages.success(request, _("“%s” ends on that day.") % ground.citation)
        except NotReady as missing:
            messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.error(request, _("Choose a day."))
    return redirect("handbook:restriction-grounds")
