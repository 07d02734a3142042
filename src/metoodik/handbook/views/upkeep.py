"""The review cycle: which pages in force wait to be looked at, and saying that one is still right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import capfirst
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from metoodik.engines.language.order import estonian
from metoodik.handbook.actions import upkeep as actions
from metoodik.handbook.content import Access
from metoodik.handbook.forms.upkeep import BulkForm, FilterForm, StillRightForm
from metoodik.handbook.lists import as_csv
from metoodik.handbook.models import PageReview, Version
from metoodik.handbook.upkeep import Kept, get_kept_for, keeps_watch, kept_for
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.states import STATES
from metoodik.web.tables import SORT, Column, Table, sort_key
from metoodik.web.templatetags.web import day, deadline, state

RISKS = {
    "safety": pgettext_lazy("risk", "safety"),
    "elevated": pgettext_lazy("risk", "elevated"),
    "ordinary": pgettext_lazy("risk", "ordinary"),
}
COLUMNS = (
    Column("title", gettext_lazy("Page"), sortable=True),
    Column("state", gettext_lazy("State")),
    Column("due", gettext_lazy("Review by"), sortable=True),
    Column("risk", gettext_lazy("Risk"), sortable=True),
    Column("keeper", gettext_lazy("Keeper"), sortable=True),
)
SECTION = Column("section", gettext_lazy("Section"))
FILTERS = ("keeper", "section", "risk", "state")
SORTS: dict[str, Any] = {
    "title": lambda each: estonian(each.title),
    "due": lambda each: each.due,
    "risk": lambda each: each.urgency(),
    "keeper": lambda each: estonian(each.keeper),
}


@require_safe
@require(None)
def queue(request: HttpRequest) -> HttpResponse:
    """Pages in force, those first that somebody should look at first."""
    user = _watcher(request)
    pages = kept_for(user)
    today = timezone.localdate()
    form = FilterForm(request.GET or None, choices=_choices(pages))
    chosen = _narrowed(pages, form, today)
    sort = sort_key(request, COLUMNS)
    shown = Paginator(_sorted(chosen, sort), A_PAGE).get_page(request.GET.get("leht"))
    writes = user.can(Permission.WRITE_GUIDANCE)
    kept = urlencode([(name, request.GET[name]) for name in FILTERS if request.GET.get(name)])
    columns = [Column("choose", _("Choose")), *COLUMNS] if writes else list(COLUMNS)
    table = Table(
        caption=_("Pages in force by their review"),
        columns=columns,
        rows=[_row(each, today, choose=writes) for each in shown],
        sort=sort,
        path=request.path,
        kept=f"{kept}&" if kept else "",
        export_url=f"{request.path}csv/{f'?{kept}' if kept else ''}",
        nothing=_("No page in force fits. Widen the filter, or wait for the first approval."),
    )
    context = {
        "table": table,
        "shown": shown,
        "filter": form,
        "kept": urlencode([(name, request.GET[name]) for name in (*FILTERS, SORT) if request.GET.get(name)]) + "&",
        "bulk": BulkForm() if writes and shown else None,
        "overdue": sum(1 for each in pages if each.due < today),
        "orphaned": sum(1 for each in pages if not each.keeper_is_here),
        "total": len(pages),
        "mine": sum(1 for each in pages if each.keeper_id == user.pk and each.state(today) != "current"),
        "me": user.pk,
    }
    return render(request, "handbook/upkeep_queue.html", context)


@require_safe
@require(None)
def export(request: HttpRequest) -> HttpResponseBase:
    """The queue as a file, narrowed as on screen."""
    user = _watcher(request)
    pages = kept_for(user)
    today = timezone.localdate()
    chosen = _narrowed(pages, FilterForm(request.GET or None, choices=_choices(pages)), today)
    header = [
        *(column.label for column in (*COLUMNS, SECTION)),
        _("Language"),
        _("Last checked"),
        _("Review every (months)"),
    ]
    return as_csv("ulevaatamine", header, (_plain(each, today) for each in chosen))


@require(None)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One page in force: when it was looked at, by whom, and the form that says it is still right."""
    user = get_user(request)
    kept = get_kept_for(user, pk)
    may = actions.may_review(user, kept)
    version = Version.objects.select_related("approved_by").get(pk=pk)
    missing: list[Any] = []
    form = StillRightForm(request.POST or None, kept=kept) if may else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                done = actions.still_right(by=user, version=version, **form.cleaned_data)
            except NotReady as not_ready:
                missing = not_ready.findings
            else:
                words = {"title": kept.title, "day": day(done.next_due)}
                messages.success(request, _("“%(title)s” is still right. The next review is by %(day)s.") % words)
                return redirect("handbook:upkeep")
    context = {
        "kept": kept,
        "version": version,
        "form": form,
        "missing": missing,
        "risk": RISKS[kept.risk],
        "state": kept.state(timezone.localdate()),
        "restricted": kept.access == Access.RESTRICTED,
        "reviews": PageReview.objects.filter(key=kept.key, locale=kept.locale).select_related("by")[:A_PAGE],
        "may_write": user.can(Permission.WRITE_GUIDANCE),
    }
    return render(request, "handbook/upkeep_page.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def change(request: HttpRequest) -> HttpResponse:
    """Give the chosen pages another keeper or interval."""
    user = get_user(request)
    form = BulkForm(request.POST)
    chosen = [int(each) for each in request.POST.getlist("version") if each.isdecimal()]
    if not form.is_valid():
        for error in (str(each) for errors in form.errors.values() for each in errors):
            messages.error(request, error)
        return redirect("handbook:upkeep")
    try:
        changed = _change(user, chosen, form.cleaned_data)
    except NotReady as refused:
        for each in refused.findings:
            messages.error(request, str(each))
    else:
        said = ngettext("%(count)s page changed.", "%(count)s pages changed.", changed)
        messages.success(request, said % {"count": changed})
    return redirect("handbook:upkeep")


def _change(user: User, chosen: list[int], asked: dict[str, Any]) -> int:
    changed = 0
    if asked["keeper"]:
        changed = actions.give_pages(by=user, versions=chosen, keeper=asked["keeper"])
    if asked["months"]:
        changed = max(changed, actions.set_interval(by=user, versions=chosen, months=asked["months"]))
    return changed


def _watcher(request: HttpRequest) -> User:
    user = get_user(request)
    if not keeps_watch(user):
        raise PermissionDenied
    return user


def _choices(pages: Sequence[Kept]) -> dict[str, list[tuple[str, Any]]]:
    keepers = {str(each.keeper_id): each.keeper for each in pages if each.keeper_id}
    sections = {each.section: each.section_title for each in reversed(pages) if each.section_title}
    return {
        "keeper": [*sorted(keepers.items(), key=lambda each: estonian(each[1])), ("left", _("has left"))],
        "section": sorted(sections.items(), key=lambda each: estonian(each[1])),
        "risk": [(key, capfirst(str(word))) for key, word in RISKS.items()],
        "state": [(key, capfirst(str(STATES[key].word))) for key in ("overdue", "due", "current")],
    }


def _narrowed(pages: Sequence[Kept], form: FilterForm, today: date) -> list[Kept]:
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return [each for each in pages if _fits(each, asked, today)]


def _fits(kept: Kept, asked: dict[str, str], today: date) -> bool:
    keeper = asked.get("keeper")
    fits = not kept.keeper_is_here if keeper == "left" else not keeper or str(kept.keeper_id) == keeper
    return (
        fits
        and asked.get("section") in {None, "", kept.section}
        and asked.get("risk") in {None, "", kept.risk}
        and asked.get("state") in {None, "", kept.state(today)}
    )


def _sorted(pages: list[Kept], sort: str) -> list[Kept]:
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(pages, key=key, reverse=sort.startswith("-")) if key else pages


def _row(kept: Kept, today: date, *, choose: bool) -> list[Any]:
    title = format_html(
        '<a href="{}" lang="{}">{}</a><br><span class="muted" lang="{}">{}</span>',
        kept.url,
        kept.locale,
        kept.title,
        kept.locale,
        kept.section_title,
    )
    cells = [
        title,
        state(kept.state(today)),
        deadline(kept.due),
        RISKS[kept.risk],
        kept.keeper if kept.keeper_is_here else _("%(name)s (has left)") % {"name": kept.keeper},
    ]
    if not choose:
        return cells
    label = _("Choose “%(title)s”") % {"title": kept.title}
    box = format_html(
        '<input type="checkbox" name="version" value="{}" form="bulk" aria-label="{}">', kept.version, label
    )
    return [box, *cells]


def _plain(kept: Kept, today: date) -> list[str]:
    return [
        kept.title,
        str(STATES[kept.state(today)].word),
        kept.due.isoformat(),
        str(RISKS[kept.risk]),
        kept.keeper,
        kept.section_title,
        kept.locale,
        kept.last_checked.isoformat(),
        str(kept.months),
    ]
