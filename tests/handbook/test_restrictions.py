"""For internal use only (AK): grounds as data, one passage alone, ends, extensions by two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.handbook.test_facts import add, confirm
from tests.handbook_fixtures import draft_page, latest, passage, send
from tests.people_fixtures import person

from metoodik.handbook import access, actions, difference, facts, links, restrictions
from metoodik.handbook.access import get_version_for
from metoodik.handbook.actions import releases
from metoodik.handbook.actions import restrictions as acts
from metoodik.handbook.actions.comments import comment_on_passage
from metoodik.handbook.content import Passage, Phrase, Restriction, Text
from metoodik.handbook.models import GuidancePage, RestrictionExtension, RestrictionGround, SectionPage, Version
from metoodik.handbook.translations import visible_keys
from metoodik.handbook.validation import NotReady
from metoodik.handbook.where_used import where_used
from metoodik.people.models import Notice, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import NEVER_SUBSTITUTED, MethodsExpert, ServiceOwner, Translator
from metoodik.trust.models import AuditEntry

pytestmark = pytest.mark.django_db

GROUND = "AvTS § 35 lg 1 p 9"


def marking(ground: str = GROUND, **fields: Any) -> Restriction:
    today = timezone.localdate()
    plain = Restriction(ground, "Sotsiaalkindlustusamet (näidis)", today, today + timedelta(days=365))
    return replace(plain, **fields)


def page_with(author: User, section: SectionPage, restriction: Restriction | None, **fields: Any) -> GuidancePage:
    hidden = replace(passage("Uksekood"), restriction=restriction)
    return draft_page(author, section, passages=(passage("Jää liinile"), hidden), **fields)


@pytest.fixture
def partly(tiina: User, section: SectionPage) -> GuidancePage:
    """A page for staff on which one passage is AK."""
    return page_with(tiina, section, marking())


def hidden_of(page: GuidancePage) -> Passage:
    return latest(page).to_content().passages[1]


def test_the_act_stands_in_the_register_in_both_its_texts() -> None:
    acts.seed_grounds()
    assert acts.seed_grounds() == 0
    for day in (date(2026, 11, 30), date(2026, 12, 1)):
        ground = restrictions.ground_of(f"{GROUND}: turvameetmete kirjeldus", day)
        assert ground is not None
        assert ground.citation == GROUND
        assert ground.words == "teabe turvasüsteemide, turvaorganisatsiooni või turvameetmete kirjelduse kohta"
    old, new = RestrictionGround.objects.filter(subsection="1", clause="9").order_by("valid_from")
    assert (old.valid_until, new.valid_from) == (date(2026, 11, 30), date(2026, 12, 1))
    assert restrictions.ground_of(GROUND, date(2026, 3, 15)) is None


def test_a_longer_clause_is_not_taken_for_a_shorter_one() -> None:
    day = date(2026, 12, 2)
    for said in ("AvTS § 35 lg 1 p 18", "AvTS § 35 lg 1 p 18¹", "AvTS § 35 lg 1 p 1"):
        ground = restrictions.ground_of(said, day)
        assert ground is not None
        assert ground.citation == said
    assert restrictions.ground_of("AvTS § 35 lg 1 p 99", day) is None


def test_the_marking_of_a_passage_survives_draft_revision_split_and_move(
    partly: GuidancePage, tiina: User, section: SectionPage
) -> None:
    hidden = hidden_of(partly)
    assert hidden.restriction == marking()
    actions.move_passage(page=partly, key=hidden.key, place=0, by=tiina)
    assert latest(partly).to_content().passages[0].restriction == marking()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": date(2020, 1, 1)}, "lõpeb enne|ends before"),
        ({"ground": "AvTS § 99"}, "AvTS § 99"),
        ({"ground": ""}, "Uksekood"),
        ({"until": timezone.localdate() + timedelta(days=6 * 366)}, "5"),
        ({"since": date(2020, 1, 1), "until": timezone.localdate()}, "lõppenud|already ended"),
    ],
)
def test_a_wrong_marking_does_not_reach_clearance(
    fields: dict[str, Any], words: str, tiina: User, section: SectionPage
) -> None:
    with pytest.raises(NotReady, match=words):
        send(page_with(tiina, section, marking(**fields)), tiina)


def test_private_life_is_restricted_for_seventy_five_years(tiina: User, section: SectionPage) -> None:
    since = timezone.localdate()
    long = marking("AvTS § 35 lg 1 p 12", until=since.replace(year=since.year + 75, day=1))
    assert send(page_with(tiina, section, long), tiina).pk


def test_a_public_page_has_no_restricted_passage(tiina: User, section: SectionPage) -> None:
    with pytest.raises(NotReady, match="Uksekood"):
        send(page_with(tiina, section, marking(), access="public"), tiina)


def test_a_reviewer_without_the_right_sees_the_version_without_that_passage(
    partly: GuidancePage, tiina: User, liis: User, rein: User
) -> None:
    version = send(partly, tiina)
    for reader, sees in ((liis, False), (rein, True)):
        client = Client()
        client.force_login(reader)
        text = client.get(version.get_absolute_url()).text
        assert "Jää liinile" in text
        assert ("Uksekood" in text) == sees
    assert [each.heading for each in get_version_for(liis, version.pk).page_content.passages] == ["Jää liinile"]
    reads = AuditEntry.objects.filter(action="handbook.restricted_version_read")
    assert [each.actor_id for each in reads] == [rein.pk]


def test_what_is_hidden_from_a_reviewer_is_approved_with_the_rest(
    partly: GuidancePage, tiina: User, liis: User, rein: User
) -> None:
    version = send(partly, tiina)
    actions.review_version(version=get_version_for(liis, version.pk), by=liis, verdict="agrees")
    actions.approve_version(version=get_version_for(rein, version.pk), by=rein)
    assert Version.objects.get(pk=version.pk).is_intact


@pytest.fixture
def ending(tiina: User, rein: User, section: SectionPage) -> restrictions.Marked:
    """A marking in force whose five years end in three weeks."""
    today = timezone.localdate()
    soon = today + timedelta(days=21)
    page = page_with(tiina, section, marking(since=soon.replace(year=soon.year - 5), until=soon))
    actions.approve_version(version=send(page, tiina), by=rein)
    return restrictions.marked_for(tiina)[0]


def test_a_restriction_is_extended_by_two_people_through_clearance(
    ending: restrictions.Marked, tiina: User, rein: User
) -> None:
    until = ending.restriction.until.replace(year=ending.restriction.until.year + 5)
    extension = acts.ask_extension(by=tiina, marked=ending, until=until, reason="Kood on endiselt kasutusel.")
    assert restrictions.marked_for(tiina)[0].restriction.until == ending.restriction.until
    assert restrictions.waiting_for(rein) == [extension]
    acts.decide_extension(by=rein, extension=extension, agrees=True)
    assert [each.restriction.until for each in restrictions.marked_for(tiina)] == [until]
    said = AuditEntry.objects.filter(action__startswith="handbook.extension_").values_list("action", flat=True)
    assert set(said) == {"handbook.extension_asked", "handbook.extension_agreed"}


def test_an_extension_is_never_longer_than_the_act_allows(ending: restrictions.Marked, tiina: User) -> None:
    until = ending.restriction.until.replace(year=ending.restriction.until.year + 5) + timedelta(days=1)
    with pytest.raises(NotReady):
        acts.ask_extension(by=tiina, marked=ending, until=until, reason="Kood on kasutusel.")
    assert not RestrictionExtension.objects.exists()


def test_nobody_extends_what_they_asked_for(ending: restrictions.Marked, kadri: User) -> None:
    both = person("Mall Maasikas", MethodsExpert, ServiceOwner)
    until = ending.restriction.until + timedelta(days=100)
    extension = acts.ask_extension(by=both, marked=ending, until=until, reason="Kood on kasutusel.")
    for refused in (both, kadri):
        with pytest.raises(PermissionDenied):
            acts.decide_extension(by=refused, extension=extension, agrees=True)
    assert Permission.DECIDE_RESTRICTION in NEVER_SUBSTITUTED


def test_keepers_and_deciders_are_reminded_once(ending: restrictions.Marked, tiina: User, rein: User) -> None:
    assert acts.remind_of_ends() == 1
    assert acts.remind_of_ends() == 0
    assert {each.user for each in Notice.objects.filter(key="restriction_ends")} == {tiina, rein}
    assert acts.remind_of_ends(today=ending.restriction.until) == 1
    assert Notice.objects.filter(key="restriction_ended", user=rein).exists()


def test_the_list_says_what_has_ended_and_only_to_those_with_the_right(
    ending: restrictions.Marked, tiina: User, rein: User, liis: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(rein)
    assert "Uksekood" in client.get("/piirangud/").text
    rows = b"".join(client.get("/piirangud/csv/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Uksekood" in rows
    later = ending.restriction.until + timedelta(days=2)
    monkeypatch.setattr("metoodik.handbook.restrictions.timezone.localdate", lambda *_args: later)
    assert restrictions.marked_for(rein)[0].has_ended
    client.force_login(tiina)
    assert "1 piirang on lõppenud" in client.get("/valjaanded/koosta/").text
    client.force_login(liis)
    assert client.get("/piirangud/").status_code == 403
    assert restrictions.marked_for(liis) == []


def test_pages_of_restrictions_open_and_answer(ending: restrictions.Marked, tiina: User, rein: User) -> None:
    client = Client()
    client.force_login(tiina)
    address = f"/piirangud/{ending.version}/pikenda/{ending.passage_key}/"
    assert GROUND in client.get(address).text
    assert client.post(address, {"until": "2020-01-01", "reason": "x"}).status_code == 422
    until = ending.restriction.until + timedelta(days=300)
    client.post(address, {"until": until.isoformat(), "reason": "Kood on endiselt kasutusel."})
    extension = RestrictionExtension.objects.get()
    assert client.get(f"/piirangud/pikendus/{extension.pk}/").status_code == 403
    client.force_login(rein)
    assert "Kood on endiselt" in client.get(f"/piirangud/pikendus/{extension.pk}/").text
    assert client.post(f"/piirangud/pikendus/{extension.pk}/", {"decision": "no"}).status_code == 422
    client.post(f"/piirangud/pikendus/{extension.pk}/", {"decision": "no", "answer": "Kood vahetati."})
    extension.refresh_from_db()
    assert (extension.state, extension.version.state) == ("declined", "returned")


def test_the_service_owner_keeps_the_register_of_grounds(rein: User, tiina: User) -> None:
    client = Client()
    client.force_login(tiina)
    assert GROUND in client.get("/piirangud/alused/").text
    ground = {
        "act": "OAS",
        "section": "11",
        "words": "Konfidentsiaalsus.",
        "extendable_years": "0",
        "valid_from": "2026-01-01",
    }
    assert client.post("/piirangud/alused/", ground).status_code == 403
    client.force_login(rein)
    assert client.post("/piirangud/alused/", ground).status_code == 302
    assert client.post("/piirangud/alused/", ground).status_code == 422
    made = RestrictionGround.objects.get(act="OAS")
    client.post(f"/piirangud/alused/{made.pk}/lopeta/", {"valid_until": "2026-02-01"})
    assert restrictions.ground_of("OAS § 11", date(2026, 2, 2)) is None


def test_a_translator_without_the_right_does_not_open_a_page_with_an_ak_passage(
    partly: GuidancePage, tiina: User, rein: User, jelena: User
) -> None:
    version = actions.approve_version(version=send(partly, tiina), by=rein)
    assert not access.sees_whole(jelena, version)
    assert access.sees_whole(tiina, version)
    client = Client()
    client.force_login(jelena)
    assert "Uksekood" not in client.get("/tolkimine/").text


def test_comments_on_a_hidden_passage_are_hidden_too(partly: GuidancePage, tiina: User, liis: User, rein: User) -> None:
    """Nor may anybody answer or settle what they do not read."""
    version = send(partly, tiina)
    hidden = version.page_content.passages[1].key
    open_one = version.page_content.passages[0].key
    said = comment_on_passage(version=version, passage_key=hidden, text="Kood 7 vahetada.", by=rein)
    comment_on_passage(version=version, passage_key=open_one, text="Lühemalt.", by=rein)
    client = Client()
    client.force_login(liis)
    text = client.get(version.get_absolute_url()).text
    assert "Lühemalt." in text
    assert "Kood 7" not in text
    for deed in ("reply", "settle"):
        address = reverse(f"handbook:{deed}", args=[version.pk, said.pk])
        assert client.post(address, {"text": "Jah."}).status_code == 404
    client.force_login(tiina)
    assert "Kood 7" in client.get(version.get_absolute_url()).text


def test_where_used_names_no_hidden_passage(
    danger: GuidancePage, tiina: User, liis: User, rein: User, section: SectionPage, in_force: Callable[..., Version]
) -> None:
    in_force(danger)
    link = Text("b-1", f'<p><a href="metoodik:page/{danger.translation_key}">siit</a></p>')
    hidden = replace(passage("Salakäik", link), restriction=marking())
    fields: dict[str, Any] = {"passages": (passage("Avatud"), hidden)}
    in_force(draft_page(tiina, section, "Viitab", **fields))
    draft_page(tiina, section, "Viitav mustand", **fields)
    key = str(danger.translation_key)
    assert [each.place for each in where_used(key, by=tiina).seen] == ["Salakäik", "Salakäik"]
    assert where_used(key, by=liis).seen == ()


def test_memory_offers_nothing_from_a_page_with_a_hidden_passage(
    partly: GuidancePage, danger: GuidancePage, tiina: User, jelena: User, in_force: Callable[..., Version]
) -> None:
    in_force(partly)
    in_force(danger)
    assert visible_keys(jelena) == {str(danger.translation_key)}
    assert visible_keys(tiina) == {str(danger.translation_key), str(partly.translation_key)}


@pytest.fixture
def extension(ending: restrictions.Marked, tiina: User) -> RestrictionExtension:
    until = ending.restriction.until + timedelta(days=300)
    return acts.ask_extension(by=tiina, marked=ending, until=until, reason="Kood on kasutusel.")


def test_ordinary_approval_does_not_decide_an_extension(extension: RestrictionExtension, rein: User) -> None:
    with pytest.raises(NotReady, match="piirang"):
        actions.approve_version(version=extension.version, by=rein)
    acts.decide_extension(by=rein, extension=extension, agrees=True)
    assert Version.objects.get(pk=extension.version_id).state == "approved"


def test_a_returned_version_declines_its_extension(extension: RestrictionExtension, rein: User) -> None:
    actions.return_version(version=extension.version, by=rein, answer="Kood vahetati.")
    extension.refresh_from_db()
    assert (extension.state, extension.decided_by, extension.answer) == ("declined", rein, "Kood vahetati.")
    assert restrictions.waiting_for(rein) == []


def test_an_extension_follows_the_page_sent_anew_and_goes_when_it_is_taken_back(
    extension: RestrictionExtension, tiina: User, rein: User
) -> None:
    again = send(latest_of(extension), tiina)
    extension.refresh_from_db()
    assert extension.version == again
    with pytest.raises(NotReady):
        actions.approve_version(version=again, by=rein)
    actions.take_back(version=again, by=tiina)
    assert not RestrictionExtension.objects.exists()
    assert AuditEntry.objects.filter(action="handbook.extension_dropped", actor_id=tiina.pk).exists()


def latest_of(extension: RestrictionExtension) -> GuidancePage:
    return GuidancePage.objects.get(pk=extension.version.page_id)


def test_a_marking_taken_away_is_seen_in_the_difference(
    partly: GuidancePage, tiina: User, rein: User, in_force: Callable[..., Version]
) -> None:
    in_force(partly)
    draft = latest(partly)
    draft.write_passages(tuple(replace(each, restriction=None) for each in draft.to_content().passages))
    actions.save_draft(page=draft, by=tiina)
    (found,) = difference.of_version(send(partly, tiina), by=rein)
    assert found.place == "Uksekood"
    assert GROUND in "".join(part.text for part in found.parts if part.kind != "same")


def test_reading_an_ak_page_to_translate_it_is_on_record(
    partly: GuidancePage, tiina: User, in_force: Callable[..., Version]
) -> None:
    in_force(partly)
    translating = person("Mall Maasikas", MethodsExpert, Translator)
    client = Client()
    client.force_login(translating)
    assert "Uksekood" in client.get(f"/tolkimine/{partly.translation_key}/ru/").text
    read = AuditEntry.objects.filter(action="handbook.restricted_version_read", actor_id=translating.pk)
    assert read.count() == 1


def test_dead_links_and_facts_name_no_hidden_passage(
    danger: GuidancePage, tiina: User, liis: User, rein: User, section: SectionPage, in_force: Callable[..., Version]
) -> None:
    in_force(danger)
    confirm(add(tiina), rein)
    words = f'<p><a href="metoodik:page/{danger.translation_key}">siit</a> {{{{fact:ohvriabi}}}}</p>'
    hidden = replace(passage("Salakäik", Text("b-1", words)), restriction=marking())
    in_force(draft_page(tiina, section, "Viitab", passages=(passage("Avatud"), hidden)))
    in_force(danger, withdraws=True)
    (use,) = facts.where_used("ohvriabi")
    assert (use.is_for(tiina), use.is_for(liis)) == (True, False)
    assert [each.heading for each in links.dead_links_for(tiina)] == ["Salakäik"]
    assert links.dead_links_for(liis) == []


def test_a_package_names_no_hidden_passage_to_a_reviewer(
    tiina: User, liis: User, rein: User, section: SectionPage
) -> None:
    phrase = Phrase("f-1", "Kas sa oled üksi?")
    hidden = replace(passage("Salakäik", phrase), restriction=marking())
    page = draft_page(tiina, section, "Oht", passages=(passage("Avatud"), hidden), risk="safety")
    version = send(page, tiina)
    release = releases.make_release(name="Pakett", sentence="Kaks lehte.", by=tiina)
    releases.add_to_release(release=release, version=version, by=tiina)
    client = Client()
    for reader, sees in ((liis, False), (rein, True)):
        client.force_login(reader)
        for address in (release.get_absolute_url(), version.get_absolute_url()):
            assert ("Salakäik" in client.get(address).text) == sees, address
