"""Making editions: what is approved comes in, the clock switches, a failure leaves readers what they had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.editions_plugin import Clock, Database, Shelf, page, passage

from metoodik.editions import actions, reading, store
from metoodik.editions.actions import dry_run, make_edition, making, plans, request_edition
from metoodik.editions.audiences import audience_of, known_classes, role_classes
from metoodik.editions.build import BuildError
from metoodik.editions.models import BuildAttempt, BuildState, Edition, EditionFile, ErasedPassage
from metoodik.editions.store import EditionEntry, State
from metoodik.handbook.content import Audience
from metoodik.handbook.pinned import PinnedHandbook, Problem
from metoodik.people.models import User
from metoodik.people.roles import Facilitator, Translator
from metoodik.trust.models import AuditEntry

pytestmark = pytest.mark.django_db


def titles(user: User) -> list[str]:
    edition = reading.current(audience_of(user))
    return [each.title for each in edition.pages("et")] if edition else []


def test_only_those_who_may_make_editions_do(shelf: Shelf, liis: User, rein: User) -> None:
    shelf.put(page(1, "Lein"))
    for person in (liis, rein):
        with pytest.raises(PermissionDenied):
            make_edition(by=person)
        with pytest.raises(PermissionDenied):
            request_edition(by=person)
    assert not Edition.objects.exists()


def test_an_edition_is_numbered_hashed_noted_and_audited(shelf: Shelf, tiina: User, clock: Clock) -> None:
    shelf.put(page(1, "Lein"))
    made = make_edition(by=tiina, note="  Esimene   väljaanne ")
    assert made is not None
    assert (made.number, made.note, made.made_by, made.effective_at) == (1, "Esimene väljaanne", tiina, clock.moment)
    assert made.content_hash == made.read_content().hash
    assert set(made.files.values_list("audience", flat=True)) == {each.key for each in role_classes()}
    entry = AuditEntry.objects.get(action="editions.made")
    assert entry.detail["content_hash"] == made.content_hash
    assert "Lein" not in str(entry.detail)


def test_nothing_new_makes_no_edition(shelf: Shelf, tiina: User, clock: Clock) -> None:
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    clock.on(hours=1)
    assert make_edition(by=tiina) is None
    last = BuildAttempt.objects.first()
    assert last is not None
    assert (last.state, last.edition) == (BuildState.DONE, None)
    assert Edition.objects.count() == 1


def test_a_failed_build_says_why_and_leaves_the_edition_before(
    shelf: Shelf, tiina: User, liis: User, clock: Clock
) -> None:
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    clock.on(hours=1)
    shelf.put(page(2, "Kriis"))
    shelf.problems.append(Problem("Kriis", "Viitab lehele, mis ei kehti."))
    with pytest.raises(BuildError):
        make_edition(by=tiina)
    last = BuildAttempt.objects.first()
    assert last is not None
    assert last.state == BuildState.FAILED
    assert last.problems == [("Kriis", "Viitab lehele, mis ei kehti.")]
    assert titles(liis) == ["Lein"]
    assert AuditEntry.objects.filter(action="editions.build_failed").exists()


def test_a_failure_that_nobody_foresaw_is_kept_too(
    shelf: Shelf, tiina: User, liis: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    shelf.put(page(2, "Kriis"))
    monkeypatch.setattr(making.Projector, "project", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_edition(by=tiina)
    last = BuildAttempt.objects.first()
    assert last is not None
    assert last.state == BuildState.FAILED
    assert "ZeroDivisionError" in last.problems[0][1]
    assert Edition.objects.count() == 1
    assert titles(liis) == ["Lein"]


def test_a_coming_page_enters_into_force_by_the_clock_without_the_database(
    shelf: Shelf, tiina: User, liis: User, clock: Clock, database: Database
) -> None:
    midnight = datetime(2031, 11, 30, 22, 0, tzinfo=UTC)
    shelf.put(page(1, "Lein"))
    shelf.put(page(1, "Lein uut moodi"), since=midnight)
    made = make_edition(by=tiina)
    assert made is not None
    assert titles(liis) == ["Lein"]
    audience = audience_of(liis)
    database.lose()
    clock.set(midnight - timedelta(seconds=1))
    before = reading.current(audience)
    clock.set(midnight)
    after = reading.current(audience)
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (1, 2)
    assert after.is_current
    assert not before.is_current
    assert [each.title for each in after.pages("et")] == ["Lein uut moodi"]
    read = after.page("et", "leht-1")
    assert read is not None
    assert read.in_force_since == midnight


def test_a_fault_of_a_coming_day_does_not_hold_up_today(
    shelf: Shelf, tiina: User, liis: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.moment + timedelta(days=10)
    shelf.put(page(1, "Lein"))
    shelf.put(page(2, "Kriis"), since=later)
    whole = plans.content_from
    fault = Problem("Kriis", "Viitab lehele, mis ei kehti.")

    def faulty_later(handbook: PinnedHandbook, erased: frozenset[str]) -> Any:
        if handbook.at == later:
            raise BuildError([fault])
        return whole(handbook, erased)

    monkeypatch.setattr(plans, "content_from", faulty_later)
    made = make_edition(by=tiina)

    last = BuildAttempt.objects.first()
    assert made is not None
    assert last is not None
    assert (last.state, last.edition) == (BuildState.DONE, made)
    assert last.problems[0][0].startswith("Kriis (")
    assert titles(liis) == ["Lein"]
    with pytest.raises(BuildError):
        make_edition(by=tiina)


def test_a_publication_in_between_makes_the_waiting_editions_anew(
    shelf: Shelf, tiina: User, liis: User, clock: Clock
) -> None:
    later = clock.moment + timedelta(days=10)
    shelf.put(page(1, "Lein"))
    shelf.put(page(2, "Uus kord"), since=later)
    make_edition(by=tiina)
    clock.on(days=1)
    shelf.put(page(3, "Kriis"))
    make_edition(by=tiina)
    waiting = Edition.objects.pending_at(clock.moment)
    assert [each.number for each in waiting] == [4]
    first = Edition.objects.get(number=2)
    assert first.superseded_by is not None
    assert first.superseded_by.number == 4
    clock.set(later)
    assert titles(liis) == ["Kriis", "Lein", "Uus kord"]
    assert [each.number for each in reading.history()] == [4, 3, 1]
    assert reading.numbered(2, audience_of(liis)) is None


def test_a_withdrawn_approval_takes_its_waiting_edition_with_it(
    shelf: Shelf, tiina: User, liis: User, clock: Clock
) -> None:
    later = clock.moment + timedelta(days=10)
    shelf.put(page(1, "Lein"))
    shelf.put(page(2, "Uus kord"), since=later)
    make_edition(by=tiina)
    shelf.pages.pop()
    clock.on(days=1)
    assert make_edition(by=tiina) is None
    assert not Edition.objects.pending_at(clock.moment).exists()
    clock.set(later)
    assert titles(liis) == ["Lein"]


def test_a_waiting_edition_that_is_still_right_is_kept(shelf: Shelf, tiina: User, clock: Clock) -> None:
    shelf.put(page(1, "Lein"))
    shelf.put(page(2, "Uus kord"), since=clock.moment + timedelta(days=10))
    make_edition(by=tiina)
    clock.on(days=1)
    assert make_edition(by=tiina) is None
    assert Edition.objects.filter(superseded_at=None).count() == 2


def test_readers_do_not_open_what_is_not_in_force_yet(shelf: Shelf, tiina: User, liis: User, clock: Clock) -> None:
    shelf.put(page(1, "Lein"))
    shelf.put(page(2, "Uus kord"), since=clock.moment + timedelta(days=10))
    make_edition(by=tiina)
    assert reading.numbered(2, audience_of(liis)) is None
    assert reading.on(clock.moment + timedelta(days=20), audience_of(liis)) == reading.current(audience_of(liis))
    waiting = reading.numbered(2, audience_of(tiina), pending=True)
    assert waiting is not None
    assert not waiting.is_current
    assert [each.number for each in reading.pending()] == [2]


def test_the_past_opens_as_it_was_and_a_day_lists_its_editions(
    shelf: Shelf, tiina: User, liis: User, clock: Clock
) -> None:
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    for hour, title in ((1, "Lein, teine"), (2, "Lein, kolmas"), (30, "Lein, neljas")):
        clock.set(datetime(2031, 11, 20, 8, tzinfo=UTC) + timedelta(hours=hour))
        shelf.put(page(1, title))
        make_edition(by=tiina)
    audience = audience_of(liis)
    then = reading.on(datetime(2031, 11, 20, 9, 30, tzinfo=UTC), audience)
    assert then is not None
    assert [each.title for each in then.pages("et")] == ["Lein, teine"]
    assert not then.is_current
    assert reading.on(datetime(2031, 11, 19, tzinfo=UTC), audience) is None
    assert [each.number for each in reading.of_day(date(2031, 11, 20))] == [1, 2, 3]
    assert [each.number for each in reading.of_day(date(2031, 11, 21))] == [3, 4]
    assert reading.of_day(date(2031, 11, 22)) == []
    assert reading.of_day(date(2031, 11, 19)) == []


def test_a_day_begins_and_ends_in_tallinn(shelf: Shelf, tiina: User, clock: Clock) -> None:
    clock.set(datetime(2031, 11, 20, 22, 30, tzinfo=UTC))
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    assert reading.of_day(date(2031, 11, 20)) == []
    assert [each.number for each in reading.of_day(date(2031, 11, 21))] == [1]


entries = st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=12, unique_by=lambda each: (each[0], each[1]))


@given(entries, st.integers(-1, 22))
def test_in_force_is_the_latest_by_effect_then_number_that_was_not_superseded(
    rows: Sequence[tuple[int, bool]], hour: int
) -> None:
    start = datetime(2031, 11, 20, tzinfo=UTC)
    known = tuple(
        EditionEntry(number, start + timedelta(hours=at), start, "", "", None, superseded, {})
        for number, (at, superseded) in enumerate(rows, start=1)
    )
    found = State(known).in_force_at(start + timedelta(hours=hour))
    candidates = [
        (at, number) for number, (at, superseded) in enumerate(rows, start=1) if not superseded and at <= hour
    ]
    assert (found.number if found else None) == (max(candidates)[1] if candidates else None)
    assert (
        State(known).been(start + timedelta(hours=hour)) == []
        or State(known).been(start + timedelta(hours=hour))[0] == found
    )


def test_a_dry_run_shows_the_difference_and_writes_nothing(shelf: Shelf, tiina: User, liis: User) -> None:
    shelf.put(page(1, "Lein", passage(11, "Kuula", "Kuula rahulikult.")))
    make_edition(by=tiina)
    shelf.put(
        page(1, "Lein", passage(11, "Kuula", "Kuula väga rahulikult.")),
        page(2, "Sisekord", audiences=(Audience.GROUPS,)),
    )
    shelf.problems.append(Problem("Lein", "Midagi on puudu."))
    found = dry_run()
    assert [each.title for each in found.of("changed")] == ["Lein"]
    assert [each.title for each in found.of("added")] == ["Sisekord"]
    parts = found.of("changed")[0].changed_passages[0].parts
    assert [each.text.strip() for each in parts if each.kind == "added"] == ["väga"]
    assert found.problems == (Problem("Lein", "Midagi on puudu."),)
    assert [each.title for each in dry_run(audience=audience_of(liis)).pages] == ["Lein"]
    assert Edition.objects.count() == 1


def test_a_dry_run_of_an_empty_handbook_says_so(shelf: Shelf) -> None:
    found = dry_run()
    assert found.problems
    assert not found


def test_the_worker_makes_what_was_asked_for_once(
    shelf: Shelf, tiina: User, liis: User, django_capture_on_commit_callbacks: object
) -> None:
    shelf.put(page(1, "Lein"))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        attempt = request_edition(by=tiina, note="Lein juurde")
        assert request_edition(by=tiina) == attempt
    attempt.refresh_from_db()
    assert attempt.state == BuildState.DONE
    assert attempt.edition is not None
    assert attempt.edition.note == "Lein juurde"
    assert titles(liis) == ["Lein"]


def test_a_failure_in_the_worker_stands_on_the_desk(
    shelf: Shelf, tiina: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        attempt = request_edition(by=tiina)
    attempt.refresh_from_db()
    assert attempt.state == BuildState.FAILED
    assert attempt.problems


def test_a_build_whose_worker_died_does_not_stand_in_the_way(shelf: Shelf, tiina: User, clock: Clock) -> None:
    shelf.put(page(1, "Lein"))
    stuck = BuildAttempt.objects.create(by=tiina, state=BuildState.RUNNING)
    clock.on(minutes=11)
    assert request_edition(by=tiina) != stuck
    assert make_edition(by=tiina) is not None
    stuck.refresh_from_db()
    assert stuck.state == BuildState.FAILED


def test_the_past_is_not_rewritten(shelf: Shelf, tiina: User, clock: Clock, settings: object) -> None:
    yesterday = clock.moment - timedelta(days=1)
    shelf.put(page(1, "Lein"))
    sample = make_edition(by=tiina, at=yesterday)
    assert sample is not None
    assert sample.effective_at == yesterday
    shelf.put(page(1, "Lein täna"))
    make_edition(by=tiina)
    with pytest.raises(ValidationError):
        make_edition(by=tiina, at=yesterday + timedelta(hours=1))
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        make_edition(by=tiina, at=yesterday)


def test_the_database_refuses_to_change_or_delete_what_an_edition_was(shelf: Shelf, tiina: User) -> None:
    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    for change in ({"number": 9}, {"content_hash": "0" * 64}, {"effective_at": datetime(2020, 1, 1, tzinfo=UTC)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.update(superseded_at=datetime(2099, 1, 1, tzinfo=UTC))


def test_old_files_are_dropped_and_made_again_when_opened(shelf: Shelf, tiina: User, liis: User, clock: Clock) -> None:
    for number in range(making.KEPT_FILES + 2):
        clock.on(hours=1)
        shelf.put(page(1, f"Lein {number}"))
        make_edition(by=tiina)
    assert not EditionFile.objects.filter(edition__number=1).exists()
    first = reading.numbered(1, audience_of(liis))
    assert first is not None
    assert [each.title for each in first.pages("et")] == ["Lein 0"]
    assert EditionFile.objects.filter(edition__number=1).count() == 1


def test_a_combination_of_roles_nobody_had_gets_its_file_when_it_reads(
    shelf: Shelf, tiina: User, make_person: object
) -> None:
    shelf.put(page(1, "Lein"), page(2, "Grupp", audiences=(Audience.GROUPS,)))
    make_edition(by=tiina)
    both = make_person("Mall Maasikas", Facilitator, Translator)  # type: ignore[operator]
    assert titles(both) == ["Grupp", "Lein"]
    assert audience_of(both) in known_classes()


def test_an_administrator_reads_only_in_the_reasoned_mode(shelf: Shelf, tiina: User, peeter: User) -> None:
    from metoodik.people.actions import enter_admin_mode

    shelf.put(page(1, "Lein"))
    make_edition(by=tiina)
    assert titles(peeter) == []
    enter_admin_mode(by=peeter, reason="Kasutaja ei näe lehte")
    assert titles(User.objects.get(pk=peeter.pk)) == ["Lein"]


def test_erased_words_leave_every_edition_file_and_folder(
    shelf: Shelf, tiina: User, liis: User, clock: Clock, editions_folder: object
) -> None:
    secret = page(
        1, "Lein", passage(11, "Näide Kreutzwald", "Mari Maasikas rääkis."), passage(12, "Muu", "Jääb alles.")
    )
    shelf.put(secret)
    make_edition(by=tiina)
    clock.on(hours=1)
    shelf.put(replace(secret, title="Lein ja kaotus"))
    make_edition(by=tiina)
    hashes = list(Edition.objects.values_list("content_hash", flat=True))
    assert titles(liis) == ["Lein ja kaotus"]
    touched = actions.erase_passage(
        by=tiina, page_key=secret.key, passage_key=secret.passages[0].key, reason="Lõigus oli päris inimese nimi."
    )
    assert touched == 2
    clock.on(minutes=5)
    assert titles(liis) == ["Lein ja kaotus"]
    clock.on(minutes=5)
    store.node().refresh()
    for edition in Edition.objects.all():
        assert edition.content_hash in hashes
        assert edition.read_content().hash == edition.content_hash
        assert b"Mari" not in _inflated(bytes(edition.content))
    for number in (1, 2):
        opened = reading.numbered(number, audience_of(liis))
        assert opened is not None
        read = opened.page("et", "leht-1")
        assert read is not None
        assert read.erased == {secret.passages[0].key}
        assert opened.search("maasikas", locale="et") == []
    assert AuditEntry.objects.get(action="editions.passage_erased").detail["editions"] == 2


def test_erased_words_do_not_come_back_with_the_next_edition(
    shelf: Shelf, tiina: User, liis: User, clock: Clock
) -> None:
    secret = page(1, "Lein", passage(11, "Näide", "Mari Maasikas rääkis."))
    shelf.put(secret)
    make_edition(by=tiina)
    actions.erase_passage(by=tiina, page_key=secret.key, passage_key=secret.passages[0].key, reason="Nimi")
    clock.on(hours=1)
    assert make_edition(by=tiina) is None
    shelf.put(page(2, "Kriis"))
    assert make_edition(by=tiina) is not None
    edition = reading.current(audience_of(liis))
    assert edition is not None
    assert edition.search("maasikas", locale="et") == []


def test_words_erased_while_an_edition_is_made_are_not_in_it(
    shelf: Shelf, tiina: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = page(1, "Lein", passage(11, "Näide", "Mari Maasikas rääkis."))
    shelf.put(secret)
    make_edition(by=tiina)
    clock.on(hours=1)
    shelf.put(page(2, "Kriis"))
    files = making._files

    def erased_meanwhile(*given: Any) -> Any:
        if not ErasedPassage.objects.exists():
            actions.erase_passage(by=tiina, page_key=secret.key, passage_key=secret.passages[0].key, reason="Nimi")
        return files(*given)

    monkeypatch.setattr(making, "_files", erased_meanwhile)
    with pytest.raises(BuildError):
        make_edition(by=tiina)
    assert make_edition(by=tiina) is not None
    for edition in Edition.objects.all():
        assert b"Mari" not in _inflated(bytes(edition.content))


def test_erasing_needs_the_right_a_reason_and_words_to_erase(shelf: Shelf, tiina: User, liis: User) -> None:
    one = page(1, "Lein")
    shelf.put(one)
    make_edition(by=tiina)
    place = {"page_key": one.key, "passage_key": one.passages[0].key}
    with pytest.raises(PermissionDenied):
        actions.erase_passage(by=liis, reason="Nimi", **place)
    with pytest.raises(ValidationError):
        actions.erase_passage(by=tiina, reason=" ", **place)
    with pytest.raises(ValidationError):
        actions.erase_passage(by=tiina, reason="Nimi", page_key=one.key, passage_key="muu")


def _inflated(data: bytes) -> bytes:
    import zlib

    return zlib.decompress(data)
