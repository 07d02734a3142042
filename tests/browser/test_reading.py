"""Liis in a real browser: search by keyboard, a warning on an open page, what changed since she last read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.editions_plugin import Shelf, key, page, passage

from metoodik.editions.actions import make_edition, warn, withdraw_at_once
from metoodik.editions.models import Edition
from metoodik.handbook.content import Contact, Passage, Phrase, Risk, Steps, Table
from metoodik.handbook.content import Warning as Caution
from metoodik.people.models import User

type SignedIn = Callable[[User], Page]
type Accessible = Callable[[Page], None]

PHONE = {"width": 390, "height": 844}
LOOKED = 3500
"""Milliseconds after which a page counts as read."""
ASK = "document.dispatchEvent(new Event('visibilitychange'))"
"""What a browser says when somebody comes back to the page: it then asks for warnings at once."""


@pytest.fixture
def open_page(
    shelf: Shelf, transactional_db: None, tiina: User, liis: User, signed_in: SignedIn, live_server: Any
) -> Page:
    """Liis has the page on suicide risk open."""
    blocks = (
        Caution("c", "<p>Ära jäta inimest üksi.</p>"),
        Contact("k", "Häirekeskus", "112", "ööpäev läbi"),
        Steps("s", ("Küsi otse.", "Kuula vastus lõpuni.")),
        Phrase("p", "Kas te mõtlete enesetapule?", "Вы думаете о самоубийстве?"),
        Table("t", "Mida teha", ("Mida kuuled", "Mida teed"), (("Oht on kohe", "112"),)),
    )
    shelf.put(
        page(
            1,
            "Enesetapurisk",
            Passage("aaaaaaaa-1", "Küsi otse", blocks),
            passage(12, "Kuula", "Kuula rahulikult ja lõpuni. " * 40),
            risk=Risk.SAFETY,
        ),
        page(2, "Lein ja kaotus", passage(21, "Esimesed sõnad", "Ära kiirusta.")),
    )
    make_edition(by=tiina)
    opened = signed_in(liis)
    opened.goto(f"{live_server.url}/kasiraamat/et/leht-1/")
    return opened


def test_search_while_typing_by_keyboard_alone(open_page: Page, live_server: Any) -> None:
    open_page.keyboard.press("/")
    open_page.keyboard.type("kaot")
    found = open_page.locator(".result").first
    expect(found).to_contain_text("Lein ja kaotus")
    expect(found.locator("mark").first).to_have_text("kaotus")
    open_page.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    open_page.keyboard.press("ArrowUp")
    open_page.keyboard.press("Escape")
    expect(open_page.locator(".result")).to_have_count(0)
    open_page.keyboard.type("kaot")
    expect(found).to_be_visible()
    open_page.keyboard.press("Enter")
    open_page.wait_for_url("**/kasiraamat/et/leht-2/")
    assert "kaot" not in open_page.url
    assert "kaot" not in open_page.evaluate("JSON.stringify([history.state, localStorage, sessionStorage])")


def test_a_warning_comes_to_an_open_page_and_nothing_moves(open_page: Page, tiina: User) -> None:
    before = open_page.locator(".passage").nth(1).bounding_box()
    warn(by=tiina, page_key=key(1), passage_key="aaaaaaaa-1", sentence_et="Number on muutunud.")
    open_page.evaluate(ASK)
    bar = open_page.locator("#ohutusriba")
    expect(bar).to_contain_text("Number on muutunud.")
    assert open_page.locator(".passage").nth(1).bounding_box() == before
    bar.get_by_role("button").click()
    expect(bar).to_have_count(0)


def test_a_withdrawal_covers_the_words_where_they_stand(open_page: Page, tiina: User) -> None:
    before = open_page.locator(".passage").nth(1).bounding_box()
    withdraw_at_once(by=tiina, page_key=key(1), passage_key="aaaaaaaa-1", sentence_et="Vale samm.")
    open_page.evaluate(ASK)
    expect(open_page.locator("#ohutusriba")).to_contain_text("Vale samm.")
    expect(open_page.get_by_text("Ära jäta inimest üksi.")).to_be_hidden()
    assert open_page.locator(".passage").nth(1).bounding_box() == before
    open_page.reload()
    expect(open_page.get_by_text("Vale samm.")).to_be_visible()


def test_what_changed_since_the_last_reading_is_marked_in_this_browser_alone(
    open_page: Page, shelf: Shelf, tiina: User
) -> None:
    open_page.wait_for_timeout(LOOKED)
    kept = open_page.evaluate("localStorage.getItem('metoodik-seen')")
    assert "Enesetapurisk" not in kept
    assert "liis" not in kept.casefold()
    shelf.pages.clear()
    shelf.put(page(1, "Enesetapurisk", passage(12, "Kuula", "Kuula ja küsi."), risk=Risk.SAFETY))
    make_edition(by=tiina)
    open_page.reload()
    mark = open_page.locator(".changed-mark")
    expect(mark).to_have_count(1)
    mark.get_by_role("link").click()
    open_page.wait_for_url("**/valjaanded/vordle/1/2/#l-00000000")
    expect(open_page.locator("main ins").first).to_be_visible()


def test_signing_out_forgets_what_was_read(open_page: Page) -> None:
    open_page.wait_for_timeout(LOOKED)
    open_page.locator("details.menu > summary").click()
    open_page.locator("details.menu form[action*='logout'] button").click()
    open_page.wait_for_url("**/konto/login/**")
    assert open_page.evaluate("localStorage.getItem('metoodik-seen')") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_reading_screen_is_accessible_and_fits(
    open_page: Page, live_server: Any, tiina: User, shelf: Shelf, assert_accessible: Accessible, scheme: Any, size: str
) -> None:
    warn(by=tiina, page_key=key(1), sentence_et="Loe koos juhtivspetsialistiga.")
    shelf.put(page(2, "Lein ja kaotus", passage(21, "Esimesed sõnad", "Ära kiirusta, kuula.")))
    make_edition(by=tiina)
    assert Edition.objects.count() == 2
    open_page.emulate_media(color_scheme=scheme)
    if size == "phone":
        open_page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    paths = ("kasiraamat/", "kasiraamat/et/leht-1/", "kasiraamat/et/osa/ohutus/", "otsi/", "valjaanded/")
    old = ("valjaanded/1/et/leht-2/", "valjaanded/1/otsi/", "valjaanded/vordle/1/2/")
    for path in (*paths, *old):
        open_page.goto(f"{live_server.url}/{path}")
        assert_accessible(open_page)
        assert open_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_desks_of_those_who_act_are_accessible(
    open_page: Page, live_server: Any, tiina: User, shelf: Shelf, signed_in: SignedIn, assert_accessible: Accessible
) -> None:
    warn(by=tiina, page_key=key(1), sentence_et="Loe koos juhtivspetsialistiga.")
    shelf.put(page(2, "Lein ja kaotus", passage(21, "Esimesed sõnad", "Ära kiirusta, kuula.")))
    open_page.context.clear_cookies()
    desk = signed_in(tiina)
    for path in ("", "valjaanded/koosta/", "ohutus/", "ohutus/uus/", f"ohutus/uus/{key(1)}/", "ohutus/1/tuhista/"):
        desk.goto(f"{live_server.url}/{path}")
        assert_accessible(desk)
