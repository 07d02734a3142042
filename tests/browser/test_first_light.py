"""First light: a Word file becomes the answer under a counsellor's fingers, through every role and every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Page, expect

from metoodik.config.sample_service import clock_at
from metoodik.editions.actions import make_edition
from metoodik.editions.models import Edition
from metoodik.handbook.models import SectionPage, Version
from metoodik.handbook.sample_load import load_sample
from metoodik.people.models import User
from tests.people_fixtures import PASSWORD

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
def yesterday(tiina: User, liis: User, rein: User) -> Edition:
    """The sample handbook, in force since yesterday."""
    from datetime import timedelta

    from django.utils import timezone

    before = timezone.now() - timedelta(days=1)
    with clock_at(before):
        load_sample(author=tiina, counsellor=liis, approver=rein)
        made = make_edition(by=tiina, note="Eilne käsiraamat.")
    return Edition.objects.get(number=made.edition.number)


@pytest.fixture
def desk_of(browser: Browser, live_server: Any, browser_context_args: dict[str, Any]) -> Iterator[Callable[[User], Page]]:
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
    page.get_by_role("link", name="Import").click()
    page.get_by_label("Fail", exact=False).set_input_files(str(file))
    page.get_by_label("Osa").select_option(str(section.pk))
    page.get_by_role("button", name="Loe fail sisse").click()
    expect(page.get_by_role("heading", name="Too ta tagasi hetke")).to_be_visible()
    expect(page.get_by_text("Kiirabi kutsub alati 112.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Tee mustand").click()
    expect(page).to_have_url(lambda url: "/haldus/pages/" in url and "/edit/" in url) if False else page.wait_for_url(
        "**/haldus/pages/*/edit/"
    )


def _complete_and_send(page: Page) -> None:
    page.get_by_label("Kokkuvõte", exact=False).first.fill("Kui helistajal on paanikahoog.")
    page.get_by_role("tab", name="Lehest").click()
    page.get_by_label("Risk").select_option("safety")
    page.get_by_label("nõustajad, juhendajad ja juhid", exact=False).check()
    page.get_by_label("allikaid ei ole", exact=False).check()
    page.get_by_label("õiguslikku alust ei ole", exact=False).check()
    page.get_by_role("button", name="Salvesta mustand").click()
    page.wait_for_load_state("networkidle")
