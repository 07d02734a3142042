"""Liis looks for words in a call: they come by POST and stay nowhere."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.editions_plugin import Shelf, key, page, passage
from tests.reading_plugin import SignIn

from metoodik.editions.actions import make_edition, warn, withdraw_at_once
from metoodik.handbook.content import Access, Restriction
from metoodik.people.models import User

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def edition(shelf: Shelf, tiina: User) -> None:
    """Yesterday's words and today's."""
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi rahulikult, kas inimene mõtleb surmast.")))
    make_edition(by=tiina, at=timezone.now() - timedelta(days=1))
    shelf.pages.clear()
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi otse, kas inimene mõtleb enesetapule.")))
    make_edition(by=tiina)


def test_the_beginning_of_a_word_finds_the_passage_with_the_word_marked(liis: User, sign_in: SignIn) -> None:
    answer = sign_in(liis).post("/otsi/", {"words": "enesetap"}, headers=HTMX)
    assert "<mark>enesetapule</mark>" in answer.text
    assert 'href="/kasiraamat/et/leht-1/#l-00000000"' in answer.text
    assert "<html" not in answer.text


def test_the_form_works_without_scripts(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    empty = client.get("/otsi/")
    assert 'method="post"' in empty.text
    whole = client.post("/otsi/", {"words": "enesetap"})
    assert "<mark>enesetapule</mark>" in whole.text
    assert "<html" in whole.text


def test_the_words_stay_nowhere(liis: User, sign_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    client = sign_in(liis)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/otsi/", {"words": "kadunudvend"})
        asked = client.get("/otsi/?words=enesetap")
    assert "kadunudvend" not in answer.text
    assert not any("kadunudvend" in f"{name}{value}" for name, value in answer.items())
    assert "kadunudvend" not in caplog.text
    assert answer["Cache-Control"] == "no-store"
    assert "<mark>" not in asked.text


def test_nothing_found_says_what_to_try(liis: User, sign_in: SignIn) -> None:
    answer = sign_in(liis, "en").post("/otsi/", {"words": "qqqq"}, headers=HTMX)
    assert "Nothing found." in answer.text
    assert 'href="/kasiraamat/"' in answer.text


def test_no_words_give_no_list(liis: User, sign_in: SignIn) -> None:
    answer = sign_in(liis).post("/otsi/", {"words": "   "}, headers=HTMX)
    assert "<li" not in answer.text
    assert "Nothing" not in answer.text


@pytest.mark.parametrize("words", ["a" * 70_000, "\x00\x1b", "🙂🙂", "‮abc", "<script>", "%s {} {{ x }}", "\"'--"])
def test_no_words_break_it(liis: User, sign_in: SignIn, words: str) -> None:
    assert sign_in(liis).post("/otsi/", {"words": words}, headers=HTMX).status_code == 200


def test_an_old_edition_is_searched_in_its_own_words(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis, "en")
    assert "<mark>surmast</mark>" in client.post("/valjaanded/1/otsi/", {"words": "surmast"}, headers=HTMX).text
    assert "<mark>" not in client.post("/otsi/", {"words": "surmast"}, headers=HTMX).text
    whole = client.get("/valjaanded/1/otsi/").text
    assert "Search edition 1" in whole
    assert "This is old edition 1." in whole


def test_a_warning_stands_on_the_hit_and_a_withdrawn_text_is_not_quoted(
    liis: User, tiina: User, sign_in: SignIn
) -> None:
    client = sign_in(liis)
    warn(by=tiina, page_key=key(1), passage_key=key(11), sentence_et="Loe koos juhtivspetsialistiga.")
    warned = client.post("/otsi/", {"words": "enesetapule"}, headers=HTMX).text
    assert "Loe koos juhtivspetsialistiga." in warned
    assert "<mark>enesetapule</mark>" in warned
    withdraw_at_once(by=tiina, page_key=key(1), passage_key=key(11), sentence_et="Lause oli vale.")
    withdrawn = client.post("/otsi/", {"words": "enesetapule"}, headers=HTMX).text
    assert "Lause oli vale." in withdrawn
    assert "<mark>enesetapule</mark>" not in withdrawn


def test_search_wants_the_forms_token(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    client.handler.enforce_csrf_checks = True
    assert client.post("/otsi/", {"words": "enesetap"}).status_code == 403


def test_the_desk_has_search_in_focus_and_other_pages_have_it_on_top(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    assert "autofocus" in client.get("/").text
    assert 'action="/otsi/"' in client.get("/konto/").text


def test_ak_words_are_found_but_read_on_the_page_alone(shelf: Shelf, tiina: User, marko: User, sign_in: SignIn) -> None:
    restriction = Restriction("AvTS § 35 lg 1 p 9", "Amet (näidis)", date(2026, 10, 1), date(2031, 9, 30))
    secret = passage(71, "Kes helistab", "Sadamavaht räägib tasa.")
    shelf.put(page(7, "Ähvardaja", secret, access=Access.RESTRICTED, restriction=restriction))
    make_edition(by=tiina)
    html = sign_in(marko).post("/otsi/", {"words": "sadamavaht"}, headers=HTMX).text
    assert "Kes helistab" in html
    assert "Sadamavaht" not in html
    assert "tasa" not in html
