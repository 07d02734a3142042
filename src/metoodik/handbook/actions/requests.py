"""Asking named people for their word on a version by a day, reminding them, and letting them go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.access import may_be_asked, reads, sees
from metoodik.handbook.models import ReviewRequest, Version
from metoodik.handbook.models.reviews import Part, working_days_on
from metoodik.handbook.models.versions import State
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record
from metoodik.web.templatetags.web import day


@dataclass(frozen=True)
class Asking:
    """Whose word is wanted on a version that is sent, and by when."""

    reviewers: tuple[User, ...] = ()
    approver: User | None = None
    due: date | None = None
    note: str = ""


def usual_due() -> date:
    """The day by which reviews are asked for when nobody says another."""
    return working_days_on(timezone.localdate(), settings.CLEARANCE_WORKING_DAYS)


@transaction.atomic
def ask(
    *,
    version: Version,
    by: User,
    reviewers: Iterable[User] = (),
    approver: User | None = None,
    due: date | None = None,
    note: str = "",
) -> list[ReviewRequest]:
    """Ask people by name to review a version in clearance, and perhaps one to approve it, by a day.

    Whoever is asked already for the same stays asked as before. By its sender, its writers or who may approve it.
    Raises PermissionDenied, NotReady naming who cannot be asked and why.
    """
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state != State.CLEARANCE or not may_ask(version, by):
        raise PermissionDenied
    people, by_day = list(dict.fromkeys(reviewers)), due or usual_due()
    if found := _unfit(version, people, approver, by_day):
        raise NotReady(found)
    wanted = [(each, Part.REVIEW) for each in people] + ([(approver, Part.APPROVE)] if approver else [])
    standing = {(each.person_id, each.part) for each in version.requests.filter(withdrawn_at=None)}
    made = [
        ReviewRequest.objects.create(
            version=version,
            person=person,
            part=part,
            as_counsellor=person.can(Permission.REVIEW_GUIDANCE),
            asked_by=by,
            due=by_day,
            note=note.strip(),
        )
        for person, part in wanted
        if (person.pk, part.value) not in standing
    ]
    for request in made:
        record("handbook.review_asked", by=by, subject=version, person=request.person_id, part=request.part)
        _tell(request, "version_asked_" + request.part, by)
    return made


@transaction.atomic
def withdraw_request(*, request: ReviewRequest, by: User) -> None:
    """Let somebody go who was asked. Raises PermissionDenied when it is decided or the asker has no say in it."""
    found = ReviewRequest.objects.select_for_update().select_related("version", "person").get(pk=request.pk)
    if found.withdrawn_at is not None or found.version.state != State.CLEARANCE:
        return
    if by.pk != found.person_id and not may_ask(found.version, by):
        raise PermissionDenied
    _withdraw(found, by)
    if by.pk != found.person_id:
        _tell(found, "version_request_withdrawn", by)
    else:
        values: dict[str, str | int] = {"title": found.version.title, "person": by.name}
        notify(found.asked_by, "version_request_declined", values, found.version.get_absolute_url())


@transaction.atomic
def remind_asked() -> int:
    """Remind the day before and once when late, each once; free those who can no longer answer. Returns how many."""
    today, done = timezone.localdate(), 0
    waiting = ReviewRequest.objects.standing().select_related("version__page", "person", "asked_by")
    for request in waiting.select_for_update(of=("self",)).prefetch_related("version__reviews", "version__authors"):
        if not _can_answer(request):
            free(request=request, by=None)
        elif request.answered or request.version.edited_since:
            continue
        elif request.due < today and request.late_told_at is None:
            request.late_told_at = timezone.now()
            request.save(update_fields=["late_told_at"])
            _tell(request, "version_request_late", request.asked_by)
            values: dict[str, str | int] = {"title": request.version.title, "person": request.person.name}
            notify(request.asked_by, "version_word_late", values, request.version.get_absolute_url())
        elif today <= request.due <= today + timedelta(days=1) and request.reminded_at is None:
            request.reminded_at = timezone.now()
            request.save(update_fields=["reminded_at"])
            _tell(request, "version_request_soon", request.asked_by)
        else:
            continue
        done += 1
    return done


@transaction.atomic
def hand_over_requests(*, leaver: User, successor: User, by: User | None) -> int:
    """Ask the successor what a leaver was asked; where they cannot answer it, the version is free of the request."""
    standing = ReviewRequest.objects.standing().select_related("version", "asked_by").filter(person=leaver)
    count = 0
    for request in standing.select_for_update(of=("self",)):
        if request.answered:
            continue
        count += 1
        _withdraw(request, by)
        version = request.version
        fit = _fit(version, successor, request.part)
        if fit and not version.requests.filter(withdrawn_at=None, person=successor, part=request.part).exists():
            taken = ReviewRequest.objects.create(
                version=version,
                person=successor,
                part=request.part,
                as_counsellor=successor.can(Permission.REVIEW_GUIDANCE),
                asked_by=request.asked_by,
                due=max(request.due, timezone.localdate()),
                note=request.note,
            )
            _tell(taken, "version_asked_" + request.part, request.asked_by)
        else:
            _tell_freed(request)
    return count


@transaction.atomic
def free(*, request: ReviewRequest, by: User | None) -> None:
    """Withdraw a request whose person can no longer answer it, and tell who asked."""
    _withdraw(request, by)
    _tell_freed(request)


def in_hand(leaver: User) -> int:
    """How many answers are waited for from this person."""
    standing = ReviewRequest.objects.standing().select_related("version").filter(person=leaver)
    return sum(1 for each in standing.prefetch_related("version__reviews") if not each.answered)


def _unfit(version: Version, reviewers: list[User], approver: User | None, due: date) -> list[Any]:
    found: list[Any] = []
    fit = {each.pk for each in may_be_asked(version)} if reviewers else set()
    for person in reviewers:
        if person.pk not in fit:
            found.append(
                _("%(name)s cannot review this version: they wrote it, may not read it or have left.")
                % {"name": person.name}
            )
    if approver is not None and not (version.may_be_approved_by(approver) and sees(approver, version)):
        found.append(
            _("%(name)s cannot approve this version: choose somebody who may and did not write it.")
            % {"name": approver.name}
        )
    if due < timezone.localdate():
        found.append(_("The due day has passed. Choose today or a later day."))
    return found


def may_ask(version: Version, by: User) -> bool:
    """Whether this person names whose word is wanted on the version: its writers, and who may decide."""
    return (version.is_written_by(by.pk) and by.can(Permission.WRITE_GUIDANCE)) or version.may_be_approved_by(by)


def _fit(version: Version, person: User, part: str) -> bool:
    if part == Part.APPROVE:
        return version.may_be_approved_by(person) and sees(person, version)
    return person.is_active and reads(person, version) and not version.is_written_by(person.pk)


def _can_answer(request: ReviewRequest) -> bool:
    return request.person.is_active and _fit(request.version, request.person, request.part)


def _withdraw(request: ReviewRequest, by: User | None) -> None:
    request.withdrawn_at = timezone.now()
    request.save(update_fields=["withdrawn_at"])
    subject = request.version
    record("handbook.review_request_withdrawn", by=by, subject=subject, person=request.person_id, part=request.part)


def _tell(request: ReviewRequest, key: str, by: User) -> None:
    if request.person_id == by.pk and key != "version_request_soon":
        return
    values: dict[str, str | int] = {"title": request.version.title, "person": by.name, "day": day(request.due)}
    notify(request.person, key, values, request.version.get_absolute_url())


def _tell_freed(request: ReviewRequest) -> None:
    values: dict[str, str | int] = {"title": request.version.title, "person": request.person.name}
    notify(request.asked_by, "version_request_freed", values, request.version.get_absolute_url())
