"""A comparison as the screens show it: pages, their details and passages as changes said in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.editions import words
from metoodik.editions.comparison import Comparison, DetailChange, PageChange, PassageChange
from metoodik.editions.notices import Notices, notices_of
from metoodik.editions.overlay import OverlayView
from metoodik.editions.places import Place, anchor
from metoodik.handbook.content import Access, Audience, Kind, Risk
from metoodik.web.difference import Change, Part, change

DETAILS: dict[str, str | Promise] = {
    "slug": _("Address"),
    "section": _("Section"),
    "title": _("Title"),
    "summary": _("Summary"),
    "kind": _("Kind"),
    "audiences": _("Written for"),
    "risk": _("Risk"),
    "access": _("Access"),
    "review_months": _("Review interval, months"),
    "restriction": _("Restriction"),
    "sources": _("Sources"),
    "legal_basis": _("Legal basis"),
    "sample": _("Sample content"),
}
VALUES: dict[str, dict[str, str | Promise]] = {
    "kind": {each.value: words.KINDS[each] for each in Kind},
    "risk": {each.value: words.RISKS[each] or _("Ordinary") for each in Risk},
    "access": {each.value: words.ACCESS[each] for each in Access},
    "audiences": {each.value: words.AUDIENCES[each] for each in Audience},
    "sample": {"True": _("yes"), "False": _("no")},
}
STATES: dict[str, str | Promise] = {
    "added": _("New page"),
    "removed": _("No longer in the handbook"),
    "changed": _("Changed"),
}

NOTHING_OVER_IT = OverlayView((), None)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One place that differs, with the anchor that links lead to."""

    anchor: str
    change: Change
    notices: Notices = field(default_factory=Notices)

    @property
    def changes(self) -> tuple[Change, ...]:
        """As the component takes it; none where the words are withdrawn."""
        return () if self.notices.withdrawal else (self.change,)


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page that differs, with where to read it before and after."""

    title: str
    locale: str
    language: str
    state: str
    word: str | Promise
    address_before: str
    address_after: str
    changes: tuple[ShownChange, ...]
    notices: Notices


def shown_pages(
    comparison: Comparison, before: Place | None, after: Place | None, overlay: OverlayView = NOTHING_OVER_IT
) -> list[ShownPage]:
    """Every page that differs, with what the overlay says of it: words that are withdrawn are not shown here either.

    A place that is None cannot be opened, so nothing links there.
    """
    return [_shown(each, before, after, overlay) for each in comparison.pages]


def _shown(page: PageChange, before: Place | None, after: Place | None, overlay: OverlayView) -> ShownPage:
    notices = notices_of(overlay.on_page(page.key, page.locale))
    return ShownPage(
        title=page.title,
        locale=page.locale,
        language=words.LANGUAGE_NAMES.get(page.locale, page.locale),
        state=page.state,
        word=STATES[page.state],
        address_before=before.page(page.locale, page.slug_before) if before and page.slug_before else "",
        address_after=after.page(page.locale, page.slug_after) if after and page.slug_after else "",
        changes=() if notices.withdrawal else tuple(_changes(page, overlay)),
        notices=notices,
    )


def _changes(page: PageChange, overlay: OverlayView) -> Iterator[ShownChange]:
    for detail in page.details:
        if detail.name != "section":
            yield ShownChange("", _detail(detail))
    for passage in page.changed_passages:
        notices = notices_of(overlay.on_passage(page.key, passage.key, page.locale))
        yield ShownChange(anchor(passage.key), _passage(passage), notices)


def _detail(detail: DetailChange) -> Change:
    return change(
        _value(detail, detail.before), _value(detail, detail.after), str(DETAILS.get(detail.name, detail.name))
    )


def _value(detail: DetailChange, text: str) -> str:
    known = VALUES.get(detail.name)
    return "; ".join(str(known.get(each, each)) for each in text.split("; ")) if known else text


def _passage(passage: PassageChange) -> Change:
    parts = passage.parts
    if any(each.kind != "same" for each in passage.heading_parts) and passage.state == "changed":
        parts = (*passage.heading_parts, Part("same", "\n"), *parts)
    return Change(passage.state, parts, passage.heading)
