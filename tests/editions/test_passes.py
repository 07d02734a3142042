"""The read pass: reading without session and database, for those who may, for as long as they may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.editions_plugin import Clock, Database

from metoodik.editions import passes
from metoodik.people.actions import enter_admin_mode, mark_left
from metoodik.people.models import RoleGrant, User
from metoodik.people.roles import Facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.editions.passes_urls")]

COUNSELLOR = "counselling+staff"


@pytest.fixture(autouse=True)
def database_found() -> Any:
    """No test before this one has lost the database."""
    passes._lost.forget()
    yield
    passes._lost.forget()


@pytest.fixture
def liis_reads(client: Client, liis: User, clock: Clock) -> Client:
    """Liis has signed in and opened a page."""
    client.force_login(liis)
    client.get("/laud/")
    return client


def reads(client: Client) -> str | None:
    audience: str | None = client.get("/kasiraamat/").json()["audience"]
    return audience


def test_signing_in_gives_the_pass_and_a_fresh_one_needs_nothing_else(
    liis_reads: Client, liis: User, django_assert_num_queries: Any
) -> None:
    cookie = liis_reads.cookies[passes.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
    with django_assert_num_queries(0):
        found = liis_reads.get("/kasiraamat/")
    assert found.json() | {"keys": []} == {"audience": COUNSELLOR, "user": liis.pk, "lost": False, "keys": []}
    assert passes.COOKIE not in found.cookies


def test_in_production_the_pass_travels_encrypted_only(client: Client, liis: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client.force_login(liis)
    client.get("/laud/")
    assert client.cookies[passes.COOKIE]["secure"]


def test_nobody_reads_without_signing_in(client: Client, db: None) -> None:
    assert reads(client) is None
    assert passes.COOKIE not in client.cookies


@pytest.mark.parametrize("how", ["changed", "other key", "other purpose", "no pass at all", "a role that is none"])
def test_a_forged_pass_is_worth_nothing(client: Client, liis: User, how: str) -> None:
    data = [liis.pk, "counselling+groups+leadership+staff+ak", [], "x", "y", 4_000_000_000, 0]
    forged = {
        "changed": signing.dumps(data, salt=passes.SALT)[:-2] + "xx",
        "other key": signing.dumps(data, key="vale-võti", salt=passes.SALT),
        "other purpose": signing.dumps(data, salt="muu"),
        "no pass at all": "a.b.c",
        "a role that is none": signing.dumps([liis.pk, "kuningas", [], "x", "y", 1, 0], salt=passes.SALT),
    }[how]
    client.cookies[passes.COOKIE] = forged
    assert reads(client) is None


def test_a_pass_from_the_future_is_not_fresh_for_ever(liis_reads: Client, clock: Clock) -> None:
    clock.on(days=-1)
    liis_reads.cookies.pop("sessionid")
    assert reads(liis_reads) is None


def test_an_old_pass_is_looked_up_again_and_given_anew(liis_reads: Client, clock: Clock) -> None:
    clock.on(minutes=6)
    found = liis_reads.get("/kasiraamat/")
    assert found.json()["audience"] == COUNSELLOR
    assert passes.COOKIE in found.cookies


def test_a_new_role_is_there_within_five_minutes(liis_reads: Client, liis: User, clock: Clock) -> None:
    RoleGrant.objects.create(user=liis, role=Facilitator.key, since=clock.moment)
    assert reads(liis_reads) == COUNSELLOR
    clock.on(minutes=6)
    assert reads(liis_reads) == "counselling+groups+staff"


def test_a_leaver_reads_no_longer_than_five_minutes(
    liis_reads: Client, liis: User, peeter: User, kadri: User, clock: Clock
) -> None:
    mark_left(by=peeter, user=liis, successor=kadri)
    clock.on(minutes=6)
    assert reads(liis_reads) is None
    assert liis_reads.cookies[passes.COOKIE].value == ""


def test_signing_out_takes_the_pass_at_once(liis_reads: Client) -> None:
    liis_reads.post("/valju/")
    assert liis_reads.cookies[passes.COOKIE].value == ""
    assert reads(liis_reads) is None


def test_a_copy_of_the_pass_dies_with_the_session(liis_reads: Client, clock: Clock) -> None:
    copy = liis_reads.cookies[passes.COOKIE].value
    session = liis_reads.cookies["sessionid"].value
    liis_reads.post("/valju/")
    thief = Client()
    thief.cookies[passes.COOKIE], thief.cookies["sessionid"] = copy, session
    clock.on(minutes=6)
    assert reads(thief) is None


def test_a_new_password_ends_other_sessions_passes(liis_reads: Client, liis: User, clock: Clock) -> None:
    liis.set_password("hoopis-teine-vihmane-tee")
    liis.save()
    clock.on(minutes=6)
    assert reads(liis_reads) is None


def test_a_session_that_runs_out_does_not_interrupt_a_call(liis_reads: Client, liis: User, clock: Clock) -> None:
    Session.objects.update(expire_date=clock.moment + timedelta(minutes=10))
    clock.on(minutes=12)
    assert reads(liis_reads) == COUNSELLOR
    clock.on(minutes=30)
    assert reads(liis_reads) == COUNSELLOR
    clock.on(hours=1)
    assert reads(liis_reads) is None


@pytest.mark.parametrize("what", ["left", "password", "session ended", "other session"])
def test_only_the_clock_excuses_a_session(liis_reads: Client, liis: User, clock: Clock, what: str) -> None:
    Session.objects.update(expire_date=clock.moment + timedelta(minutes=1))
    clock.on(minutes=6)
    if what == "left":
        User.objects.filter(pk=liis.pk).update(is_active=False)
    elif what == "password":
        liis.set_password("hoopis-teine-vihmane-tee")
        liis.save()
    elif what == "session ended":
        Session.objects.all().delete()
    else:
        liis_reads.cookies["sessionid"] = "muu"
    assert reads(liis_reads) is None


def test_reading_goes_on_for_hours_when_the_database_is_lost(
    liis_reads: Client, clock: Clock, database: Database, settings: Any
) -> None:
    database.lose()
    clock.on(hours=settings.PASS_HOURS - 1)
    found = liis_reads.get("/kasiraamat/").json()
    assert (found["audience"], found["lost"]) == (COUNSELLOR, True)
    clock.on(hours=1)
    assert reads(liis_reads) is None


def test_a_lost_database_is_not_waited_for_by_every_reader(
    liis_reads: Client, clock: Clock, database: Database
) -> None:
    database.lose()
    clock.on(minutes=6)
    assert reads(liis_reads) == COUNSELLOR
    database.find()
    clock.on(seconds=passes.RETRY_SECONDS - 1)
    assert liis_reads.get("/kasiraamat/").json()["lost"] is True
    clock.on(seconds=2)
    assert liis_reads.get("/kasiraamat/").json()["lost"] is False


def test_a_required_second_step_is_asked_for_before_any_pass(client: Client, liis: User, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    client.force_login(liis)
    client.get("/laud/")
    assert passes.COOKIE not in client.cookies
    assert reads(client) is None


def test_the_administrators_mode_counts_from_the_next_page(client: Client, peeter: User, clock: Clock) -> None:
    client.force_login(peeter)
    client.get("/laud/")
    assert reads(client) is None
    enter_admin_mode(by=peeter, reason="Kasutaja ei näe lehte")
    client.post("/laud/")
    assert reads(client) == "counselling+groups+leadership+staff+ak"


def test_whoever_signs_in_next_on_the_same_machine_reads_as_themselves(
    liis_reads: Client, aino: User, clock: Clock
) -> None:
    liis_reads.force_login(aino)
    liis_reads.get("/laud/")
    found = liis_reads.get("/kasiraamat/").json()
    assert (found["user"], found["audience"]) == (aino.pk, "groups+staff")


def test_the_pass_holds_no_session_and_no_name(liis_reads: Client, liis: User) -> None:
    data = signing.loads(liis_reads.cookies[passes.COOKIE].value, salt=passes.SALT)
    text = str(data)
    assert liis_reads.cookies["sessionid"].value not in text
    assert liis.email not in text
    assert "Liis" not in text
    assert data[5] <= timezone.now().timestamp()
