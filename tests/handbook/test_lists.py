"""Lists of a large handbook: as many queries for thirty pages as for three, and never another's page among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.handbook_fixtures import draft_page, latest, passage, send
from tests.reading_plugin import SignIn

from metoodik.handbook import digests, front_matter
from metoodik.handbook.content import Restriction
from metoodik.handbook.desk.clearance import waiting_for
from metoodik.handbook.front_matter import front_matter_of
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.restrictions import marked_for
from metoodik.handbook.upkeep import kept_pages
from metoodik.people.models import User

pytestmark = pytest.mark.django_db

DESKS = ("/", "/toimetus/", "/ulevaatamine/", "/piirangud/", "/seis/")


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """Each story begins as a process does: nothing of any page is known."""
    front_matter.forget()
    digests.forget()
    yield
    front_matter.forget()
    digests.forget()


def known(version: Version) -> front_matter.FrontMatter:
    return front_matter_of([(version.pk, version.content_hash)])[version.pk]


def test_what_lists_ask_of_a_page_is_read_from_its_content_once(
    danger: GuidancePage, in_force: Callable[..., Version]
) -> None:
    version = in_force(danger)
    said = version.page_content

    first = known(version)
    with CaptureQueriesContext(connection) as asked:
        again = known(version)

    assert len(asked) == 0
    assert again == first
    assert (first.section, first.slug, first.access) == (said.section, said.slug, said.access.value)
    assert set(first.audiences) == {each.value for each in said.audiences}
    assert (first.months, first.has_sources) == (said.review_months, bool(said.sources))
    assert not first.is_marked


def test_a_marked_passage_is_known_when_its_page_changes_and_when_it_is_opened(
    tiina: User, liis: User, section: SectionPage, in_force: Callable[..., Version]
) -> None:
    today = timezone.localdate()
    marking = Restriction("AvTS § 35 lg 1 p 9", "Amet (näidis)", today, today + timedelta(days=365))
    codes = passage("Uksekood")
    page = draft_page(tiina, section, passages=(passage("Jää liinile"), codes))
    assert not known(in_force(page)).is_marked
    assert marked_for(tiina) == []

    draft = latest(page)
    draft.write_passages((passage("Jää liinile"), replace(codes, restriction=marking)))
    draft.save_revision(user=tiina)

    assert known(in_force(page)).is_marked
    assert [each.heading for each in marked_for(tiina)] == ["Uksekood"]
    assert marked_for(liis) == []


def test_what_waits_for_a_word_is_what_others_wrote(danger: GuidancePage, tiina: User, rein: User) -> None:
    version = send(danger, tiina)
    every = Version.objects.in_clearance_lightly()

    for person in (tiina, rein):
        assert waiting_for(person) == [each for each in every if each.waits_for(person)]
    assert version in waiting_for(rein)
    assert list(every.not_written_by(tiina)) == []
    assert list(every.not_written_by(rein)) == [version]


@pytest.mark.parametrize("path", DESKS)
def test_thirty_pages_cost_as_many_queries_as_three(
    path: str, tiina: User, sign_in: SignIn, section: SectionPage, in_force: Callable[..., Version]
) -> None:
    client = sign_in(tiina)

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def fill(numbers: range) -> None:
        for number in numbers:
            page = draft_page(tiina, section, f"Leht {number}")
            if number % 3:
                in_force(page)
            else:
                send(page, tiina)

    fill(range(6))
    few = queries()
    fill(range(6, 30))

    assert queries() == few
    assert len(kept_pages()) == 20
