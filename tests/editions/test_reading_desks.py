"""Tiina makes an edition; Marko warns on a passage: their screens, step by step."""

from __future__ import annotations

from django.test import Client
from tests.editions_plugin import Shelf, key, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions.actions import make_edition, warn
from metoodik.editions.models import BuildAttempt, Edition, OverlayEntry
from metoodik.handbook.content import Audience
from metoodik.handbook.pinned import Problem
from metoodik.people.models import User

ACT = {"kind": "warning", "target": key(11), "locale": "all", "sentence_et": "Küsi kohe, ära oota."}


def test_the_coming_edition_is_shown_before_it_is_made(shelf: Shelf, tiina: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi", "Küsi varsti.")))
    client = sign_in(tiina, "en")
    html = body(client, "/valjaanded/koosta/")
    assert "becomes the first edition" in html
    assert "Küsi varsti." in html
    asked = client.post("/valjaanded/koosta/", {"note": "Esimene väljaanne"}, follow=True)
    assert BuildAttempt.objects.count() == 1
    assert asked.redirect_chain[-1][0] == f"/valjaanded/koosta/{BuildAttempt.objects.get().pk}/"


def test_a_making_says_how_it_goes(shelf: Shelf, tiina: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    client = sign_in(tiina, "en")
    waiting = BuildAttempt.objects.create(by=tiina)
    address = f"/valjaanded/koosta/{waiting.pk}/"
    assert "Waiting for the worker" in body(client, address)
    piece = client.get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert f'hx-get="{address}"' in piece
    make_edition(by=tiina, attempt=waiting)
    done = body(client, address)
    assert "Edition 1 is in force since" in done
    assert "hx-get" not in done.split("<main")[1].split("</main")[0]
    again = BuildAttempt.objects.create(by=tiina)
    make_edition(by=tiina, attempt=again)
    assert "Nothing new was approved" in body(client, f"/valjaanded/koosta/{again.pk}/")


def test_what_stands_in_the_way_is_told_and_nothing_is_made(shelf: Shelf, tiina: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    shelf.put(page(2, "Lein"))
    shelf.problems.append(Problem("Lein", "Link viib kadunud lehele."))
    client = sign_in(tiina, "en")
    html = body(client, "/valjaanded/koosta/")
    assert "Link viib kadunud lehele." in html
    assert "Make the edition" not in html
    client.post("/valjaanded/koosta/", {"note": ""})
    from metoodik.editions.tasks import build

    failed = BuildAttempt.objects.first()
    assert failed is not None
    build.func(failed.pk)
    assert Edition.objects.count() == 1
    assert "Link viib kadunud lehele." in body(client, f"/valjaanded/koosta/{failed.pk}/")
    assert "The edition was not made" in body(client, "/")


def test_nothing_new_says_so(shelf: Shelf, tiina: User, sign_in: SignIn) -> None:
    shelf.put(page(1, "Enesetapurisk"))
    make_edition(by=tiina)
    html = body(sign_in(tiina, "en"), "/valjaanded/koosta/")
    assert "Nothing new is approved." in html
    assert "Make the edition</button>" not in html


def _open(shelf: Shelf, tiina: User) -> None:
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi varsti."), passage(12, "Kuula", "Kuula lõpuni.")),
        page(2, "Grupi kord", audiences=(Audience.GROUPS,)),
    )
    make_edition(by=tiina)


def test_a_warning_takes_three_steps_and_stands_over_the_page(
    shelf: Shelf, tiina: User, marko: User, liis: User, sign_in: SignIn
) -> None:
    _open(shelf, tiina)
    lead = sign_in(marko, "en")
    assert f'href="/ohutus/uus/{key(1)}/"' in body(lead, "/ohutus/uus/")
    address = f"/ohutus/uus/{key(1)}/"
    assert "Küsi otse" in body(lead, address)
    looked_over = lead.post(address, ACT)
    assert "Warn on this?" in looked_over.text
    assert "Küsi kohe, ära oota." in looked_over.text
    assert not OverlayEntry.objects.exists()
    back = lead.post(address, {**ACT, "change": "1"})
    assert "Look it over" in back.text
    lead.post(address, {**ACT, "confirmed": "1"})
    assert OverlayEntry.objects.get().by == marko
    assert "Küsi kohe, ära oota." in body(sign_in(liis), "/kasiraamat/et/leht-1/")
    assert "Küsi kohe, ära oota." in body(lead, "/ohutus/")
    assert "Warnings over the handbook" in body(lead, "/")


def test_a_warning_may_name_a_service_but_no_persons_code(
    shelf: Shelf, tiina: User, marko: User, sign_in: SignIn
) -> None:
    _open(shelf, tiina)
    lead, address = sign_in(marko, "en"), f"/ohutus/uus/{key(1)}/"
    for name in ("sentence_et", "sentence_ru"):
        lead.post(address, {**ACT, name: "Helistaja isikukood on 37605030299.", "confirmed": "1"})
        assert not OverlayEntry.objects.exists()
    lead.post(address, {**ACT, "sentence_et": "Õige number on 612 1360.", "confirmed": "1"})
    assert OverlayEntry.objects.get().sentence_et == "Õige number on 612 1360."


def test_a_withdrawal_and_its_lifting(shelf: Shelf, tiina: User, marko: User, liis: User, sign_in: SignIn) -> None:
    _open(shelf, tiina)
    lead, reader = sign_in(marko, "en"), sign_in(liis)
    lead.post(f"/ohutus/uus/{key(1)}/", {**ACT, "kind": "withdrawal", "confirmed": "1"})
    assert "Küsi varsti." not in body(reader, "/kasiraamat/et/leht-1/")
    entry = OverlayEntry.objects.get()
    assert "Show the text again?" in body(lead, f"/ohutus/{entry.pk}/tuhista/")
    lead.post(f"/ohutus/{entry.pk}/tuhista/")
    assert "Küsi varsti." in body(reader, "/kasiraamat/et/leht-1/")
    assert lead.post(f"/ohutus/{entry.pk}/tuhista/").status_code == 404
    assert "Lifted" in body(lead, "/ohutus/")


def test_a_corrected_number(shelf: Shelf, tiina: User, marko: User, liis: User, sign_in: SignIn) -> None:
    _open(shelf, tiina)
    data = {**ACT, "kind": "correction", "target": "all", "sentence_et": "Õige number on 116 006."}
    lead = sign_in(marko)
    asked = lead.post(f"/ohutus/uus/{key(1)}/", data).text
    assert "Kas parandada number?" in asked
    assert "Hoiata" not in asked
    lead.post(f"/ohutus/uus/{key(1)}/", {**data, "confirmed": "1"})
    assert "õige number</span>" in body(lead, "/ohutus/")
    assert "Õige number on 116 006." in body(sign_in(liis), "/kasiraamat/et/leht-1/")


def test_a_warning_without_a_sentence_is_not_taken(shelf: Shelf, tiina: User, marko: User, sign_in: SignIn) -> None:
    _open(shelf, tiina)
    answer = sign_in(marko).post(f"/ohutus/uus/{key(1)}/", {**ACT, "sentence_et": " ", "confirmed": "1"})
    assert 'role="alert"' in answer.text
    assert not OverlayEntry.objects.exists()


def test_a_lead_acts_only_on_what_the_lead_may_read(shelf: Shelf, tiina: User, marko: User, sign_in: SignIn) -> None:
    _open(shelf, tiina)
    lead = sign_in(marko)
    assert lead.get(f"/ohutus/uus/{key(2)}/").status_code == 404
    unseen = warn(by=tiina, page_key=key(2), sentence_et="Ainult grupijuhtidele.")
    assert "Ainult grupijuhtidele." not in body(lead, "/ohutus/")
    assert lead.post(f"/ohutus/{unseen.pk}/tuhista/").status_code == 404
    assert OverlayEntry.objects.count() == 1


def test_open_pages_ask_and_hear_only_what_is_new(
    shelf: Shelf, tiina: User, marko: User, liis: User, sign_in: SignIn
) -> None:
    _open(shelf, tiina)
    reader = sign_in(liis)
    first = reader.get("/ohutus/teated.json").json()
    assert first["notices"] == []
    assert reader.get("/ohutus/teated.json", {"since": first["version"]}).json().get("notices") is None
    warn(by=marko, page_key=key(1), passage_key=key(11), sentence_et="Küsi kohe.", sentence_en="Ask now.")
    told = reader.get("/ohutus/teated.json", {"since": first["version"]})
    (notice,) = told.json()["notices"]
    assert (notice["page"], notice["passage"], notice["sentence"]) == (key(1), key(11), "Küsi kohe.")
    assert told["Cache-Control"] == "no-store"
    reader.cookies["metoodik_language"] = "en"
    assert reader.get("/ohutus/teated.json").json()["notices"][0]["sentence"] == "Ask now."


def test_those_without_the_right_get_a_clear_page(shelf: Shelf, tiina: User, liis: User, sign_in: SignIn) -> None:
    _open(shelf, tiina)
    reader = sign_in(liis)
    for path in ("/valjaanded/koosta/", "/ohutus/", "/ohutus/uus/", f"/ohutus/uus/{key(1)}/"):
        assert reader.get(path).status_code == 403
        assert reader.post(path).status_code in {403, 405}
        assert Client().get(path).status_code == 302
    assert not OverlayEntry.objects.exists()
