"""Liis reads the handbook: pages, contents, links, marks, and how little it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.editions_plugin import SECTION, Shelf, key, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions import rendering
from metoodik.editions.actions import make_edition, warn, withdraw_at_once
from metoodik.handbook.content import (
    Access,
    Audience,
    Checklist,
    Contact,
    Passage,
    Phrase,
    Restriction,
    Risk,
    Source,
    Steps,
    Table,
    Text,
    Warning,
    fingerprint,
)
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

type Counts = Callable[..., AbstractContextManager[object]]


def test_a_page_costs_no_query_and_no_session_when_the_pass_is_fresh(
    shelf: Shelf, tiina: User, liis: User, sign_in: SignIn, django_assert_num_queries: Counts
) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    client = sign_in(liis)
    client.get("/kasiraamat/et/leht-1/")
    for path in (
        "/kasiraamat/",
        "/kasiraamat/et/leht-1/",
        "/kasiraamat/et/osa/ohutus/",
        "/valjaanded/",
        "/valjaanded/1/",
    ):
        with django_assert_num_queries(0):
            response = client.get(path)
        assert response.status_code == 200
        assert not response.wsgi_request.session.accessed
    with django_assert_num_queries(0):
        assert client.post("/otsi/", {"words": "enese"}).status_code == 200
        assert client.get("/ohutus/teated.json").status_code == 200


def test_a_page_is_drawn_once_and_kept(
    shelf: Shelf, tiina: User, liis: User, marko: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    first, second = sign_in(liis), sign_in(liis)
    body(first, "/kasiraamat/et/leht-1/")

    def again(*_: object, **__: object) -> None:
        raise AssertionError("drawn a second time")

    monkeypatch.setattr(rendering, "draw_page", again)
    assert "Enesetapurisk" in body(second, "/kasiraamat/et/leht-1/")


def test_a_browser_asks_again_and_gets_nothing_new(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    client = sign_in(liis)
    first = client.get("/kasiraamat/et/leht-1/")
    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    again = client.get("/kasiraamat/et/leht-1/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == "private, no-cache"
    warn(by=tiina, page_key=key(1), sentence_et="Loe enne juhtivspetsialistiga läbi.")
    warned = client.get("/kasiraamat/et/leht-1/", headers={"If-None-Match": first["ETag"]})
    assert warned.status_code == 200
    assert "Loe enne juhtivspetsialistiga läbi." in warned.text


def test_another_reader_never_gets_the_first_ones_page(
    shelf: Shelf, tiina: User, liis: User, kadri: User, sign_in: SignIn
) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    tag = sign_in(liis).get("/kasiraamat/et/leht-1/")["ETag"]
    assert sign_in(kadri).get("/kasiraamat/et/leht-1/", headers={"If-None-Match": tag}).status_code == 200


def test_a_language_has_its_own_page_in_the_cache(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    client = sign_in(liis)
    estonian = client.get("/kasiraamat/et/leht-1/")
    client.cookies["metoodik_language"] = "en"
    english = client.get("/kasiraamat/et/leht-1/", headers={"If-None-Match": estonian["ETag"]})
    assert english.status_code == 200
    assert "Approved by" in english.text


def test_every_kind_of_block_is_shown(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    et = "Kas te mõtlete enesetapule?"
    blocks = (
        Text("b1", "<p>Esmalt <b>kuula</b>.</p>"),
        Steps("b2", ("Helista <b>112</b>.", "Jää liinile.")),
        Phrase("b3", et, ru="Вы думаете о самоубийстве?", ru_source="vana"),
        Phrase("b4", "Olen teiega.", en="I am with you.", en_source=fingerprint("Olen teiega.")),
        Warning("b5", "<p>Ära jäta üksi.</p>"),
        Checklist("b6", ("Koht on teada.",)),
        Table("b7", "Kuhu suunata", ("Olukord", "Koht"), (("Oht kohe", "112"),)),
        Contact("b8", "Ohvriabi kriisitelefon", "116 006", "ööpäev läbi", "Eesti, vene ja inglise keeles."),
    )
    shelf.put(page(1, "Enesetapurisk", Passage(key(10), "Küsi otse", blocks)))
    make_edition(by=tiina)
    html = body(sign_in(liis), "/kasiraamat/et/leht-1/")
    for words in (
        "<b>kuula</b>",
        "Helista <b>112</b>.",
        et,
        "Вы думаете",
        "I am with you.",
        "Ära jäta üksi.",
        "Koht on teada.",
    ):
        assert words in html
    assert 'data-state="stale"' in html
    assert 'data-state="missing"' in html
    assert '<td data-label="Koht">112</td>' in html
    assert 'href="tel:116006"' in html
    assert 'id="l-00000000"' in html


def test_nothing_in_a_page_becomes_script(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    hostile = Text("b1", '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x()">b</a></p>')
    shelf.put(
        page(1, "<script>t</script>", Passage(key(10), "<img src=x>", (hostile, Steps("b2", ("<i onx=1>c</i>",)))))
    )
    make_edition(by=tiina)
    html = body(sign_in(liis), "/kasiraamat/et/leht-1/")
    for wrong in ("<script>t", "<script>alert", "javascript:", "onclick", "<img", "onx"):
        assert wrong not in html


def test_links_stay_within_the_same_edition_and_unknown_ones_are_plain_words(
    shelf: Shelf, tiina: User, liis: User, sign_in: SignIn
) -> None:
    links = (
        f'<p><a href="metoodik:page/{key(2)}#{key(20)}">Turvaplaan</a> <a href="metoodik:page/{key(3)}">Grupi kord</a> '
        '<a href="https://www.riigiteataja.ee/">Riigi Teataja</a></p>'
    )
    shelf.put(
        page(1, "Enesetapurisk", Passage(key(10), "Küsi", (Text("b1", links),))),
        page(2, "Turvaplaan", slug="turvaplaan"),
        page(3, "Grupi kord", audiences=(Audience.GROUPS,), slug="grupi-kord"),
    )
    make_edition(by=tiina)
    client = sign_in(liis)
    now = body(client, "/kasiraamat/et/leht-1/")
    assert '<a href="/kasiraamat/et/turvaplaan/#l-00000000">Turvaplaan</a> Grupi kord' in now
    assert '<a href="https://www.riigiteataja.ee/" rel="noopener noreferrer">' in now
    assert '<a href="/valjaanded/1/et/turvaplaan/#l-00000000">Turvaplaan</a>' in body(
        client, "/valjaanded/1/et/leht-1/"
    )


def test_the_page_says_where_it_comes_from(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    shelf.put(
        page(1, "Enesetapurisk", risk=Risk.SAFETY, legal_basis=(Source("Lastekaitseseadus § 27"),)),
        page(2, "Lein"),
    )
    make_edition(by=tiina)
    client = sign_in(liis)
    client.cookies["metoodik_language"] = "en"
    html = body(client, "/kasiraamat/et/leht-1/")
    for words in ("Safety page", "Rein Mets", "Tiina Kask", "Lastekaitseseadus § 27", "Sample content.", "01.05.2027"):
        assert words in html
    assert ">none</p>" in html
    assert timezone.localdate().strftime("%d.%m.%Y") in html


def test_an_overdue_review_is_told_without_alarm(
    shelf: Shelf, tiina: User, liis: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2027, 6, 1))
    client = sign_in(liis)
    client.cookies["metoodik_language"] = "en"
    assert "was planned for 01.05.2027; the text stays in force" in body(client, "/kasiraamat/et/leht-1/")


def test_an_ak_page_shows_its_mark_stays_in_no_cache_and_every_read_is_recorded(
    shelf: Shelf, tiina: User, liis: User, marko: User, sign_in: SignIn
) -> None:
    authority = "Sotsiaalkindlustusamet (näidis)"
    restriction = Restriction("AvTS § 35 lg 1 p 9", authority, date(2026, 10, 1), date(2031, 9, 30))
    shelf.put(page(1, "Ähvardav helistaja", access=Access.RESTRICTED, restriction=restriction), page(2, "Lein"))
    make_edition(by=tiina)
    lead = sign_in(marko)
    for path in ("/kasiraamat/et/leht-1/", "/valjaanded/1/et/leht-1/"):
        response = lead.get(path)
        assert response["Cache-Control"] == "no-store"
        for words in ("AvTS § 35 lg 1 p 9", authority, "01.10.2026–30.09.2031"):
            assert words in response.text
    entries = AuditEntry.objects.filter(action="editions.restricted_read")
    assert [each.actor_id for each in entries] == [marko.pk, marko.pk]
    counsellor = sign_in(liis)
    assert counsellor.get("/kasiraamat/et/leht-1/").status_code == 404
    assert "Ähvardav" not in body(counsellor, "/kasiraamat/")


def test_a_page_in_three_languages_switches_in_place(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    own = page(1, "Enesetapurisk")
    russian = replace(own, locale="ru", slug="risk", title="Риск самоубийства")
    shelf.sections.append(replace(SECTION, locale="ru", slug="bezopasnost", title="Безопасность"))
    shelf.put(own, russian)
    make_edition(by=tiina)
    client = sign_in(liis)
    assert 'href="/kasiraamat/ru/risk/"' in body(client, "/kasiraamat/et/leht-1/")
    assert '<h1 lang="ru">Риск самоубийства</h1>' in body(client, "/kasiraamat/ru/risk/")
    assert client.get(f"/p/{key(1)}/")["Location"] == "/kasiraamat/et/leht-1/"
    client.cookies["metoodik_language"] = "ru"
    assert client.get(f"/p/{key(1)}/")["Location"] == "/kasiraamat/ru/risk/"
    assert "Риск самоубийства" in body(client, "/kasiraamat/")
    assert client.get("/kasiraamat/et/osa/ohutus/")["Location"] == "/kasiraamat/ru/osa/bezopasnost/"


def test_a_section_lists_its_pages_with_what_each_is_for(
    shelf: Shelf, tiina: User, liis: User, sign_in: SignIn
) -> None:
    shelf.put(page(1, "Lein"), page(2, "Enesetapurisk", risk=Risk.SAFETY))
    make_edition(by=tiina)
    html = body(sign_in(liis), "/kasiraamat/et/osa/ohutus/")
    assert html.index("Enesetapurisk") < html.index("Lein")
    assert "Kokkuvõte: Lein." in html


def test_a_withdrawn_passage_is_not_in_the_page_at_all(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi otse", "Vale nõuanne."), passage(12, "Kuula", "Õige nõuanne."))
    )
    make_edition(by=tiina)
    withdraw_at_once(by=tiina, page_key=key(1), passage_key=key(11), sentence_et="Lause oli vale. Helista 112.")
    client = sign_in(liis)
    for path in ("/kasiraamat/et/leht-1/", "/valjaanded/1/et/leht-1/"):
        html = body(client, path)
        assert "Vale nõuanne." not in html
        assert "Lause oli vale. Helista 112." in html
        assert "Õige nõuanne." in html
    withdraw_at_once(by=tiina, page_key=key(1), sentence_et="Kogu leht on ümbertegemisel.")
    assert "Õige nõuanne." not in body(client, "/kasiraamat/et/leht-1/")
    for path in ("/kasiraamat/et/leht-1/", "/kasiraamat/", "/valjaanded/1/"):
        assert "Kokkuvõte" not in body(client, path)


def test_before_the_first_edition_the_handbook_says_what_will_be_here(liis: User, sign_in: SignIn) -> None:
    client = sign_in(liis)
    client.cookies["metoodik_language"] = "en"
    assert "No edition has been made yet." in body(client, "/kasiraamat/")
    assert "No edition has been made yet." in body(client, "/valjaanded/")
    assert client.get("/kasiraamat/et/leht-1/").status_code == 404


def test_an_administrator_is_told_which_permission_is_missing(peeter: User, sign_in: SignIn) -> None:
    assert sign_in(peeter).get("/kasiraamat/").status_code == 403


def test_signed_out_people_are_asked_to_sign_in() -> None:
    response = Client().get("/kasiraamat/et/leht-1/")
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/login/")


def test_an_old_edition_says_so_before_anything_else(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi otse", "Varasem lause.")), page(2, "Kadunud leht"))
    make_edition(by=tiina, at=timezone.now() - timedelta(days=10))
    shelf.pages.clear()
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi otse", "Praegune lause.")))
    make_edition(by=tiina)
    client = sign_in(liis)
    client.cookies["metoodik_language"] = "en"
    old = body(client, "/valjaanded/1/et/leht-1/")
    assert "This is old edition 1." in old
    assert "Varasem lause." in old
    assert 'href="/kasiraamat/et/leht-1/"' in old
    assert "The page is in force no more." in body(client, "/valjaanded/1/et/leht-2/")
    assert "This is old edition 1." in body(client, "/valjaanded/1/")
    assert "This is old edition" not in body(client, "/kasiraamat/et/leht-1/")
    assert client.get("/kasiraamat/et/leht-2/").status_code == 404


def test_a_kept_page_carries_each_readers_own_token_and_nothing_of_the_first_reader(
    shelf: Shelf, tiina: User, liis: User, kadri: User, sign_in: SignIn
) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    first, second = sign_in(liis), sign_in(kadri)
    html = [body(each, "/kasiraamat/et/leht-1/") for each in (first, second)]
    tokens = [re.findall(r'csrfmiddlewaretoken" value="(\w+)"', each) for each in html]
    readers = [re.findall(r'data-reader="(\w+)"', each) for each in html]
    assert readers[0] != readers[1]
    assert not set(tokens[0]) & set(tokens[1])
    second.handler.enforce_csrf_checks = True
    answer = second.post("/otsi/", {"words": "enese", "csrfmiddlewaretoken": tokens[1][0]})
    assert answer.status_code == 200
    assert second.post("/otsi/", {"words": "enese", "csrfmiddlewaretoken": "x" * 64}).status_code == 403
