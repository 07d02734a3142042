"""How the handbook stands: figures with the list behind each, the trend over editions, the ten pages to mend first."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from metoodik.editions import figures
from metoodik.editions.audiences import audience_of
from metoodik.editions.charts import Line, line
from metoodik.editions.export.pdf import PdfMissing, written
from metoodik.editions.health import BY_KEY, MEASURES, SHOWN_IN_TREND, Figure, Judged, Measure, Now, now_for
from metoodik.editions.views.common import never_kept
from metoodik.handbook.lists import as_csv
from metoodik.handbook.upkeep import keeps_watch
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.web.tables import Column, Table
from metoodik.web.templatetags.web import day, language_word

A_PAGE = 25
COUNTED_A_VISIT = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure with its figure, ready to draw."""

    measure: Measure
    figure: Figure

    @property
    def words(self) -> str | Promise:
        """„87 %, 26 of 30“."""
        if self.figure.percent is None:
            return _("nothing to count yet")
        said = {"percent": self.figure.percent, "good": self.figure.good, "total": self.figure.total}
        return _("%(percent)s %%, %(good)s of %(total)s") % said


@require_safe
@require(None)
def health(request: HttpRequest) -> HttpResponseBase:
    """The page that a service owner opens."""
    user = _watcher(request)
    return never_kept(render(request, "editions/health/health.html", _context(user)))


@require_safe
@require(None)
def rows(request: HttpRequest, measure: str) -> HttpResponseBase:
    """What a figure counts: what is not in order, or all of it."""
    user = _watcher(request)
    asked, found = _asked(measure), now_for(user)
    everything = "koik" in request.GET
    chosen = [each for each in found.judged[asked.key] if (everything or not each.in_order) and each.title]
    shown = Paginator(sorted(chosen, key=lambda each: each.in_order), A_PAGE).get_page(request.GET.get("leht"))
    nameless = sum(1 for each in found.judged[asked.key] if not each.title)
    table = Table(
        caption=_("All that is counted") if everything else _("What is not in order"),
        columns=_columns(),
        rows=[[_title(each), str(each.state), language_word(each.locale), each.place] for each in shown],
        export_url=f"{request.path}csv/",
        nothing=_("Nothing: all of it is in order."),
    )
    context = {
        "measure": asked,
        "figure": Shown(asked, found.figure(asked.key)),
        "table": table,
        "shown": shown,
        "everything": everything,
        "nameless": nameless,
    }
    return never_kept(render(request, "editions/health/rows.html", context))


@require_safe
@require(None)
def rows_csv(request: HttpRequest, measure: str) -> HttpResponseBase:
    """All that a figure counts, as a file."""
    user = _watcher(request)
    found = now_for(user).judged[_asked(measure).key]
    header = [column.label for column in _columns()] + [_("In order")]
    return as_csv(
        f"kasiraamatu-seis-{measure}",
        header,
        (
            [each.title, each.state, each.locale, each.place, _("yes") if each.in_order else _("no")]
            for each in found
            if each.title
        ),
    )


@require_safe
@require(None)
def table(request: HttpRequest) -> HttpResponseBase:
    """The figures now and in each edition, as a file."""
    user = _watcher(request)
    found = now_for(user)
    header = [_("Edition"), _("In force from"), *(f"{each.title} ({part})" for each in MEASURES for part in _parts())]
    rows = [[_("now"), timezone.localdate().isoformat(), *_cells({e.key: found.figure(e.key) for e in MEASURES})]]
    for each in figures.known(audience_of(user)):
        known = {key: Figure(*value) for key, value in each.figures.items()}
        rows.append([each.number, timezone.localdate(each.effective_at).isoformat(), *_cells(known)])
    return as_csv("kasiraamatu-seis", header, rows)


@require_safe
@require(None)
def pdf(request: HttpRequest) -> HttpResponseBase:
    """The page on paper."""
    user = _watcher(request)
    context = _context(user) | {"language": translation.get_language() or "et", "person": user.name}
    try:
        data = written(render_to_string("editions/health/paper.html", context))
    except PdfMissing as missing:
        messages.error(request, str(missing))
        return redirect("editions:health")
    name = f"kasiraamatu-seis-{timezone.localdate():%Y-%m-%d}.pdf"
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return never_kept(answer)


def _watcher(request: HttpRequest) -> User:
    user = get_user(request)
    if not keeps_watch(user) or not audience_of(user):
        raise PermissionDenied
    return user


def _asked(key: str) -> Measure:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def _context(user: User) -> dict[str, object]:
    found = now_for(user)
    audience = audience_of(user)
    figures.count_missing(audience=audience, most=COUNTED_A_VISIT)
    past = figures.known(audience)[-figures.MOST_SHOWN :]
    return {
        "shown": [Shown(each, found.figure(each.key)) for each in MEASURES],
        "worst": found.worst,
        "lines": _lines(past),
        "trend": _trend(past) if past else None,
        "waiting": figures.missing(audience),
        "today": found.today,
        "pages": _pages(found),
    }


def _pages(found: Now) -> int:
    return found.figure("in_force").good


def _lines(past: list[figures.Past]) -> list[Line]:
    drawn = (
        line(
            str(BY_KEY[key].title),
            [(each.number, percent) for each in past if (percent := each.figure(key).percent) is not None],
        )
        for key in SHOWN_IN_TREND
    )
    return [each for each in drawn if each is not None]


def _trend(past: list[figures.Past]) -> Table:
    return Table(
        caption=_("The same in numbers"),
        columns=[
            Column("edition", _("Edition")),
            Column("day", _("In force from")),
            Column("pages", _("Pages"), numeric=True),
            *(Column(key, BY_KEY[key].title, numeric=True) for key in SHOWN_IN_TREND),
        ],
        rows=[
            [
                str(each.number),
                day(each.effective_at),
                str(each.figure("pages").total),
                *(str(Shown(BY_KEY[key], each.figure(key)).words) for key in SHOWN_IN_TREND),
            ]
            for each in reversed(past)
        ],
        id="trend",
    )


def _columns() -> list[Column]:
    return [
        Column("title", _("Page or fact")),
        Column("state", _("State")),
        Column("language", _("Language")),
        Column("place", _("Section")),
    ]


def _title(judged: Judged) -> str:
    if not judged.url:
        return judged.title
    return format_html('<a href="{}" lang="{}">{}</a>', judged.url, judged.locale, judged.title)


def _parts() -> tuple[str, str]:
    return _("in order"), _("of all")


def _cells(known: dict[str, Figure]) -> list[object]:
    pairs = (known.get(each.key) for each in MEASURES)
    return [value for each in pairs for value in ((each.good, each.total) if each is not None else ("", ""))]
