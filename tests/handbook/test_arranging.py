"""Pages move, merge, get an order and go, and no address or link is lost on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.handbook_fixtures import draft_page, draft_section, latest, passage, send
from tests.reading_plugin import SignIn
from wagtail.models import Page

from metoodik.editions import reading
from metoodik.editions.actions import lift, make_edition, warn, withdraw_at_once
from metoodik.editions.audiences import audience_of
from metoodik.handbook import actions
from metoodik.handbook.content import Phrase, Source, Text
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import State
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

type InForce = Callable[..., Version]


@pytest.fixture
def other(tiina: User, in_force: InForce) -> SectionPage:
    """A second section in force."""
    drafted = draft_section(tiina, "Teraapiliste võtete riiul")
    in_force(drafted)
    return drafted


def test_a_moved_page_stays_where_it_was_until_the_move_is_approved(
    danger: GuidancePage, section: SectionPage, other: SectionPage, in_force: InForce, tiina: User, client: Client
) -> None:
    in_force(danger)
    waiting = send(danger, tiina)
    client.force_login(tiina)
    answer = client.post(f"/kirjutuslaud/{danger.pk}/teisalda/", {"section": other.pk})

    assert answer["Location"] == f"/kooskolastus/saada/{danger.pk}/"
    approved = Version.objects.get(page_id=danger.pk, state=State.APPROVED)
    assert approved.page_content.section == str(section.translation_key)
    assert Version.objects.get(pk=waiting.pk).edited_since
    moved = in_force(danger)
    assert moved.page_content.section == str(other.translation_key)
    assert AuditEntry.objects.filter(action="handbook.page_moved", detail__section=other.pk).exists()


def test_translations_move_along_where_their_section_exists(
    danger: GuidancePage, section: SectionPage, other: SectionPage, tiina: User
) -> None:
    russian = draft_section(tiina, "Безопасность", "ru", slug="bezopasnost", translation_key=section.translation_key)
    translated = draft_page(tiina, russian, "Опасность", slug="opasnost", translation_key=danger.translation_key)
    assert len(actions.move_page(page=danger, section=other, by=tiina)) == 1
    there = draft_section(tiina, "Полка", "ru", slug="polka", translation_key=other.translation_key)
    (moved,) = actions.move_page(page=danger, section=other, by=tiina)

    assert (moved.pk, Page.objects.get(pk=translated.pk).get_parent().pk) == (translated.pk, there.pk)


def test_a_page_is_not_moved_onto_anothers_address(
    danger: GuidancePage, section: SectionPage, other: SectionPage, tiina: User, client: Client
) -> None:
    draft_page(tiina, other, slug=danger.slug)
    client.force_login(tiina)

    answer = client.post(f"/kirjutuslaud/{danger.pk}/teisalda/", {"section": other.pk})
    assert answer.status_code == 422
    assert "vahetu-oht" in answer.content.decode()
    assert Page.objects.get(pk=danger.pk).get_parent().pk == section.pk
    with pytest.raises(NotReady):
        actions.move_page(page=danger, section=section, by=tiina)


def test_moving_at_the_writing_desk_leads_to_our_page(
    danger: GuidancePage, other: SectionPage, in_force: InForce, tiina: User, client: Client
) -> None:
    in_force(danger)
    client.force_login(tiina)
    ours = f"/kirjutuslaud/{danger.pk}/teisalda/"
    assert client.get(f"/haldus/pages/{danger.pk}/move/{other.pk}/confirm/")["Location"] == ours
    assert client.get(f"/haldus/pages/{danger.pk}/delete/")["Location"] == f"/kooskolastus/kehtetuks/{danger.pk}/"


def test_readers_meet_pages_in_the_order_that_was_approved(
    section: SectionPage, in_force: InForce, tiina: User, liis: User, client: Client, sign_in: SignIn
) -> None:
    pages = [draft_page(tiina, section, title) for title in ("Aaa", "Bee", "Tsee")]
    for each in pages:
        in_force(each)
    make_edition(by=None)
    client.force_login(tiina)
    client.post(f"/kirjutuslaud/{section.pk}/jarjekord/tosta/", {"key": str(pages[2].translation_key), "place": "0"})

    def order(text: str) -> list[str]:
        return sorted(("Aaa", "Bee", "Tsee"), key=lambda title: text.index(f">{title}<"))

    shown = client.get(f"/kirjutuslaud/{section.pk}/jarjekord/").content.decode()
    assert order(shown) == ["Tsee", "Aaa", "Bee"]
    assert order(sign_in(liis).get("/kasiraamat/").content.decode()) == ["Aaa", "Bee", "Tsee"]
    version = in_force(section)
    assert "Tsee" in client.get(version.get_absolute_url()).content.decode()
    make_edition(by=None)
    assert order(sign_in(liis).get("/kasiraamat/").content.decode()) == ["Tsee", "Aaa", "Bee"]


def test_an_order_tells_nobody_of_a_page_that_is_not_for_them(
    section: SectionPage, in_force: InForce, tiina: User
) -> None:
    hidden = draft_page(tiina, section, "Juhtide leht", audiences=["leadership"])
    for each in (hidden, draft_page(tiina, section, "Avatud")):
        in_force(each)
    actions.order_page(section=section, key=str(hidden.translation_key), place=0, by=tiina)
    in_force(section)
    edition = make_edition(by=None)
    assert edition is not None
    for file in edition.files.filter(audience="counselling+staff"):
        import zlib

        assert str(hidden.translation_key).encode() not in zlib.decompress(bytes(file.data))


def test_sections_are_put_in_order(
    section: SectionPage, other: SectionPage, danger: GuidancePage, tiina: User, client: Client
) -> None:
    client.force_login(tiina)
    client.post("/kirjutuslaud/jarjekord/tosta/", {"key": str(other.pk), "place": "0"})
    paths = dict(SectionPage.objects.values_list("pk", "path"))
    assert paths[other.pk] < paths[section.pk]
    client.post("/kirjutuslaud/jarjekord/tosta/", {"key": str(other.pk), "place": "9"})
    paths = dict(SectionPage.objects.values_list("pk", "path"))
    assert paths[other.pk] > paths[section.pk]
    assert client.get("/kirjutuslaud/jarjekord/").status_code == 200
    assert Page.objects.get(pk=danger.pk).get_parent().pk == section.pk


@pytest.fixture
def pair(section: SectionPage, in_force: InForce, tiina: User) -> tuple[GuidancePage, GuidancePage]:
    """Two pages in force, the first with a phrase whose Russian is stale, a source and a higher risk."""
    said = Phrase("f1", "Kas sa oled praegu ohus?", ru="Вы в опасности?", ru_source="vana")
    gone = draft_page(tiina, section, "Väike leht", passages=(passage("Küsi", said),), risk="elevated")
    draft = latest(gone)
    draft.sources, draft.sources_none = [{"type": "source", "value": {"title": "Uuring", "url": ""}}], False
    draft.save_revision(user=tiina)
    stays = draft_page(tiina, section, "Suur leht")
    in_force(gone)
    in_force(stays)
    return gone, stays


def test_two_pages_become_one_and_every_address_leads_there(
    pair: tuple[GuidancePage, GuidancePage], tiina: User, rein: User, liis: User, client: Client, sign_in: SignIn
) -> None:
    gone, stays = pair
    make_edition(by=None)
    old = latest(gone).to_content().passages[0]
    client.force_login(tiina)
    address = f"/kirjutuslaud/{gone.pk}/uhenda/"
    assert "Küsi" in client.get(f"{address}?into={stays.pk}").content.decode()
    form = {"into": stays.pk, "change_kind": "material", "change_sentence": "Kaks lehte ühes."}
    answer = client.post(address, form)
    assert answer.status_code == 302, answer.content.decode()

    change = Version.objects.get(page_id=stays.pk, state=State.CLEARANCE)
    withdrawal = Version.objects.get(page_id=gone.pk, state=State.CLEARANCE)
    with pytest.raises(NotReady):
        actions.approve_version(version=withdrawal, by=rein)
    actions.approve_version(version=change, by=rein)
    actions.approve_version(version=withdrawal, by=rein)
    make_edition(by=None)

    written = change.page_content
    assert written.passages[-1].key == old.key
    phrase = written.passages[-1].blocks[0]
    assert isinstance(phrase, Phrase)
    assert phrase.state("ru") == "stale"
    assert (written.risk, written.sources) == ("elevated", (Source("Uuring"),))
    browser = sign_in(liis)
    assert browser.get("/kasiraamat/et/vaike-leht/")["Location"] == "/kasiraamat/et/suur-leht/"
    assert f'id="{old.key}"' in browser.get("/kasiraamat/et/suur-leht/").content.decode()


def test_a_warning_follows_a_page_that_was_merged_and_a_passage_that_was_joined(
    pair: tuple[GuidancePage, GuidancePage], tiina: User, rein: User, liis: User, in_force: InForce, sign_in: SignIn
) -> None:
    """What was warned of or withdrawn is not read without the warning because its words moved."""
    gone, stays = pair
    make_edition(by=None)
    moved = latest(gone).to_content().passages[0].key
    last = latest(stays).to_content().passages[-1].key
    page_key = str(gone.translation_key)
    warn(by=rein, page_key=page_key, sentence_et="Kogu leht on üle vaatamisel.")
    entry = withdraw_at_once(by=rein, page_key=page_key, passage_key=moved, sentence_et="Ära küsi nii.")
    actions.merge_pages(page=gone, into=stays, change_kind="material", change_sentence="Üheks.", by=tiina)
    for page in (stays, gone):
        actions.approve_version(version=Version.objects.get(page_id=page.pk, state=State.CLEARANCE), by=rein)
    make_edition(by=None)

    browser = sign_in(liis)
    text = browser.get("/kasiraamat/et/suur-leht/").content.decode()
    assert "Kogu leht on üle vaatamisel." in text
    assert "Ära küsi nii." in text
    assert "Kas sa oled praegu ohus?" not in text

    actions.join_passage(page=stays, key=moved, by=tiina)
    in_force(stays)
    make_edition(by=None)
    audience = audience_of(liis)
    (mark,) = reading.overlay(audience).on_passage(str(stays.translation_key), last, "et")
    assert mark.withdraws
    assert "Kas sa oled praegu ohus?" not in browser.get("/kasiraamat/et/suur-leht/").content.decode()

    board = sign_in(rein).get("/ohutus/").content.decode()
    assert "Ära küsi nii." in board
    lift(by=rein, entry=entry)
    assert "Kas sa oled praegu ohus?" in sign_in(liis).get("/kasiraamat/et/suur-leht/").content.decode()


def test_a_page_is_not_merged_where_more_people_would_read_it(
    section: SectionPage, in_force: InForce, tiina: User, client: Client
) -> None:
    gone = draft_page(tiina, section, "Juhtide leht", audiences=["leadership"])
    stays = draft_page(tiina, section, "Kõigile", audiences=["leadership", "staff"])
    in_force(gone)
    in_force(stays)
    before = latest(stays).to_content()
    with pytest.raises(NotReady, match="Kõigile"):
        actions.merge_pages(page=gone, into=stays, change_kind="material", change_sentence="Üheks.", by=tiina)
    assert latest(stays).to_content() == before
    client.force_login(tiina)
    assert "Kõigile" in client.get(f"/kirjutuslaud/{gone.pk}/uhenda/?into={stays.pk}").content.decode()


def test_only_a_draft_that_nobody_was_asked_about_is_deleted(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User, client: Client
) -> None:
    target = f'<p><a href="metoodik:page/{danger.translation_key}">siit</a></p>'
    draft_page(tiina, section, "Viitaja", passages=(passage("Kus", Text("b1", target)),))
    client.force_login(tiina)
    address = f"/kirjutuslaud/{danger.pk}/kustuta/"
    assert "Viitaja" in client.get(address).content.decode()
    assert "Viitaja" in client.get(f"/kirjutuslaud/{danger.pk}/kasutus/").content.decode()
    client.post(address)
    assert not Page.objects.filter(pk=danger.pk).exists()

    kept = draft_page(tiina, section, "Jääb")
    in_force(kept)
    assert client.post(f"/kirjutuslaud/{kept.pk}/kustuta/").status_code == 409
    assert client.get(f"/kirjutuslaud/{section.pk}/kustuta/").status_code == 409
    assert Page.objects.filter(pk=kept.pk).exists()


def test_the_author_hears_of_links_to_a_dropped_passage_and_may_send_all_the_same(
    section: SectionPage, in_force: InForce, tiina: User, client: Client
) -> None:
    stays, goes = passage("Jääb"), passage("Kaob")
    page = draft_page(tiina, section, "Sihtleht", passages=(stays, goes))
    in_force(page)
    target = f'<p><a href="metoodik:page/{page.translation_key}#{goes.key}">siit</a></p>'
    in_force(draft_page(tiina, section, "Viitaja", passages=(passage("Kus", Text("b1", target)),)))
    draft = latest(page)
    draft.write_passages((stays,))
    draft.save_revision(user=tiina)

    client.force_login(tiina)
    shown = client.get(f"/kooskolastus/saada/{page.pk}/").content.decode()
    assert "Viitaja" in shown
    send(page, tiina)


def test_only_who_writes_guidance_arranges(
    danger: GuidancePage, other: SectionPage, liis: User, client: Client
) -> None:
    client.force_login(liis)
    for name in ("kasutus", "teisalda", "uhenda", "kustuta"):
        assert client.get(f"/kirjutuslaud/{danger.pk}/{name}/").status_code == 403, name
    with pytest.raises(PermissionDenied):
        actions.move_page(page=danger, section=other, by=liis)
