"""Acting at once: warnings and withdrawals drawn over every edition, and the address that open pages ask."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metoodik.editions import actions, reading, words
from metoodik.editions.audiences import audience_of as audience_of_user
from metoodik.editions.forms import WHOLE, ActForm
from metoodik.editions.models import OverlayEntry, OverlayKind
from metoodik.editions.notices import Notice, notice_of
from metoodik.editions.overlay import mark_of
from metoodik.editions.permissions import audience_of, for_readers
from metoodik.editions.places import Place
from metoodik.editions.reading import OpenEdition, ReadPage
from metoodik.editions.views.common import never_kept, reading_languages
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on the safety board: what it stands over, in words, and who put it there."""

    entry: OverlayEntry
    notice: Notice
    title: str
    heading: str
    language: str
    address: str
    locale: str
    by: str

    @property
    def is_whole(self) -> bool:
        """Whether it stands over a whole page."""
        return self.entry.passage_key is None and not self.entry.fact_key


@for_readers
@require_safe
def notices(request: HttpRequest) -> HttpResponseBase:
    """Standing warnings and withdrawals that this reader may see; only the version when `since` is still right."""
    overlay = reading.overlay(audience_of(request))
    answer: dict[str, object] = {"version": overlay.version, "age": overlay.age_seconds}
    if request.GET.get("since") != overlay.version:
        answer["notices"] = [
            {
                "id": each.number,
                "kind": each.kind,
                "page": each.page_key,
                "passage": each.passage_key,
                "fact": each.fact_key,
                "locale": each.locale,
                "word": notice_of(each).word,
                "sentence": notice_of(each).sentence,
            }
            for each in overlay.entries
        ]
    return never_kept(JsonResponse(answer))


@require(Permission.ACT_ON_OVERLAY)
@require_safe
def board(request: HttpRequest) -> HttpResponseBase:
    """What stands over the handbook now, and what was lifted."""
    edition = reading.current(audience_of_user(get_user(request)))
    entries = OverlayEntry.objects.select_related("by", "lifted_by__by").order_by("-pk")
    lines = [line for each in entries if (line := _line(each, edition))] if edition else []
    context = {
        "standing": [each for each in lines if not hasattr(each.entry, "lifted_by")],
        "lifted": [each for each in lines if hasattr(each.entry, "lifted_by")],
        "edition": edition,
    }
    return never_kept(render(request, "editions/overlay/board.html", context))


@require(Permission.ACT_ON_OVERLAY)
@require_safe
def choose(request: HttpRequest) -> HttpResponseBase:
    """Which page is it about."""
    from metoodik.editions.views.reading import shelves

    edition = _edition(request)
    return never_kept(render(request, "editions/overlay/choose.html", {"shelves": shelves(edition, Place())}))


@require(Permission.ACT_ON_OVERLAY)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Say what is wrong with a page or passage, look at it once more, and let it take effect."""
    edition = _edition(request)
    read = _page(edition, str(key))
    form = ActForm(
        request.POST or None,
        passages=[(each.key, each.heading) for each in read.content.passages],
        languages=[locale for locale, _slug in edition.locales_of(str(key))],
        initial={"target": request.GET.get("loik", WHOLE)},
    )
    context = {"form": form, "guidance": read.content, "address": Place().page(read.content.locale, read.content.slug)}
    if not (form.is_bound and form.is_valid()) or "change" in request.POST:
        return never_kept(render(request, "editions/overlay/act.html", context))
    if "confirmed" not in request.POST:
        passage = next((each for each in read.content.passages if each.key == form.passage_key), None)
        return never_kept(render(request, "editions/overlay/confirm.html", context | {"passage": passage}))
    _carry_out(request, str(key), form)
    return redirect("editions:overlay")


def _carry_out(request: HttpRequest, key: str, form: ActForm) -> None:
    said = form.cleaned_data
    details = {
        "by": get_user(request),
        "page_key": key,
        "passage_key": form.passage_key,
        "locale": form.language,
        "sentence_et": said["sentence_et"],
        "sentence_ru": said["sentence_ru"],
        "sentence_en": said["sentence_en"],
    }
    act_as, told = {
        OverlayKind.WARNING: (
            actions.warn,
            _("The warning stands. Readers see it within a minute, above every edition."),
        ),
        OverlayKind.CORRECTION: (
            actions.correct_number,
            _("The right number stands. Readers see it within a minute, above every edition."),
        ),
        OverlayKind.WITHDRAWAL: (
            actions.withdraw_at_once,
            _("Withdrawn. Readers see it within a minute, above every edition."),
        ),
    }[OverlayKind(said["kind"])]
    try:
        act_as(**details)
    except ValidationError as error:  # The edition changed between the look and the word.
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, told)


@require(Permission.ACT_ON_OVERLAY)
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a warning or withdrawal away, after one more look."""
    edition = _edition(request)
    entry = OverlayEntry.objects.standing().filter(pk=pk).first()
    line = _line(entry, edition) if entry else None
    if entry is None or line is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.lift(by=get_user(request), entry=entry)
        except ValidationError as error:  # Somebody else was first.
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Lifted. The text stands again as the edition has it."))
        return redirect("editions:overlay")
    return never_kept(render(request, "editions/overlay/lift.html", {"line": line}))


def _edition(request: HttpRequest) -> OpenEdition:
    edition = reading.current(audience_of_user(get_user(request)))
    if edition is None:
        raise Http404
    return edition


def _page(edition: OpenEdition, key: str) -> ReadPage:
    """The page in the interface's language where it exists. Raises Http404."""
    for language in reading_languages():
        read = edition.page_by_key(key, language)
        if read is not None:
            return read
    raise Http404


def _line(entry: OverlayEntry, edition: OpenEdition) -> Line | None:
    """The entry in words, or None when this person's edition has no such page."""
    if entry.kind == OverlayKind.LIFT:
        return None
    if entry.fact_key:
        return _fact_line(entry, edition)
    page_key = edition.standing(entry.page_key)
    if not page_key:
        return None
    languages = (entry.locale,) if entry.locale else reading_languages()
    read = next((found for each in languages if (found := edition.page_by_key(page_key, each))), None)
    if read is None:
        return None
    page = read.content
    heading = next((each.heading for each in page.passages if each.key == entry.passage_key), "")
    address = Place().page(page.locale, page.slug, entry.passage_key or "")
    return Line(
        entry=entry,
        notice=notice_of(mark_of(entry)),
        title=page.title,
        heading=heading,
        language=words.LANGUAGE_NAMES[entry.locale] if entry.locale else "",
        address=address,
        locale=page.locale,
        by=entry.by.name,
    )


def _fact_line(entry: OverlayEntry, edition: OpenEdition) -> Line | None:
    """A corrected fact, for those whose pages name it, until their edition has the value."""
    fact = edition.fact(entry.fact_key)
    if fact is None or (entry.fact_version or 0) <= fact.version:
        return None
    language = reading_languages()[0]
    return Line(
        entry=entry,
        notice=notice_of(mark_of(entry)),
        title=fact.name(language),
        heading="",
        language="",
        address=reverse("editions:facts"),
        locale=language,
        by=entry.by.name,
    )
