"""Each table says why it is there, what it holds of people, how long it is kept and who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import models, transaction
from django.utils import timezone, translation

from metoodik.people.models import Notice, RoleGrant, User
from metoodik.trust import retention
from metoodik.trust.models import AuditEntry
from metoodik.trust.privacy import declarations, privacy_of, table_name


def test_every_table_has_a_declaration() -> None:
    missing = [model._meta.label for model, privacy in declarations() if privacy is None]
    assert missing == [], "declare these with `privacy = Privacy(...)`, or others' tables in trust/third_party.py"


def test_every_table_has_a_name_in_each_language() -> None:
    def names(language: str) -> dict[str, str]:
        with translation.override(language):
            shown = [model for model, _privacy in declarations() if not model._meta.auto_created]
            return {model._meta.label: table_name(model) for model in shown}

    english, estonian, russian = names("en"), names("et"), names("ru")
    untold = [label for label, name in english.items() if name in {estonian[label], russian[label]}]
    assert untold == [], "name these with `name_tables`"
    assert [label for label, name in estonian.items() if name == russian[label]] == []


def test_every_retention_with_days_counts_from_a_date_of_its_table() -> None:
    for model, privacy in declarations():
        if privacy is not None and privacy.retention.days is not None and not model._meta.auto_created:
            since = model._meta.get_field(privacy.retention.since)
            assert isinstance(since, models.DateField), f"{model._meta.label}.{since.name} is no date"


def test_deleting_what_is_due_takes_nothing_else_along() -> None:
    """A row that is due must not pull down rows of another table by cascade."""
    for model, privacy in declarations():
        if privacy is None or privacy.retention.days is None or model._meta.auto_created:
            continue
        for relation in model._meta.related_objects:
            pulled = relation.related_model
            cascades = relation.on_delete is models.CASCADE and not pulled._meta.auto_created
            owned = privacy_of(pulled) is privacy or issubclass(pulled, model)
            assert owned or not cascades, f"deleting {model._meta.label} would delete {pulled._meta.label}"


def test_old_notices_go_and_fresh_ones_stay(liis: User) -> None:
    now = timezone.now()
    old = [Notice(user=liis, key="people.welcome", at=now - timedelta(days=91)) for _ in range(3)]
    Notice.objects.bulk_create([*old, Notice(user=liis, key="people.welcome", at=now - timedelta(days=89))])

    found = retention.enforce()

    assert Notice.objects.count() == 1
    assert retention.Enforced("people.notice", 3, 0) in found
    entry = AuditEntry.objects.get(detail__table="people.notice")
    assert (entry.action, entry.actor, entry.detail["rows"]) == ("retention.enforced", None, 3)
    assert retention.enforce() == []


def test_a_role_that_still_holds_is_kept_however_old(liis: User) -> None:
    RoleGrant.objects.update(since=timezone.now() - timedelta(days=9000))
    ended = timezone.now() - timedelta(days=5 * 365 + 1)
    RoleGrant.objects.create(user=liis, role="coach", since=ended - timedelta(days=1), until=ended)

    retention.enforce()

    assert [grant.role for grant in RoleGrant.objects.all()] == ["counsellor"]


def test_many_rows_go_in_batches(liis: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    past = timezone.now() - timedelta(days=100)
    Notice.objects.bulk_create([Notice(user=liis, key="people.welcome", at=past) for _ in range(5)])

    retention.enforce()

    counts = AuditEntry.objects.order_by("sequence").values_list("detail__rows", flat=True)
    assert list(counts) == [2, 2, 1]


def test_a_row_that_others_hold_is_left_and_counted(liis: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """People are held by what they did; the job says so, deletes what it can and comes to an end."""
    from metoodik.trust.audit import record
    from metoodik.trust.privacy import Privacy, Retention

    free = User.objects.create_user("vaba@naidis.ee", name="Vaba Inimene")
    with transaction.atomic():
        record("test.thing_done", by=liis)
    User.objects.update(date_joined=timezone.now() - timedelta(days=10))
    short = Privacy("", None, Retention("", days=1, since="date_joined"), "")
    monkeypatch.setattr(User, "privacy", short)

    found = retention.enforce()

    assert retention.Enforced("people.user", 1, 1) in found
    assert not User.objects.filter(pk=free.pk).exists()
    assert User.objects.filter(pk=liis.pk).exists()
