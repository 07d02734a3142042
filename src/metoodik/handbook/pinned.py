"""What stands approved at an instant: the only door through which an edition sees the handbook.

Everything here comes from approved, pinned versions, never from a page's live or draft state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from metoodik.handbook import richtext
from metoodik.handbook.addresses import KEY, Address, addresses_at
from metoodik.handbook.content import ChangeKind, Fact, Page, Section
from metoodik.handbook.days import add_months as add_months
from metoodik.handbook.fact_marks import facts_of_page
from metoodik.handbook.models import FactVersion, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE, in_step
from metoodik.handbook.texts import html_of
from metoodik.handbook.upkeep import reviews_until


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a page came to be in force: shown beside it, kept outside the content hash."""

    version: int
    change_kind: ChangeKind
    change_sentence: str
    author: str
    approved_by: str
    approved_at: datetime
    reviewed_by: tuple[str, ...]
    owner: str
    review_due: date
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PinnedPage:
    """A page as approved, with its provenance."""

    content: Page
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an edition cannot be built: which page (its title) and a sentence in the desk's language."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PinnedHandbook:
    """All that is approved and in force at `at`; `problems` must be empty for an edition to be made."""

    at: datetime
    sections: tuple[Section, ...]
    pages: tuple[PinnedPage, ...]
    problems: tuple[Problem, ...] = ()
    addresses: tuple[Address, ...] = ()
    facts: tuple[Fact, ...] = ()


def pinned_handbook(at: datetime) -> PinnedHandbook:
    """The handbook as approved at an instant, with everything that keeps an edition from being made of it."""
    versions = Version.objects.in_force_at(at)
    problems = [
        Problem(each.title, _("Its stored content is not what was approved."))
        for each in versions
        if not each.is_intact
    ]
    whole = _with_their_source([each for each in versions if each.is_intact])
    sections = _sections([each for each in whole if each.target == Target.SECTION])
    reviewed, months = reviews_until(at)
    pages = tuple(
        sorted(
            (_page(each, reviewed.get(each.pk), months.get(each.pk)) for each in whole if each.target == Target.PAGE),
            key=lambda page: (page.content.key, page.content.locale),
        )
    )
    pages = _in_step(pages)
    addresses = addresses_at(at)
    replaced = {each.name for each in addresses if each.kind == KEY}
    problems += _structure_problems(sections, pages, replaced)
    facts = tuple(each.to_content() for each in FactVersion.objects.confirmed_at(at))
    problems += _fact_problems(pages, {each.key for each in facts})
    return PinnedHandbook(at, sections, pages, tuple(problems), addresses, facts)


def with_versions(handbook: PinnedHandbook, versions: Iterable[Version]) -> PinnedHandbook:
    """The handbook as if these versions of pages had been approved already: to look at what it would be."""
    pages = {(each.content.key, each.content.locale): each for each in handbook.pages}
    for version in versions:
        if version.target != Target.PAGE:
            continue
        page = _page(version, None, None)
        if version.withdraws:
            pages.pop((page.content.key, page.content.locale), None)
        else:
            pages[page.content.key, page.content.locale] = page
    return replace(handbook, pages=tuple(pages[place] for place in sorted(pages)))


def coming_instants(after: datetime) -> list[datetime]:
    """Instants after which an approved version enters into force, in order."""
    coming = Version.objects.filter(state=State.APPROVED, effective_from__gt=after)
    return sorted({each for each in coming.values_list("effective_from", flat=True) if each is not None})


def _with_their_source(versions: list[Version]) -> list[Version]:
    """A translated page is in force as long as its Estonian page is."""
    estonian = {each.key for each in versions if each.target == Target.PAGE and each.locale == SOURCE_LANGUAGE}
    return [
        each for each in versions if each.target == Target.SECTION or each.translates_id is None or each.key in estonian
    ]


def _in_step(pages: tuple[PinnedPage, ...]) -> tuple[PinnedPage, ...]:
    """Translations with the readers, access and phrases that their Estonian page has now."""
    estonian = {each.content.key: each.content for each in pages if each.content.locale == SOURCE_LANGUAGE}
    return tuple(
        replace(each, content=in_step(each.content, estonian[each.content.key]))
        if each.content.locale != SOURCE_LANGUAGE and each.content.key in estonian
        else each
        for each in pages
    )


def _page(version: Version, reviewed_at: datetime | None, months: int | None) -> PinnedPage:
    page = version.page_content
    approved_at = version.decided_at or version.submitted_at
    reviewers = tuple(review.reviewer.name for review in version.reviews.all() if review.verdict == "agrees")
    provenance = Provenance(
        version=version.number,
        change_kind=ChangeKind(version.change_kind),
        change_sentence=version.change_sentence,
        author=version.submitted_by.name,
        approved_by=version.approved_by.name if version.approved_by else "",
        approved_at=approved_at,
        reviewed_by=reviewers,
        owner=version.keeper.name if version.keeper else "",
        review_due=add_months(timezone.localdate(reviewed_at or approved_at), months or page.review_months),
        reviewed_on=timezone.localdate(reviewed_at) if reviewed_at else None,
    )
    return PinnedPage(page, provenance)


def _sections(versions: list[Version]) -> tuple[Section, ...]:
    ordered = sorted(versions, key=lambda each: each.page.path)
    places: dict[str, int] = {}
    sections = []
    for version in ordered:
        places[version.locale] = places.get(version.locale, 0) + 1
        sections.append(replace(version.section_content, position=places[version.locale]))
    return tuple(sections)


def _structure_problems(
    sections: tuple[Section, ...], pages: tuple[PinnedPage, ...], replaced: set[str]
) -> Iterator[Problem]:
    """What breaks the whole; a link to a replaced page is right, for it leads to the page used instead."""
    shelves = {(section.key, section.locale) for section in sections}
    keys = {page.content.key for page in pages} | replaced
    slugs: dict[tuple[str, str], str] = {}
    for page in (each.content for each in pages):
        if page.sample and settings.PRODUCTION:
            yield Problem(page.title, _("It is sample content, which a production installation refuses."))
        if (page.section, page.locale) not in shelves:
            yield Problem(page.title, _("Its section is not approved in this language."))
        if (page.locale, page.slug) in slugs:
            yield Problem(page.title, _("It has the same address as “%s”.") % slugs[page.locale, page.slug])
        slugs[page.locale, page.slug] = page.title
        for key in _linked(page) - keys:
            yield Problem(page.title, _("It links to a page that is not in force (%s).") % key)


def _fact_problems(pages: tuple[PinnedPage, ...], known: set[str]) -> Iterator[Problem]:
    for page in (each.content for each in pages):
        for key in facts_of_page(page):
            if key not in known:
                yield Problem(
                    page.title,
                    _("It names the fact “%s”, which is not confirmed. Confirm it in the register, or mend the page.")
                    % key,
                )


def _linked(page: Page) -> set[str]:
    return {
        key
        for passage in page.passages
        for block in passage.blocks
        for html in html_of(block)
        for key, _passage in richtext.page_links(html)
    }
