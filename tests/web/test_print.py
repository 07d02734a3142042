"""On paper: black on white, with title, edition, date and address; a card on one A5."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from metoodik.web import assets

A5 = (148, 210)
A4 = (210, 297)


def printed(client: Client, path: str) -> tuple[list[tuple[int, int]], str]:
    """The sizes of the printed pages in millimetres, and the words on them."""
    from weasyprint import CSS, HTML

    html = re.sub(r"<link[^>]*>|<script[^>]*></script>", "", client.get(path).text)
    document = HTML(string=html).render(stylesheets=[CSS(string=assets.stylesheet().text)])
    sizes = [(round(page.width * 25.4 / 96), round(page.height * 25.4 / 96)) for page in document.pages]
    return sizes, " ".join(_words(page._page_box) for page in document.pages)


def _words(box: Any) -> str:
    own = getattr(box, "text", "") or ""
    return own + " ".join(_words(child) for child in getattr(box, "children", ()) or ())


@pytest.mark.pango
class TestPaper:
    def test_a_card_fits_one_a5(self, client: Client) -> None:
        sizes, words = printed(client, "/ui/kaart/")

        assert sizes == [A5]
        assert "112" in words

    def test_a_page_says_its_title_edition_date_and_address(self, client: Client) -> None:
        sizes, words = printed(client, "/ui/leht/")

        assert set(sizes) == {A4}
        assert "Väljaanne 14" in words
        assert "Trükitud" in words
        assert "/ui/leht/" in words

    def test_what_only_a_screen_needs_stays_off_the_paper(self, client: Client) -> None:
        _, words = printed(client, "/ui/leht/")

        assert "Logi välja" not in words
        assert "hädaabi" not in words
