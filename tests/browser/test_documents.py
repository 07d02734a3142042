"""Documents and printed cards in a real browser: a file arrives, forms can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.editions_plugin import Shelf, key
from tests.export_plugin import mixed_page, rich_page

from metoodik.editions.actions import make_edition
from metoodik.editions.models import PrintedCard
from metoodik.people.models import User

type SignedIn = Callable[[User], Page]
type Accessible = Callable[[Page], None]


@pytest.fixture
def edition(shelf: Shelf, transactional_db: None, tiina: User) -> None:
    shelf.put(rich_page(), mixed_page())
    make_edition(by=tiina)


def test_a_counsellor_takes_a_word_file_and_hangs_a_card(
    edition: None, liis: User, signed_in: SignedIn, live_server: Any, assert_accessible: Accessible
) -> None:
    page = signed_in(liis)
    page.goto(f"{live_server.url}/kasiraamat/et/leht-1/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Word", exact=True).click()
    assert taken.value.suggested_filename == "metoodik-v1-leht-1.docx"
    assert Path(taken.value.path()).read_bytes()[:2] == b"PK"

    page.get_by_role("link", name="Kaart paberil").click()
    assert_accessible(page)
    page.get_by_label("Mis kaardil on").select_option(key(11))
    page.get_by_role("textbox", name="Kus ripub").fill("Kõneruum 2, akna kõrval")
    page.get_by_role("button", name="Registreeri trükis").click()

    expect(page.get_by_role("heading", name="Kõne avamine: Kuulamine")).to_be_visible()
    assert_accessible(page)
    assert PrintedCard.objects.get().place == "Kõneruum 2, akna kõrval"


@pytest.mark.parametrize("path", ["/laadi/1/", "/teabenoue/", "/teabenoue/uus/"])
def test_forms_of_documents_can_be_used_by_everybody(
    edition: None, rein: User, signed_in: SignedIn, live_server: Any, assert_accessible: Accessible, path: str
) -> None:
    page = signed_in(rein)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{path}")

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
