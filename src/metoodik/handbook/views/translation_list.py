"""How translated the handbook is, as a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from metoodik.handbook import translation
from metoodik.handbook.lists import as_csv
from metoodik.handbook.models import GuidancePage
from metoodik.handbook.translations import (
    STATES,
    Standing,
    standings,
    works_with_languages,
)
from metoodik.handbook.views.common import A_PAGE
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.web.tables import Column, Table, sort_key
from metoodik.web.templatetags.web import language_word, state


def linguist(request: HttpRequest) -> User:
    user = get_user(request)
    if not works_with_languages(user):
        raise PermissionDenied
    return user


@require_GET
@require(None)
def translations(request: HttpRequest) -> HttpResponse:
    """Every page in force beside each language, narrowed and sorted as asked."""
    user = linguist(request)
    every = standings(user)
    found = _narrowed(every, request)
    heads = _columns()
    sort = sort_key(request, heads)
    page = Paginator(_sorted(found, sort), A_PAGE).get_page(request.GET.get("leht"))
    kept = "&".join(f"{name}={request.GET[name]}" for name in ("keel", "seis") if request.GET.get(name, "").isalpha())
    table = Table(
        caption=_("Pages and their translations"),
        columns=heads,
        rows=[_row(each) for each in page],
        sort=sort,
        path=request.path,
        kept=f"{kept}&" if kept else "",
        export_url=reverse("handbook:translations-csv"),
        nothing=_("Nothing here. Choose another view."),
    )
    shares = [
        (language, _share([each for each in every if each.locale == language])) for language in translation.LANGUAGES
    ]
    context = {
        "table": table,
        "page_obj": page,
        "kept": kept,
        "chosen": request.GET,
        "shares": shares,
        "states": [(each, _state_name(each)) for each in STATES],
    }
    return render(request, "handbook/translation_list.html", context)


@require_GET
@require(None)
def translations_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    header = [_("Page"), _("Language"), _("Risk"), _("State"), _("Passages up to date"), _("Passages")]
    rows = (
        [each.title, language_word(each.locale), _risk(each), _state_name(each.state), each.current, each.passages]
        for each in _narrowed(standings(linguist(request)), request)
    )
    return as_csv("tolked", header, rows)


def _columns() -> list[Column]:
    return [
        Column("title", _("Page"), sortable=True),
        Column("locale", _("Language"), sortable=True),
        Column("risk", _("Risk"), sortable=True),
        Column("state", _("State"), sortable=True),
        Column("share", _("Passages up to date"), numeric=True, sortable=True),
    ]


def _row(standing: Standing) -> list[Any]:
    return [
        format_html('<a href="{}">{}</a>', standing.url, standing.title),
        language_word(standing.locale),
        _risk(standing),
        state(standing.state),
        f"{standing.current} / {standing.passages}" if standing.in_force else "–",
    ]


def _risk(standing: Standing) -> str:
    return str(dict(GuidancePage._meta.get_field("risk").choices)[standing.risk]).partition(":")[0]


def _state_name(name: str) -> str:
    names = {
        "missing": pgettext("translation", "missing"),
        "stale": pgettext("translation", "stale"),
        "draft": pgettext("translation", "draft not sent"),
        "clearance": pgettext("translation", "in clearance"),
        "current": pgettext("translation", "current"),
    }
    return names[name]


def _narrowed(found: list[Standing], request: HttpRequest) -> list[Standing]:
    language, wanted = request.GET.get("keel", ""), request.GET.get("seis", "")
    return [
        each
        for each in found
        if language in ("", each.locale)
        and (not wanted or each.state == wanted or (wanted == "todo" and each.needs_work))
    ]


def _sorted(found: list[Standing], sort: str) -> list[Standing]:
    keys: dict[str, Callable[[Standing], Any]] = {
        "title": lambda each: each.title,
        "locale": lambda each: each.locale,
        "risk": lambda each: ("safety", "elevated", "ordinary").index(each.risk),
        "state": lambda each: STATES.index(each.state),
        "share": lambda each: each.share,
    }
    name = sort.removeprefix("-")
    if not name:
        return sorted(found, key=lambda each: not each.needs_work)
    return sorted(found, key=keys[name], reverse=sort.startswith("-"))


def _share(found: list[Standing]) -> dict[str, int]:
    done = sum(1 for each in found if each.state == "current")
    return {"done": done, "all": len(found), "percent": 100 * done // len(found) if found else 0}
