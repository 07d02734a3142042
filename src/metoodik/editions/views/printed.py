"""Printed cards: what hangs where, and what has to come down."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metoodik.editions import reading
from metoodik.editions.audiences import AudienceClass, audience_of
from metoodik.editions.export import actions, cards
from metoodik.editions.export.document import sheet_of
from metoodik.editions.forms import WHOLE
from metoodik.editions.forms_export import CardForm, EndForm
from metoodik.editions.models_export import PrintedCard
from metoodik.editions.opened import OpenEdition
from metoodik.editions.overlay import OverlayView
from metoodik.editions.rendering import Kept
from metoodik.editions.views.common import never_kept
from metoodik.editions.views.export import page_of
from metoodik.editions.words import LANGUAGE_NAMES
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Hanging:
    """A card with what is to be said of it. `reasons` are why it has to come down."""

    card: PrintedCard
    reasons: tuple[str, ...]
    language: str
    may_end: bool


def hanging(user: User) -> list[Hanging]:
    """The cards that hang and this person may see, those that have to come down first."""
    audience = audience_of(user)
    edition = reading.current(audience)
    overlay = reading.overlay(audience, edition) if edition else None
    found = []
    for each in PrintedCard.objects.hanging().select_related("by"):
        if sees(audience, each):
            may_end = each.by_id == user.pk or actions.may_end_any(user)
            why = _why(each, edition, overlay)
            found.append(Hanging(each, why, LANGUAGE_NAMES[each.locale], may_end))
    return sorted(found, key=lambda each: not each.reasons)


_known: Kept[tuple[object, ...], tuple[str, ...]] = Kept(4096)


def _why(card: PrintedCard, edition: OpenEdition | None, overlay: OverlayView | None) -> tuple[str, ...]:
    """Why the card has to come down; worked out once for an edition and an overlay, not at each look at the desk."""
    said = (edition.file_hash, edition.number) if edition else ()
    standing = overlay.version if overlay else ""
    key = (card.pk, card.words_hash, card.at, *said, standing, translation.get_language())
    return _known.get(key, lambda: tuple(cards.reasons(card, edition, overlay)))


def sees(audience: AudienceClass, card: PrintedCard) -> bool:
    """Whether readers of that class may see what is on the card: they do in the edition it was printed from."""
    edition = reading.numbered(card.edition, audience) if audience else None
    read = edition.page_by_key(card.page_key, card.locale) if edition else None
    if read is None:
        return False
    return card.passage_key is None or any(each.key == card.passage_key for each in read.content.passages)


def card_for(user: User, pk: int) -> PrintedCard:
    """The card, if this person may see it and say that it is down. Raises Http404."""
    card = PrintedCard.objects.select_related("by").filter(pk=pk, outcome="").first()
    if card is None or not sees(audience_of(user), card):
        raise Http404
    if card.by_id != user.pk and not actions.may_end_any(user):
        raise Http404
    return card


@require(Permission.READ_HANDBOOK)
@require_safe
def register(request: HttpRequest) -> HttpResponseBase:
    """What to take down, then everything that hangs."""
    every = hanging(get_user(request))
    page = Paginator([each for each in every if not each.reasons], A_PAGE).get_page(request.GET.get("leht"))
    context = {"recalled": [each for each in every if each.reasons], "page_obj": page}
    return never_kept(render(request, "editions/export/printed.html", context))


@require(Permission.READ_HANDBOOK)
@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The register as a table file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="trukised-{timezone.localdate()}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [
            *(_("What is on it"), _("Language"), _("Edition"), _("Paper"), _("Where it hangs"), _("Copies")),
            *(_("Printed on"), _("Printed by"), _("Why it has to come down")),
        ]
    )
    for each in hanging(get_user(request)):
        it = each.card
        row = [it.title, each.language, it.edition, it.get_paper_display(), it.place, it.copies, it.printed_on]
        writer.writerow([_cell(value) for value in [*row, it.by, " ".join(each.reasons)]])
    return never_kept(response)


def _cell(value: object) -> str:
    """A cell that no table program takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


@require(Permission.READ_HANDBOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: int, locale: str, slug: str) -> HttpResponseBase:
    """Register a card that was printed: what is on it, where it hangs."""
    edition, read = page_of(get_user(request), number, locale, slug)
    form = CardForm(request.POST or None, read=read, initial={"part": WHOLE})
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        overlay = reading.overlay(edition.audience, edition)
        card = cards.card_of(sheet_of(edition, read, overlay, remarks=False), edition, values.pop("part"))
        if card is None:
            raise Http404
        try:
            actions.register_card(by=get_user(request), card=card, **values)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Registered. You will be told when it has to come down."))
            return redirect("editions:printed")
    passages = [each for each in read.content.passages if each.key not in read.erased]
    context = {"form": form, "edition": edition, "read": read, "passages": passages}
    return never_kept(render(request, "editions/export/print_new.html", context, status=422 if form.errors else 200))


@require(Permission.READ_HANDBOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say that a card hangs no more."""
    user = get_user(request)
    card = card_for(user, pk)
    form = EndForm(request.POST or None, initial={"outcome": "recalled"})
    if form.is_bound and form.is_valid():
        try:
            actions.end_card(by=user, card=card, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Noted: the card hangs no more."))
            return redirect("editions:printed")
    context = {"form": form, "card": card}
    return never_kept(render(request, "editions/export/print_end.html", context, status=422 if form.errors else 200))
