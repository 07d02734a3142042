"""What a page or passage has said over time, and what it said at one instant, to be cited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from metoodik.editions import reading, words
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.history import Wording, life_of
from metoodik.editions.notices import notices_of
from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.editions.permissions import audience_of, for_readers, reader_of
from metoodik.editions.places import Place
from metoodik.editions.reads import note_restricted_read
from metoodik.editions.rendering import draw_page
from metoodik.editions.views.common import never_kept, reading_languages

A_PAGE = 25
TALLINN = ZoneInfo("Europe/Tallinn")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as an address says it: a clock time in Tallinn, with its offset where the clock shows it twice."""

    on: date
    clock: str

    @property
    def instants(self) -> list[datetime]:
        """What the clock time may mean: two instants in the hour that autumn repeats, none in the one spring skips."""
        hours, minutes = self.clock[:5].split(".")
        try:
            local = datetime.combine(self.on, time(int(hours), int(minutes)), TALLINN)
        except ValueError:
            return []
        both = [local, local.replace(fold=1)]
        real = [
            each
            for each in both
            if each.astimezone(UTC).astimezone(TALLINN).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None)
        ]
        wanted = self.clock[5:]
        offsets = {each.astimezone(UTC): each for each in real}
        return [at for at, each in sorted(offsets.items()) if not wanted or _offset(each) == wanted]


def _offset(moment: datetime) -> str:
    hours = int((moment.utcoffset() or timedelta()).total_seconds() // 3600)
    return f"+{hours:02}"


def clock_of(instant: datetime) -> tuple[str, str]:
    """The day and clock time that name an instant, to the minute, with its offset where that is needed."""
    local = instant.astimezone(TALLINN)
    plain = f"{local:%H.%M}"
    twice = len(Moment(local.date(), plain).instants) > 1
    return local.date().isoformat(), plain + (_offset(local) if twice else "")


@for_readers
@require_safe
def cited(request: HttpRequest, key: UUID, on: date, at: str, passage: str = "") -> HttpResponse:
    """The text in force at an instant, exactly, with the line to cite it by."""
    instants = Moment(on, at).instants
    if not instants:
        return _said(request, _("The clock never showed that time on that day. Look at the hour before or after."))
    if instants[-1] > timezone.now():
        return _said(request, _("That time is still to come. Only what has been in force can be cited."))
    audience = audience_of(request)
    editions = {each: reading.on(each, audience) for each in instants}
    if len({each.number if each else 0 for each in editions.values()}) > 1:
        return _twice(request, key, passage, editions)
    edition = editions[instants[0]]
    read = _read(edition, str(key)) if edition else None
    if edition is None or read is None:
        return _not_there(request, str(key), edition)
    return _show(request, edition, read, (str(key), on, at, passage))


def _show(
    request: HttpRequest, edition: OpenEdition, read: ReadPage, asked: tuple[str, date, str, str]
) -> HttpResponse:
    key, on, at, passage_key = asked
    overlay = reading.overlay(edition.audience, edition)
    drawn = draw_page(edition, read, overlay, Place(edition.number), today=timezone.localdate())
    heading, text_hash = "", read.hash
    if passage_key:
        own = next((each for each in read.content.passages if passage_key in (each.key, *each.formerly)), None)
        if own is None:
            return _said(request, _("The page had no such passage then."), drawn.title)
        drawn = replace(drawn, passages=tuple(each for each in drawn.passages if each.key == own.key))
        heading, text_hash = drawn.passages[0].heading, read.passage_hashes[own.key]
    if read.has_restricted:
        note_restricted_read(
            by=reader_of(request), page_key=read.content.key, locale=read.content.locale, edition=edition.number
        )
    context = {
        "drawn": drawn,
        "edition": edition,
        "heading": heading,
        "hash": text_hash,
        "on": on,
        "at": at,
        "until": _until(edition),
        "lasting": request.build_absolute_uri(request.path),
        "place": Place(edition.number),
        "history": reverse("editions:page-history", args=[key]),
        "moved": read.content.key != key,
        "withdrawn": drawn.notices.withdrawal,
    }
    return never_kept(render(request, "editions/cited.html", context))


def _read(edition: OpenEdition, key: str) -> ReadPage | None:
    standing = edition.standing(key)
    found = (edition.page_by_key(standing, each) for each in reading_languages()) if standing else ()
    return next((each for each in found if each is not None), None)


def _until(edition: OpenEdition) -> datetime | None:
    later = [each.effective_at for each in reading.history() if each.effective_at > edition.effective_at]
    return min(later, default=None)


def _not_there(request: HttpRequest, key: str, edition: OpenEdition | None) -> HttpResponse:
    """Says whether the page was not yet there or no longer; nothing of a page that this reader has never had."""
    held = [each for each in reading_languages() if life_of(key, each, "", audience_of(request))]
    if not held:
        raise Http404
    life = life_of(key, held[0], "", audience_of(request))
    first = life[-1].since
    if edition is None or edition.effective_at < first:
        return _said(request, _("The page was not yet in force then."), _title(life[0]))
    return _said(request, _("The page was out of force then."), _title(life[0]))


def _title(wording: Wording) -> str:
    return wording.page.title if wording.page else ""


def _twice(request: HttpRequest, key: UUID, passage: str, editions: dict[datetime, OpenEdition | None]) -> HttpResponse:
    """The repeated hour of autumn, when an edition changed in it: both are offered."""
    links = []
    for instant in editions:
        on, clock = clock_of(instant)
        args = [key, on, clock, *([passage] if passage else [])]
        links.append((clock, reverse("editions:cited-passage" if passage else "editions:cited", args=args)))
    sentence = _("The clock showed that time twice, and the text changed between. Choose which one you mean.")
    return _said(request, sentence, links=links)


def _said(
    request: HttpRequest, sentence: str, title: str = "", links: list[tuple[str, str]] | None = None
) -> HttpResponse:
    context = {"sentence": sentence, "title": title, "links": links or []}
    return never_kept(render(request, "editions/not_cited.html", context, status=200 if links else 404))


@for_readers
@require_safe
def day(request: HttpRequest, key: UUID, on: date) -> HttpResponse:
    """The editions of one day, each with the address of the page as it was then."""
    audience = audience_of(request)
    rows = []
    midnight = datetime.combine(on, time(), TALLINN).astimezone(UTC)
    for entry in reading.of_day(on):
        edition = reading.numbered(entry.number, audience)
        read = _read(edition, str(key)) if edition else None
        day_of, clock = clock_of(max(entry.effective_at, midnight) + timedelta(seconds=59))
        if read is not None:
            address = reverse("editions:cited", args=[key, day_of, clock])
            rows.append((entry, read.content.title, clock, address))
    if not rows:
        return _not_there(request, str(key), reading.on(min(midnight, timezone.now()), audience))
    return never_kept(render(request, "editions/cited_day.html", {"on": on, "rows": rows}))


@for_readers
@require_safe
def history(request: HttpRequest, key: UUID, passage: str = "") -> HttpResponse:
    """Every wording of a page or passage, the latest first: from when until when, what changed, who answered."""
    audience = audience_of(request)
    language, life = "", list[Wording]()
    wanted = request.GET.get("keel", "")
    languages = [wanted] if wanted in words.LANGUAGE_NAMES else list(reading_languages())
    for language in languages:
        if life := life_of(str(key), language, passage, audience):
            break
    if not life:
        raise Http404
    if any(each.restricted for each in life):
        note_restricted_read(by=reader_of(request), page_key=str(key), locale=language, edition=life[0].first)
    withdrawn = _withdrawn(str(key), passage, language, life[0].first, audience)
    page = Paginator(life, A_PAGE).get_page(request.GET.get("leht"))
    for_citing = [(each, *_addresses(str(key), passage, each)) for each in page]
    newest = life[0]
    context = {
        "rows": for_citing,
        "page_obj": page,
        "kept": f"keel={wanted}" if wanted else "",
        "title": newest.page.title if newest.page else "",
        "heading": newest.passage.heading if newest.passage else "",
        "locale": language,
        "key": key,
        "passages": newest.page.passages if newest.page and not passage else (),
        "language": words.LANGUAGE_NAMES[language],
        "ended": newest.until is not None,
        "withdrawn": withdrawn,
    }
    return never_kept(render(request, "editions/history.html", context))


def _withdrawn(key: str, passage: str, locale: str, number: int, audience: AudienceClass) -> bool:
    """Whether the words are withdrawn from use: then they are not shown in their history either."""
    edition = reading.numbered(number, audience)
    overlay = reading.overlay(audience, edition)
    marks = [*overlay.on_page(key, locale), *(overlay.on_passage(key, passage, locale) if passage else ())]
    return notices_of(marks).withdrawal is not None


def _addresses(key: str, passage: str, wording: Wording) -> tuple[str, str]:
    """Where the wording is cited, and where it is read in its edition."""
    on, clock = clock_of(wording.since + timedelta(seconds=59))
    args = [key, on, clock, *([passage] if passage else [])]
    cite = reverse("editions:cited-passage" if passage else "editions:cited", args=args)
    return cite, Place(wording.first).page(*wording.address, passage) if wording.address[1] else ""
