"""First light: a Word file becomes the answer under a counsellor's fingers, through every role and every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.people_fixtures import PASSWORD

from metoodik.config.sample_service import clock_at
from metoodik.editions.actions import make_edition
from metoodik.editions.models import Edition
from metoodik.handbook.models import SectionPage, Version
from metoodik.handbook.sample_load import load_sample
from metoodik.people.models import RoleGrant, User

pytestmark = pytest.mark.django_db(transaction=True)

WORD_FILE = """# Paanikahoog kõne ajal

Helistaja ei saa hingata, süda peksab ja ta kardab surra.

## Too ta tagasi hetke

1. Räägi aeglaselt ja madalal häälel.
2. Palu tal nimetada viis asja, mida ta enda ümber näeb.
3. Hingake koos: sisse neli, välja kuus.

## Millal kutsuda kiirabi

Kui valu rinnus ei lähe mööda või ta minestab, on esimene samm 112.^[Kiirabi kutsub alati 112.]
"""


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    target = tmp_path / "paanikahoog.docx"
    pypandoc.convert_text(WORD_FILE, "docx", format="markdown", outputfile=str(target))
    return target


@pytest.fixture
def yesterday(tiina: User, liis: User, rein: User, olga: User) -> Edition:
    """The sample handbook, in force since yesterday."""
    now = timezone.now()
    RoleGrant.objects.update(since=now - timedelta(days=30))
    expert, counsellor, owner, reviewer = (User.objects.get(pk=each.pk) for each in (tiina, liis, rein, olga))
    with clock_at(now - timedelta(days=1)):
        load_sample(author=expert, counsellor=counsellor, approver=owner, language_reviewer=reviewer)
        made = make_edition(by=expert, note="Eilne käsiraamat.")
    assert made is not None
    return made


@pytest.fixture
def desk_of(
    browser: Browser, live_server: Any, browser_context_args: dict[str, Any]
) -> Iterator[Callable[[User], Page]]:
    """`desk_of(liis)`: a browser of her own in which she has signed in by the form and sees her desk."""
    contexts = []

    def enter(user: User) -> Page:
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/konto/login/")
        page.get_by_label("E-post").fill(user.email)
        page.get_by_label("Parool").fill(PASSWORD)
        page.get_by_label("Parool").press("Enter")
        expect(page.get_by_role("heading", name="Töölaud", level=1)).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()


def test_from_a_word_file_to_an_answer(
    yesterday: Edition,
    word_file: Path,
    desk_of: Callable[[User], Page],
    live_server: Any,
    tiina: User,
    liis: User,
    rein: User,
    assert_accessible: Callable[[Page], None],
) -> None:
    section = SectionPage.objects.get(title="Kriis ja lein")
    expert, counsellor, owner = desk_of(tiina), desk_of(liis), desk_of(rein)

    _import(expert, word_file, section, assert_accessible)
    _complete_and_send(expert)
    _review(counsellor)
    _approve(owner, assert_accessible)
    version = Version.objects.get(title="Paanikahoog kõne ajal")
    assert (version.state, version.approved_by, version.submitted_by) == ("approved", rein, tiina)

    _find_nothing_yet(counsellor, live_server.url)
    _make_edition(expert, live_server.url)
    _find_and_read(counsellor, live_server.url, assert_accessible)
    _open_yesterday(counsellor, live_server.url, yesterday)


def _import(page: Page, file: Path, section: SectionPage, assert_accessible: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Toimetus").click()
    page.get_by_role("link", name="Import").click()
    page.locator("#id_file").set_input_files(str(file))
    page.locator("#id_section").select_option(str(section.pk))
    page.get_by_role("button", name="Loe failid").click()
    expect(page.get_by_role("heading", name="Too ta tagasi hetke").first).to_be_visible()
    expect(page.get_by_text("Kiirabi kutsub alati 112.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Tee mustand").click()
    page.wait_for_url("**/haldus/pages/*/edit/")


def _complete_and_send(page: Page) -> None:
    page.locator("#id_summary").fill("Kui helistajal on paanikahoog.")
    page.get_by_role("tab", name="Lehe andmed").click()
    page.locator("#id_risk").select_option("safety")
    page.get_by_label("nõustajad, juhendajad ja juhtivspetsialistid").check()
    page.locator("#id_sources_none").check()
    page.locator("#id_legal_basis_none").check()
    page.get_by_role("button", name="Salvesta mustand").click()
    expect(page.locator(".messages")).to_contain_text("Paanikahoog kõne ajal")
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("link", name="Saada kooskõlastusele").click()
    page.get_by_label("sisuline", exact=False).check()
    page.get_by_label("Mis muutub").fill("Uus leht paanikahoo kohta.")
    page.get_by_role("button", name="Saada kooskõlastusele").click()
    expect(page.get_by_role("heading", name="Paanikahoog kõne ajal", level=1)).to_be_visible()


def _review(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("„Paanikahoog kõne ajal“", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Kooskõlastamine").click()
    page.get_by_role("link", name="Paanikahoog kõne ajal").first.click()
    expect(page.get_by_role("heading", name="Paanikahoog kõne ajal", level=1)).to_be_visible()
    page.get_by_label("Olen selle versiooniga nõus").check()
    page.get_by_role("button", name="Salvesta arvamus").click()
    expect(page.get_by_role("button", name="Kinnita")).to_have_count(0)


def _approve(page: Page, assert_accessible: Callable[[Page], None]) -> None:
    page.reload()
    expect(page.get_by_text("„Paanikahoog kõne ajal“", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Kooskõlastamine").click()
    page.get_by_role("link", name="Paanikahoog kõne ajal").first.click()
    assert_accessible(page)
    page.get_by_role("button", name="Kinnita", exact=True).click()
    expect(page.get_by_text("on kinnitatud", exact=False).first).to_be_visible()


def _search(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox").first
    box.press_sequentially(words)


def _find_nothing_yet(page: Page, home: str) -> None:
    page.goto(home)
    _search(page, "paanika")
    expect(page.get_by_role("link", name="Too ta tagasi hetke")).to_have_count(0)


def _make_edition(page: Page, home: str) -> None:
    page.goto(f"{home}/valjaanded/koosta/")
    expect(page.get_by_text("Paanikahoog kõne ajal", exact=True)).to_be_visible()
    page.get_by_label("Märkus", exact=False).fill("Paanikahoog sai oma lehe.")
    page.get_by_role("button", name="Koosta väljaanne").click()
    expect(page.get_by_text("Väljaanne 2", exact=False).first).to_be_visible()


def _find_and_read(page: Page, home: str, assert_accessible: Callable[[Page], None]) -> None:
    page.goto(home)
    _search(page, "paan")
    expect(page.get_by_role("link", name="Paanikahoog", exact=False).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Too ta tagasi hetke")).to_be_visible()
    assert "?" not in page.url
    assert_accessible(page)


def _open_yesterday(page: Page, home: str, yesterday: Edition) -> None:
    page.goto(f"{home}/valjaanded/paev/{timezone.localdate(yesterday.effective_at):%Y-%m-%d}/")
    page.get_by_role("link", name=f"Väljaanne {yesterday.number}").first.click()
    expect(page.get_by_text("vana väljaanne", exact=False).first).to_be_visible()
    expect(page.get_by_role("link", name="Paanikahoog", exact=False)).to_have_count(0)
    expect(page.get_by_role("link", name="Lein ja äkiline kaotus")).to_be_visible()
