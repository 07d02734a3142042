"""The handbook of another day, and what changed between two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.editions_plugin import Shelf, key, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions import reading
from metoodik.editions.actions import make_edition, warn, withdraw_at_once
from metoodik.handbook.addresses import PAGE, Address
from metoodik.handbook.content import Access, Audience, Restriction
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry


@pytest.fixture(autouse=True)
def editions(shelf: Shelf, tiina: User) -> None:
    """Edition 1 of nine days ago, edition 2 of today, edition 3 that comes in five days."""
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi varsti."), passage(12, "Kuula", "Kuula lõpuni.")),
        page(2, "Grupi kord", audiences=(Audience.GROUPS,)),
        page(3, "Vana leht"),
    )
    make_edition(by=tiina, note="Esimene", at=timezone.now() - timedelta(days=9))
    shelf.pages.clear()
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi kohe", "Küsi kohe."), passage(12, "Kuula", "Kuula lõpuni.")),
        page(2, "Grupi kord", passage(21, "Salajane", "Muutunud."), audiences=(Audience.GROUPS,)),
        page(4, "Uus leht"),
    )
    shelf.put(page(5, "Tuleb hiljem"), since=timezone.now() + timedelta(days=5))
    make_edition(by=tiina, note="Teine")


def test_the_list_says_from_when_until_when_and_what_is_new(liis: User, sign_in: SignIn) -> None:
    html = body(sign_in(liis, "en"), "/valjaanded/")
    assert html.index("Edition 2") < html.index("Edition 1")
    assert "Esimene" in html
    assert "Edition 3" not in html
    assert 'href="/valjaanded/vordle/1/2/"' in html


def test_a_day_is_looked_up_by_its_date(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    day = timezone.localdate() - timedelta(days=3)
    found = client.get("/valjaanded/", {"paev": day.strftime("%d.%m.%Y")}, follow=True)
    assert found.redirect_chain[-1][0] == f"/valjaanded/paev/{day:%Y-%m-%d}/"
    assert "Edition 1" in found.text
    assert "/valjaanded/2/" not in found.text
    today = body(client, f"/valjaanded/paev/{timezone.localdate():%Y-%m-%d}/")
    assert today.index("Edition 1") < today.index("Edition 2")
    assert "No edition was in force" in body(client, "/valjaanded/paev/2020-01-01/")
    assert "still ahead" in body(client, "/valjaanded/paev/2199-01-01/")
    assert client.get("/valjaanded/paev/2026-13-45/").status_code == 404
    assert client.get("/valjaanded/", {"paev": "eile"}).status_code == 200


def test_two_editions_are_compared_in_words_within_what_one_may_read(liis: User, sign_in: SignIn) -> None:
    html = body(sign_in(liis, "en"), "/valjaanded/vordle/1/2/")
    for words in ("Uus leht", "Vana leht", "New page", "No longer in the handbook", "Reworded", "<del>", "<ins>"):
        assert words in html
    assert 'id="l-00000000"' in html
    assert "Kuula lõpuni" not in html
    assert "Grupi kord" not in html
    assert "Salajane" not in html


def test_withdrawn_words_are_not_read_in_a_comparison_either(tiina: User, liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    withdraw_at_once(by=tiina, page_key=key(1), passage_key=key(11), sentence_et="Lause oli vale. Helista 112.")
    warn(by=tiina, page_key=key(4), sentence_et="Loe koos kolleegiga.")
    html = body(client, "/valjaanded/vordle/1/2/")
    for words in ("Lause oli vale. Helista 112.", "Loe koos kolleegiga.", "Uus leht: esimene lõik"):
        assert words in html
    for words in ("varsti", "Küsi kohe."):
        assert words not in html
    withdraw_at_once(by=tiina, page_key=key(4), sentence_et="Leht on ümbertegemisel.")
    html = body(client, "/valjaanded/vordle/1/2/")
    assert "Leht on ümbertegemisel." in html
    assert "Uus leht: esimene lõik" not in html


def test_ak_words_read_in_a_comparison_are_recorded(
    shelf: Shelf, tiina: User, marko: User, liis: User, sign_in: SignIn
) -> None:
    restriction = Restriction("AvTS § 35 lg 1 p 9", "Amet (näidis)", date(2026, 10, 1), date(2031, 9, 30))
    shelf.put(page(6, "Ähvardav helistaja", access=Access.RESTRICTED, restriction=restriction))
    make_edition(by=tiina)
    number = reading.history()[0].number
    assert "Ähvardav" not in body(sign_in(liis), f"/valjaanded/vordle/1/{number}/")
    assert "Ähvardav" in body(sign_in(marko), f"/valjaanded/vordle/1/{number}/")
    entry = AuditEntry.objects.get(action="editions.restricted_read")
    assert (entry.actor_id, entry.detail["page"], entry.detail["edition"]) == (marko.pk, key(6), number)


def test_equal_editions_say_that_nothing_differs(liis: User, sign_in: SignIn) -> None:
    assert "Nothing that you may read differs." in body(sign_in(liis, "en"), "/valjaanded/vordle/2/2/")


def test_a_coming_edition_is_opened_only_by_those_who_make_them(liis: User, tiina: User, sign_in: SignIn) -> None:
    reader = sign_in(liis)
    for path in ("/valjaanded/3/", "/valjaanded/3/et/leht-5/", "/valjaanded/3/otsi/", "/valjaanded/vordle/2/3/"):
        assert reader.get(path).status_code == 404
    assert "not in force yet" in body(sign_in(tiina, "en"), "/valjaanded/3/et/leht-5/")
    assert "Tuleb hiljem" in body(sign_in(tiina, "en"), "/valjaanded/vordle/2/3/")


def test_what_never_was_is_not_found(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    for path in (
        "/valjaanded/77/",
        "/valjaanded/77/et/leht-1/",
        "/valjaanded/vordle/1/77/",
        "/valjaanded/1/et/leht-2/",
    ):
        assert client.get(path).status_code == 404


def test_an_address_that_a_page_had_leads_to_where_it_stands_now(
    shelf: Shelf, tiina: User, liis: User, sign_in: SignIn
) -> None:
    shelf.put(page(1, "Enesetapurisk", slug="risk"), page(2, "Grupi kord", slug="grupp", audiences=(Audience.GROUPS,)))
    shelf.addresses = [
        Address(PAGE, "et", "leht-1", key(1), "internal", ("counselling",)),
        Address(PAGE, "et", "leht-2", key(2), "internal", ("counselling",)),
    ]
    make_edition(by=tiina)
    client = sign_in(liis)
    assert client.get("/kasiraamat/et/leht-1/")["Location"] == "/kasiraamat/et/risk/"
    for path in ("/kasiraamat/et/leht-2/", "/kasiraamat/et/leht-3/", "/kasiraamat/et/mujal/"):
        assert client.get(path).status_code == 404, "another circle's, withdrawn, or never there"
    assert client.get("/valjaanded/1/et/leht-1/").status_code == 200


def test_any_two_editions_are_chosen_from_lists(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    assert "Võrdle" in body(client, "/valjaanded/")
    assert client.get("/valjaanded/?enne=2&parast=1")["Location"] == "/valjaanded/vordle/1/2/"
    assert client.get("/valjaanded/?enne=3&parast=1").status_code == 200, "the one that comes is not to be chosen"
    assert '<option value="2" selected>' in body(client, "/valjaanded/vordle/1/2/")
