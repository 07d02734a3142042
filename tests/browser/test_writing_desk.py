"""The desk in full in a real browser: every room by axe in both themes, passages moved by keys, two editors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.handbook.test_facts import add, confirm
from tests.handbook_fixtures import draft_page, draft_section, latest, passage, send

from metoodik.editions.actions import make_edition
from metoodik.handbook import actions, content
from metoodik.handbook.desk_setup import prepare_desk
from metoodik.handbook.models import GuidancePage, Version
from metoodik.people.models import User

type SignedIn = Callable[[User], Page]
type Accessible = Callable[[Page], None]

WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def guide(transactional_db: None, tiina: User, rein: User) -> GuidancePage:
    """A page in force with two passages, and a newer version of it in clearance."""
    prepare_desk()
    confirm(add(tiina), rein)
    section = draft_section(tiina)
    actions.approve_version(version=send(section, tiina), by=rein)
    words = content.Text("00000000-0000-4000-8000-000000000041", "<p>Helista {{fact:ohvriabi}}.</p>")
    steps = content.Steps("00000000-0000-4000-8000-000000000042", ("Kuula.", "Küsi."))
    page = draft_page(tiina, section, "Kuhu helistada", passages=(passage("Numbrid", words), passage("Sammud", steps)))
    actions.approve_version(version=send(page, tiina), by=rein)
    make_edition(by=tiina)
    draft = latest(page)
    draft.summary = "Kuhu ja millal helistada."
    actions.save_draft(page=draft, by=tiina)
    send(page, tiina)
    return page


def rooms(guide: GuidancePage) -> dict[str, list[str]]:
    """Pages of the desk in full, by who opens them."""
    key = guide.translation_key
    version = Version.objects.in_clearance().get().pk
    in_force = Version.objects.get(page=guide, state="approved").pk
    tiina = [
        *("/toimetus/", "/faktid/", "/faktid/f/ohvriabi/", "/tolkimine/", f"/tolkimine/{key}/ru/", "/ulevaatamine/"),
        *(f"/ulevaatamine/{in_force}/", "/ulevaatamine/lingid/", "/trukised/", "/eelvaade/", "/import/"),
        *(f"/kirjutuslaud/{guide.pk}/loigud/", f"/kirjutuslaud/{guide.pk}/kasutus/", "/kirjutuslaud/jarjekord/"),
        *("/kooskolastus/paketid/", f"/kooskolastus/{version}/", f"/p/{key}/ajalugu/", "/kasiraamat/numbrid/"),
    ]
    return {"tiina": tiina, "rein": ["/kooskolastus/", "/seis/", "/piirangud/", "/piirangud/alused/", "/teabenoue/"]}


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone in the dark"])
def test_every_room_can_be_read_and_used_by_everybody(
    guide: GuidancePage,
    tiina: User,
    rein: User,
    size: Any,
    theme: Any,
    signed_in: SignedIn,
    assert_accessible: Accessible,
    live_server: Any,
) -> None:
    people = {"tiina": tiina, "rein": rein}
    for name, paths in rooms(guide).items():
        page = signed_in(people[name])
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        complaints: list[str] = []

        def note(message: ConsoleMessage, complaints: list[str] = complaints) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("console", note)
        for path in paths:
            answer = page.goto(live_server.url + path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate(WIDTH) == 0, f"{path} scrolls sideways"
            assert complaints == [], path
            assert_accessible(page)


def test_a_passage_is_moved_by_keys_and_keeps_the_focus(
    guide: GuidancePage, tiina: User, signed_in: SignedIn, live_server: Any
) -> None:
    page = signed_in(tiina)
    page.goto(f"{live_server.url}/kirjutuslaud/{guide.pk}/loigud/")
    first = [each.key for each in latest(guide).to_content().passages]
    handle = page.locator("[data-key] [data-arrange-focus]").first
    handle.focus()
    handle.press("Alt+ArrowDown")
    page.wait_for_load_state("networkidle")
    assert [each.key for each in latest(guide).to_content().passages] == first[::-1]
    assert page.evaluate("document.activeElement !== document.body")


def test_the_second_of_two_editors_is_told_and_both_texts_stay(
    guide: GuidancePage, tiina: User, make_person: Any, browser: Browser, live_server: Any
) -> None:
    from metoodik.people.roles import MethodsExpert

    other = make_person("Anne Laur", MethodsExpert)
    address = f"{live_server.url}/haldus/pages/{guide.pk}/edit/"
    hers, theirs = (_desk_of(browser, person, live_server) for person in (tiina, other))
    hers.goto(address)
    theirs.goto(address)
    for page, words in ((hers, "Tiina kokkuvõte."), (theirs, "Anne kokkuvõte.")):
        page.locator("#id_summary").fill(words)
        page.get_by_role("button", name="Salvesta mustand").first.click()
        page.wait_for_load_state("networkidle")
    expect(theirs.locator("body")).to_contain_text("Tiina Kask")
    said = {each.as_object().summary for each in guide.revisions.all()}
    assert {"Tiina kokkuvõte.", "Anne kokkuvõte."} <= said


def _desk_of(browser: Browser, person: User, live_server: Any) -> Page:
    client = Client()
    client.force_login(person)
    context = browser.new_context(viewport=DESKTOP, locale="et-EE")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return context.new_page()
