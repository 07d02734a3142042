"""The audit trail: a chain that shows every tampering, on a database that refuses it in the first place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from metoodik.people.models import User
from metoodik.trust import audit, triggers
from metoodik.trust.keys import audit_key
from metoodik.trust.models import AuditEntry, AuditSegment


def write(count: int, by: User | None = None) -> list[AuditEntry]:
    with transaction.atomic():
        return [audit.record("test.thing_done", by=by, subject=by, number=number) for number in range(count)]


@pytest.fixture
def unguarded(db: None) -> None:
    """As if somebody with full rights had taken the triggers off."""
    triggers.remove("default")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The audit's clock: its only element is now."""
    now = [datetime(2026, 11, 22, 3, 0, tzinfo=UTC)]
    monkeypatch.setattr("metoodik.trust.audit.timezone.now", lambda: now[0])
    return now


def test_entries_are_numbered_without_gaps_and_the_chain_holds(liis: User) -> None:
    first, second = write(1, liis) + write(1)

    assert (first.sequence, second.sequence) == (1, 2)
    assert first.actor_id == liis.pk
    assert second.actor_id is None
    assert (first.subject_type, first.subject_id) == ("people.user", str(liis.pk))
    found = audit.verify()
    assert found.ok
    assert found.checked == 2
    assert found.head == audit.Head(2, second.mac) == audit.head()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("test.thing_done", by=None)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_undone_change_leaves_no_entry_and_no_gap() -> None:
    write(1)
    with transaction.atomic():
        audit.record("test.thing_done", by=None)
        transaction.set_rollback(True)
    write(1)

    assert list(AuditEntry.objects.values_list("sequence", flat=True)) == [2, 1]
    assert audit.verify().ok


@pytest.mark.parametrize("unfit", [1.5, ["a"], "x" * 301, "two\nlines", b"bytes"])
def test_details_are_short_and_plain(db: None, unfit: object) -> None:
    with pytest.raises(ValueError, match="detail"):
        audit.record("test.thing_done", by=None, thing=unfit)  # type: ignore[arg-type]


def test_without_a_key_nothing_is_recorded(db: None) -> None:
    with override_settings(AUDIT_KEY=""), pytest.raises(ImproperlyConfigured, match="METOODIK_AUDIT_KEY"):
        audit.record("test.thing_done", by=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trust_auditentry SET action = 'test.other'",
        "DELETE FROM trust_auditentry",
        "DELETE FROM trust_auditentry WHERE sequence = 2",
        """INSERT INTO trust_auditentry (sequence, at, action, subject_type, subject_id, detail, key, mac)
        SELECT 9, at, action, subject_type, subject_id, detail, key, mac FROM trust_auditentry WHERE sequence = 1""",
        """INSERT INTO trust_auditsegment (begins, ends, first_sequence, last_sequence, last_mac, sealed_at, key, seal)
        SELECT '2001-01-01', '2001-02-01', 1, 2, mac, at, key, mac FROM trust_auditentry WHERE sequence = 2""",
    ],
)
def test_the_database_refuses_to_change_the_trail(liis: User, statement: str) -> None:
    write(2, liis)

    with pytest.raises(DatabaseError, match="audit"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify().ok


def test_the_database_refuses_to_replace_or_empty_the_trail(liis: User) -> None:
    write(2, liis)
    statement = "TRUNCATE trust_auditentry"
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO trust_auditentry SELECT * FROM trust_auditentry WHERE sequence = 1"

    with pytest.raises(DatabaseError, match="audit"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_missing_triggers_are_named(db: None) -> None:
    assert triggers.missing("default") == []
    triggers.remove("default")
    assert "audit_entry_keeps" in triggers.missing("default")
    triggers.install("default")
    assert triggers.missing("default") == []


def test_a_changed_entry_shows(unguarded: None, liis: User) -> None:
    write(3, liis)
    AuditEntry.objects.filter(sequence=2).update(detail={"number": 7})

    found = audit.verify()
    assert (found.ok, found.bad, found.checked) == (False, 2, 1)


@pytest.mark.parametrize("field", ["action", "actor_id", "subject_id", "at", "key"])
def test_a_change_of_any_field_shows(unguarded: None, liis: User, field: str) -> None:
    write(2, liis)
    values = {
        "action": "test.x",
        "actor_id": None,
        "subject_id": "9",
        "at": datetime(2020, 1, 1, tzinfo=UTC),
        "key": "0",
    }
    AuditEntry.objects.filter(sequence=1).update(**{field: values[field]})

    assert audit.verify().bad == 1


def test_a_missing_entry_shows(unguarded: None, liis: User) -> None:
    write(3, liis)
    AuditEntry.objects.filter(sequence=2).delete()

    assert audit.verify().bad == 2


def test_a_cut_end_shows_against_a_head_written_down_outside(unguarded: None, liis: User, tmp_path: Path) -> None:
    write(3, liis)
    audit.export_head(tmp_path)
    AuditEntry.objects.filter(sequence=3).delete()

    assert audit.verify().ok
    found = audit.verify(anchors=audit.exported_heads(tmp_path))
    assert (found.ok, found.bad) == (False, 3)


def test_a_rewritten_end_shows_against_a_head_written_down_outside(unguarded: None, liis: User, tmp_path: Path) -> None:
    write(3, liis)
    audit.export_head(tmp_path)
    AuditEntry.objects.filter(sequence=3).delete()
    write(1)

    assert audit.verify().ok
    assert audit.verify(anchors=audit.exported_heads(tmp_path)).bad == 3


def test_the_key_can_be_changed(liis: User) -> None:
    with override_settings(AUDIT_KEY="the-old-key"):
        write(2, liis)
    with override_settings(AUDIT_KEY="the-new-key,the-old-key"):
        write(2, liis)
        assert audit.verify().checked == 4
    with override_settings(AUDIT_KEY="the-new-key"):
        assert audit.verify().bad == 1
    assert audit.verify([audit_key("the-old-key"), audit_key("the-new-key")]).ok


def test_a_page_of_the_trail_can_be_checked_alone(liis: User) -> None:
    write(10, liis)
    found = audit.verify(since=6)
    assert (found.ok, found.checked) == (True, 5)


def test_a_month_that_is_over_is_sealed(liis: User, clock: list[datetime]) -> None:
    clock[0] = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)
    write(2, liis)
    clock[0] = datetime(2026, 11, 2, tzinfo=UTC)
    write(3, liis)

    assert audit.seal() == 1
    assert audit.seal() == 0
    segment = AuditSegment.objects.get()
    assert (segment.first_sequence, segment.last_sequence, segment.count) == (1, 2, 2)
    assert segment.begins == datetime(2026, 9, 1, tzinfo=UTC)
    assert segment.ends == datetime(2026, 10, 1, tzinfo=UTC)
    assert audit.verify().ok


def test_a_sealed_month_goes_after_its_retention_and_the_chain_still_holds(liis: User, clock: list[datetime]) -> None:
    clock[0] = datetime(2019, 1, 10, tzinfo=UTC)
    write(3, liis)
    clock[0] = datetime(2019, 2, 10, tzinfo=UTC)
    write(2, liis)
    clock[0] = datetime(2024, 2, 2, tzinfo=UTC)
    audit.seal()

    assert audit.drop() == 3
    assert audit.verify().ok
    assert list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == [4, 5, 6]
    assert AuditEntry.objects.get(sequence=6).action == "audit.dropped"
    assert audit.drop() == 0
    assert AuditSegment.objects.count() == 2


def test_the_trail_goes_on_after_all_its_entries_were_dropped(unguarded: None, clock: list[datetime]) -> None:
    clock[0] = datetime(2019, 1, 10, tzinfo=UTC)
    write(2)
    clock[0] = datetime(2019, 3, 1, tzinfo=UTC)
    audit.seal()
    AuditSegment.objects.update(dropped_at=clock[0])
    AuditEntry.objects.all().delete()
    triggers.install("default")

    write(1)
    assert audit.head().sequence == 3
    assert audit.verify().ok


def test_the_database_refuses_to_drop_a_month_too_early(liis: User, clock: list[datetime]) -> None:
    clock[0] = datetime.now(UTC) - timedelta(days=70)
    write(2, liis)
    clock[0] = datetime.now(UTC)
    audit.seal()

    with pytest.raises(DatabaseError, match="retention"), transaction.atomic():
        AuditSegment.objects.update(dropped_at=clock[0])
    with pytest.raises(DatabaseError, match="audit"), transaction.atomic():
        AuditSegment.objects.update(last_mac="0")
    with pytest.raises(DatabaseError, match="audit"), transaction.atomic():
        AuditSegment.objects.all().delete()


def test_a_broken_trail_is_never_dropped(liis: User, clock: list[datetime]) -> None:
    clock[0] = datetime(2019, 1, 10, tzinfo=UTC)
    write(3, liis)
    clock[0] = datetime(2026, 2, 2, tzinfo=UTC)
    audit.seal()
    triggers.remove("default")
    AuditEntry.objects.filter(sequence=2).update(action="test.other")
    triggers.install("default")

    with pytest.raises(RuntimeError, match="nothing is dropped"):
        audit.drop()
    assert AuditEntry.objects.count() == 3


def test_a_changed_seal_shows(unguarded: None, liis: User, clock: list[datetime]) -> None:
    clock[0] = datetime(2019, 1, 10, tzinfo=UTC)
    write(3, liis)
    clock[0] = datetime(2019, 2, 10, tzinfo=UTC)
    audit.seal()
    AuditSegment.objects.update(ends=datetime(2018, 2, 1, tzinfo=UTC), begins=datetime(2018, 1, 1, tzinfo=UTC))

    assert audit.verify().bad == 1


def test_a_head_file_that_was_touched_is_refused(tmp_path: Path) -> None:
    (tmp_path / audit.HEADS_FILE).write_text("2026-11-22 whatever\n")
    with pytest.raises(ValueError, match="line 1"):
        audit.exported_heads(tmp_path)
