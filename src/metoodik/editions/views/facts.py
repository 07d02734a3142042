"""Numbers and addresses of the handbook, in one list for readers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from metoodik.editions import reading
from metoodik.editions.facts import DrawnFact, facts_seen
from metoodik.editions.permissions import for_readers
from metoodik.editions.places import Place
from metoodik.editions.views.common import frame, never_kept, opened, reading_languages
from metoodik.handbook.content import FactKind

KINDS: dict[FactKind, str | Promise] = {
    FactKind.PHONE: _("Telephones"),
    FactKind.LINK: _("Links"),
    FactKind.ADDRESS: _("Addresses"),
    FactKind.HOURS: _("Opening times"),
    FactKind.AMOUNT: _("Amounts"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of one kind."""

    title: str | Promise
    facts: list[DrawnFact]


@for_readers
@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """Facts of the edition in force, by kind, corrected ones as they are now."""
    place = Place()
    try:
        edition = opened(request, None)
    except Http404:
        return never_kept(render(request, "editions/nothing_yet.html"))
    language = reading_languages()[0]
    seen = facts_seen(edition, reading.overlay(edition.audience, edition), place)
    drawn = seen.drawn(edition.facts(language), language, today=timezone.localdate())
    groups = [Group(title, [each for each in drawn if each.kind is kind]) for kind, title in KINDS.items()]
    context = frame(request, edition, place) | {"groups": [each for each in groups if each.facts]}
    return never_kept(render(request, "editions/facts.html", context))
