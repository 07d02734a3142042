"""How the handbook stands: of the pages in force, how many are in order, by measure, and which ten to mend first.

The same counting serves the handbook as it is now and each edition of the past. Pages are counted for a class of
readers: what somebody may not know of is neither named nor counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from metoodik.editions.audiences import AudienceClass
from metoodik.editions.build import Facts
from metoodik.editions.content import EditionContent
from metoodik.handbook.content import Risk
from metoodik.handbook.digests import TRANSLATED, Digest, digest, digests_of
from metoodik.handbook.links import dead_links
from metoodik.handbook.models import Fact, GuidancePage, Version
from metoodik.handbook.models.versions import Verdict
from metoodik.handbook.upkeep import Kept, kept_pages
from metoodik.people.models import User
from metoodik.people.permissions import Permission

TEN = 10
MOST_MONTHS_LATE = 6
A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Measure:
    """One question put to every page. `in_editions`: whether an edition's content answers it."""

    key: str
    title: str | Promise
    sentence: str | Promise
    in_editions: bool = True


MEASURES: tuple[Measure, ...] = (
    Measure(
        "in_force",
        _("In force"),
        _("Of all pages being kept, so many are approved and in force; the others are drafts."),
        in_editions=False,
    ),
    Measure("current", _("Up to date"), _("The day of review has not passed. A page past its day stays in force.")),
    Measure(
        "legal",
        _("Names its legal basis"),
        _("The others say expressly that they have none: without one or the other nothing is approved."),
    ),
    Measure(
        "reviewed",
        _("Safety pages reviewed by a counsellor"),
        _("A practising counsellor who did not write the page agreed with it."),
    ),
    Measure("ru", _("In Russian"), _("The Estonian page has a Russian one that is no older than it.")),
    Measure("en", _("In English"), _("The Estonian page has an English one that is no older than it.")),
    Measure(
        "phrases",
        _("Words to say in three languages"),
        _("Every phrase of the page is there in Russian and in English and no older than the Estonian."),
    ),
    Measure(
        "links", _("Links lead somewhere"), _("No link of the page leads to what is not in force."), in_editions=False
    ),
    Measure(
        "facts",
        _("Facts checked"),
        _("A telephone, address or amount in the register whose day of checking has not passed."),
        in_editions=False,
    ),
)
BY_KEY = {each.key: each for each in MEASURES}
SHOWN_IN_TREND = ("current", "legal", "ru", "en")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is counted. `agreed` says whether a practising counsellor agreed, `due` when it is reviewed."""

    key: str
    locale: str
    title: str
    risk: str
    due: date
    has_legal_basis: bool
    agreed: bool
    digest: Digest
    kept: Kept | None = None


type Target = tuple[str, int | str]
"""The name of a view and its argument: addresses are made for the rows that are shown, not for thousands."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing under a measure: whether it is in order, its state as a word, and where one acts."""

    title: str
    locale: str
    in_order: bool
    state: str | Promise
    target: Target | None
    place: str = ""

    @property
    def url(self) -> str:
        """Its address; empty when there is nothing to open."""
        return reverse(self.target[0], args=[self.target[1]]) if self.target else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of so many."""

    good: int
    total: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None when there is nothing to count."""
        return self.good * 100 // self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Worst:
    """A page to mend: its points, why it has them, and the one thing to do first."""

    title: str
    locale: str
    points: int
    why: tuple[str | Promise, ...]
    action: str | Promise
    target: Target
    review: Target

    @property
    def url(self) -> str:
        """Where the action is done."""
        return reverse(self.target[0], args=[self.target[1]])


@dataclass
class Now:
    """The handbook as it stands for one person."""

    today: date
    judged: dict[str, list[Judged]] = field(default_factory=dict)
    worst: list[Worst] = field(default_factory=list)

    def figure(self, key: str) -> Figure:
        """The figure of a measure."""
        rows = self.judged[key]
        return Figure(sum(1 for each in rows if each.in_order), len(rows))


def now_for(user: User) -> Now:
    """How the handbook stands now, as far as this person may know of its pages."""
    every = kept_pages()
    pages = [each for each in every if each.is_for(user)]
    sheets = _sheets(pages)
    broken: dict[int, int] = {}
    for link in dead_links(every):
        broken[link.page.version] = broken.get(link.page.version, 0) + 1
    today = timezone.localdate()
    found = Now(today)
    found.judged = {key: list(rows) for key, rows in _judged(sheets, today).items()}
    found.judged["in_force"] = [*_in_force(pages), *_drafts(user, every)]
    found.judged["links"] = [_judged_links(each, broken.get(each.version, 0)) for each in pages]
    found.judged["facts"] = _facts(today)
    found.worst = _worst(sheets, broken, today, writes=user.can(Permission.WRITE_GUIDANCE))
    return found


def figures_of(content: EditionContent, facts: Facts, audience: AudienceClass, day: date) -> dict[str, list[int]]:
    """Figures of an edition for a class of readers on the day it came into force, as JSON types."""
    sheets = [
        Sheet(
            key=each.page.key,
            locale=each.page.locale,
            title=each.page.title,
            risk=each.page.risk.value,
            due=facts[each.place].provenance.review_due,
            has_legal_basis=bool(each.page.legal_basis),
            agreed=bool(facts[each.place].provenance.reviewed_by),
            digest=digest(each.page),
        )
        for each in content.pages
        if audience.sees(each.page) and each.place in facts
    ]
    counted = {key: list(rows) for key, rows in _judged(sheets, day).items()}
    found = {key: [sum(1 for each in rows if each.in_order), len(rows)] for key, rows in counted.items()}
    return found | {"pages": [len(sheets), len(sheets)]}


def _sheets(pages: Sequence[Kept]) -> list[Sheet]:
    digests = digests_of([(each.version, each.content_hash) for each in pages])
    agreed = set(
        Version.objects.filter(reviews__verdict=Verdict.AGREES, reviews__as_counsellor=True).values_list(
            "pk", flat=True
        )
    )
    return [
        Sheet(
            each.key,
            each.locale,
            each.title,
            each.risk,
            each.due,
            each.has_legal_basis,
            each.version in agreed,
            digests[each.version],
            each,
        )
        for each in pages
        if each.version in digests
    ]


def _judged(sheets: Sequence[Sheet], day: date) -> dict[str, Iterator[Judged]]:
    estonian = [each for each in sheets if each.locale == "et"]
    variants = {(each.key, each.locale): each for each in sheets}
    safety = (each for each in sheets if each.risk == Risk.SAFETY)
    with_phrases = (each for each in estonian if any(each.digest.phrases[language] for language in TRANSLATED))
    return {
        "current": (_row(each, each.due >= day, _("up to date"), _("past its day")) for each in sheets),
        "legal": (_row(each, each.has_legal_basis, _("names one"), _("says that there is none")) for each in sheets),
        "reviewed": (_row(each, each.agreed, _("reviewed"), _("not reviewed")) for each in safety),
        "ru": (_translated(each, variants.get((each.key, "ru"))) for each in estonian),
        "en": (_translated(each, variants.get((each.key, "en"))) for each in estonian),
        "phrases": (
            _row(each, not _phrases_wanting(each), _("in three languages"), _("missing or older than the Estonian"))
            for each in with_phrases
        ),
    }


def _row(sheet: Sheet, in_order: bool, good: str | Promise, bad: str | Promise, target: Target | None = None) -> Judged:
    place = sheet.kept.section_title if sheet.kept else ""
    return Judged(sheet.title, sheet.locale, in_order, good if in_order else bad, target or _target(sheet), place)


def _translated(sheet: Sheet, variant: Sheet | None) -> Judged:
    if variant is None:
        return _row(sheet, False, "", _("not translated"))
    behind = variant.digest.is_behind(sheet.digest)
    return _row(sheet, not behind, _("translated"), _("older than the Estonian"), _target(variant))


def _phrases_wanting(sheet: Sheet) -> int:
    counts = (sheet.digest.phrases[language] for language in TRANSLATED)
    return sum(number for each in counts for state, number in each.items() if state != "current")


def _target(sheet: Sheet) -> Target | None:
    return _review(sheet.kept) if sheet.kept else None


def _review(kept: Kept) -> Target:
    return "handbook:upkeep-page", kept.version


def _in_force(pages: Iterable[Kept]) -> Iterator[Judged]:
    for each in pages:
        yield Judged(each.title, each.locale, True, _("in force"), _review(each), each.section_title)


def _drafts(user: User, every: Iterable[Kept]) -> Iterator[Judged]:
    """Pages that have never been in force, or are so no more; only those who may write see drafts by name."""
    writes = user.can(Permission.WRITE_GUIDANCE)
    drafts = GuidancePage.objects.exclude(pk__in=[each.page for each in every])
    for pk, title, locale, access in drafts.values_list("pk", "draft_title", "locale__language_code", "access"):
        if access == "restricted" and not user.can(Permission.READ_RESTRICTED):
            continue
        if writes:
            yield Judged(title, locale, False, _("draft"), ("wagtailadmin_pages:edit", pk))
        else:
            yield Judged("", locale, False, _("draft"), None)


def _judged_links(kept: Kept, broken: int) -> Judged:
    said = ngettext_lazy("%d dead link", "%d dead links", broken) % broken if broken else _("all lead somewhere")
    return Judged(kept.title, kept.locale, not broken, said, _review(kept), kept.section_title)


def _facts(today: date) -> list[Judged]:
    facts = Fact.objects.filter(retired_at__isnull=True).prefetch_related("versions").order_by("name_et")
    known = [each for each in facts if each.value is not None]
    return [
        Judged(
            each.name_et,
            "et",
            not each.is_due(today),
            _("past its day") if each.is_due(today) else _("checked"),
            ("handbook:fact", each.key),
        )
        for each in known
    ]


LATE = {Risk.SAFETY: 5, Risk.ELEVATED: 3, Risk.ORDINARY: 2}


def _worst(sheets: Sequence[Sheet], broken: dict[int, int], today: date, *, writes: bool) -> list[Worst]:
    """The ten with the most points, explained on the page in one sentence. Who does not write is led to the review."""
    estonian = {each.key: each for each in sheets if each.locale == "et"}
    found = [each for sheet in sheets if (each := _points(sheet, estonian, broken, today)) is not None]
    ten = sorted(found, key=lambda each: (-each.points, each.title))[:TEN]
    return ten if writes else [replace(each, action=_("See the page's review"), target=each.review) for each in ten]


def _points(sheet: Sheet, estonian: dict[str, Sheet], broken: dict[int, int], today: date) -> Worst | None:
    causes = sorted(_causes(sheet, estonian, broken, today), key=lambda each: -each[0])
    if not causes or sheet.kept is None:
        return None
    _first, _why, action, target = causes[0]
    points = sum(each[0] for each in causes)
    return Worst(
        sheet.title, sheet.locale, points, tuple(each[1] for each in causes), action, target, _review(sheet.kept)
    )


type Cause = tuple[int, str | Promise, str | Promise, Target]


def _causes(sheet: Sheet, estonian: dict[str, Sheet], broken: dict[int, int], today: date) -> Iterator[Cause]:
    kept = sheet.kept
    if kept is None:
        return
    late = (today - sheet.due).days
    if late > 0:
        months = min(late // A_MONTH, MOST_MONTHS_LATE)
        yield (
            LATE[Risk(sheet.risk)] + months,
            _("the review is late"),
            _("Look whether it is still right"),
            _review(kept),
        )
    if dead := broken.get(kept.version, 0):
        yield 3, ngettext_lazy("%d dead link", "%d dead links", dead) % dead, _("Mend the links"), _edit(kept)
    if sheet.risk == Risk.SAFETY and not sheet.agreed:
        yield 4, _("no counsellor has reviewed it"), _("Send it to clearance again"), _edit(kept)
    if not kept.keeper_is_here:
        yield 3, _("its keeper has left"), _("Choose a keeper"), _review(kept)
    source = estonian.get(sheet.key)
    if sheet.locale != "et" and source is not None and sheet.digest.is_behind(source.digest):
        yield 3, _("it is older than the Estonian page"), _("Bring the translation up to date"), _edit(kept)
    if sheet.locale == "et" and _phrases_wanting(sheet):
        points = 3 if sheet.risk == Risk.SAFETY else 1
        yield points, _("words to say lack a language"), _("Add the phrases"), _edit(kept)


def _edit(kept: Kept) -> Target:
    return "wagtailadmin_pages:edit", kept.page
