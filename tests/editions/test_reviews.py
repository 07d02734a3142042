"""Readers see at once that a page was found still right, though no edition is made of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.handbook_fixtures import latest

from metoodik.editions import actions, reading
from metoodik.editions.models import Edition
from metoodik.editions.reviews import Reviews
from metoodik.handbook.actions.upkeep import set_interval, still_right
from metoodik.handbook.days import add_months
from metoodik.handbook.models import GuidancePage, Version
from metoodik.people.models import User

PAGE = "/kasiraamat/et/vahetu-oht/"


@pytest.fixture
def read_page(
    danger: GuidancePage, tiina: User, liis: User, in_force: Callable[..., Version], client: Client
) -> Callable[[], str]:
    """The page as Liis reads it; approved 400 days ago and in an edition."""
    version = in_force(danger)
    then = timezone.now() - timedelta(days=400)
    Version.objects.filter(pk=version.pk).update(submitted_at=then, decided_at=then)
    actions.make_edition(by=tiina)
    client.force_login(liis)

    def read() -> str:
        reading.look_again()
        return client.get(PAGE).content.decode()

    return read


def spoken(day: object) -> str:
    return f"{day:%d.%m.%Y}"


def test_a_review_is_seen_at_once_and_makes_no_edition(
    read_page: Callable[[], str], tiina: User, client: Client
) -> None:
    version = Version.objects.get(target="page")
    due_before = add_months(timezone.localdate(version.decided_at), 12)
    assert spoken(due_before) in read_page()
    kept = client.get(PAGE)["ETag"]

    review = still_right(by=tiina, version=version, checked=["whole"])

    page = read_page()
    assert spoken(timezone.localdate()) in page
    assert spoken(review.next_due) in page
    assert spoken(due_before) not in page
    assert client.get(PAGE, headers={"If-None-Match": kept}).status_code == 200
    assert actions.make_edition(by=tiina) is None
    assert Edition.objects.count() == 1


def test_an_interval_moves_the_day_that_readers_see(read_page: Callable[[], str], tiina: User) -> None:
    version = Version.objects.get(target="page")
    set_interval(by=tiina, versions=[version.pk], months=36)
    assert spoken(add_months(timezone.localdate(version.decided_at), 36)) in read_page()


def test_a_past_edition_keeps_the_day_it_was_made_with(
    read_page: Callable[[], str],
    danger: GuidancePage,
    tiina: User,
    in_force: Callable[..., Version],
    client: Client,
) -> None:
    first = Version.objects.get(target="page")
    review = still_right(by=tiina, version=first, checked=["whole"])
    draft = latest(danger)
    draft.summary = "Kui keegi on praegu ohus."
    draft.save_revision(user=tiina)
    in_force(danger)
    actions.make_edition(by=tiina)
    reading.look_again()
    old = client.get("/valjaanded/1/et/vahetu-oht/").content.decode()
    assert spoken(add_months(timezone.localdate(first.decided_at), 12)) in old
    assert review.next_due.isoformat() not in old


def test_reviews_survive_the_loss_of_the_database(read_page: Callable[[], str], tiina: User) -> None:
    still_right(by=tiina, version=Version.objects.get(target="page"), checked=["whole"])
    read_page()
    known = reading.reviews()
    assert len(known.rows) == 1
    assert Reviews.from_data(known.to_data()) == known
    assert Reviews.from_data(known.to_data()).version == known.version != Reviews().version
