"""Warning and withdrawing: within a minute, over every edition, signed, never rewritten, seen only by its readers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.editions_plugin import Clock, Database, Shelf, key, page, passage

from metoodik.editions import overlay, reading, store
from metoodik.editions.actions import correct_number, lift, make_edition, warn, withdraw_at_once
from metoodik.editions.audiences import AudienceClass, audience_of
from metoodik.editions.models import AppendOnlyError, OverlayEntry
from metoodik.handbook.content import Access, Audience
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
LEIN, SISEKORD = key(1), key(2)
FIRST = key(11)


@pytest.fixture
def audience(shelf: Shelf, tiina: User, liis: User, clock: Clock) -> AudienceClass:
    """A counsellor's; the handbook has a page for counsellors and one marked AK for leaders."""
    shelf.put(
        page(1, "Lein", passage(11, "Kuula", "Kuula."), passage(12, "Küsi", "Küsi.")),
        page(2, "Sisekord", audiences=(Audience.LEADERSHIP,), access=Access.RESTRICTED),
    )
    make_edition(by=tiina)
    return audience_of(liis)


def test_only_those_who_may_act(audience: AudienceClass, liis: User, marko: User) -> None:
    with pytest.raises(PermissionDenied):
        warn(by=liis, page_key=LEIN, sentence_et="Ettevaatust.")
    with pytest.raises(PermissionDenied):
        withdraw_at_once(by=liis, page_key=LEIN, sentence_et="Ära kasuta.")
    entry = warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    with pytest.raises(PermissionDenied):
        lift(by=liis, entry=entry)


def test_a_warning_stands_over_the_passage_in_every_language_it_was_said_in(
    audience: AudienceClass, marko: User
) -> None:
    warn(by=marko, page_key=LEIN, passage_key=FIRST, sentence_et="Ära kiirusta.", sentence_ru="Не торопитесь.")
    view = reading.overlay(audience)
    (mark,) = view.on_passage(LEIN, FIRST, "et")
    assert mark.sentence("ru") == "Не торопитесь."
    assert mark.sentence("en") == mark.sentence("et") == "Ära kiirusta."
    assert not mark.withdraws
    assert view.on_page(LEIN, "et") == []
    assert view.of_page(LEIN, "ru") == [mark]
    assert view.on_passage(LEIN, key(12), "et") == []


def test_a_withdrawal_and_a_warning_are_different_acts(audience: AudienceClass, marko: User) -> None:
    withdraw_at_once(by=marko, page_key=LEIN, sentence_et="Vale juhis.", locale="et")
    correct_number(by=marko, page_key=LEIN, sentence_et="Õige number on 116 111.")
    view = reading.overlay(audience)
    assert [(each.kind, each.withdraws) for each in view.on_page(LEIN, "et")] == [
        ("withdrawal", True),
        ("correction", False),
    ]
    assert [each.kind for each in view.on_page(LEIN, "ru")] == ["correction"]


def test_old_editions_carry_it_too(
    audience: AudienceClass, shelf: Shelf, tiina: User, marko: User, clock: Clock
) -> None:
    clock.on(days=1)
    shelf.put(page(1, "Lein ja kaotus", passage(13, "Ole kõrval", "Ole.")))
    make_edition(by=tiina)
    warn(by=marko, page_key=LEIN, passage_key=FIRST, sentence_et="Seda lõiku enam ei kasutata.")
    old = reading.numbered(1, audience)
    assert old is not None
    assert len(reading.overlay(audience, old).on_passage(LEIN, FIRST, "et")) == 1


def test_lifting_ends_it_once(audience: AudienceClass, marko: User, rein: User) -> None:
    entry = warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    before = reading.overlay(audience).version
    lift(by=rein, entry=entry)
    view = reading.overlay(audience)
    assert view.entries == ()
    assert view.version != before
    with pytest.raises(ValidationError):
        lift(by=rein, entry=entry)
    assert [each.action for each in AuditEntry.objects.filter(action__startswith="editions.overlay")] == [
        "editions.overlay_lift",
        "editions.overlay_warning",
    ]


def test_another_node_draws_it_within_the_seconds_set(
    audience: AudienceClass, marko: User, clock: Clock, settings: object
) -> None:
    other = store.Node(store.node().folder)
    other.state()
    clock.on(seconds=1)
    warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    assert other.state().marks == ()
    clock.on(seconds=settings.OVERLAY_SECONDS)  # type: ignore[attr-defined]
    assert [each.page_key for each in other.state().marks] == [LEIN]
    assert settings.OVERLAY_SECONDS + 30 <= 60  # type: ignore[attr-defined]


def test_what_was_withdrawn_stays_so_when_the_database_is_lost_and_the_process_starts_anew(
    audience: AudienceClass, marko: User, database: Database
) -> None:
    withdraw_at_once(by=marko, page_key=LEIN, sentence_et="Vale juhis.")
    assert len(reading.overlay(audience).entries) == 1
    store._nodes.clear()
    database.lose()
    assert [each.kind for each in reading.overlay(audience).on_page(LEIN, "et")] == ["withdrawal"]


def test_nobody_learns_of_a_page_outside_their_circle(audience: AudienceClass, marko: User) -> None:
    warn(by=marko, page_key=SISEKORD, sentence_et="Ähvardaja helistab praegu sageli.")
    view = reading.overlay(audience)
    assert view.entries == ()
    assert view.of_page(SISEKORD, "et") == []
    assert len(reading.overlay(audience_of(marko)).entries) == 1
    assert view.version == reading.overlay(audience).version


def test_a_forged_or_changed_entry_is_not_drawn(audience: AudienceClass, marko: User) -> None:
    true = warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    mark = overlay.mark_of(true)
    assert overlay.is_true(mark)
    OverlayEntry.objects.bulk_create(
        [OverlayEntry(pk=2, kind="withdrawal", page_key=LEIN, sentence_et="Võlts.", by=marko, signature=true.signature)]
    )
    store.node().mark_stale()
    assert [each.number for each in reading.overlay(audience).entries] == [1]


def test_keys_may_change_and_old_entries_stay_true(audience: AudienceClass, marko: User, settings: object) -> None:
    warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    settings.AUDIT_KEY = f"uus-võti-uus-võti-uus-võti,{settings.AUDIT_KEY}"  # type: ignore[attr-defined]
    store.node().mark_stale()
    assert len(reading.overlay(audience).entries) == 1
    settings.AUDIT_KEY = "hoopis-teine-võti-hoopis-teine"  # type: ignore[attr-defined]
    store.node().mark_stale()
    assert reading.overlay(audience).entries == ()


def test_the_product_and_the_database_refuse_to_change_or_delete_an_entry(audience: AudienceClass, marko: User) -> None:
    entry = warn(by=marko, page_key=LEIN, sentence_et="Ettevaatust.")
    for change in (
        entry.save,
        entry.delete,
        OverlayEntry.objects.all().delete,
        lambda: OverlayEntry.objects.update(sentence_et="Muu"),
        lambda: OverlayEntry.objects.bulk_update([entry], ["sentence_et"]),
    ):
        with pytest.raises(AppendOnlyError):
            change()
    for statement in (
        "UPDATE editions_overlayentry SET sentence_et = 'Muu'",
        "DELETE FROM editions_overlayentry",
        *(["TRUNCATE editions_overlayentry CASCADE"] if connection.vendor == "postgresql" else []),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert OverlayEntry.objects.get().sentence_et == "Ettevaatust."


def test_a_warning_says_in_estonian_what_it_is_about_and_stands_on_something(
    audience: AudienceClass, marko: User
) -> None:
    for wrong in (
        {"page_key": LEIN, "sentence_et": "  "},
        {"page_key": LEIN, "sentence_et": "x" * 501},
        {"page_key": key(77), "sentence_et": "Ettevaatust."},
        {"page_key": LEIN, "passage_key": key(77), "sentence_et": "Ettevaatust."},
        {"page_key": LEIN, "locale": "fi", "sentence_et": "Ettevaatust."},
    ):
        with pytest.raises(ValidationError):
            warn(by=marko, **wrong)
    assert not OverlayEntry.objects.exists()
    fields = {"page_key": LEIN, "by": marko, "signature": "x"}
    for pk, wrong in enumerate(({"kind": "warning"}, {"kind": "lift"}, {"kind": "muu", "sentence_et": "x"}), start=1):
        with pytest.raises(IntegrityError), transaction.atomic():
            OverlayEntry(pk=pk, **fields, **wrong).save(force_insert=True)


def test_its_age_is_told(audience: AudienceClass, clock: Clock, database: Database) -> None:
    assert reading.overlay(audience).age_seconds == 0
    database.lose()
    clock.on(minutes=10)
    age = reading.overlay(audience).age_seconds
    assert age is not None
    assert timedelta(seconds=age) >= timedelta(minutes=10)
