"""An address lives for ever: renamed, joined, withdrawn, it leads to what is read instead, for those who may see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse
from tests.handbook_fixtures import draft_page, latest, passage
from tests.reading_plugin import SignIn

from metoodik.editions import reading
from metoodik.editions.actions import make_edition, warn
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.models import Edition
from metoodik.editions.places import anchor
from metoodik.handbook import actions
from metoodik.handbook.addresses import KEY, PAGE
from metoodik.handbook.content import Text
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.people.models import User

type InForce = Callable[..., Version]


def renamed(page: GuidancePage | SectionPage, author: User, slug: str) -> None:
    draft = latest(page)  # type: ignore[arg-type]
    draft.slug = slug
    draft.save_revision(user=author)


def test_every_old_address_of_a_page_leads_to_it(
    danger: GuidancePage, in_force: InForce, tiina: User, liis: User, sign_in: SignIn
) -> None:
    in_force(danger)
    make_edition(by=None)
    for number in range(7):
        renamed(danger, tiina, f"nimi-{number}")
        in_force(danger)
        make_edition(by=None)

    browser = sign_in(liis)
    for old in ("vahetu-oht", "nimi-0", "nimi-5"):
        answer = browser.get(f"/kasiraamat/et/{old}/")
        assert (answer.status_code, answer["Location"]) == (302, "/kasiraamat/et/nimi-6/"), old
    assert browser.get("/kasiraamat/et/ei-olnud/").status_code == 404


def test_an_old_address_of_a_section_leads_to_it(
    section: SectionPage, danger: GuidancePage, in_force: InForce, tiina: User, liis: User, sign_in: SignIn
) -> None:
    in_force(danger)
    renamed(section, tiina, "uus-riiul")
    in_force(section)
    make_edition(by=None)

    answer = sign_in(liis).get("/kasiraamat/et/osa/ohutus-ja-risk/")
    assert (answer.status_code, answer["Location"]) == (302, "/kasiraamat/et/osa/uus-riiul/")


@pytest.fixture
def replaced(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User, rein: User
) -> tuple[GuidancePage, GuidancePage]:
    """A page withdrawn with another used instead, while a third still links to it."""
    instead = draft_page(tiina, section, "Uus juhis")
    in_force(danger)
    in_force(instead)
    key = latest(danger).to_content().passages[0].key
    link = Text("b-link", f'<p>Vaata <a href="metoodik:page/{danger.translation_key}#{key}">siit</a>.</p>')
    in_force(draft_page(tiina, section, "Kolmas leht", passages=(passage("Edasi", link),)))
    make_edition(by=None)
    in_force(danger, withdraws=True, replaced_by=instead.translation_key)
    make_edition(by=None)
    return danger, instead


def test_a_withdrawn_page_leads_to_what_is_used_instead(
    replaced: tuple[GuidancePage, GuidancePage], liis: User, sign_in: SignIn
) -> None:
    gone, _instead = replaced
    browser = sign_in(liis)

    assert browser.get("/kasiraamat/et/vahetu-oht/")["Location"] == "/kasiraamat/et/uus-juhis/"
    assert browser.get(f"/p/{gone.translation_key}/")["Location"] == "/kasiraamat/et/uus-juhis/"
    assert "/kasiraamat/et/uus-juhis/#" in browser.get("/kasiraamat/et/kolmas-leht/").content.decode()


def test_no_old_address_tells_of_a_page_that_the_reader_may_not_see(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User, liis: User, sign_in: SignIn
) -> None:
    """Neither of what it was nor of what it became."""
    hidden = draft_page(tiina, section, "Juhtide leht", audiences=["leadership"])
    in_force(danger)
    in_force(hidden)
    renamed(hidden, tiina, "juhtide-uus")
    in_force(hidden)
    in_force(danger, withdraws=True, replaced_by=hidden.translation_key)
    in_force(draft_page(tiina, section, "Avatud leht"))
    make_edition(by=None)

    browser = sign_in(liis)
    assert browser.get("/kasiraamat/et/juhtide-leht/").status_code == 404
    assert browser.get("/kasiraamat/et/vahetu-oht/").status_code == 404
    for_counsellors = reading.current(AudienceClass(frozenset({"counselling"})))
    for_leaders = reading.current(AudienceClass(frozenset({"leadership"})))
    assert for_counsellors is not None
    assert for_leaders is not None
    assert for_counsellors.moved(PAGE, "et", "juhtide-leht") == ""
    assert for_leaders.moved(PAGE, "et", "juhtide-leht") == str(hidden.translation_key)


def test_a_joined_passage_is_found_by_its_old_anchor_and_keeps_its_warning(
    section: SectionPage, in_force: InForce, tiina: User, liis: User, peeter: User, sign_in: SignIn, rein: User
) -> None:
    first, second = passage("Algus"), passage("Jätk")
    page = draft_page(tiina, section, "Kaks lõiku", passages=(first, second))
    in_force(page)
    make_edition(by=None)
    warn(by=rein, page_key=str(page.translation_key), passage_key=second.key, sentence_et="Ära sellele toetu.")
    actions.join_passage(page=page, key=second.key, by=tiina)
    in_force(page)
    make_edition(by=None)

    shown = sign_in(liis).get("/kasiraamat/et/kaks-loiku/").content.decode()
    ids = set(re.findall(r'id="([^"]+)"', shown))
    assert {anchor(first.key), anchor(second.key), second.key} <= ids
    assert "Ära sellele toetu." in shown


def test_an_edition_made_anew_has_the_same_addresses(replaced: tuple[GuidancePage, GuidancePage]) -> None:
    gone, instead = replaced
    edition = Edition.objects.order_by("-number")[0]
    projector = edition.projector()
    assert any(
        (each.kind, each.name, each.key) == (KEY, str(gone.translation_key), str(instead.translation_key))
        for each in projector.addresses
    )
    audience = AudienceClass(frozenset({"counselling"}))
    assert projector.project(audience) == edition.projector().project(audience)
    assert projector.project(audience) != replace(projector, addresses=()).project(audience)


def test_chains_end_and_circles_lead_nowhere(
    section: SectionPage, in_force: InForce, tiina: User, liis: User, sign_in: SignIn
) -> None:
    pages = [draft_page(tiina, section, f"Leht {number}") for number in range(3)]
    for each in pages:
        in_force(each)
    in_force(pages[0], withdraws=True, replaced_by=pages[1].translation_key)
    in_force(pages[1], withdraws=True, replaced_by=pages[2].translation_key)
    make_edition(by=None)

    browser = sign_in(liis)
    assert browser.get("/kasiraamat/et/leht-0/")["Location"] == "/kasiraamat/et/leht-2/"
    assert browser.get(reverse("editions:lasting", args=[pages[0].translation_key])).status_code == 302
    in_force(draft_page(tiina, section, "Jääb"))
    in_force(pages[2], withdraws=True)
    make_edition(by=None)
    assert sign_in(liis).get("/kasiraamat/et/leht-0/").status_code == 404
