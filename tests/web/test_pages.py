"""The pages that the design system serves itself, and the frame around all others."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from metoodik.people.models import User
from metoodik.web import assets, desk, navigation, slots
from metoodik.web.context import Page
from metoodik.web.desk import DeskCard
from metoodik.web.middleware import LanguageMiddleware
from metoodik.web.navigation import NavItem
from metoodik.web.views import unavailable


@pytest.fixture
def only_my_cards(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The desk asks only the makers put into this list."""
    makers: list[Any] = []
    monkeypatch.setattr(desk, "_makers", makers)
    return makers


@pytest.fixture
def only_my_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})


@pytest.fixture
def request_of_nobody() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.fixture(autouse=True)
def in_estonian() -> Iterator[None]:
    with translation.override("et"):
        yield


def card(key: str, tone: Any = "plain", order: int = 100) -> DeskCard:
    return DeskCard(key, key.title(), "Üks lause.", "Vaata", "/", 1, tone, order)


class TestDesk:
    def test_danger_first_then_what_is_late(self, only_my_cards: list[Any], request_of_nobody: HttpRequest) -> None:
        only_my_cards += [
            lambda _: card("muu", order=1),
            lambda _: card("hilinenud", "due"),
            lambda _: card("oht", "unsafe", order=900),
            lambda _: None,
        ]

        assert [each.key for each in desk.cards(request_of_nobody)] == ["oht", "hilinenud", "muu"]

    @pytest.mark.django_db
    def test_an_empty_desk_says_that_nothing_waits(self, client: Client, liis: User, only_my_cards: list[Any]) -> None:
        client.force_login(liis)

        assert "Täna ei oota miski." in client.get("/").text

    @pytest.mark.django_db
    def test_a_lost_database_leaves_search_usable(self, client: Client, liis: User, only_my_cards: list[Any]) -> None:
        def lost(_: HttpRequest) -> DeskCard:
            raise OperationalError("gone")

        only_my_cards += [lost, lambda _: card("muu")]
        client.force_login(liis)

        page = client.get("/").text

        assert "Andmebaas ei vasta" in page
        assert "Muu" in page
        assert "data-search" in page

    @pytest.mark.django_db
    def test_a_stranger_is_asked_to_sign_in(self, client: Client) -> None:
        response = client.get("/")

        assert response.status_code == 302
        assert "next=/" in response["Location"]


@pytest.mark.usefixtures("only_my_rooms")
class TestRail:
    def test_at_most_eight_rooms_in_order(self, request_of_nobody: HttpRequest) -> None:
        for number in range(10, 0, -1):
            navigation.register(NavItem(f"r{number}", f"Ruum {number}", "web:desk", number))

        assert [each.key for each in navigation.visible_items(request_of_nobody)] == [f"r{n}" for n in range(1, 9)]

    def test_a_read_pass_decides_without_asking_anybody(self, request_of_nobody: HttpRequest) -> None:
        def asked(_: HttpRequest) -> bool:
            raise AssertionError("The pass decides alone")

        navigation.register(NavItem("a", "A", "web:desk", 1, asked))
        navigation.register(NavItem("b", "B", "web:desk", 2, asked))
        request_of_nobody.nav_keys = frozenset({"b"})  # type: ignore[attr-defined]

        assert [each.key for each in navigation.visible_items(request_of_nobody)] == ["b"]

    def test_the_room_being_visited_is_marked(self) -> None:
        navigation.register(NavItem("desk", "Töölaud", "web:desk", 0))
        navigation.register(NavItem("gallery", "Komponendid", "web:gallery", 1))

        rooms = navigation.rooms(RequestFactory().get("/ui/leht/"))

        assert [each.key for each in rooms if each.current] == ["gallery"]

    def test_a_phone_keeps_the_rest_under_more(self, request_of_nobody: HttpRequest) -> None:
        for number in range(6):
            navigation.register(NavItem(f"r{number}", f"Ruum {number}", "web:desk", number))
        request_of_nobody.nav_keys = frozenset(f"r{n}" for n in range(6))  # type: ignore[attr-defined]
        page = Page(request_of_nobody)

        assert [len(page.first_rooms), len(page.later_rooms)] == [3, 3]

    def test_one_key_is_one_room(self) -> None:
        navigation.register(NavItem("a", "A", "web:desk", 1))

        with pytest.raises(ValueError, match="already has a room"):
            navigation.register(NavItem("a", "Teine", "web:desk", 1))


class TestSlots:
    def test_rooms_fill_a_slot_in_order_and_plain_text_is_escaped(
        self, monkeypatch: pytest.MonkeyPatch, request_of_nobody: HttpRequest
    ) -> None:
        monkeypatch.setattr(slots, "_fillers", {})
        slots.register("koht", order=2)(lambda _, obj: f"<{obj}>")
        slots.register("koht", order=1)(lambda *_: mark_safe("<b>esimene</b>"))
        slots.register("koht")(lambda *_: None)

        assert slots.fill("koht", request_of_nobody, "x") == "<b>esimene</b>&lt;x&gt;"


class TestLanguage:
    def test_the_browser_is_never_asked(self, client: Client) -> None:
        response = client.get("/ui/", headers={"Accept-Language": "ru"})

        assert response["Content-Language"] == "et"

    def test_a_chosen_language_is_kept_in_a_cookie(self, client: Client) -> None:
        response = client.post("/keel/", {"language": "ru", "next": "/ui/"})

        assert response["Location"] == "/ui/"
        assert 'lang="ru"' in client.get("/ui/").text

    @pytest.mark.parametrize("back", ["https://muu.ee/", "//muu.ee/", "javascript:1"])
    def test_the_way_back_stays_in_the_house(self, client: Client, back: str) -> None:
        assert client.post("/keel/", {"language": "en", "next": back})["Location"] == "/"

    def test_a_language_nobody_speaks_here_is_not_set(self, client: Client) -> None:
        assert "metoodik_language" not in client.post("/keel/", {"language": "xx"}).cookies

    def test_shared_files_do_not_depend_on_cookies(self) -> None:
        def cached(_: HttpRequest) -> HttpResponse:
            return HttpResponse("x", headers={"Cache-Control": "public, max-age=9"})

        response = LanguageMiddleware(cached)(RequestFactory().get("/"))

        assert "Cookie" not in response.get("Vary", "")


class TestPolicy:
    def test_the_workplace_runs_no_inline_code(self, client: Client) -> None:
        policy = client.get("/ui/")["Content-Security-Policy"]

        assert "unsafe" not in policy
        assert "default-src 'self'" in policy

    @pytest.mark.django_db
    def test_the_writing_desk_alone_has_its_own(self, client: Client) -> None:
        assert "'unsafe-inline'" in client.get("/haldus/")["Content-Security-Policy"]
        assert "unsafe" not in client.get("/haldusala/")["Content-Security-Policy"]

    @pytest.mark.parametrize("path", ["/ui/", "/ui/leht/", "/ui/vorm/", "/ui/laud/", "/ui/sisse/", "/ui/kaart/"])
    def test_pages_hold_nothing_that_the_policy_refuses(self, client: Client, path: str) -> None:
        html = client.get(path).text

        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
        assert not re.search(r"<script(?![^>]*\bsrc=)", html)


class TestStylesheet:
    def test_every_part_is_there_and_no_part_is_forgotten(self) -> None:
        parts = {path.relative_to(assets.FOLDER).as_posix() for path in assets.FOLDER.rglob("*.css")}

        assert parts == set(assets.STYLES)

    def test_one_file_kept_for_a_year_by_its_name(self, client: Client) -> None:
        sheet = assets.stylesheet()
        response = client.get(f"/stiil.{sheet.digest}.css", headers={"Accept-Encoding": "gzip"})

        assert gzip.decompress(response.content).decode() == sheet.text
        assert "immutable" in response["Cache-Control"]
        assert "Cookie" not in response["Vary"]

    def test_an_older_name_gets_the_style_of_today_but_keeps_it_for_no_time(self, client: Client) -> None:
        response = client.get("/stiil.0123456789ab.css")

        assert response.status_code == 200
        assert response["Cache-Control"] == "no-cache"

    def test_no_colour_is_written_outside_the_tokens(self) -> None:
        for path in assets.FOLDER.rglob("*.css"):
            if path.name in {"tokens.css", "print.css"}:
                continue
            assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", path.read_text(encoding="utf-8")), path.name


class TestErrors:
    @pytest.mark.parametrize("code", ["400", "403", "404", "500", "503"])
    def test_each_says_what_to_do_and_where_help_is(self, code: str) -> None:
        html = render_to_string(f"{code}.html")

        assert 'href="tel:112"' in html
        assert 'href="tel:116006"' in html
        assert "<h1>" in html
        assert "!" not in re.sub(r"<[^>]*>", "", html)

    def test_a_missing_page_needs_no_database(self, client: Client) -> None:
        response = client.get("/sellist-ei-ole/")

        assert response.status_code == 404
        assert "Sellist lehte ei ole" in response.text

    def test_a_rest_says_when_to_try_again(self, request_of_nobody: HttpRequest) -> None:
        response = unavailable(request_of_nobody)

        assert response.status_code == 503
        assert response["Retry-After"] == "60"


class TestGallery:
    def test_it_is_not_there_in_production(self, client: Client, settings: Any) -> None:
        settings.PRODUCTION = True

        assert client.get("/ui/").status_code == 404
        assert client.get("/ui/leht/").status_code == 404

    def test_reading_with_a_pass_asks_the_database_nothing(
        self, request_of_nobody: HttpRequest, django_assert_num_queries: Any, db: None
    ) -> None:
        request_of_nobody.nav_keys = frozenset({"desk"})  # type: ignore[attr-defined]
        request_of_nobody.account_name = "Liis Tamm"  # type: ignore[attr-defined]

        with django_assert_num_queries(0):
            html = render_to_string("web/base.html", request=request_of_nobody)

        assert "Liis Tamm" in html
        assert 'href="tel:112"' in html
