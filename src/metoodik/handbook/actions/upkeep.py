"""Keeping what is in force right: „still right“, who keeps a page, how often it is looked at, reminders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from metoodik.handbook.days import add_months
from metoodik.handbook.models import GuidancePage, PageReview, ReviewInterval, ReviewReminder, Version
from metoodik.handbook.models.upkeep import LONGEST_INTERVAL, REMIND_DAYS, Checked
from metoodik.handbook.models.versions import State
from metoodik.handbook.upkeep import Kept, get_kept_for, kept_pages
from metoodik.handbook.validation import Finding, NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User, with_roles
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


def may_review(user: User, kept: Kept) -> bool:
    """Whether this person may say that a page is still right: its keeper, or somebody who writes guidance."""
    return kept.is_for(user) and (kept.keeper_id == user.pk or user.can(Permission.WRITE_GUIDANCE))


@transaction.atomic
def still_right(
    *, by: User, version: Version, checked: Sequence[str], note: str = "", months: int | None = None
) -> PageReview:
    """Put on record that a version in force is still right; the next review counts from today.

    `months` is the interval from now on, when it should be another. Readers see the new day at once, the text and its
    version stay. Raises PermissionDenied, Http404 for what is not in force, NotReady with what is missing.
    """
    Version.objects.select_for_update().get(pk=version.pk)
    kept = get_kept_for(by, version.pk)
    if not may_review(by, kept):
        raise PermissionDenied
    if missing := list(_missing(kept, checked, months)):
        raise NotReady(missing)
    if months and months != kept.months:
        _interval(by, version, months)
    today = timezone.localdate()
    review = PageReview.objects.create(
        version=version,
        key=version.key,
        locale=version.locale,
        checked=[each for each in Checked.values if each in checked],
        note=note.strip(),
        by=by,
        next_due=add_months(today, months or kept.months),
    )
    record("handbook.page_still_right", by=by, subject=version, looked_at=", ".join(review.checked))
    return review


def _missing(kept: Kept, checked: Sequence[str], months: int | None) -> Iterable[Finding]:
    if Checked.WHOLE not in checked:
        yield _("Read the whole page before you say that it is still right.")
    if kept.has_sources and Checked.SOURCES not in checked:
        yield _("Open the sources that the page names and tick that you did.")
    if kept.has_legal_basis and Checked.LEGAL_BASIS not in checked:
        yield _("Read the legal basis that the page names and tick that you did.")
    if months is not None and not 1 <= months <= LONGEST_INTERVAL:
        yield _("The review interval is between 1 and 60 months.")


@transaction.atomic
def give_pages(*, by: User, versions: Iterable[int], keeper: User) -> int:
    """Give pages in force to another keeper; what is in clearance and in draft follows. Returns how many changed.

    The keeper is no part of what was approved. Raises PermissionDenied without WRITE_GUIDANCE, NotReady for a keeper
    who cannot write guidance or may not see a page.
    """
    chosen = _chosen(by, versions)
    if not keeper.is_active or not keeper.can(Permission.WRITE_GUIDANCE):
        raise NotReady([_("A keeper writes guidance. Choose somebody who can, or give them the role.")])
    hidden = [each for each in chosen if not each.is_for(keeper)]
    if hidden:
        raise NotReady([_("%(person)s does not see “%(title)s”.") % {"person": keeper, "title": hidden[0].title}])
    changed = [each for each in chosen if each.keeper_id != keeper.pk]
    for each in changed:
        _give(each, keeper)
        record("handbook.keeper_changed", by=by, subject=Version.objects.get(pk=each.version), keeper=keeper.pk)
    if changed and keeper.pk != by.pk:
        notify(keeper, "pages_given", {"person": by.name, "count": len(changed)}, QUEUE)
    return len(changed)


def _give(kept: Kept, keeper: User) -> None:
    Version.objects.filter(page_id=kept.page, state__in=[State.APPROVED, State.CLEARANCE]).update(keeper=keeper)
    GuidancePage.objects.filter(pk=kept.page).update(keeper=keeper)
    draft = Page.objects.select_for_update().get(pk=kept.page).get_latest_revision()
    if draft is not None:
        Revision.objects.filter(pk=draft.pk).update(content={**draft.content, "keeper": keeper.pk})


@transaction.atomic
def set_interval(*, by: User, versions: Iterable[int], months: int) -> int:
    """Have pages in force looked at every so many months from their last review on. Returns how many changed.

    A later version says its own interval. Raises PermissionDenied without WRITE_GUIDANCE, NotReady.
    """
    chosen = _chosen(by, versions)
    if not 1 <= months <= LONGEST_INTERVAL:
        raise NotReady([_("The review interval is between 1 and 60 months.")])
    changed = [each for each in chosen if each.months != months]
    for each in changed:
        _interval(by, Version.objects.get(pk=each.version), months)
    return len(changed)


def _interval(by: User, version: Version, months: int) -> None:
    ReviewInterval.objects.create(version=version, months=months, by=by)
    record("handbook.review_interval_set", by=by, subject=version, months=months)


def _chosen(by: User, versions: Iterable[int]) -> list[Kept]:
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    wanted = set(versions)
    chosen = [each for each in kept_pages() if each.version in wanted and each.is_for(by)]
    if not chosen:
        raise NotReady([_("Choose at least one page.")])
    return chosen


QUEUE = "/ulevaatamine/"


@transaction.atomic
def remind(*, today: date | None = None) -> int:
    """Remind keepers of reviews due in 60, 30 and 7 days and of those due; each reminder once. Returns how many.

    A page whose keeper has left, or cannot see it any more, is the methods experts' business. Somebody who was not
    reminded in time (the service stood still) hears the latest reminder only.
    """
    day = today or timezone.localdate()
    waiting = [(each, step) for each in kept_pages() if (step := _step(each, day)) is not None]
    sent = set(
        ReviewReminder.objects.filter(version__in=[each.version for each, _days in waiting]).values_list(
            "version_id", "due", "days_before"
        )
    )
    new = [(each, step) for each, step in waiting if (each.version, each.due, step) not in sent]
    if not new:
        return 0
    ReviewReminder.objects.bulk_create(
        [ReviewReminder(version_id=each.version, due=each.due, days_before=step) for each, step in new]
    )
    people = {each.pk: each for each in with_roles(User.objects.allowed(Permission.WRITE_GUIDANCE))}
    for each, _days in new:
        for person in _answering(each, people):
            notify(person, _words(each, day), {"title": each.title, "day": f"{each.due:%d.%m.%Y}"}, each.url)
    record("handbook.reviews_reminded", by=None, count=len(new))
    return len(new)


def _step(kept: Kept, day: date) -> int | None:
    """The reminder that stands now: the smallest number of days before that has been reached."""
    left = (kept.due - day).days
    return min((each for each in REMIND_DAYS if left <= each), default=None)


def _answering(kept: Kept, writers: dict[int, User]) -> list[User]:
    own = writers.get(kept.keeper_id or 0)
    if own is not None and kept.is_for(own):
        return [own]
    return [each for each in writers.values() if kept.is_for(each)]


def _words(kept: Kept, day: date) -> str:
    return "review_due_soon" if kept.due > day else "review_due"
