"""Tiina puts a fact into text by keyboard; Liis's open page is told when the number changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.test_facts import add, confirm, renew
from tests.handbook_fixtures import draft_page, draft_section, latest, passage, send

from metoodik.editions.actions import make_edition
from metoodik.handbook import actions, content
from metoodik.handbook.desk_setup import prepare_desk
from metoodik.handbook.models import GuidancePage
from metoodik.people.models import User

type SignedIn = Callable[[User], Page]

ASK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def guide(transactional_db: None, tiina: User, rein: User) -> GuidancePage:
    """A page that names the crisis line, approved."""
    prepare_desk()
    confirm(add(tiina), rein)
    section = draft_section(tiina)
    actions.approve_version(version=send(section, tiina), by=rein)
    words = content.Text("00000000-0000-4000-8000-000000000041", "<p>Helista {{fact:ohvriabi}}.</p>")
    phrase = content.Phrase("00000000-0000-4000-8000-000000000042", "Kas saate rääkida?")
    page = draft_page(tiina, section, "Kuhu helistada", passages=(passage("Numbrid", words, phrase),))
    actions.approve_version(version=send(page, tiina), by=rein)
    make_edition(by=tiina)
    return page


def test_a_fact_is_put_into_text_by_keyboard(
    guide: GuidancePage, tiina: User, signed_in: SignedIn, live_server: Any
) -> None:
    desk = signed_in(tiina)
    desk.goto(f"{live_server.url}/haldus/pages/{guide.pk}/edit/")
    chip = desk.locator(".fact-chip")
    expect(chip).to_have_attribute("data-value", "116 006")
    desk.locator(".public-DraftEditor-content").first.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" Või ")
    desk.locator(".fact-button").first.press("Enter")
    desk.keyboard.type("116006")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(chip).to_have_count(2)

    field = desk.locator('[data-contentpath="et"] textarea').first
    field.focus()
    button = desk.locator('[data-contentpath="et"] .fact-button').first
    field.press("End")
    button.press("Enter")
    desk.keyboard.press("Enter")
    expect(field).to_have_value("Kas saate rääkida?{{fact:ohvriabi}}")
    # The editor hands its text to the form a quarter of a second after the last key.
    written = desk.locator("input[name$='-value-body-0-value']").first
    expect(written).to_have_value(re.compile(r"Või \{\{fact:ohvriabi\}\}"))
    with desk.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url):
        desk.get_by_role("button", name="Salvesta mustand").first.click()
    desk.wait_for_load_state("networkidle")
    text, phrase = latest(guide).to_content().passages[0].blocks
    assert isinstance(text, content.Text)
    assert text.html.count("{{fact:ohvriabi}}") == 2
    assert isinstance(phrase, content.Phrase)
    assert phrase.et.endswith("{{fact:ohvriabi}}")


def test_an_open_page_is_told_of_the_new_number(
    guide: GuidancePage, tiina: User, liis: User, signed_in: SignedIn, live_server: Any
) -> None:
    page = signed_in(liis)
    page.goto(f"{live_server.url}/kasiraamat/et/kuhu-helistada/")
    expect(page.locator("article")).to_contain_text("116 006")
    fact = guide.keeper.kept_facts.get() if guide.keeper else None
    assert fact is not None
    renew(fact, tiina, "116 123")
    page.evaluate(ASK)
    expect(page.locator("#ohutusriba")).to_contain_text("116 123")
    page.reload()
    expect(page.locator("article")).to_contain_text("116 123")
    expect(page.locator("article")).not_to_contain_text("116 006")
