"""A passage over editions, and words cited by an instant: by hidden passages, erased ones, clocks that turn back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.editions_plugin import Shelf, key, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions import reading
from metoodik.editions.actions import make_edition, withdraw_at_once
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.history import life_of
from metoodik.editions.models_history import PageInEdition
from metoodik.editions.views.history import Moment, clock_of
from metoodik.handbook.content import Audience, Restriction
from metoodik.people.models import User

COUNSELLING = AudienceClass(frozenset({"staff", "counselling"}))
MARKED = Restriction("AvTS § 35 lg 1 p 9", "Amet", date(2026, 10, 1), date(2031, 9, 30))


@pytest.fixture(autouse=True)
def editions(shelf: Shelf, tiina: User) -> None:
    """Six editions; the first passage is changed in the fourth, page 3 leaves in the fifth."""
    begin = timezone.now() - timedelta(days=30)
    for number in range(6):
        words = "Küsi varsti otse." if number < 3 else "Küsi kohe otse."
        hidden = replace(passage(13, "Peidik", f"Kood Samblik {number}."), restriction=MARKED)
        shelf.pages.clear()
        shelf.put(
            page(1, "Enesetapurisk", passage(11, "Küsi otse", words), passage(12, "Kuula", "Kuula lõpuni."), hidden),
            page(2, "Grupi kord", audiences=(Audience.GROUPS,)),
            page(9, f"Muutuv {number}"),
        )
        if number < 4:
            shelf.put(page(3, "Vana leht"))
        make_edition(by=tiina, at=begin + timedelta(days=number * 5))


def test_a_passage_has_a_wording_for_each_change_and_its_range_of_editions() -> None:
    life = life_of(key(1), "et", key(11), COUNSELLING)
    assert [(each.first, each.last) for each in life] == [(4, 6), (1, 3)]
    assert life[0].until is None
    assert life[1].until == life[0].since
    said = [(part.kind, part.text.strip()) for part in life[0].changes[0].parts if part.kind != "same"]
    assert said == [("removed", "varsti"), ("added", "kohe")]
    assert life[0].provenance is not None
    assert life[0].provenance.approved_by == "Rein Mets"


def test_what_stayed_the_same_opens_one_edition_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    numbered = reading.numbered

    def counted(number: int, *args: Any, **kwargs: Any) -> Any:
        opened.append(number)
        return numbered(number, *args, **kwargs)

    monkeypatch.setattr(reading, "numbered", counted)
    assert len(life_of(key(3), "et", "", COUNSELLING)) == 1
    assert opened == [1, 5]


def test_editions_without_a_record_are_read_from_their_content() -> None:
    PageInEdition.objects.all().delete()
    assert [each.first for each in life_of(key(1), "et", key(11), COUNSELLING)] == [4, 1]


def test_a_change_of_an_ak_passage_is_no_change_to_those_without_the_right() -> None:
    assert [each.first for each in life_of(key(1), "et", "", COUNSELLING)] == [4, 1]
    assert life_of(key(1), "et", key(13), COUNSELLING) == []
    right = AudienceClass(COUNSELLING.circles, restricted=True)
    assert len(life_of(key(1), "et", key(13), right)) == 6


def test_history_is_for_those_who_may_see_it(liis: User, aino: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    html = body(client, f"/p/{key(1)}/{key(11)}/ajalugu/")
    assert "varsti" in html
    assert "Editions 1–3" in html
    assert "Samblik" not in body(client, f"/p/{key(1)}/ajalugu/")
    assert client.get(f"/p/{key(1)}/{key(13)}/ajalugu/").status_code == 404
    assert client.get(f"/p/{key(2)}/ajalugu/").status_code == 404
    assert sign_in(aino, "en").get(f"/p/{key(2)}/ajalugu/").status_code == 200
    assert "No longer in force" in body(client, f"/p/{key(3)}/ajalugu/")


def test_withdrawn_words_are_not_shown_in_the_history(liis: User, marko: User, sign_in: SignIn) -> None:
    withdraw_at_once(by=marko, page_key=key(1), passage_key=key(11), sentence_et="Ära kasuta.")
    html = body(sign_in(liis, "en"), f"/p/{key(1)}/{key(11)}/ajalugu/")
    assert "varsti" not in html
    assert "Withdrawn from use" in html


def test_the_text_of_an_instant_is_cited_with_its_edition_time_and_hash(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    on, clock = clock_of(timezone.now() - timedelta(days=23))
    whole = body(client, f"/p/{key(1)}/{on}/{clock}/")
    assert "Küsi varsti otse." in whole
    assert "edition 2" in whole
    assert f"http://testserver/p/{key(1)}/{on}/{clock}/" in whole
    assert "Samblik" not in whole
    part = body(client, f"/p/{key(1)}/{on}/{clock}/{key(12)}/")
    assert "Kuula lõpuni." in part
    assert "Küsi varsti" not in part
    edition = reading.numbered(2, COUNSELLING)
    assert edition is not None
    read = edition.page_by_key(key(1), "et")
    assert read is not None
    assert read.passage_hashes[key(12)][:16] in part
    assert client.get(f"/p/{key(2)}/{on}/{clock}/").status_code == 404


def test_what_was_not_in_force_is_said_plainly(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")

    def said(days: int, page_key: str) -> str:
        on, clock = clock_of(timezone.now() - timedelta(days=days))
        response = client.get(f"/p/{page_key}/{on}/{clock}/")
        assert response.status_code == 404
        return response.text

    assert "still to come" in said(-2, key(1))
    assert "not yet in force" in said(300, key(1))
    assert "out of force" in said(1, key(3))
    assert "Vana leht" not in said(1, key(2))


def test_a_day_leads_to_the_text_of_each_of_its_editions(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    day = timezone.localdate() - timedelta(days=23)
    html = body(client, f"/p/{key(1)}/{day:%Y-%m-%d}/")
    assert f"/p/{key(1)}/{day:%Y-%m-%d}/00.00/" in html


def test_the_clocks_of_spring_and_autumn() -> None:
    assert Moment(date(2026, 3, 29), "03.30").instants == []
    first, second = Moment(date(2026, 10, 25), "03.30").instants
    assert second - first == timedelta(hours=1)
    assert Moment(date(2026, 10, 25), "03.30+03").instants == [first]
    assert clock_of(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == ("2026-10-25", "03.30+02")
    assert clock_of(datetime(2026, 7, 1, 9, 0, tzinfo=UTC)) == ("2026-07-01", "12.00")
    assert Moment(date(2026, 7, 1), "25.00").instants == []
