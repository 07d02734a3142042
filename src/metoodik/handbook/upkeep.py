"""Pages in force as their keepers and leaders see them: keeper, interval, when somebody looks again.

Reads columns and a few fields of the stored content, never whole pages, so that a handbook of thousands stays quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from metoodik.handbook.content import Access, Risk
from metoodik.handbook.days import add_months
from metoodik.handbook.front_matter import FrontMatter, front_matter_of
from metoodik.handbook.models import PageReview, ReviewInterval, Version
from metoodik.handbook.models.versions import Target
from metoodik.people.models import User
from metoodik.people.permissions import Permission

RISK_ORDER = {Risk.SAFETY.value: 0, Risk.ELEVATED.value: 1, Risk.ORDINARY.value: 2}
SOON_DAYS = 60
LEADERSHIP = "leadership"


@dataclass(frozen=True, slots=True)
class Kept:
    """A page in force with its keeper and the days of its reviews. `reviewed_on` None: not since approval."""

    version: int
    page: int
    number: int
    key: str
    locale: str
    title: str
    slug: str
    risk: str
    access: str
    audiences: frozenset[str]
    section: str
    section_title: str
    content_hash: str
    has_sources: bool
    has_legal_basis: bool
    sample: bool
    keeper_id: int | None
    keeper: str
    keeper_is_here: bool
    has_newer_draft: bool
    approved_at: datetime
    reviewed_at: datetime | None
    months: int
    due: date

    @property
    def last_checked(self) -> date:
        """The day on which somebody last answered for the words: approval, or „still right“ since."""
        return timezone.localdate(self.reviewed_at or self.approved_at)

    @property
    def url(self) -> str:
        """Where it is reviewed."""
        return reverse("handbook:upkeep-page", args=[self.version])

    def state(self, today: date) -> str:
        """`overdue`, `due` (within 60 days) or `current`."""
        if self.due < today:
            return "overdue"
        return "due" if (self.due - today).days <= SOON_DAYS else "current"

    def urgency(self) -> tuple[int, date, str]:
        """Safety first, then the day it is due."""
        return RISK_ORDER.get(self.risk, 2), self.due, self.title

    def is_for(self, user: User) -> bool:
        """Whether this person may know of the page: circles of readers and the AK right."""
        if self.access == Access.RESTRICTED and not user.can(Permission.READ_RESTRICTED):
            return False
        return bool(self.audiences & user.circles)


def keeps_watch(user: User) -> bool:
    """Whether the upkeep of the handbook is this person's business: editors and leaders who read it."""
    leads = LEADERSHIP in user.circles and user.can(Permission.READ_HANDBOOK)
    return leads or user.can(Permission.WRITE_GUIDANCE)


def kept_pages(at: datetime | None = None) -> list[Kept]:
    """Every page in force at an instant (now), whoever may see it. Four queries, and what `front_matter` asks."""
    moment = at or timezone.now()
    rows = _in_force(moment)
    reviews, intervals = reviews_until(moment)
    sections = _section_titles(moment)
    front = front_matter_of([(row["pk"], row["content_hash"]) for row in rows])
    return [
        _kept(row, front[row["pk"]], reviews.get(row["pk"]), intervals.get(row["pk"]), sections)
        for row in rows
        if row["pk"] in front
    ]


def kept_for(user: User, at: datetime | None = None) -> list[Kept]:
    """Pages in force that this person may know of, the most urgent review first."""
    return sorted((each for each in kept_pages(at) if each.is_for(user)), key=Kept.urgency)


def get_kept_for(user: User, version: int) -> Kept:
    """The page in force by its version's number. Raises Http404 for what is not in force or not for this person."""
    found = next((each for each in kept_pages() if each.version == version and each.is_for(user)), None)
    if found is None or not keeps_watch(user):
        raise Http404
    return found


def review_dates() -> list[tuple[str, str, int, date | None, date]]:
    """Page key, language, version's number, reviewed on, due: of versions reviewed or given an interval since approval.

    Three queries however many there are; nodes ask it every few seconds.
    """
    reviews, intervals = reviews_until(timezone.now())
    touched = reviews.keys() | intervals.keys()
    if not touched:
        return []
    own = Version.objects.filter(Exists(PageReview.objects.filter(version=OuterRef("pk"))))
    own |= Version.objects.filter(Exists(ReviewInterval.objects.filter(version=OuterRef("pk"))))
    rows = own.values_list("pk", "key", "locale", "number", "decided_at", "content__review_months")
    found = []
    for version, key, locale, number, approved_at, months in rows:
        reviewed_at = reviews.get(version)
        checked = timezone.localdate(reviewed_at or approved_at)
        due = add_months(checked, intervals.get(version) or int(months))
        found.append((str(key), locale, number, timezone.localdate(reviewed_at) if reviewed_at else None, due))
    return found


def reviews_until(moment: datetime) -> tuple[dict[int, datetime], dict[int, int]]:
    """When each version was last found still right, and its interval in months where one was set, by the database's
    number of the version.
    """
    reviews = PageReview.objects.filter(at__lte=moment).order_by("pk").values_list("version_id", "at")
    intervals = ReviewInterval.objects.filter(at__lte=moment).order_by("pk").values_list("version_id", "months")
    return dict(reviews), dict(intervals)


def _in_force(moment: datetime) -> list[dict[str, Any]]:
    rows = Version.objects.approved_at(moment).filter(target=Target.PAGE)
    newest: dict[int, dict[str, Any]] = {}
    for row in rows.values(
        "pk",
        "page_id",
        "number",
        "key",
        "locale",
        "title",
        "risk",
        "withdraws",
        "content_hash",
        "decided_at",
        "revision_id",
        "keeper_id",
        latest=F("page__latest_revision_id"),
        keeper_name=F("keeper__name"),
        keeper_here=F("keeper__is_active"),
    ):
        newest.setdefault(row["page_id"], dict(row))
    return [each for each in newest.values() if not each["withdraws"]]


def _section_titles(moment: datetime) -> dict[tuple[str, str], str]:
    rows = Version.objects.approved_at(moment).filter(target=Target.SECTION).order_by("number")
    return {(str(key), locale): title for key, locale, title in rows.values_list("key", "locale", "title")}


def _kept(
    row: dict[str, Any],
    front: FrontMatter,
    reviewed_at: datetime | None,
    months: int | None,
    sections: dict[tuple[str, str], str],
) -> Kept:
    own_months = months or front.months
    checked = timezone.localdate(reviewed_at or row["decided_at"])
    return Kept(
        version=row["pk"],
        page=row["page_id"],
        number=row["number"],
        key=str(row["key"]),
        locale=row["locale"],
        title=row["title"],
        slug=front.slug,
        risk=row["risk"],
        access=front.access,
        audiences=frozenset(front.audiences),
        section=front.section,
        section_title=sections.get((front.section, row["locale"]), ""),
        content_hash=row["content_hash"],
        has_sources=front.has_sources,
        has_legal_basis=front.has_legal_basis,
        sample=front.sample,
        keeper_id=row["keeper_id"],
        keeper=row["keeper_name"] or "",
        keeper_is_here=bool(row["keeper_here"]),
        has_newer_draft=row["latest"] is not None and row["latest"] != row["revision_id"],
        approved_at=row["decided_at"],
        reviewed_at=reviewed_at,
        months=own_months,
        due=add_months(checked, own_months),
    )
