"""What an edition would hold: content and facts at an instant, and its difference from the one in force."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from metoodik.editions.audiences import AudienceClass, known_classes
from metoodik.editions.build import BuildError, Facts, content_from, facts_of
from metoodik.editions.comparison import Comparison, compare_pages, fact_changes, in_words
from metoodik.editions.content import EditionContent, EditionPage, content_of
from metoodik.editions.models import (
    Edition,
    ErasedPassage,
)
from metoodik.handbook import pinned
from metoodik.handbook.addresses import Address
from metoodik.handbook.pinned import PinnedHandbook


@dataclass(frozen=True, slots=True)
class Plan:
    """One edition to be made: content and facts at an instant, and the number of the edition it follows."""

    at: datetime
    content: EditionContent
    facts: Facts
    content_hash: str
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a build starts from: the handbook at each instant, and the edition in force at the first."""

    handbooks: tuple[PinnedHandbook, ...]
    base: Edition | None
    erased: frozenset[str]
    audiences: tuple[AudienceClass, ...]


def dry_run(at: datetime | None = None, *, audience: AudienceClass | None = None) -> Comparison:
    """What making an edition now (or at `at`) would change, and what keeps it from being made; nothing is written.

    With `audience`, only what that class of readers may see.
    """
    ground = ground_at(at or timezone.now())
    handbook = ground.handbooks[0]
    problems = list(handbook.problems)
    try:
        after = content_from(handbook, ground.erased)
    except BuildError as error:
        problems = list(error.problems)
        with contextlib.suppress(UnicodeEncodeError):
            pages = (each.content for each in handbook.pages)
            after = content_of(handbook.sections, pages, handbook.facts).without(ground.erased)
            return _difference(ground, after, audience, problems)
        return Comparison((), 0, tuple(problems))
    return _difference(ground, after, audience, problems)


def _difference(
    ground: Ground, after: EditionContent, audience: AudienceClass | None, problems: Sequence[pinned.Problem]
) -> Comparison:
    before = ground.base.read_content() if ground.base else EditionContent((), ())
    old, new = ({page.place: page for page in _seen(_read_pages(each), audience)} for each in (before, after))
    found = compare_pages(old, new)
    facts = tuple(fact_changes(before.facts, after.facts)) if audience is None or audience.restricted else ()
    return Comparison(found.pages, found.same, tuple(problems), facts)


def _seen(pages: Iterable[EditionPage], audience: AudienceClass | None) -> Iterator[EditionPage]:
    """Pages as that class of readers has them: without AK passages where it has no right to them; None has all."""
    for page in pages:
        if audience is None or audience.sees(page.page):
            yield page if audience is None or audience.restricted else page.open_part()


def _read_pages(content: EditionContent) -> Iterator[EditionPage]:
    facts = {each.key: each for each in content.facts}
    for page in content.pages:
        yield in_words(page, facts)


def moment_for(at: datetime | None) -> datetime:
    now = timezone.now()
    if at is None:
        return now
    if at < now - timedelta(minutes=1):
        if settings.PRODUCTION:
            raise ValidationError(_("An edition enters into force now or later, never in the past."))
        if Edition.objects.standing().filter(effective_at__gt=at).exists():
            raise ValidationError(_("A later edition exists already: the past is not rewritten."))
    return at


def ground_at(at: datetime) -> Ground:
    """Read everything a build needs in one consistent look."""
    with _steady():
        instants = [at, *pinned.coming_instants(at)]
        return Ground(
            handbooks=tuple(pinned.pinned_handbook(each) for each in instants),
            base=Edition.objects.in_force_at(at),
            erased=erased_hashes(),
            audiences=tuple(known_classes()),
        )


def erased_hashes() -> frozenset[str]:
    return frozenset(ErasedPassage.objects.values_list("passage_hash", flat=True))


@contextlib.contextmanager
def _steady() -> Iterator[None]:
    """A transaction in which every query sees the same moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def plans_on(ground: Ground) -> tuple[list[Plan], list[pinned.Problem]]:
    """The editions to be made, in order: those whose content differs from the one before.

    A fault that lies at a coming instant does not hold up what is approved for now: the editions before it are made and
    its problems returned. Raises BuildError when the fault is today's, or nothing else would be made.
    """
    plans: list[Plan] = []
    before = ground.base.read_content() if ground.base else None
    facts: Facts = ground.base.read_facts() if ground.base else {}
    hash_before = ground.base.content_hash if ground.base else ""
    for handbook in ground.handbooks:
        try:
            content = _content(handbook, ground)
        except BuildError as error:
            if not plans:
                raise
            return plans, list(error.problems)
        content_hash = content.hash
        if content_hash == hash_before:
            continue
        facts = facts_of(handbook, content, before, facts)
        plans.append(Plan(handbook.at, content, facts, content_hash, handbook.addresses))
        before, hash_before = content, content_hash
    return plans, []


def _content(handbook: PinnedHandbook, ground: Ground) -> EditionContent:
    try:
        return content_from(handbook, ground.erased)
    except BuildError as error:
        if handbook is ground.handbooks[0]:
            raise
        day = date_format(timezone.localtime(handbook.at), "SHORT_DATETIME_FORMAT")
        raise BuildError(replace(each, title=f"{each.title} ({day})") for each in error.problems) from error
