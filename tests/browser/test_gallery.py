"""Every component in a browser: accessible, reachable by keyboard, large enough for a thumb, never sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from metoodik.people.models import User

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PAGES = ["/ui/", "/ui/leht/", "/ui/vorm/", "/ui/laud/", "/ui/sisse/", "/ui/kaart/"]

# A link inside a sentence may be smaller than a thumb (WCAG 2.5.8, "inline").
SMALL = """() => [...document.querySelectorAll("button, summary, nav a, .rail a, .button, .action, .contents a, select,"
  + "input:not([type=hidden]), .tabs a, thead a")]
  .filter((el) => el.getClientRects().length && !el.closest(".unseen") && !el.matches(".unseen"))
  .map((el) => [el.closest("label, .tick") ?? el, el])
  .map(([box, el]) => [box.getBoundingClientRect(), el])
  .filter(([box]) => box.height < 43.5 || box.width < 43.5)
  .map(([box, el]) => `${el.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
# Names what sticks out when the page can be scrolled sideways.
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = (el) => el.checkVisibility() && el.getBoundingClientRect().right > wide + 1;
  const told = (el) => `${Math.round(el.getBoundingClientRect().right)} ${el.outerHTML.slice(0, 99)}`;
  const page = `the page is ${document.documentElement.scrollWidth} wide`;
  return [page, ...[...document.querySelectorAll("body *")].filter(out).map(told)];
}"""


@pytest.fixture(autouse=True)
def no_complaints(page: Page) -> Iterator[None]:
    """The browser's console stays silent: no error, nothing refused by the content policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_of_the_gallery_is_accessible(
    live_server: Any,
    page: Page,
    tiina: User,
    signed_in: Callable[[User], Page],
    assert_accessible: Callable[[Page], None],
    theme: Literal["light", "dark"],
    size: Any,
) -> None:
    signed_in(tiina)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)
    for path in PAGES:
        page.goto(live_server.url + path)
        assert_accessible(page)
        for found in (page.evaluate(SIDEWAYS), page.evaluate(SMALL)):
            assert not found, "\n".join([path, *found])


def test_the_menu_of_the_account_is_accessible_when_open(
    live_server: Any,
    page: Page,
    tiina: User,
    signed_in: Callable[[User], Page],
    assert_accessible: Callable[[Page], None],
) -> None:
    signed_in(tiina)
    page.goto(live_server.url + "/ui/laud/")

    page.locator("details.menu > summary").click()

    expect(page.get_by_role("button", name="Öö")).to_be_visible()
    assert_accessible(page)


def test_tab_alone_reaches_content_and_112(
    live_server: Any, page: Page, tiina: User, signed_in: Callable[[User], Page]
) -> None:
    signed_in(tiina)
    page.goto(live_server.url + "/ui/leht/")

    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("() => document.activeElement.getAttribute('href') ?? document.activeElement.tagName")
        )

    assert reached[0] == "#sisu"
    assert "tel:112" in reached
    assert "/ui/leht/#p-oht" in reached


def test_slash_goes_to_search_and_rests_while_somebody_types(live_server: Any, page: Page) -> None:
    page.goto(live_server.url + "/ui/vorm/")
    page.goto(live_server.url + "/ui/leht/")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()

    page.keyboard.type("ene/ma")

    expect(page.locator("[data-search]")).to_have_value("ene/ma")
    page.keyboard.press("Escape")
    expect(page.locator("[data-search]")).to_have_value("")


def test_arrows_walk_through_results_and_back(live_server: Any, page: Page) -> None:
    page.goto(live_server.url + "/ui/laud/")
    field = page.locator("[data-search]")
    expect(field).to_be_focused()
    page.evaluate(
        """() => { document.querySelector(".found").innerHTML =
          '<ol class="results"><li><a class="result" href="#esimene">Esimene</a></li>'
          + '<li><a class="result" href="#teine">Teine</a></li></ol>'; }"""
    )

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Teine")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")

    assert page.url.endswith("#esimene")


def test_a_number_chooses_a_card_but_not_while_a_field_has_focus(live_server: Any, page: Page) -> None:
    page.goto(live_server.url + "/ui/vorm/")

    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Kõrgem")).to_be_checked()
    page.get_by_label("Pealkiri").focus()
    page.keyboard.press("3")

    expect(page.get_by_role("radio", name="Kõrgem")).to_be_checked()
    expect(page.get_by_label("Pealkiri")).to_have_value("3")


def test_the_theme_is_remembered_without_a_flash(live_server: Any, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(live_server.url + "/ui/laud/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Öö").click()

    page.reload(wait_until="commit")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_dialog_opens_takes_focus_and_closes_on_escape(
    live_server: Any, page: Page, assert_accessible: Callable[[Page], None]
) -> None:
    page.goto(live_server.url + "/ui/")
    opener = page.get_by_role("button", name="Võta leht kehtivusest maha")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_list_is_narrowed_in_the_browser_alone(live_server: Any, page: Page) -> None:
    page.goto(live_server.url + "/ui/")

    page.get_by_label("Otsi loendist").fill("vägivald")

    expect(page.locator("#table tbody tr:visible")).to_have_count(1)
    assert "vägivald" not in page.url


def test_everything_works_without_scripts(live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + "/ui/")

    expect(page.get_by_role("link", name="112 hädaabi")).to_be_visible()
    expect(page.locator("#withdraw")).to_be_visible()
    expect(page.locator("[data-themes]")).to_be_hidden()
    context.close()


def test_language_is_chosen_by_a_button_and_kept(live_server: Any, page: Page) -> None:
    page.goto(live_server.url + "/ui/sisse/")

    page.get_by_role("button", name="Русский").click()

    assert page.url == live_server.url + "/ui/sisse/"
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.goto(live_server.url + "/ui/laud/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
