"""The pages about people, as each person meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from metoodik.people import actions
from metoodik.people.models import RoleGrant, User
from metoodik.people.roles import Administrator, Coach, Counsellor
from metoodik.trust.models import AuditEntry

Login = Callable[[User], Client]


@pytest.fixture
def signed_in(client: Client) -> Login:
    """The browser of a person who is signed in."""

    def enter(user: User) -> Client:
        client.force_login(user)
        return client

    return enter


FOR_ADMINISTRATORS = ["/inimesed/", "/inimesed/kutsu/"]
FOR_EVERYBODY = ["/konto/", "/abi/rollid/", "/andmekaitse/"]


@pytest.mark.parametrize("path", [*FOR_ADMINISTRATORS, *FOR_EVERYBODY, "/audit/", "/audit/csv/"])
def test_signed_out_people_are_sent_to_sign_in_and_back(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/konto/login/?next={path}"


@pytest.mark.parametrize("path", FOR_EVERYBODY)
def test_everybody_signed_in_sees(signed_in: Login, liis: User, path: str) -> None:
    assert signed_in(liis).get(path).status_code == 200


@pytest.mark.parametrize("path", [*FOR_ADMINISTRATORS, "/audit/"])
def test_who_lacks_a_right_is_told_which_and_who_gives_it(
    signed_in: Login, liis: User, peeter: User, path: str
) -> None:
    answer = signed_in(liis).get(path)
    assert answer.status_code == 403
    assert "peeter@naidis.ee" in answer.text


def test_an_administrator_is_shown_the_way_into_the_mode(signed_in: Login, peeter: User) -> None:
    answer = signed_in(peeter).get("/audit/")
    assert answer.status_code == 403
    assert 'href="/konto/"' in answer.text


def test_peeter_invites_a_person_by_the_form(signed_in: Login, peeter: User) -> None:
    data = {"name": "Mall Maasikas", "email": "mall@naidis.ee", "language": "et", "roles": ["counsellor", "coach"]}
    answer = signed_in(peeter).post("/inimesed/kutsu/", data)
    mall = User.objects.get(email="mall@naidis.ee")
    assert answer["Location"] == f"/inimesed/{mall.pk}/"
    assert mall.roles == [Counsellor, Coach]
    page = signed_in(peeter).get(answer["Location"])
    assert "Mall Maasikas" in page.text


def test_what_is_refused_stands_beside_its_field(signed_in: Login, peeter: User, liis: User) -> None:
    data = {"name": "Liis Teine", "email": "liis@naidis.ee", "language": "et"}
    answer = signed_in(peeter).post("/inimesed/kutsu/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]


def test_peeter_gives_and_ends_a_role(signed_in: Login, peeter: User, liis: User) -> None:
    browser = signed_in(peeter)
    browser.post(f"/inimesed/{liis.pk}/roll/", {"role": "coach"})
    assert RoleGrant.objects.in_force().filter(user=liis, role="coach").exists()
    browser.post(f"/inimesed/{liis.pk}/lopeta-roll/", {"role": "coach"})
    assert not RoleGrant.objects.in_force().filter(user=liis, role="coach").exists()
    assert browser.get(f"/inimesed/{liis.pk}/").status_code == 200
    assert browser.post(f"/inimesed/{liis.pk}/roll/", {"role": "counsellor"}).status_code == 422


@pytest.mark.parametrize(
    ("referer", "way_back"),
    [
        ("http://testserver/inimesed/3/?kes=lahkunud", "/inimesed/3/"),
        ("https://mujal.ee/inimesed/3/", "/"),
        ("", "/"),
    ],
)
def test_after_a_lost_session_sign_in_leads_to_the_page_of_the_form(
    client: Client, referer: str, way_back: str
) -> None:
    answer = client.post("/inimesed/3/roll/", {"role": "coach"}, headers={"referer": referer})
    assert answer["Location"] == f"/konto/login/?next={way_back}"


def test_peeter_marks_liis_as_left(signed_in: Login, peeter: User, liis: User) -> None:
    browser = signed_in(peeter)
    assert browser.get(f"/inimesed/{liis.pk}/lahkus/").status_code == 200
    answer = browser.post(f"/inimesed/{liis.pk}/lahkus/", {"successor": ""}, follow=True)
    assert answer.status_code == 200
    assert not User.objects.get(pk=liis.pk).is_active
    assert "Liis Tamm" in browser.get("/inimesed/?kes=lahkunud").text
    assert "Liis Tamm" not in browser.get("/inimesed/").text


def test_work_in_hand_is_left_to_somebody(
    signed_in: Login, peeter: User, liis: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metoodik.people.handover.in_hand", lambda _leaver: {"pages": 2})
    address = f"/inimesed/{liis.pk}/lahkus/"
    browser = signed_in(peeter)
    assert '<select name="successor" required' in browser.get(address).text
    answer = browser.post(address, {"successor": ""})
    assert answer.status_code == 422
    assert "Vali, kes töö üle võtab." in answer.text
    assert User.objects.get(pk=liis.pk).is_active


def test_peeter_corrects_a_name_and_sends_the_link_again(signed_in: Login, peeter: User) -> None:
    mall = actions.invite_person(by=peeter, email="mall@naidis.ee", name="Mal Maasikas")
    browser = signed_in(peeter)
    browser.post(f"/inimesed/{mall.pk}/muuda/", {"name": "Mall Maasikas", "email": "mall.maasikas@naidis.ee"})
    assert User.objects.get(pk=mall.pk).email == "mall.maasikas@naidis.ee"
    assert browser.post(f"/inimesed/{mall.pk}/kutsu-uuesti/").status_code == 302
    assert browser.post(f"/inimesed/{mall.pk}/teine-samm/").status_code == 302


@pytest.mark.parametrize("query", ["", "?kes=kutsutud", "?kes=rollita", "?roll=counsellor", "?roll=puudub", "?leht=99"])
def test_the_list_is_narrowed(signed_in: Login, peeter: User, liis: User, query: str) -> None:
    assert signed_in(peeter).get(f"/inimesed/{query}").status_code == 200


def test_a_long_list_costs_no_more_queries(
    signed_in: Login, peeter: User, make_person: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_person(f"Inimene{number} Proov", Counsellor)
    browser = signed_in(peeter)
    with django_assert_max_num_queries(16):
        browser.get("/inimesed/")


def test_the_mode_is_on_every_page_while_it_lasts(signed_in: Login, peeter: User) -> None:
    browser = signed_in(peeter)
    url = reverse("people:leave-admin-mode")
    assert url not in browser.get("/abi/rollid/").text
    refused = browser.post("/konto/halduri-reziim/", {"reason": "vaja"})
    assert refused.status_code == 422
    browser.post("/konto/halduri-reziim/", {"reason": "Vaatan, miks väljaanne ei kooste."})
    assert url in browser.get("/abi/rollid/").text
    assert browser.get("/audit/").status_code == 200
    browser.post(url)
    assert url not in browser.get("/abi/rollid/").text


def test_liis_reads_her_notices(signed_in: Login, liis: User) -> None:
    first = actions.notify(liis, "people.role_granted", {"role": "X"}, "/abi/rollid/")
    actions.notify(liis, "people.role_ended", {"role": "Y"})
    browser = signed_in(liis)
    assert browser.get("/konto/").status_code == 200
    assert browser.post("/konto/teated/", {"notice": first.pk})["Location"] == "/abi/rollid/"
    assert liis.notices.unread().count() == 1
    browser.post("/konto/teated/")
    assert liis.notices.unread().count() == 0
    assert browser.get("/konto/").status_code == 200


def test_nobody_opens_anothers_notice(signed_in: Login, liis: User, rein: User) -> None:
    notice = actions.notify(rein, "people.role_granted", {"role": "X"})
    assert signed_in(liis).post("/konto/teated/", {"notice": notice.pk}).status_code == 404


def test_liis_chooses_her_language_of_e_mail(signed_in: Login, liis: User) -> None:
    signed_in(liis).post("/konto/", {"language": "ru"})
    changed = User.objects.get(pk=liis.pk)
    assert (changed.language, changed.mail_notices) == ("ru", False)


def test_rein_reads_the_trail_and_that_is_in_the_trail(signed_in: Login, rein: User, peeter: User, liis: User) -> None:
    actions.grant_role(by=peeter, user=liis, role=Coach)
    browser = signed_in(rein)
    for _ in range(3):
        page = browser.get("/audit/")
    assert page.status_code == 200
    assert "Peeter Kuusk" in page.text
    assert AuditEntry.objects.filter(action="audit.read").count() == 1
    narrowed = browser.get(f"/audit/?kes={peeter.pk}&mis=people.role_granted&alates=2020-01-01&kuni=2090-01-01")
    assert [entry.action for entry in narrowed.context["page_obj"]] == ["people.role_granted"]
    assert browser.get("/audit/?alates=jama&kes=-5").status_code == 200


def test_rein_downloads_the_trail(signed_in: Login, rein: User, peeter: User, liis: User) -> None:
    actions.grant_role(by=peeter, user=liis, role=Coach)
    answer = signed_in(rein).get("/audit/csv/")
    rows = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 1 + AuditEntry.objects.count()
    assert any("Peeter Kuusk" in row for row in rows)
    assert AuditEntry.objects.filter(action="audit.exported").exists()


def test_rein_verifies_the_whole_trail(signed_in: Login, rein: User) -> None:
    answer = signed_in(rein).post("/audit/kontroll/", follow=True)
    assert answer.status_code == 200
    assert AuditEntry.objects.get(action="audit.verified").detail == {"checked": 1, "holds": True}
    assert signed_in(rein).get("/audit/kontroll/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/konto/signup/", "/konto/email/", "/konto/password/set/", "/konto/login/code/confirm/"]
)
def test_nobody_signs_up_or_changes_an_address_alone(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"] == "/konto/login/"


def test_the_desk_tells_of_notices_and_of_people_without_a_role(signed_in: Login, peeter: User, liis: User) -> None:
    actions.end_role(by=peeter, user=liis, role=Counsellor)
    peeters = signed_in(peeter).get("/")
    assert "?kes=rollita" in peeters.text
    assert "/konto/#teated" in signed_in(liis).get("/").text
    assert Administrator in peeter.roles
