"""Search. The words come by POST and are kept nowhere: not in an address, a title, a history or a log."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from metoodik.editions import reading
from metoodik.editions.facts import facts_seen
from metoodik.editions.notices import Notices, notices_of
from metoodik.editions.permissions import for_readers
from metoodik.editions.places import Place
from metoodik.editions.reading import Hit, OpenEdition, OverlayView
from metoodik.editions.views.common import frame, never_kept, opened, standing
from metoodik.handbook.content import Access, Risk

MOST_WORDS = 200
MOST_TYPING = 8
MOST_PAGE = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as the results list shows it."""

    url: str
    title: SafeString
    place: str
    excerpt: SafeString | str
    page_key: str
    passage_key: str
    locale: str
    is_safety: bool
    is_restricted: bool
    notices: Notices


@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The search page; for htmx only the list. GET shows the empty form."""
    place = Place(number)
    text = request.POST.get("words", "").strip()[:MOST_WORDS]
    live = request.headers.get("HX-Request") == "true"
    context: dict[str, object] = {"place": place, "words": text, "found": []}
    try:
        edition = opened(request, number)
    except Http404:
        if number is not None:
            raise
        return never_kept(render(request, "editions/nothing_yet.html"))
    if text:
        context["found"] = find(edition, text, place, most=MOST_TYPING if live else MOST_PAGE)
    if live:
        return never_kept(render(request, "editions/parts/found.html", context))
    context |= frame(request, edition, place) | {"standing": standing(edition) if number is not None else None}
    return never_kept(render(request, "editions/search.html", context))


def find(edition: OpenEdition, text: str, place: Place, *, most: int) -> list[Found]:
    """Hits, those in the interface's language first, with what the overlay says of each."""
    overlay = reading.overlay(edition.audience, edition)
    language = translation.get_language() or "et"
    seen = facts_seen(edition, overlay, place)
    hits = edition.search(text, locale=language, limit=most, value=seen.value)
    return [_found(each, place, overlay) for each in hits]


def _found(hit: Hit, place: Place, overlay: OverlayView) -> Found:
    marks = overlay.on_page(hit.page_key, hit.locale)
    if hit.passage_key:
        marks = [*marks, *overlay.on_passage(hit.page_key, hit.passage_key, hit.locale)]
    notices = notices_of(marks)
    restricted = hit.access == Access.RESTRICTED  # Its words are read on the page alone, where the read is recorded.
    return Found(
        url=place.page(hit.locale, hit.page_slug, hit.passage_key),
        title=marked(hit.heading_marked),
        place=hit.page_title if hit.passage_key else "",
        excerpt="" if notices.withdrawal or restricted else marked(hit.excerpt),
        page_key=hit.page_key,
        passage_key=hit.passage_key,
        locale=hit.locale,
        is_safety=hit.risk == Risk.SAFETY,
        is_restricted=restricted,
        notices=notices,
    )


def marked(parts: tuple[tuple[str, bool], ...]) -> SafeString:
    """Text with what was found in `mark`."""
    return format_html_join("", "{}", ((_mark(text) if found else text,) for text, found in parts))


def _mark(text: str) -> SafeString:
    return format_html("<mark>{}</mark>", text)
