"""Writes: making editions, warning and withdrawing at once, erasing a passage. Nothing else changes these tables."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from metoodik.editions import overlay, store
from metoodik.editions.audiences import AudienceClass, known_classes
from metoodik.editions.build import BuildError, Facts, Imprint, Projector, content_from, facts_of, facts_to_data
from metoodik.editions.comparison import Comparison, compare_pages, fact_changes, in_words
from metoodik.editions.content import EditionContent, EditionPage, content_of
from metoodik.editions.history import note_pages
from metoodik.editions.models import (
    BUILD_TAKES_AT_MOST,
    BuildAttempt,
    BuildState,
    Edition,
    EditionFile,
    ErasedPassage,
    OverlayEntry,
    OverlayKind,
)
from metoodik.editions.models_export import ExportJob, ExportState, PrintedCard
from metoodik.handbook import erasure, pinned
from metoodik.handbook.addresses import Address
from metoodik.handbook.content import LANGUAGES, Fact
from metoodik.handbook.pinned import PinnedHandbook
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

LOCK = 0x65646974696F6E73  # "editions": PostgreSQL's advisory lock on numbering editions and the overlay.
KEPT_FILES = 5
"""Editions whose files stay in the database beside those that wait; older files are made again when opened."""
LONGEST_SENTENCE = 500


# Making an edition


@dataclass(frozen=True, slots=True)
class _Plan:
    """One edition to be made: content and facts at an instant, and the number of the edition it follows."""

    at: datetime
    content: EditionContent
    facts: Facts
    content_hash: str
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a build starts from: the handbook at each instant, and the edition in force at the first."""

    handbooks: tuple[PinnedHandbook, ...]
    base: Edition | None
    erased: frozenset[str]
    audiences: tuple[AudienceClass, ...]


def request_edition(*, by: User, note: str = "") -> BuildAttempt:
    """Have an edition made by the worker. Returns the attempt to watch; one that is under way is returned again.

    Raises PermissionDenied without MAKE_EDITION.
    """
    _need(by, Permission.MAKE_EDITION)
    with transaction.atomic():
        _lock()
        under_way = BuildAttempt.objects.first()
        if under_way is not None and under_way.is_open:
            return under_way
        attempt = BuildAttempt.objects.create(by=by, note=_note(note))
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
        _need(by, Permission.MAKE_EDITION)
    attempt = _begin(by, note, attempt)
    try:
        moment = _moment(at)
        ground = _ground(moment)
        plans, faults = _plans(ground)
        files = [_files(plan, number, ground.audiences) for number, plan in enumerate(plans)]
        edition = _store(by, attempt, ground, plans, files, faults)
    except BaseException as error:
        _fail(attempt, by, error)
        raise
    store.node().mark_stale()
    return edition


def dry_run(at: datetime | None = None, *, audience: AudienceClass | None = None) -> Comparison:
    """What making an edition now (or at `at`) would change, and what keeps it from being made; nothing is written.

    With `audience`, only what that class of readers may see.
    """
    ground = _ground(at or timezone.now())
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
    ground: _Ground, after: EditionContent, audience: AudienceClass | None, problems: Sequence[pinned.Problem]
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


def _moment(at: datetime | None) -> datetime:
    now = timezone.now()
    if at is None:
        return now
    if at < now - timedelta(minutes=1):
        if settings.PRODUCTION:
            raise ValidationError(_("An edition enters into force now or later, never in the past."))
        if Edition.objects.standing().filter(effective_at__gt=at).exists():
            raise ValidationError(_("A later edition exists already: the past is not rewritten."))
    return at


def _ground(at: datetime) -> _Ground:
    """Read everything a build needs in one consistent look."""
    with _steady():
        instants = [at, *pinned.coming_instants(at)]
        return _Ground(
            handbooks=tuple(pinned.pinned_handbook(each) for each in instants),
            base=Edition.objects.in_force_at(at),
            erased=_erased(),
            audiences=tuple(known_classes()),
        )


def _erased() -> frozenset[str]:
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


def _plans(ground: _Ground) -> tuple[list[_Plan], list[pinned.Problem]]:
    """The editions to be made, in order: those whose content differs from the one before.

    A fault that lies at a coming instant does not hold up what is approved for now: the editions before it are made and
    its problems returned. Raises BuildError when the fault is today's, or nothing else would be made.
    """
    plans: list[_Plan] = []
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
        plans.append(_Plan(handbook.at, content, facts, content_hash, handbook.addresses))
        before, hash_before = content, content_hash
    return plans, []


def _content(handbook: PinnedHandbook, ground: _Ground) -> EditionContent:
    try:
        return content_from(handbook, ground.erased)
    except BuildError as error:
        if handbook is ground.handbooks[0]:
            raise
        day = date_format(timezone.localtime(handbook.at), "SHORT_DATETIME_FORMAT")
        raise BuildError(replace(each, title=f"{each.title} ({day})") for each in error.problems) from error


@dataclass(frozen=True, slots=True)
class _Files:
    """A plan's bytes by class of readers, made for the number it is expected to get."""

    number: int
    data: dict[AudienceClass, bytes]


def _files(plan: _Plan, place: int, audiences: Sequence[AudienceClass]) -> _Files:
    number = _next_number() + place
    return _Files(number, _project(plan, number, audiences))


def _project(plan: _Plan, number: int, audiences: Sequence[AudienceClass]) -> dict[AudienceClass, bytes]:
    projector = Projector(plan.content, plan.facts, Imprint(number, plan.at), plan.addresses)
    return {audience: projector.project(audience) for audience in audiences}


def _store(
    by: User | None,
    attempt: BuildAttempt,
    ground: _Ground,
    plans: Sequence[_Plan],
    files: Sequence[_Files],
    faults: Sequence[pinned.Problem],
) -> Edition | None:
    """Keep what was built, in one transaction: numbers, files, what it replaces, the audit rows, the attempt's end."""
    with transaction.atomic():
        _lock()
        base = ground.base
        if Edition.objects.in_force_at(ground.handbooks[0].at) != base or _erased() != ground.erased:
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


def _unchanged(plan: _Plan, previous: Edition | None, waiting: Sequence[Edition]) -> Edition | None:
    """A waiting edition that already says exactly this at that instant, after the same edition."""
    for each in waiting:
        same = each.effective_at == plan.at and each.content_hash == plan.content_hash
        if same and each.predecessor_id == (previous.pk if previous else None):
            return each
    return None


def _create(
    by: User | None,
    attempt: BuildAttempt,
    plan: _Plan,
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
            return BuildAttempt.objects.create(by=by, note=_note(note), state=BuildState.RUNNING)
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


def _note(note: str) -> str:
    return " ".join(note.split())[:LONGEST_SENTENCE]


# The overlay


def warn(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show a sentence above a page or passage, over every edition, within a minute; the words stay readable.

    Raises PermissionDenied without ACT_ON_OVERLAY, ValidationError for a missing sentence or a page no edition knows.
    """
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.WARNING, by, page_key, passage_key, locale, sentences)


def withdraw_at_once(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show a sentence instead of a page or passage, over every edition, within a minute. Raises as `warn` does."""
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.WITHDRAWAL, by, page_key, passage_key, locale, sentences)


def correct_number(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show the right number above a page or passage with a wrong one, over every edition. Raises as `warn` does."""
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.CORRECTION, by, page_key, passage_key, locale, sentences)


def correct_fact(*, by: User, fact: Fact) -> OverlayEntry:
    """Show the fact's value wherever it is named, over every edition, within a minute; it ends by itself once the
    edition in force has it. Raises PermissionDenied without ACT_ON_OVERLAY.
    """
    _need(by, Permission.ACT_ON_OVERLAY)
    sentences = {language: f"{fact.name(language)}: {fact.value(language)}" for language in LANGUAGES}
    with transaction.atomic():
        _lock()
        entry = OverlayEntry(kind=OverlayKind.CORRECTION, fact_key=fact.key, fact_version=fact.version)
        for language in LANGUAGES:
            setattr(entry, f"value_{language}", fact.values.get(language, ""))
            setattr(entry, f"sentence_{language}", sentences[language])
        return _append(by, entry)


def take_back_fact(*, by: User, fact: Fact) -> bool:
    """End the showing of a value that was not confirmed: part of refusing it, so whoever refuses may. Whether it was
    shown.
    """
    with transaction.atomic():
        _lock()
        shown = list(OverlayEntry.objects.standing().filter(fact_key=fact.key, fact_version=fact.version))
        for entry in shown:
            _append(by, OverlayEntry(kind=OverlayKind.LIFT, fact_key=fact.key, lifts=entry))
    return bool(shown)


def lift(*, by: User, entry: OverlayEntry) -> OverlayEntry:
    """End a warning, withdrawal or correction. Raises PermissionDenied, ValidationError when it stands no more."""
    _need(by, Permission.ACT_ON_OVERLAY)
    with transaction.atomic():
        _lock()
        if not OverlayEntry.objects.standing().filter(pk=entry.pk).exists():
            raise ValidationError(_("It has been lifted already."))
        return _append(
            by, OverlayEntry(kind=OverlayKind.LIFT, page_key=entry.page_key, fact_key=entry.fact_key, lifts=entry)
        )


def _overlay(
    kind: OverlayKind,
    by: User,
    page_key: str,
    passage_key: str | None,
    locale: str | None,
    sentences: tuple[str, str, str],
) -> OverlayEntry:
    _need(by, Permission.ACT_ON_OVERLAY)
    et, ru, en = (" ".join(each.split()) for each in sentences)
    if not et:
        raise ValidationError({"sentence_et": _("Write in Estonian what the reader should know.")})
    for name, sentence in (("sentence_et", et), ("sentence_ru", ru), ("sentence_en", en)):
        if len(sentence) > LONGEST_SENTENCE:
            raise ValidationError({name: _("Write at most %d characters.") % LONGEST_SENTENCE})
    if locale is not None and locale not in dict(settings.LANGUAGES):
        raise ValidationError({"locale": _("Choose a language from the list.")})
    _must_be_known(page_key, passage_key, by)
    with transaction.atomic():
        _lock()
        entry = OverlayEntry(kind=kind, page_key=page_key, passage_key=passage_key or None, locale=locale)
        entry.sentence_et, entry.sentence_ru, entry.sentence_en = et, ru, en
        return _append(by, entry)


def _must_be_known(page_key: str, passage_key: str | None, by: User) -> None:
    """The page and passage stand in an edition that this person may read: a mistyped key is no silent nothing."""
    from metoodik.editions import reading
    from metoodik.editions.audiences import audience_of

    audience = audience_of(by)
    for entry in [*reading.pending(), *reading.history()]:
        edition = reading.numbered(entry.number, audience, pending=True)
        if edition is None or not edition.holds(page_key):
            continue
        if passage_key is None or passage_key in edition.passage_keys(page_key):
            return
    raise ValidationError(_("No edition has that page or passage."))


def _append(by: User, entry: OverlayEntry) -> OverlayEntry:
    last = OverlayEntry.objects.order_by("-pk").first()
    entry.pk = (last.pk if last else 0) + 1
    entry.previous = last.signature if last else ""
    entry.by = by
    entry.at = timezone.now()
    entry.signature = overlay.signed(overlay.mark_of(entry))
    entry.save(force_insert=True)
    record(
        f"editions.overlay_{entry.kind}",
        by=by,
        subject=entry,
        page=entry.page_key,
        passage=entry.passage_key,
        locale=entry.locale,
        lifts=entry.lifts_id,
        key=entry.fact_key or None,
    )
    store.node().mark_stale()
    transaction.on_commit(store.node().mark_stale)
    return entry


# Erasing


def erase_passage(*, by: User, page_key: str, passage_key: str, reason: str, passage_hash: str | None = None) -> int:
    """Erase a passage's words from every edition and from the writing desk, in every language; hashes still verify.

    Every wording goes but the one that is approved and in force now; `passage_hash` erases only that wording. `reason`
    says why without repeating what was erased. Returns how many editions were touched. Files are made again without the
    words; nodes drop theirs at the next look. Raises PermissionDenied without MAKE_EDITION, ValidationError without a
    reason or when the words stand nowhere, NotReady while the page in force or its newest draft holds them.
    """
    _need(by, Permission.MAKE_EDITION)
    reason = _note(reason)[:300]
    if not reason:
        raise ValidationError({"reason": _("Write why the passage is erased.")})
    with transaction.atomic():
        _lock()
        found = _hashes_of(page_key, passage_key, passage_hash)
        in_force = erasure.passages_in_force(page_key=page_key, passage_key=passage_key)
        hashes = found - {each.hash for each in in_force} if passage_hash is None else found
        emptied = erasure.erase_passage_words(
            page_key=page_key, passage_key=passage_key, hashes=None if passage_hash is None else {passage_hash}, by=by
        )
        if not hashes and not emptied:
            if found:
                raise NotReady([_("Only the wording in force is left. Write and approve the page without it first.")])
            raise ValidationError(_("No edition holds the words of that passage."))
        known = set(ErasedPassage.objects.filter(passage_hash__in=hashes).values_list("passage_hash", flat=True))
        ErasedPassage.objects.bulk_create(
            ErasedPassage(passage_hash=each, page_key=page_key, passage_key=passage_key, reason=reason, by=by)
            for each in sorted(hashes - known)
        )
        touched = [each for each in Edition.objects.order_by("number").iterator() if _erase_from(each, hashes)]
        ExportJob.objects.filter(state=ExportState.DONE).delete()  # Files hold the words; they are written anew.
        PrintedCard.objects.filter(page_key=page_key, passage_key=passage_key).update(title="–")
        record("editions.passage_erased", by=by, page=page_key, passage=passage_key, editions=len(touched))
        store.node().mark_stale()
        transaction.on_commit(store.node().mark_stale)
    return len(touched)


def _hashes_of(page_key: str, passage_key: str, wanted: str | None) -> set[str]:
    found: set[str] = set()
    for edition in Edition.objects.iterator():
        for page in edition.read_content().pages:
            if page.page.key == page_key and passage_key not in page.erased:
                found |= {each for key, each in page.passage_hashes.items() if key == passage_key}
    return found if wanted is None else found & {wanted}


def _erase_from(edition: Edition, hashes: set[str]) -> bool:
    content = edition.read_content()
    erased = content.without(hashes)
    if erased == content:
        return False
    if erased.hash != edition.content_hash:
        raise BuildError([pinned.Problem(str(edition), _("Its content does not fit its hash: nothing is erased."))])
    Edition.objects.filter(pk=edition.pk).update(content=erased.to_bytes())
    edition.files.all().delete()
    return True


def _need(user: User, permission: Permission) -> None:
    if not user.can(permission):
        raise PermissionDenied(_("Your roles do not allow this: %s.") % permission.label)


def _lock() -> None:
    """Let one transaction at a time number editions and overlay entries. SQLite's write lock does it there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
