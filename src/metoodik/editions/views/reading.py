"""The handbook as people read it: contents, section, page, lasting address; in force or in a numbered edition."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metoodik.editions import reading, words
from metoodik.editions.notices import is_late
from metoodik.editions.permissions import audience_of, for_readers, reader_of
from metoodik.editions.places import Place
from metoodik.editions.reading import OpenEdition, PageEntry
from metoodik.editions.reads import note_restricted_read
from metoodik.editions.rendering import page_html
from metoodik.editions.views.common import frame, kept_by_reader, never_kept, opened, reading_languages, standing
from metoodik.engines.language.order import estonian
from metoodik.handbook.addresses import PAGE, SECTION
from metoodik.handbook.content import Access, Kind, Risk, Section


@dataclass(frozen=True, slots=True)
class Row:
    """A page in a list. `language` is empty when the page is in the interface's language."""

    key: str
    title: str
    summary: str
    address: str
    locale: str
    language: str
    kind: str
    is_safety: bool
    is_restricted: bool
    is_withdrawn: bool
    has_warning: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section with its pages."""

    section: Section
    address: str
    rows: tuple[Row, ...]


def shelves(edition: OpenEdition, place: Place) -> list[Shelf]:
    """The sections with their pages in the interface's language, else in Estonian, else in what there is."""
    languages = reading_languages()
    overlay = reading.overlay(edition.audience, edition)
    chosen: dict[str, PageEntry] = {}
    for language in reversed(languages):
        chosen |= {each.key: each for each in edition.pages(language)}
    sections: dict[str, Section] = {}
    for language in reversed(languages):
        sections |= {each.key: each for each in edition.sections(language)}
    ordered = sections | {each.key: each for each in _in_chosen_order(edition, languages)}
    pages = sorted(chosen.values(), key=lambda each: _place(each, ordered))
    found = []
    for section in sorted(sections.values(), key=lambda each: each.position):
        rows = tuple(_row(each, place, overlay, languages[0]) for each in pages if each.section == section.key)
        if rows:
            found.append(Shelf(section, place.section(section.locale, section.slug), rows))
    return found


def _in_chosen_order(edition: OpenEdition, languages: tuple[str, ...]) -> list[Section]:
    """Sections whose pages the editors put in order, those in the reader's language last, so that they decide."""
    return [each for language in reversed(languages) for each in edition.sections(language) if each.order]


def _place(entry: PageEntry, sections: dict[str, Section]) -> tuple[int, bool, str]:
    """The place that the editors chose in the section; pages without one follow, safety pages first, by title."""
    shelf = sections.get(entry.section)
    return shelf.place_of(entry.key) if shelf else 0, entry.risk != Risk.SAFETY, estonian(entry.title)


def _row(entry: PageEntry, place: Place, overlay: reading.OverlayView, language: str) -> Row:
    marks = overlay.of_page(entry.key, entry.locale)
    return Row(
        key=entry.key,
        title=entry.title,
        summary=entry.summary,
        address=place.page(entry.locale, entry.slug),
        locale=entry.locale,
        language="" if entry.locale == language else words.LANGUAGE_NAMES[entry.locale],
        kind=str(words.KINDS[Kind(entry.kind)]),
        is_safety=entry.risk == Risk.SAFETY,
        is_restricted=entry.access == Access.RESTRICTED,
        is_withdrawn=any(each.withdraws and each.passage_key is None for each in marks),
        has_warning=bool(marks),
    )


@for_readers
@require_safe
def contents(request: HttpRequest, number: int | None = None) -> HttpResponseBase:
    """All sections with their pages."""
    place = Place(number)
    try:
        edition = opened(request, number)
    except Http404:
        if number is not None:
            raise
        return never_kept(render(request, "editions/nothing_yet.html"))
    overlay = reading.overlay(edition.audience, edition)

    def make() -> HttpResponse:
        return render(
            request,
            "editions/contents.html",
            frame(request, edition, place) | {"standing": standing(edition), "shelves": shelves(edition, place)},
        )

    return kept_by_reader(request, ("contents", *_depends(edition, overlay, place)), make)


@for_readers
@require_safe
def section(request: HttpRequest, locale: str, slug: str, number: int | None = None) -> HttpResponseBase:
    """One section. Read in another language, its pages stand in the interface's language where they exist in it."""
    edition, place = opened(request, number), Place(number)
    named = next((each for each in edition.sections(locale) if each.slug == slug), None)
    key = named.key if named else edition.moved(SECTION, locale, slug) if number is None else ""
    shelf = next((each for each in shelves(edition, place) if each.section.key == key), None)
    if shelf is None:
        raise Http404
    if (shelf.section.locale, shelf.section.slug) != (locale, slug):
        return redirect(shelf.address)
    context = frame(request, edition, place) | {"standing": standing(edition), "shelf": shelf}
    overlay = reading.overlay(edition.audience, edition)
    return kept_by_reader(
        request,
        ("section", slug, *_depends(edition, overlay, place)),
        lambda: render(request, "editions/section.html", context),
    )


@for_readers
@require_safe
def page(request: HttpRequest, locale: str, slug: str, number: int | None = None) -> HttpResponseBase:
    """One page of guidance: the heart of it all."""
    edition, place = opened(request, number), Place(number)
    overlay = reading.overlay(edition.audience, edition)
    html = page_html(edition, locale, slug, overlay, place)
    if html is None:
        moved = _moved(edition, locale, slug) if number is None else ""
        if not moved:
            raise Http404
        return never_kept(redirect(moved))

    def make() -> HttpResponse:
        context = frame(request, edition, place) | {"html": html}
        if number is not None:
            address = _in_force(request, html.key, locale)
            context |= {"standing": standing(edition), "in_force_address": address, "gone": not address}
        return render(request, "editions/page.html", context)

    if html.is_restricted:
        note_restricted_read(by=reader_of(request), page_key=html.key, locale=locale, edition=edition.number)
        return never_kept(make())
    return kept_by_reader(request, (locale, slug, *_depends(edition, overlay, place)), make)


def _moved(edition: OpenEdition, locale: str, slug: str) -> str:
    """Where the page stands now that once had this address, or the page used instead; else an empty string."""
    return _address_of(edition, edition.moved(PAGE, locale, slug), (locale, *reading_languages()))


def _address_of(edition: OpenEdition, key: str, languages: tuple[str, ...]) -> str:
    slugs = dict(edition.locales_of(key)) if key else {}
    return next((Place().page(each, slugs[each]) for each in languages if each in slugs), "")


def _depends(edition: OpenEdition, overlay: reading.OverlayView, place: Place) -> tuple[object, ...]:
    """What any reading page depends on, the person apart."""
    newest = next((each.number for each in reading.history()), 0)
    standing_of = (edition.file_hash, edition.number, edition.is_current, newest, place, timezone.localdate())
    beside = (reading.reviews().version, reading.checks().version, overlay.version)
    return (*standing_of, *beside, is_late(overlay) and overlay.age_seconds)


def _in_force(request: HttpRequest, key: str, locale: str) -> str:
    """The address of the same page in force, or an empty string when it is in force no more."""
    current = reading.current(audience_of(request))
    read = current.page_by_key(key, locale) if current else None
    return Place().page(read.content.locale, read.content.slug) if read else ""


@for_readers
@require_safe
def lasting(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The address that outlives titles: goes to the page in force, in the reader's language where it exists."""
    edition = opened(request, None)
    address = _address_of(edition, edition.standing(str(key)), reading_languages())
    if not address:
        raise Http404
    return never_kept(redirect(address))
