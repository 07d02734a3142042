"""The handbook of another day, and what changed between two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.editions_plugin import Shelf, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions.actions import make_edition
from metoodik.handbook.content import Audience
from metoodik.people.models import User


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
