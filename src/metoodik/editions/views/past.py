"""Editions of the past: the list, the editions of one day, and two editions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metoodik.editions import reading
from metoodik.editions.comparison import Comparison, compare
from metoodik.editions.forms import CompareForm, DayForm
from metoodik.editions.permissions import for_readers, reader_of
from metoodik.editions.places import Place
from metoodik.editions.reading import EditionEntry, OpenEdition, OverlayView
from metoodik.editions.reads import note_restricted_read
from metoodik.editions.views.common import never_kept, opened
from metoodik.editions.views.differences import shown_pages
from metoodik.web.templatetags.web import day as day_of


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition in the list: from when until when it was in force, and what was said about it."""

    number: int
    since: datetime
    until: datetime | None
    note: str
    is_current: bool
    before: int | None


def issues(entries: list[EditionEntry]) -> list[Issue]:
    """Editions that came into force, the latest first as given, each with the time it held."""
    found: list[Issue] = []
    for place, entry in enumerate(entries):
        until = entries[place - 1].effective_at if place else None
        before = entries[place + 1].number if place + 1 < len(entries) else None
        found.append(Issue(entry.number, entry.effective_at, until, entry.note, place == 0, before))
    return found


@for_readers
@require_safe
def editions(request: HttpRequest) -> HttpResponseBase:
    """All editions that have been in force; a day can be asked for."""
    form = DayForm(request.GET if "paev" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("editions:day", form.cleaned_data["paev"].isoformat())
    pair = _pair_form(request.GET if "enne" in request.GET else None)
    if pair.is_bound and pair.is_valid():
        return redirect("editions:compare", *pair.pair)
    makes = "make" in (getattr(request, "nav_keys", None) or ())
    context = {"issues": issues(reading.history()), "form": form, "pair": pair, "makes": makes}
    return never_kept(render(request, "editions/editions.html", context))


@for_readers
@require_safe
def day(request: HttpRequest, on: date) -> HttpResponse:
    """The editions that were in force at some moment of a day, in the order they held."""
    numbers = {each.number for each in reading.of_day(on)}
    held = [each for each in issues(reading.history()) if each.number in numbers]
    context = {"day": on, "issues": list(reversed(held)), "future": on > timezone.localdate()}
    return never_kept(render(request, "editions/day.html", context))


@for_readers
@require_safe
def compared(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """What changed from one edition to another, passage by passage, within what this reader may see."""
    first, second = opened(request, before), opened(request, after)
    found = compare(first, second)
    _note_restricted(request, found, (second, first))
    pages = shown_pages(found, Place(before), Place(after), _over_both(first, second))
    pair = _pair_form(initial={"enne": before, "parast": after})
    context = {"first": first, "second": second, "pages": pages, "facts": found.facts, "pair": pair}
    return never_kept(render(request, "editions/compared.html", context))


def _pair_form(data: QueryDict | None = None, initial: dict[str, int] | None = None) -> CompareForm:
    """Two editions of those that have been in force; the last two when none are named."""
    known = reading.history()
    choices = [(each.number, f"{each.number} ({day_of(timezone.localtime(each.effective_at))})") for each in known]
    numbers = [each.number for each in known]
    newest = {"enne": numbers[min(1, len(numbers) - 1)], "parast": numbers[0]} if numbers else {}
    return CompareForm(data, initial=initial or newest, editions=choices)


def _over_both(first: OpenEdition, second: OpenEdition) -> OverlayView:
    """What stands over either edition: a page may be in one alone."""
    marks = {
        (each.number, each.page_key, each.passage_key or ""): each
        for edition in (first, second)
        for each in reading.overlay(edition.audience, edition).entries
    }
    return OverlayView(tuple(marks[place] for place in sorted(marks)), None)


def _note_restricted(request: HttpRequest, found: Comparison, editions: tuple[OpenEdition, ...]) -> None:
    """AK pages whose words a comparison shows have been read."""
    for page in found.pages:
        for edition in editions:
            read = edition.page_by_key(page.key, page.locale)
            if read is not None and read.has_restricted:
                note_restricted_read(
                    by=reader_of(request), page_key=page.key, locale=page.locale, edition=edition.number
                )
                break
