"""A page of an edition as the templates want it, and the finished HTML kept for the next reader.

What is drawn depends on the edition, the page, the interface language, the overlay and the day alone, never on the
person, so it is made once in a process and shared.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from metoodik.editions import reading, words
from metoodik.editions.facts import DrawnFact, FactsSeen, facts_seen
from metoodik.editions.notices import Notices, notices_of
from metoodik.editions.overlay import OverlayView
from metoodik.editions.places import Place, anchor
from metoodik.editions.reading import OpenEdition, ReadPage
from metoodik.editions.translated import Age, age_of
from metoodik.handbook import content
from metoodik.handbook.drawing import DrawnBlock, Resolve, draw_block, said_in
from metoodik.handbook.fact_marks import facts_of_page, facts_of_passage

KEPT_PAGES = 512
"""How many drawn pages a process keeps; about 40 KB each."""

OWN_LANGUAGE_FIRST = ("et", "ru", "en")


@dataclass(frozen=True, slots=True)
class DrawnPassage:
    """A passage with its anchor, its blocks and what the overlay says about it."""

    key: str
    estonian: str
    anchor: str
    former_anchors: tuple[str, ...]
    heading: str
    hash: str
    address: str
    blocks: tuple[DrawnBlock, ...]
    is_erased: bool
    restriction: content.Restriction | None
    notices: Notices
    facts: str


@dataclass(frozen=True, slots=True)
class Variant:
    """The same page in a language: its name in itself, its address, and whether it is the one being read."""

    language: str
    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page of an edition, ready for templates."""

    key: str
    locale: str
    title: str
    summary: str
    section_title: str
    section_address: str
    address: str
    kind: str | Promise
    risk: str | Promise
    access: str | Promise
    is_safety: bool
    is_restricted: bool
    restriction: content.Restriction | None
    withheld: int
    audiences: tuple[str, ...]
    passages: tuple[DrawnPassage, ...]
    variants: tuple[Variant, ...]
    sources: tuple[content.Source, ...]
    legal_basis: tuple[content.Source, ...]
    sample: bool
    in_force_since: date
    reviewed_on: date | None
    review_due: date
    review_overdue: bool
    approved_by: str
    reviewed_by: tuple[str, ...]
    owner: str
    change: str | Promise
    change_sentence: str
    notices: Notices
    facts: tuple[DrawnFact, ...]
    told: str
    age: Age


@dataclass(frozen=True, slots=True)
class PageHtml:
    """The two parts of a page that are kept: the article and the panel beside it."""

    key: str
    title: str
    is_restricted: bool
    article: SafeString
    panel: SafeString


def link_resolver(edition: OpenEdition, place: Place, locale: str) -> Resolve:
    """Resolves links to guidance within one edition, in the page's own language where the target exists in it."""

    def resolve(page_key: str, passage_key: str) -> str | None:
        slugs = dict(edition.locales_of(edition.standing(page_key)))
        for language in (locale, *OWN_LANGUAGE_FIRST):
            if language in slugs:
                return place.page(language, slugs[language], passage_key)
        return None

    return resolve


def draw_page(edition: OpenEdition, read: ReadPage, overlay: OverlayView, place: Place, *, today: date) -> DrawnPage:
    """All that the page's templates show."""
    page, provenance = read.content, read.provenance
    resolve = link_resolver(edition, place, page.locale)
    age = age_of(edition, read, place)
    seen = facts_seen(edition, overlay, place)
    facts = [fact for key in facts_of_page(page) if (fact := edition.fact(key))]
    return DrawnPage(
        key=page.key,
        locale=page.locale,
        title=said_in(page.title, seen.said, page.locale),
        summary=said_in(page.summary, seen.said, page.locale),
        section_title=read.section.title,
        section_address=place.section(read.section.locale, read.section.slug),
        address=place.page(page.locale, page.slug),
        kind=words.KINDS[page.kind],
        risk=words.RISKS[page.risk],
        access=words.ACCESS[page.access],
        is_safety=page.risk is content.Risk.SAFETY,
        is_restricted=page.access is content.Access.RESTRICTED,
        restriction=page.restriction,
        withheld=read.withheld,
        audiences=tuple(str(words.AUDIENCES[each]) for each in page.audiences),
        passages=tuple(_draw_passage(each, read, overlay, place, resolve, seen, age) for each in page.passages),
        variants=_variants(edition, page, place),
        sources=page.sources,
        legal_basis=page.legal_basis,
        sample=page.sample,
        in_force_since=timezone.localdate(read.in_force_since),
        reviewed_on=provenance.reviewed_on,
        review_due=provenance.review_due,
        review_overdue=provenance.review_due < today,
        approved_by=provenance.approved_by,
        reviewed_by=provenance.reviewed_by,
        owner=provenance.owner,
        change=words.CHANGES[provenance.change_kind],
        change_sentence=provenance.change_sentence,
        notices=notices_of(overlay.on_page(page.key, page.locale)),
        facts=tuple(seen.drawn(facts, page.locale, today=today)),
        age=age,
        told=" ".join(str(mark.number) for each in facts if (mark := overlay.on_fact(each.key))),
    )


def _draw_passage(
    passage: content.Passage,
    read: ReadPage,
    overlay: OverlayView,
    place: Place,
    resolve: Resolve,
    seen: FactsSeen,
    age: Age,
) -> DrawnPassage:
    page = read.content
    return DrawnPassage(
        key=passage.key,
        estonian=age.older.get(passage.key, ""),
        anchor=anchor(passage.key),
        former_anchors=tuple(name for key in passage.formerly for name in (anchor(key), key)),
        heading=said_in(passage.heading, seen.said, page.locale),
        hash=read.passage_hashes.get(passage.key, "")[:12],
        address=place.page(page.locale, page.slug, passage.key),
        blocks=tuple(draw_block(each, resolve, seen.said, page.locale) for each in passage.blocks),
        is_erased=passage.key in read.erased,
        restriction=passage.restriction,
        notices=notices_of(overlay.on_passage(page.key, passage.key, page.locale)),
        facts=" ".join(facts_of_passage(passage)),
    )


def _variants(edition: OpenEdition, page: content.Page, place: Place) -> tuple[Variant, ...]:
    slugs = dict(edition.locales_of(page.key))
    return tuple(
        Variant(
            language, words.LANGUAGE_NAMES[language], place.page(language, slugs[language]), language == page.locale
        )
        for language in OWN_LANGUAGE_FIRST
        if language in slugs
    )


class Kept[Key, Value]:
    """A bounded memory of the values used last, safe among threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value for `key`, made now when it is not kept; None is never kept, so that guesses push nothing out.

        Two threads may both make one; either is right.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        if value is None:
            return value
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything, for tests."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)


_pages: Kept[tuple[object, ...], PageHtml | None] = Kept(KEPT_PAGES)


def page_html(edition: OpenEdition, locale: str, slug: str, overlay: OverlayView, place: Place) -> PageHtml | None:
    """The finished article and panel of a page, or None when this reader's edition has no such page."""
    today = timezone.localdate()
    language = translation.get_language()
    reviews = reading.reviews() if edition.is_current else reading.Reviews()
    beside = (overlay.version, reviews.version, reading.checks().version)
    key = (edition.file_hash, edition.is_current, place, locale, slug, language, *beside, today)
    return _pages.get(key, lambda: _make(edition, locale, slug, overlay, place, today, reviews))


def _make(
    edition: OpenEdition,
    locale: str,
    slug: str,
    overlay: OverlayView,
    place: Place,
    today: date,
    reviews: reading.Reviews,
) -> PageHtml | None:
    read = edition.page(locale, slug)
    if read is None:
        return None
    read = replace(read, provenance=reviews.of(read.content.key, locale, read.provenance))
    drawn = draw_page(edition, read, overlay, place, today=today)
    context = {
        "drawn": drawn,
        "edition": edition,
        "place": place,
        "slug": slug,
        "edition_address": reverse("editions:old-contents", args=(edition.number,)),
        "compare_address": reverse("editions:compare", args=(0, edition.number)),
    }
    return PageHtml(
        drawn.key,
        drawn.title,
        read.has_restricted,
        mark_safe(get_template("editions/parts/article.html").render(context)),  # noqa: S308 - a template's own output
        mark_safe(get_template("editions/parts/panel.html").render(context)),  # noqa: S308
    )


def fresh_html(edition: OpenEdition, locale: str, slug: str, overlay: OverlayView, place: Place) -> PageHtml | None:
    """The same as `page_html`, drawn anew and remembered nowhere: for what only one person looks at."""
    reviews = reading.reviews() if edition.is_current else reading.Reviews()
    return _make(edition, locale, slug, overlay, place, timezone.localdate(), reviews)


def forget_pages() -> None:
    """Empty the memory of drawn pages, for tests."""
    _pages.clear()
