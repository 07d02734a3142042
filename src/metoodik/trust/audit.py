"""The audit trail: `record` adds an entry to an HMAC chain, `verify` proves it whole, months are sealed and dropped.

An entry's MAC covers the entry before it, so a changed, missing or added row shows; see `docs/adr/0002-audit-chain.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.trust.keys import AuditKey, audit_keys
from metoodik.trust.models import AuditEntry, AuditSegment

FORMAT = 1
NOTHING = "0" * 64
LOCK = 0x6D65746F6F64696B  # "metoodik": PostgreSQL's advisory lock on the chain's end.
LONGEST_DETAIL = 300
HEADS_FILE = "audit-heads.txt"

Detail = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries there have been and the last one's MAC. Equal heads mean equal trails."""

    sequence: int
    mac: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: `checked` entries were read; `bad` is the first number that does not hold, `why` says so."""

    ok: bool
    checked: int
    head: Head
    bad: int | None = None
    why: str | Promise = ""


class _Broken(Exception):
    def __init__(self, sequence: int, why: str | Promise) -> None:
        super().__init__(str(why))
        self.sequence = sequence
        self.why = why


def record(
    action: str, *, by: AbstractBaseUser | None, subject: models.Model | None = None, **detail: Detail
) -> AuditEntry:
    """Add an entry: `action` as `room.thing_done`, `by` a person or None for the system, `detail` ids, states, counts.

    Whoever stands in for somebody now (`stands_in_for` of the user model) leaves that beside all they do meanwhile.
    Must stand in the transaction of the change it tells of, near its end: the chain is locked until that one ends.
    Raises RuntimeError outside a transaction, ValueError for a detail that is not plain or too long,
    ImproperlyConfigured without a key.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry belongs to the transaction of what it tells of.")
    if by is not None and by.pk is None:
        raise ValueError("Only a person who is signed in, or the system, does things.")
    if stood_in_for := getattr(by, "stands_in_for", ""):
        detail.setdefault("standing_in_for", stood_in_for)
    _refuse_unfit(detail)
    _lock()
    before = head()
    key = audit_keys()[0]
    entry = AuditEntry(
        sequence=before.sequence + 1,
        at=timezone.now(),
        action=action,
        actor_id=None if by is None else by.pk,
        subject_type="" if subject is None else subject._meta.label_lower,
        subject_id="" if subject is None else str(subject.pk),
        detail=detail,
        key=key.fingerprint,
    )
    entry.mac = key.sign(canonical(before.mac, entry))
    entry.save(force_insert=True)
    return entry


def head() -> Head:
    """The end of the chain now; sequence 0 before the first entry."""
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "mac").first()
    if last is None:
        last = AuditSegment.objects.order_by("-last_sequence").values_list("last_sequence", "last_mac").first()
    return Head(*last) if last else Head(0, NOTHING)


def canonical(previous: str, entry: AuditEntry) -> bytes:
    """The bytes that an entry's MAC covers: the same on each database, whatever the session's time zone."""
    fields: list[Any] = [
        FORMAT,
        previous,
        entry.sequence,
        _utc(entry.at),
        entry.action,
        entry.actor_id,
        entry.subject_type,
        entry.subject_id,
        entry.detail,
    ]
    return _bytes(fields)


def verify(
    keys: Sequence[AuditKey] | None = None, *, anchors: Iterable[Head] = (), since: int | None = None
) -> Verification:
    """Read the chain and prove it whole: every number there, every MAC and seal right, every anchor passed through.

    `keys` default to those in settings; `anchors` are heads written down earlier elsewhere. `since` checks only from
    that number on, trusting the one before it.
    """
    known = {key.fingerprint: key for key in (audit_keys() if keys is None else keys)}
    awaited = {anchor.sequence: anchor.mac for anchor in anchors if anchor.sequence}
    checked = 0
    last = Head(0, NOTHING)
    try:
        segments = list(_true_segments(known))
        for last in _true_entries(known, segments, since):
            checked += 1
            _meet_anchor(last, awaited)
        if since is None:
            _refuse_lost_end(last, awaited, segments)
    except _Broken as broken:
        return Verification(False, checked, last, broken.sequence, broken.why)
    return Verification(True, checked, last)


def seal(now: datetime | None = None) -> int:
    """Seal each month (UTC) that is over. Returns how many months were sealed."""
    moment = now or timezone.now()
    sealed = 0
    with transaction.atomic():
        _lock()
        while (segment := _next_segment(moment)) is not None:
            segment.save(force_insert=True)
            sealed += 1
    return sealed


def drop(now: datetime | None = None) -> int:
    """Drop entries of sealed months whose retention (settings.AUDIT_YEARS) has ended. Returns how many entries went.

    Only what the chain proves whole is dropped: raises RuntimeError when `verify` fails, and the database itself
    refuses a month that is younger.
    """
    moment = now or timezone.now()
    limit = moment.astimezone(UTC)
    limit = limit.replace(year=limit.year - settings.AUDIT_YEARS, day=min(limit.day, 28))
    due = list(AuditSegment.objects.filter(dropped_at=None, ends__lte=limit).order_by("first_sequence"))
    if not due:
        return 0
    if not (found := verify()).ok:
        raise RuntimeError(f"The audit trail does not hold at {found.bad}; nothing is dropped.")
    gone = 0
    for segment in due:
        with transaction.atomic():
            AuditSegment.objects.filter(pk=segment.pk).update(dropped_at=moment)
            entries = AuditEntry.objects.filter(sequence__range=(segment.first_sequence, segment.last_sequence))
            gone += entries._raw_delete(entries.db)
            record("audit.dropped", by=None, subject=segment, entries=segment.count)
    return gone


def export_head(folder: Path) -> Head:
    """Add the head to `audit-heads.txt` in `folder`: one line `time number mac`, so that a cut end shows later."""
    now = head()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / HEADS_FILE).open("a", encoding="ascii") as file:
        file.write(f"{_utc(timezone.now())} {now.sequence} {now.mac}\n")
    return now


def exported_heads(folder: Path) -> list[Head]:
    """Heads written by `export_head`. Raises ValueError for a line that is not one."""
    path = folder / HEADS_FILE
    if not path.exists():
        return []
    heads = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != len(NOTHING):
            raise ValueError(f"{path}, line {number}: not a head of the audit trail")
        heads.append(Head(int(parts[1]), parts[2]))
    return heads


def _true_segments(known: dict[str, AuditKey]) -> Iterator[AuditSegment]:
    previous: AuditSegment | None = None
    for segment in AuditSegment.objects.order_by("first_sequence"):
        key = known.get(segment.key)
        if key is None:
            raise _Broken(segment.first_sequence, _("the key that sealed this month is not known"))
        if key.sign(_segment_bytes(previous.seal if previous else NOTHING, segment)) != segment.seal:
            raise _Broken(segment.first_sequence, _("the month's seal does not fit"))
        if segment.first_sequence != (previous.last_sequence if previous else 0) + 1:
            raise _Broken(segment.first_sequence, _("a sealed month is missing before this one"))
        previous = segment
        yield segment


def _true_entries(known: dict[str, AuditKey], segments: list[AuditSegment], since: int | None) -> Iterator[Head]:
    last = _start(segments, since)
    seals = {segment.last_sequence: segment.last_mac for segment in segments}
    for entry in AuditEntry.objects.filter(sequence__gt=last.sequence).order_by("sequence").iterator(2000):
        if entry.sequence != last.sequence + 1:
            raise _Broken(last.sequence + 1, _("the entry is missing"))
        key = known.get(entry.key)
        if key is None:
            raise _Broken(entry.sequence, _("the key that signed this entry is not known"))
        if key.sign(canonical(last.mac, entry)) != entry.mac:
            raise _Broken(entry.sequence, _("the entry was changed, or the one before it"))
        last = Head(entry.sequence, entry.mac)
        if seals.get(last.sequence, last.mac) != last.mac:
            raise _Broken(entry.sequence, _("the entry is not the one that its month was sealed with"))
        yield last
    if segments and last.sequence < segments[-1].last_sequence:
        raise _Broken(last.sequence + 1, _("the entry is missing"))


def _start(segments: list[AuditSegment], since: int | None) -> Head:
    if since is not None and since > 1:
        before = AuditEntry.objects.filter(sequence=since - 1).values_list("sequence", "mac").first()
        if before is not None:
            return Head(*before)
    dropped = [segment for segment in segments if segment.dropped_at is not None]
    return Head(dropped[-1].last_sequence, dropped[-1].last_mac) if dropped else Head(0, NOTHING)


def _meet_anchor(last: Head, awaited: dict[int, str]) -> None:
    if awaited.get(last.sequence, last.mac) != last.mac:
        raise _Broken(last.sequence, _("the entry is not the one written down earlier outside the database"))


def _refuse_lost_end(last: Head, awaited: dict[int, str], segments: list[AuditSegment]) -> None:
    known_end = max([last.sequence, *(segment.last_sequence for segment in segments)])
    if awaited and max(awaited) > known_end:
        raise _Broken(known_end + 1, _("the end of the trail is cut off: a later entry was written down outside it"))


def _next_segment(moment: datetime) -> AuditSegment | None:
    before = AuditSegment.objects.order_by("-last_sequence").first()
    entries = AuditEntry.objects.order_by("sequence")
    if before is not None:
        entries = entries.filter(sequence__gt=before.last_sequence)
    first = entries.first()
    if first is None:
        return None
    begins = _month(max(first.at, before.ends) if before else first.at)
    ends = _month_after(begins)
    if ends > moment:
        return None
    later = entries.filter(at__gte=ends).first()
    last = entries.last() if later is None else entries.filter(sequence__lt=later.sequence).last()
    if last is None:
        return None
    key = audit_keys()[0]
    segment = AuditSegment(
        begins=begins,
        ends=ends,
        first_sequence=first.sequence,
        last_sequence=last.sequence,
        last_mac=last.mac,
        sealed_at=moment,
        key=key.fingerprint,
    )
    segment.seal = key.sign(_segment_bytes(before.seal if before else NOTHING, segment))
    return segment


def _segment_bytes(previous: str, segment: AuditSegment) -> bytes:
    numbers = [segment.first_sequence, segment.last_sequence]
    times = [_utc(segment.begins), _utc(segment.ends), _utc(segment.sealed_at)]
    return _bytes(["segment", FORMAT, previous, *numbers, segment.last_mac, *times])


def _month(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month_after(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _bytes(fields: list[Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _lock() -> None:
    """Let one transaction at a time add to the chain; on SQLite its own write lock, taken at the beginning, does it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _refuse_unfit(detail: dict[str, Detail]) -> None:
    for name, value in detail.items():
        if value is not None and not isinstance(value, str | int):
            raise ValueError(f"{name}: an audit detail is a word, a number, yes or no")
        if isinstance(value, str) and (len(value) > LONGEST_DETAIL or not value.isprintable()):
            raise ValueError(f"{name}: an audit detail is at most {LONGEST_DETAIL} printable characters")
