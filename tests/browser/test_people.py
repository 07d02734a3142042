"""Signing in and the pages about people, in a real browser: accessible, on a phone and a desk, with a real passkey."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.browser.test_gallery import DESKTOP, PHONE, SIDEWAYS
from tests.people_fixtures import PASSWORD

from metoodik.people import actions
from metoodik.people.models import User
from metoodik.people.roles import Coach

SignedIn = Callable[[User], Page]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def no_complaints(page: Page) -> Iterator[None]:
    """The browser's console stays silent, but for a page refused on purpose."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert [each for each in said if "403 (Forbidden)" not in each] == []


def picture(page: Page, name: str) -> None:
    """A picture of the screen, for whoever wants to look: METOODIK_PICTURES names the folder."""
    folder = os.environ.get("METOODIK_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sign_in(page: Page, url: str, email: str = "liis@naidis.ee") -> None:
    page.goto(url + "/konto/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Logi sisse", exact=True).click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_are_accessible(
    live_server: Any,
    page: Page,
    peeter: User,
    rein: User,
    liis: User,
    signed_in: SignedIn,
    assert_accessible: Callable[[Page], None],
    theme: Literal["light", "dark"],
    size: Any,
) -> None:
    actions.grant_role(by=peeter, user=liis, role=Coach)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)

    def look(paths: dict[str, str], who: str) -> None:
        for name, path in paths.items():
            page.goto(live_server.url + path)
            picture(page, f"{who}-{name}-{theme}-{size['width']}")
            assert_accessible(page)
            assert page.evaluate(SIDEWAYS) == [], path

    look(
        {"sisse": "/konto/login/", "unustas": "/konto/password/reset/", "kiri": "/konto/password/reset/done/"}, "valjas"
    )
    signed_in(liis)
    look(
        {
            "konto": "/konto/",
            "rollid": "/abi/rollid/",
            "andmekaitse": "/andmekaitse/",
            "samm": "/konto/2fa/",
            "parool": "/konto/password/change/",
            "voti": "/konto/2fa/webauthn/add/",
        },
        "liis",
    )
    signed_in(rein)
    look({"audit": "/audit/"}, "rein")
    actions.enter_admin_mode(by=peeter, reason="Vaatan, miks väljaanne ei kooste.")
    signed_in(peeter)
    person, leave = f"/inimesed/{liis.pk}/", f"/inimesed/{liis.pk}/lahkus/"
    look(
        {"inimesed": "/inimesed/", "kutsu": "/inimesed/kutsu/", "inimene": person, "lahkus": leave, "konto": "/konto/"},
        "peeter",
    )


def test_what_is_not_open_is_said_kindly(
    live_server: Any, page: Page, liis: User, peeter: User, signed_in: SignedIn, assert_accessible: Any
) -> None:
    signed_in(liis)
    page.goto(live_server.url + "/inimesed/")
    picture(page, "liis-keelatud")
    expect(page.get_by_role("link", name="Peeter Kuusk")).to_be_visible()
    assert_accessible(page)


@pytest.mark.usefixtures("liis")
def test_liis_sets_up_an_app(live_server: Any, page: Page, assert_accessible: Any) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    sign_in(page, live_server.url)
    page.goto(live_server.url + "/konto/2fa/totp/activate/")
    picture(page, "liis-rakendus")
    assert_accessible(page)
    secret = page.locator("code").inner_text()
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    page.get_by_role("button", name="Võta kasutusele").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Varukoodid")
    picture(page, "liis-koodid")
    assert_accessible(page)


@pytest.mark.usefixtures("liis")
def test_liis_adds_a_passkey_and_signs_in_with_it_alone(live_server: Any, page: Page) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page, url)
    page.goto(url + "/konto/2fa/webauthn/add/")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Lisa võti").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Varukoodid")

    page.goto(url + "/konto/2fa/webauthn/")
    picture(page, "liis-votmed")
    page.goto(url + "/konto/logout/")
    picture(page, "liis-valja")
    page.locator("main").get_by_role("button", name="Logi välja").click()
    page.goto(url + "/konto/login/")
    page.get_by_role("button", name="Logi sisse pääsuvõtmega").click()
    page.wait_for_url(url + "/")

    page.goto(url + "/konto/logout/")
    page.locator("main").get_by_role("button", name="Logi välja").click()
    sign_in(page, url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Teine samm")
    picture(page, "liis-teine-samm")
    page.get_by_role("button", name="Kasuta turvavõtit").click()
    page.wait_for_url(url + "/")
