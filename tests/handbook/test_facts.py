"""The register of facts: one number in one place, set by one person and confirmed by another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.handbook_fixtures import draft_page, passage, send
from tests.people_fixtures import person

from metoodik.handbook import actions, content, facts
from metoodik.handbook.actions import facts as fact_actions
from metoodik.handbook.content import FactKind
from metoodik.handbook.fact_marks import mark
from metoodik.handbook.fact_values import clean
from metoodik.handbook.models import Fact, FactVersion, SectionPage
from metoodik.handbook.models.facts import FactState
from metoodik.handbook.validation import NotReady
from metoodik.people.models import Notice, User
from metoodik.people.roles import MethodsExpert

pytestmark = pytest.mark.django_db


def details(**fields: Any) -> dict[str, Any]:
    return {
        "name_et": "Ohvriabi kriisitelefon",
        "name_ru": "",
        "name_en": "",
        "check_every_months": 6,
        "listed": False,
    } | fields


def add(
    by: User, key: str = "ohvriabi", value: str = "116 006", kind: FactKind = FactKind.PHONE, **fields: Any
) -> Fact:
    """A fact whose first value waits."""
    return fact_actions.add_fact(
        by=by,
        key=key,
        kind=kind,
        details=details(**fields),
        values={"et": value},
        source="Sotsiaalkindlustusameti koduleht",
        checked_on=timezone.localdate(),
    )


def confirm(fact: Fact, by: User) -> FactVersion:
    return fact_actions.confirm_value(by=by, version=fact.versions.get(state=FactState.PROPOSED))


def renew(fact: Fact, by: User, value: str) -> FactVersion:
    return fact_actions.set_value(
        by=by, fact=fact, values={"et": value}, source="Partneri kiri", checked_on=timezone.localdate()
    )


@pytest.fixture
def line(tiina: User, rein: User) -> Fact:
    """The crisis helpline, confirmed."""
    fact = add(tiina)
    confirm(fact, rein)
    return Fact.objects.get(pk=fact.pk)


def words(*lines: str) -> content.Passage:
    html = "".join(f"<p>{each}</p>" for each in lines)
    return passage("Kuhu helistada", content.Text("00000000-0000-4000-8000-000000000001", html))


def test_a_value_set_by_one_person_is_confirmed_by_another(tiina: User, rein: User) -> None:
    fact = add(tiina)
    assert facts.confirmed() == {}
    with pytest.raises(PermissionDenied):
        confirm(fact, tiina)
    confirm(fact, rein)
    assert facts.confirmed()["ohvriabi"].value("ru") == "116 006"


def test_a_person_with_both_roles_still_does_not_confirm_their_own_value(tiina: User, rein: User) -> None:
    from metoodik.people.roles import ServiceOwner

    both = person("Mall Maasikas", MethodsExpert, ServiceOwner)
    fact = add(both)
    with pytest.raises(PermissionDenied):
        confirm(fact, both)
    assert confirm(fact, rein).confirmed_by == rein


def test_the_database_refuses_a_value_confirmed_by_its_setter(tiina: User) -> None:
    version = add(tiina).versions.get()
    changes = {"state": FactState.CONFIRMED, "confirmed_by": tiina, "confirmed_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        FactVersion.objects.filter(pk=version.pk).update(**changes)


def test_until_the_second_person_agrees_the_value_before_stays(line: Fact, tiina: User, rein: User) -> None:
    renew(line, tiina, "116 123")
    assert facts.confirmed()["ohvriabi"].value("et") == "116 006"
    confirm(line, rein)
    assert facts.confirmed()["ohvriabi"].value("et") == "116 123"


def test_a_newer_value_takes_the_place_of_one_that_waits(line: Fact, tiina: User) -> None:
    first = renew(line, tiina, "116 123")
    renew(line, tiina, "116 124")
    first.refresh_from_db()
    assert first.state == FactState.DECLINED
    assert line.versions.get(state=FactState.PROPOSED).value_et == "116 124"


def test_a_declined_value_goes_back_with_a_reason(line: Fact, tiina: User, rein: User) -> None:
    version = renew(line, tiina, "116 123")
    with pytest.raises(ValidationError):
        fact_actions.decline_value(by=rein, version=version, answer=" ")
    fact_actions.decline_value(by=rein, version=version, answer="See on teise teenuse number.")
    assert facts.confirmed()["ohvriabi"].value("et") == "116 006"
    assert Notice.objects.filter(user=tiina, key="fact_declined").exists()


def test_checking_is_today_or_earlier_and_has_a_source(line: Fact, tiina: User) -> None:
    with pytest.raises(ValidationError):
        fact_actions.note_still_right(
            by=tiina, fact=line, source="Koduleht", on=timezone.localdate() + timedelta(days=1)
        )
    with pytest.raises(ValidationError):
        fact_actions.note_still_right(by=tiina, fact=line, source="", on=timezone.localdate())
    fact_actions.note_still_right(by=tiina, fact=line, source="Helistasin ise", on=timezone.localdate())
    assert Fact.objects.get(pk=line.pk).value.checks.get().source == "Helistasin ise"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FactKind.PHONE, "116006", "116 006"),
        (FactKind.PHONE, "112", "112"),
        (FactKind.PHONE, "+3726123456", "+372 612 3456"),
        (FactKind.PHONE, "5123 4567", "5123 4567"),
        (FactKind.LINK, "https://www.palunabi.ee", "https://www.palunabi.ee"),
        (FactKind.HOURS, "  E–R  9–17 ", "E–R 9–17"),
    ],
)
def test_values_are_kept_in_one_form(kind: FactKind, typed: str, kept: str) -> None:
    assert clean(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FactKind.PHONE, "üks kaks kolm"),
        (FactKind.PHONE, "12"),
        (FactKind.LINK, "http://palunabi.ee"),
        (FactKind.LINK, "palunabi"),
        (FactKind.AMOUNT, "palju"),
        (FactKind.ADDRESS, "<b>Endla 8</b>"),
        (FactKind.HOURS, "{{fact:ohvriabi}}"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind: FactKind, typed: str) -> None:
    with pytest.raises(ValidationError):
        clean(kind, typed)


def test_a_fact_in_use_is_neither_retired_nor_deleted(
    line: Fact, tiina: User, rein: User, section: SectionPage, in_force: Any
) -> None:
    page = draft_page(tiina, section, passages=(words(f"Helista {mark('ohvriabi')}."),))
    for refused in (fact_actions.retire_fact, fact_actions.delete_fact):
        with pytest.raises(NotReady, match="Vahetu oht"):
            refused(by=tiina, fact=line)
    in_force(page)
    assert [(use.title, use.passage, use.in_force, use.in_draft) for use in facts.where_used("ohvriabi")] == [
        ("Vahetu oht", "Kuhu helistada", True, True)
    ]


def test_an_unused_fact_is_retired_and_its_mark_is_then_unknown(line: Fact, tiina: User, section: SectionPage) -> None:
    fact_actions.retire_fact(by=tiina, fact=line)
    page = draft_page(tiina, section, passages=(words(f"Helista {mark('ohvriabi')}."),))
    with pytest.raises(NotReady, match="ohvriabi"):
        send(page, tiina)


def test_an_unknown_mark_is_found_at_clearance(tiina: User, section: SectionPage) -> None:
    page = draft_page(tiina, section, passages=(words("Helista {{fact:puudub}}."),))
    with pytest.raises(NotReady, match="puudub"):
        send(page, tiina)


@pytest.mark.parametrize("broken", ["{{fact:ohvriabi}", "{fact:ohvriabi}}", "{{fact: ohvriabi}}", "fact:ohvriabi}}"])
def test_a_broken_mark_is_found_at_clearance(broken: str, line: Fact, tiina: User, section: SectionPage) -> None:
    page = draft_page(tiina, section, passages=(words(f"Helista {broken}."),))
    with pytest.raises(NotReady, match=r"vigane|broken"):
        send(page, tiina)


def test_an_unconfirmed_fact_blocks_approval_until_it_is_confirmed(
    tiina: User, rein: User, section: SectionPage
) -> None:
    fact = add(tiina)
    version = send(draft_page(tiina, section, passages=(words(f"Helista {mark('ohvriabi')}."),)), tiina)
    with pytest.raises(NotReady, match="Ohvriabi kriisitelefon"):
        actions.approve_version(version=version, by=rein)
    confirm(fact, rein)
    assert actions.approve_version(version=version, by=rein).state == "approved"


def known(key: str, value: str, kind: FactKind = FactKind.PHONE) -> content.Fact:
    return content.Fact(key, kind, {"et": key}, {"et": value}, 1, date(2026, 11, 1))


REGISTER = [
    known("hadaabi", "112"),
    known("ohvriabi", "116 006"),
    known("perearst", "1220"),
    known("kontor", "+372 612 3456"),
    known("leht", "https://www.palunabi.ee", FactKind.LINK),
    known("toetus", "320 eurot", FactKind.AMOUNT),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Helista 112.", ["hadaabi"]),
        ("Helista 116 006 või 116006 või 11 60 06.", ["ohvriabi", "ohvriabi", "ohvriabi"]),
        ("Kontor: 612 3456, ka +372 6123456.", ["kontor", "kontor"]),
        ("Vaata www.palunabi.ee/ ja https://palunabi.ee.", ["leht", "leht"]),
        ("Toetus on 320 eurot.", ["toetus"]),
        ("Otsus nr 2112, punkt 1.112, § 112, 1125 inimest", []),
        ("Juba fakt: {{fact:ohvriabi}}.", []),
    ],
)
def test_typed_numbers_are_offered_as_facts(text: str, found: list[str]) -> None:
    assert [offer.fact.key for offer in facts.offers(text, REGISTER)] == found


def test_accepted_offers_become_marks() -> None:
    text = "Helista 116 006 või +372 612 3456."
    assert facts.with_facts(text, facts.offers(text, REGISTER)) == "Helista {{fact:ohvriabi}} või {{fact:kontor}}."


def test_the_keeper_is_told_once_at_each_mark(line: Fact, tiina: User) -> None:
    due = line.check_due
    assert due is not None
    for days, told in ((40, 0), (30, 1), (25, 0), (7, 1), (0, 1), (-3, 0)):
        assert fact_actions.tell_of_checks(today=due - timedelta(days=days)) == told
    fact_actions.note_still_right(by=tiina, fact=line, source="Koduleht", on=timezone.localdate())
    assert fact_actions.tell_of_checks(today=due - timedelta(days=30)) == 1


def test_a_fact_with_the_same_value_is_named(line: Fact) -> None:
    assert fact_actions.duplicates(None, FactKind.PHONE, "+372 116006") == [line]


def test_the_register_page_by_page(line: Fact, tiina: User, rein: User, client: Any) -> None:
    client.force_login(tiina)
    assert "116 006" in client.get("/faktid/").text
    answer = client.post(
        "/faktid/f/ohvriabi/vaartus/",
        {"value_et": "116123", "source": "Partneri kiri", "checked_on": timezone.localdate().isoformat()},
    )
    assert answer.status_code == 302
    client.force_login(rein)
    page = client.get("/faktid/f/ohvriabi/").text
    assert "116 123" in page
    assert "/faktid/f/ohvriabi/kinnita/" in page
    client.post("/faktid/f/ohvriabi/kinnita/")
    assert facts.confirmed()["ohvriabi"].value("et") == "116 123"
    assert "116 123" in b"".join(client.get("/faktid/tabel.csv").streaming_content).decode()


def test_a_bad_value_is_said_on_the_form(line: Fact, tiina: User, client: Any) -> None:
    client.force_login(tiina)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = client.post(
        "/faktid/f/ohvriabi/vaartus/", {"value_et": "helista meile", "source": "Kiri", "checked_on": tomorrow}
    )
    assert answer.status_code == 422
    assert not line.versions.filter(state=FactState.PROPOSED).exists()


def test_a_new_fact_with_a_known_value_is_asked_about(line: Fact, tiina: User, client: Any) -> None:
    client.force_login(tiina)
    said = {
        "kind": "phone",
        "key": "teine",
        "name_et": "Teine",
        "value_et": "116006",
        "source": "Koduleht",
        "checked_on": timezone.localdate().isoformat(),
        "check_every_months": "6",
    }
    assert client.post("/faktid/uus/", said).status_code == 422
    assert client.post("/faktid/uus/", said | {"anyway": "1"}).status_code == 302


def test_counsellors_have_no_register(line: Fact, liis: User, client: Any) -> None:
    client.force_login(liis)
    assert client.get("/faktid/").status_code == 403
    assert client.get("/faktid/f/ohvriabi/").status_code == 403
    assert client.get("/faktid/valik.json").status_code == 403


def test_typed_numbers_of_a_draft_become_facts(line: Fact, tiina: User, section: SectionPage) -> None:
    said = content.Phrase(
        "00000000-0000-4000-8000-000000000002", "Helistage 116 006.", "Звоните 116006.", "Call 116 006."
    )
    confirmed = content.fingerprint(said.et)
    said = content.Phrase(said.key, said.et, said.ru, said.en, confirmed, confirmed)
    link = '<a href="https://116006.ee">116 006</a>'
    text = content.Text("00000000-0000-4000-8000-000000000003", f"<p>Number on 116 006; leht {link}.</p>")
    page = draft_page(tiina, section, passages=(passage("Kuhu helistada", said, text),))
    assert fact_actions.replace_typed(page=page, by=tiina, keys=["ohvriabi"]) == 4
    from tests.handbook_fixtures import latest

    phrase, after = latest(page).to_content().passages[0].blocks
    assert isinstance(phrase, content.Phrase)
    assert (phrase.et, phrase.ru, phrase.state("ru")) == (
        "Helistage {{fact:ohvriabi}}.",
        "Звоните {{fact:ohvriabi}}.",
        "current",
    )
    assert after.html == f"<p>Number on {{{{fact:ohvriabi}}}}; leht {link}.</p>"


def test_the_sample_facts_are_confirmed_by_a_second_person(tiina: User, rein: User) -> None:
    from metoodik.handbook.sample_facts import load_sample_facts

    assert load_sample_facts(author=tiina, approver=rein) == 6
    assert load_sample_facts(author=tiina, approver=rein) == 0
    said = {key: each.value("ru") for key, each in facts.confirmed().items()}
    assert said["hadaabi"] == "112"
    assert said["lasteabi-leht"] == "https://www.lasteabi.ee"


def test_typed_numbers_are_pointed_out_before_clearance(
    line: Fact, tiina: User, section: SectionPage, client: Any
) -> None:
    page = draft_page(tiina, section, passages=(words("Helista 116 006."),))
    client.force_login(tiina)
    before = client.get(f"/kooskolastus/saada/{page.pk}/").text
    assert f"/faktid/asenda/{page.pk}/" in before
    client.post(f"/faktid/asenda/{page.pk}/", {"fact": ["ohvriabi"]})
    after = client.get(f"/kooskolastus/saada/{page.pk}/").text
    assert f"/faktid/asenda/{page.pk}/" not in after
    assert "{{fact" not in after


def test_a_number_of_the_register_is_no_persons(tiina: User, rein: User) -> None:
    from metoodik.trust.free_text import refuse_personal_data

    office = "Kantselei number 612 3456 on vale."
    with pytest.raises(ValidationError):
        refuse_personal_data(office)
    confirm(add(tiina, key="kontor", value="+372 612 3456"), rein)
    refuse_personal_data(office)
    with pytest.raises(ValidationError):
        refuse_personal_data("Helistaja number on 5123 4567.")


def test_the_desk_says_what_waits_for_whom(line: Fact, tiina: User, rein: User, client: Any) -> None:
    renew(line, tiina, "116 123")
    client.force_login(rein)
    assert "/faktid/f/ohvriabi/" in client.get("/").text
    client.force_login(tiina)
    assert "/faktid/f/ohvriabi/" not in client.get("/").text
    FactVersion.objects.filter(fact=line).update(checked_on=date(2020, 1, 1))
    assert "/faktid/f/ohvriabi/" in client.get("/").text
    assert "Ohvriabi kriisitelefon" in client.get("/faktid/?seis=kontroll").text


def test_a_leavers_facts_go_to_a_successor_who_writes(line: Fact, tiina: User, liis: User, peeter: User) -> None:
    from metoodik.people.handover import hand_over, in_hand

    assert 1 in in_hand(tiina).values()
    with pytest.raises(ValidationError):
        hand_over(tiina, liis, peeter)
    successor = person("Mall Maasikas", MethodsExpert)
    hand_over(tiina, successor, peeter)
    line.refresh_from_db()
    assert line.keeper == successor


def test_a_retired_fact_leaves_the_list_and_says_so(line: Fact, tiina: User, client: Any) -> None:
    client.force_login(tiina)
    assert "Ohvriabi kriisitelefon" in client.get("/faktid/?seis=kusagil").text
    client.post("/faktid/f/ohvriabi/kasutusest/", follow=True)
    assert "Ohvriabi kriisitelefon" not in client.get("/faktid/").text
    assert "Ohvriabi kriisitelefon" in client.get("/faktid/?seis=kasutuseta").text


def test_the_register_costs_the_same_however_long(
    line: Fact, tiina: User, rein: User, client: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        confirm(add(tiina, key=f"kontor-{number}", value=f"612 345{number}", name_et=f"Kontor {number}"), rein)
    client.force_login(tiina)
    with django_assert_max_num_queries(14):
        assert client.get("/faktid/").status_code == 200
