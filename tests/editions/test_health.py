"""How the handbook stands: Rein reads figures, opens the list behind each and sees where to begin."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.handbook_fixtures import draft_page, draft_section, latest, send

from metoodik.editions import actions, figures, health
from metoodik.editions.audiences import audience_of
from metoodik.editions.charts import line
from metoodik.editions.models import Edition
from metoodik.editions.models_health import EditionHealth
from metoodik.handbook import actions as handbook_actions
from metoodik.handbook import content
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.people.models import User

RESTRICTED = {
    "access": "restricted",
    "restriction_ground": "AvTS § 35 lg 1 p 12",
    "restriction_authority": "Sotsiaalkindlustusamet",
    "restriction_since": timezone.localdate(),
    "restriction_until": timezone.localdate() + timedelta(days=365),
}


def backdated(version: Version, days: int) -> Version:
    then = timezone.now() - timedelta(days=days)
    Version.objects.filter(pk=version.pk).update(submitted_at=then, decided_at=then)
    return version


@pytest.fixture
def three_pages(section: SectionPage, tiina: User, in_force: Callable[..., Version]) -> list[Version]:
    """One page overdue, one with a legal basis, one new; and a draft."""
    law = [("source", {"title": "Ohvriabi seadus § 5", "url": "https://www.riigiteataja.ee/akt/OAS"})]
    late = backdated(in_force(draft_page(tiina, section, "Hilinenud")), 500)
    lawful = in_force(draft_page(tiina, section, "Seaduslik", legal_basis=law, legal_basis_none=False))
    plain = in_force(draft_page(tiina, section, "Tavaline"))
    draft_page(tiina, section, "Mustand")
    return [late, lawful, plain]


def said(now: health.Now, key: str) -> tuple[int, int]:
    figure = now.figure(key)
    return figure.good, figure.total


def test_each_figure_says_how_many_of_how_many(three_pages: list[Version], rein: User) -> None:
    now = health.now_for(rein)
    assert said(now, "in_force") == (3, 4)
    assert said(now, "current") == (2, 3)
    assert said(now, "legal") == (1, 3)
    assert said(now, "ru") == (0, 3)
    assert said(now, "reviewed") == (0, 0)
    assert said(now, "links") == (3, 3)
    assert now.figure("reviewed").percent is None
    assert health.Figure(199, 200).percent == 99


def test_a_translation_counts_only_while_it_is_no_older_than_the_estonian(
    section: SectionPage, tiina: User, rein: User
) -> None:
    written = content.Passage("a", "Pealkiri", (content.Text("b", "<p>Kuula.</p>"),))
    page = draft_page(tiina, section, passages=(written,))
    confirmed = health.digest(page.to_content())
    current = content.Passage("a", "Заголовок", (content.Text("b", "<p>Слушай.</p>"),), source=confirmed.words["a"])
    old = content.Passage("a", "Заголовок", (content.Text("b", "<p>Слушай.</p>"),), source="0" * 64)

    def in_russian(passage: content.Passage) -> health.Digest:
        russian = draft_page(tiina, section, passage.source[:8], passages=(passage,)).to_content()
        return health.digest(content.Page(**{**_fields(russian), "passages": (passage,), "locale": "ru"}))

    assert not in_russian(current).is_behind(confirmed)
    assert in_russian(old).is_behind(confirmed)
    assert health.digest(content.Page(**{**_fields(page.to_content()), "passages": ()})).is_behind(confirmed)


def _fields(page: content.Page) -> dict[str, object]:
    return {name: getattr(page, name) for name in page.__slots__}


def test_the_worst_page_has_one_action_that_leads_there(three_pages: list[Version], rein: User, client: Client) -> None:
    (first,) = health.now_for(rein).worst
    assert first.title == "Hilinenud"
    assert first.points == 2 + (500 - 365) // 30
    client.force_login(rein)
    assert client.get(first.url).status_code == 200


def test_rein_opens_the_page_and_the_list_behind_each_figure(
    three_pages: list[Version], rein: User, client: Client
) -> None:
    client.force_login(rein)
    with translation.override("et"):
        page = client.get("/seis/").content.decode()
        assert "75 %" in page
        for measure in health.MEASURES:
            assert f"/seis/{measure.key}/" in page
            assert client.get(f"/seis/{measure.key}/").status_code == 200
            assert client.get(f"/seis/{measure.key}/csv/").status_code == 200
        wanting = client.get("/seis/legal/").content.decode()
        assert "Tavaline" in wanting
        assert "Seaduslik" not in wanting
        assert "Seaduslik" in client.get("/seis/legal/?koik").content.decode()
    assert client.get("/seis/midagi/").status_code == 404


def test_drafts_are_counted_for_rein_and_named_for_tiina(
    three_pages: list[Version], rein: User, tiina: User, client: Client
) -> None:
    client.force_login(rein)
    assert "Mustand</a>" not in client.get("/seis/in_force/").content.decode()
    client.force_login(tiina)
    assert "Mustand</a>" in client.get("/seis/in_force/").content.decode()


def test_a_restricted_page_is_neither_named_nor_counted_for_those_who_may_not_know_of_it(
    section: SectionPage, tiina: User, rein: User, marko: User, liis: User, in_force: Callable[..., Version]
) -> None:
    in_force(draft_page(tiina, section, "Salajane plaan", **RESTRICTED))
    in_force(draft_page(tiina, section, "Grupijuhile", audiences=["groups"]))
    actions.make_edition(by=tiina)
    assert said(health.now_for(rein), "in_force") == (2, 2)
    assert [each.title for each in health.now_for(marko).judged["in_force"]] == ["Salajane plaan"]
    assert health.now_for(liis).judged["in_force"] == []
    for user, pages in ((rein, 2), (marko, 1)):
        figures.count_missing(audience=audience_of(user), most=5)
        assert figures.known(audience_of(user))[0].figure("pages").total == pages


def test_the_trend_is_counted_once_an_edition(
    three_pages: list[Version], section: SectionPage, tiina: User, rein: User, in_force: Callable[..., Version]
) -> None:
    actions.make_edition(by=tiina)
    in_force(draft_page(tiina, section, "Neljas"))
    actions.make_edition(by=tiina)
    audience = audience_of(rein)
    assert figures.missing(audience) == 2
    assert figures.count_missing(audience=audience, most=1) == 1
    assert [each.number for each in figures.known(audience)] == [2]
    assert figures.count_missing(audience=audience, most=5) == 1
    assert figures.count_missing(audience=audience, most=5) == 0
    first, second = figures.known(audience)
    assert (first.figure("current"), second.figure("current")) == (health.Figure(2, 3), health.Figure(3, 4))
    assert EditionHealth.objects.count() == Edition.objects.count() == 2


def test_the_chart_says_its_numbers_in_words_and_in_a_table(
    three_pages: list[Version],
    section: SectionPage,
    tiina: User,
    rein: User,
    in_force: Callable[..., Version],
    client: Client,
) -> None:
    actions.make_edition(by=tiina)
    in_force(draft_page(tiina, section, "Neljas"))
    actions.make_edition(by=tiina)
    client.force_login(rein)
    page = client.get("/seis/").content.decode()
    assert page.count("<polyline") == len(health.SHOWN_IN_TREND)
    assert 'aria-labelledby="line-1-title"' in page
    assert "style=" not in page.split("<main", 1)[1]


def test_a_line_needs_two_editions() -> None:
    assert line("x", [(1, 50)]) is None
    drawn = line("x", [(1, 0), (2, 50), (3, 100)])
    assert drawn is not None
    assert [each.y for each in drawn.dots] == [drawn.bottom, (drawn.bottom + drawn.top) / 2, drawn.top]


def test_the_file_has_now_and_every_edition(
    three_pages: list[Version], tiina: User, rein: User, client: Client
) -> None:
    actions.make_edition(by=tiina)
    client.force_login(rein)
    client.get("/seis/")
    lines = b"".join(client.get("/seis/csv/")).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    header, now, first = csv.reader(lines, delimiter=";")
    assert len(header) == len(now) == len(first) == 2 + 2 * len(health.MEASURES)
    assert now[2:4] == ["3", "4"]
    assert first[0] == "1"


@pytest.mark.pango
def test_the_page_goes_on_paper(three_pages: list[Version], rein: User, client: Client) -> None:
    client.force_login(rein)
    answer = client.get("/seis/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")


def test_counsellors_do_not_open_it(three_pages: list[Version], liis: User, marko: User, client: Client) -> None:
    client.force_login(liis)
    assert client.get("/seis/").status_code == 403
    client.force_login(marko)
    assert client.get("/seis/").status_code == 200


def test_a_handbook_with_nothing_in_it_says_so(tiina: User, client: Client) -> None:
    client.force_login(tiina)
    assert client.get("/seis/").status_code == 200


def test_a_safety_page_without_a_counsellors_word_stands_high(
    tiina: User, rein: User, liis: User, in_force: Callable[..., Version]
) -> None:
    section = draft_section(tiina, "Teine")
    handbook_actions.approve_version(version=send(section, tiina), by=rein)
    page: GuidancePage = draft_page(tiina, section, "Oht", risk="safety")
    version = send(latest(page), tiina)
    handbook_actions.review_version(version=version, by=liis, verdict="agrees")
    handbook_actions.approve_version(version=version, by=rein)
    assert said(health.now_for(rein), "reviewed") == (1, 1)
    version.reviews.update(as_counsellor=False)
    assert said(health.now_for(rein), "reviewed") == (0, 1)
    assert health.now_for(rein).worst[0].points == 4
