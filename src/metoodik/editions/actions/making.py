"""Making editions: asked for, built for every class of readers, kept, and what they replace."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metoodik.editions import store
from metoodik.editions.actions.guard import lock, need, one_line
from metoodik.editions.actions.plans import Ground, Plan, erased_hashes, ground_at, moment_for, plans_on
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.build import BuildError, Imprint, Projector, facts_to_data
from metoodik.editions.history import note_pages
from metoodik.editions.models import (
    BUILD_TAKES_AT_MOST,
    BuildAttempt,
    BuildState,
    Edition,
    EditionFile,
)
from metoodik.handbook import pinned
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

KEPT_FILES = 5
"""Editions whose files stay in the database beside those that wait; older files are made again when opened."""


def request_edition(*, by: User, note: str = "") -> BuildAttempt:
    """Have an edition made by the worker. Returns the attempt to watch; one that is under way is returned again.

    Raises PermissionDenied without MAKE_EDITION.
    """
    need(by, Permission.MAKE_EDITION)
    with transaction.atomic():
        lock()
        under_way = BuildAttempt.objects.first()
        if under_way is not None and under_way.is_open:
            return under_way
        attempt = BuildAttempt.objects.create(by=by, note=one_line(note))
        record("editions.build_requested", by=by, subject=attempt)
        transaction.on_commit(lambda: _enqueue(attempt))
    return attempt


def make_edition(
    *, by: User | None, note: str = "", at: datetime | None = None, attempt: BuildAttempt | None = None
) -> Edition | None:
    """Make the edition of all that is approved, and one for each coming instant at which something enters into force.

    Editions that wait for their time are made anew. Returns the edition in force from now (or `at`), or None when
    nothing is new in it. `by` None is the system. `at` in the past is for sample content: refused in production, and
    when an edition is in force since a later time. Raises PermissionDenied without MAKE_EDITION, BuildError with the
    reasons, ValidationError for an impossible `at`; the attempt is kept as failed and the edition before serves on.
    """
    if by is not None:
        need(by, Permission.MAKE_EDITION)
    attempt = _begin(by, note, attempt)
    try:
        moment = moment_for(at)
        ground = ground_at(moment)
        plans, faults = plans_on(ground)
        files = [_files(plan, number, ground.audiences) for number, plan in enumerate(plans)]
        edition = _store(by, attempt, ground, plans, files, faults)
    except BaseException as error:
        _fail(attempt, by, error)
        raise
    store.node().mark_stale()
    return edition


@dataclass(frozen=True, slots=True)
class _Files:
    """A plan's bytes by class of readers, made for the number it is expected to get."""

    number: int
    data: dict[AudienceClass, bytes]


def _files(plan: Plan, place: int, audiences: Sequence[AudienceClass]) -> _Files:
    number = _next_number() + place
    return _Files(number, _project(plan, number, audiences))


def _project(plan: Plan, number: int, audiences: Sequence[AudienceClass]) -> dict[AudienceClass, bytes]:
    projector = Projector(plan.content, plan.facts, Imprint(number, plan.at), plan.addresses)
    return {audience: projector.project(audience) for audience in audiences}


def _store(
    by: User | None,
    attempt: BuildAttempt,
    ground: Ground,
    plans: Sequence[Plan],
    files: Sequence[_Files],
    faults: Sequence[pinned.Problem],
) -> Edition | None:
    """Keep what was built, in one transaction: numbers, files, what it replaces, the audit rows, the attempt's end."""
    with transaction.atomic():
        lock()
        base = ground.base
        if Edition.objects.in_force_at(ground.handbooks[0].at) != base or erased_hashes() != ground.erased:
            raise BuildError([pinned.Problem(_("Edition"), _("The editions changed meanwhile. Try again."))])
        first = ground.handbooks[0].at
        waiting = list(Edition.objects.pending_at(first).select_for_update())
        made: list[Edition] = []
        previous = base
        for plan, built in zip(plans, files, strict=True):
            unchanged = _unchanged(plan, previous, waiting)
            if unchanged is not None:
                waiting.remove(unchanged)
                previous = unchanged
                continue
            previous = _create(by, attempt, plan, built, previous, ground.audiences)
            made.append(previous)
        _supersede(waiting, made, by)
        edition = made[0] if made and made[0].effective_at == first else None
        BuildAttempt.objects.filter(pk=attempt.pk).update(
            state=BuildState.DONE, finished_at=timezone.now(), edition=edition, reasons=_rows(faults)
        )
        _drop_old_files()
        transaction.on_commit(store.node().mark_stale)
    return edition


def _unchanged(plan: Plan, previous: Edition | None, waiting: Sequence[Edition]) -> Edition | None:
    """A waiting edition that already says exactly this at that instant, after the same edition."""
    for each in waiting:
        same = each.effective_at == plan.at and each.content_hash == plan.content_hash
        if same and each.predecessor_id == (previous.pk if previous else None):
            return each
    return None


def _create(
    by: User | None,
    attempt: BuildAttempt,
    plan: Plan,
    built: _Files,
    previous: Edition | None,
    audiences: Sequence[AudienceClass],
) -> Edition:
    number = _next_number()
    edition = Edition.objects.create(
        number=number,
        content_hash=plan.content_hash,
        content=plan.content.to_bytes(),
        facts=facts_to_data(plan.facts),
        addresses=[each.to_data() for each in plan.addresses],
        effective_at=plan.at,
        made_by=by,
        note=attempt.note,
        predecessor=previous,
    )
    note_pages(edition, plan.content)
    data = built.data if built.number == number else _project(plan, number, audiences)
    EditionFile.objects.bulk_create(
        EditionFile(
            edition=edition,
            audience=audience.key,
            data=zlib.compress(each, 6),
            sha256=hashlib.sha256(each).hexdigest(),
        )
        for audience, each in data.items()
    )
    record(
        "editions.made",
        by=by,
        subject=edition,
        number=number,
        content_hash=plan.content_hash,
        effective_at=plan.at.isoformat(),
        pages=len(plan.content.pages),
    )
    return edition


def _supersede(waiting: Sequence[Edition], made: Sequence[Edition], by: User | None) -> None:
    """Mark editions that were replaced before their time."""
    now = timezone.now()
    for edition in waiting:
        moment = min(now, edition.effective_at)
        by_instant = {each.effective_at: each for each in made}
        replacement = by_instant.get(edition.effective_at) or (made[0] if made else None)
        Edition.objects.filter(pk=edition.pk).update(superseded_at=moment, superseded_by=replacement)
        record(
            "editions.superseded",
            by=by,
            subject=edition,
            number=edition.number,
            replacement=replacement.number if replacement else None,
        )


def _drop_old_files() -> None:
    now = timezone.now()
    current = Edition.objects.standing().filter(effective_at__lte=now).order_by("-effective_at", "-number")
    kept = set(current.values_list("pk", flat=True)[:KEPT_FILES])
    kept |= set(Edition.objects.pending_at(now).values_list("pk", flat=True))
    EditionFile.objects.exclude(edition__in=kept).delete()


def _next_number() -> int:
    last = Edition.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _begin(by: User | None, note: str, attempt: BuildAttempt | None) -> BuildAttempt:
    with transaction.atomic():
        _give_up_stuck()
        if attempt is None:
            return BuildAttempt.objects.create(by=by, note=one_line(note), state=BuildState.RUNNING)
        BuildAttempt.objects.filter(pk=attempt.pk).update(state=BuildState.RUNNING)
    return attempt


def _give_up_stuck() -> None:
    """A build whose worker was stopped never says so itself."""
    BuildAttempt.objects.filter(
        state__in=[BuildState.WAITING, BuildState.RUNNING], at__lt=timezone.now() - BUILD_TAKES_AT_MOST
    ).update(
        state=BuildState.FAILED,
        finished_at=timezone.now(),
        reasons=[[_("Edition"), _("The work was interrupted. Make the edition again.")]],
    )


def _fail(attempt: BuildAttempt, by: User | None, error: BaseException) -> None:
    """Keep why it failed; the edition in force goes on."""
    with transaction.atomic():
        BuildAttempt.objects.filter(pk=attempt.pk).update(
            state=BuildState.FAILED, finished_at=timezone.now(), reasons=_reasons(error), edition=None
        )
        record("editions.build_failed", by=by, subject=attempt, error=type(error).__name__)


def _reasons(error: BaseException) -> list[list[str]]:
    if isinstance(error, BuildError):
        return _rows(error.problems)
    if isinstance(error, ValidationError):
        return [[_("Edition"), sentence] for sentence in error.messages]
    sentence = _("Something went wrong that is not in the handbook itself: %s. The administrator sees more in the log.")
    return [[_("Edition"), sentence % type(error).__name__]]


def _rows(problems: Iterable[pinned.Problem]) -> list[list[str]]:
    return [[str(each.title), str(each.sentence)] for each in problems]


def _enqueue(attempt: BuildAttempt) -> None:
    from metoodik.editions.tasks import build

    build.enqueue(attempt.pk)
