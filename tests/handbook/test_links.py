"""Links that lead nowhere: always found inside the handbook, asked outside only when switched on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from tests.handbook_fixtures import draft_page, latest, passage, send
from wagtail.models import Page

from metoodik.handbook import actions as handbook_actions
from metoodik.handbook import content, tasks
from metoodik.handbook.actions import links as actions
from metoodik.handbook.desk import upkeep as desk
from metoodik.handbook.links import PAGE_GONE, PASSAGE_GONE, SECTION_GONE, dead_links
from metoodik.handbook.models import GuidancePage, LinkCheck, SectionPage, Version
from metoodik.handbook.models.upkeep import LinkFault
from metoodik.handbook.outside import Answer, look_at
from metoodik.handbook.validation import findings
from metoodik.people.models import User

NIGHT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FINE, BAD = Answer(LinkFault.NONE, 200), Answer(LinkFault.STATUS, 404)


def linking(href: str) -> content.Passage:
    """A passage with a link."""
    return passage(
        "Vaata ka", content.Text("11111111-0000-4000-8000-000000000001", f'<p><a href="{href}">siit</a></p>')
    )


@pytest.fixture
def target(section: SectionPage, tiina: User, in_force: Callable[..., Version]) -> Version:
    """The page that others link to."""
    return in_force(draft_page(tiina, section, "Sihtleht"))


def test_a_link_to_a_page_or_passage_in_force_is_alive(
    section: SectionPage, target: Version, tiina: User, in_force: Callable[..., Version]
) -> None:
    (first, *_rest) = target.page_content.passages
    in_force(draft_page(tiina, section, "A", passages=(linking(f"metoodik:page/{target.key}#{first.key}"),)))
    in_force(draft_page(tiina, section, "B", passages=(linking("https://www.eesti.ee/"),)))
    assert dead_links() == []


def test_a_passage_that_vanished_since_is_found_in_the_handbook_in_force(
    section: SectionPage, target: Version, tiina: User, in_force: Callable[..., Version]
) -> None:
    (first, second) = target.page_content.passages
    in_force(draft_page(tiina, section, "Viitaja", passages=(linking(f"metoodik:page/{target.key}#{second.key}"),)))
    draft = latest(GuidancePage.objects.get(pk=target.page_id))
    draft.write_passages((first,))
    draft.save_revision(user=tiina)
    in_force(draft)
    (dead,) = dead_links()
    assert (dead.page.title, dead.heading, dead.why) == ("Viitaja", "Vaata ka", PASSAGE_GONE)


def test_a_passage_joined_into_another_still_leads_there(
    section: SectionPage, target: Version, tiina: User, in_force: Callable[..., Version]
) -> None:
    second = target.page_content.passages[1]
    in_force(draft_page(tiina, section, "Viitaja", passages=(linking(f"metoodik:page/{target.key}#{second.key}"),)))
    page = GuidancePage.objects.get(pk=target.page_id)
    handbook_actions.join_passage(page=page, key=second.key, by=tiina)
    in_force(page)
    assert dead_links() == []


def test_a_link_to_a_withdrawn_page_is_found(
    section: SectionPage, target: Version, tiina: User, rein: User, in_force: Callable[..., Version]
) -> None:
    in_force(draft_page(tiina, section, "Viitaja", passages=(linking(f"metoodik:page/{target.key}"),)))
    page = GuidancePage.objects.get(pk=target.page_id)
    handbook_actions.approve_version(version=send(page, tiina, withdraws=True), by=rein)
    assert [(each.page.title, each.why) for each in dead_links()] == [("Viitaja", PAGE_GONE)]


def test_own_addresses_typed_in_full_are_judged_too(
    section: SectionPage, target: Version, tiina: User, in_force: Callable[..., Version], settings: object
) -> None:
    settings.BASE_URL = "https://kasiraamat.naidis.ee"  # type: ignore[attr-defined]
    good = [f"/kasiraamat/et/{target.content['slug']}/", f"/kasiraamat/et/osa/{section.slug}/", "/otsi/"]
    for number, path in enumerate([*good, "/kasiraamat/et/osa/puudub/"]):
        address = f"https://kasiraamat.naidis.ee{path}"
        in_force(draft_page(tiina, section, f"Leht {number}", passages=(linking(address),)))
    assert [(each.page.title, each.why) for each in dead_links()] == [("Leht 3", SECTION_GONE)]


def test_clearance_finds_a_link_to_a_passage_that_is_not_there(
    section: SectionPage, target: Version, tiina: User
) -> None:
    gone = "22222222-0000-4000-8000-000000000002"
    draft = draft_page(tiina, section, "Viitaja", passages=(linking(f"metoodik:page/{target.key}#{gone}"),))
    with translation.override("en"):
        assert any("passage that is no longer there" in str(each) for each in findings(draft))
    first = target.page_content.passages[0]
    fine = draft_page(tiina, section, "Teine", passages=(linking(f"metoodik:page/{target.key}#{first.key}"),))
    assert not findings(fine)


def test_the_list_shows_what_is_wrong_and_says_that_nothing_outside_is_asked(
    section: SectionPage, target: Version, tiina: User, rein: User, in_force: Callable[..., Version], client: Client
) -> None:
    in_force(draft_page(tiina, section, "Viitaja", passages=(linking(f"metoodik:page/{target.key}"),)))
    page = Page.objects.get(pk=target.page_id)
    handbook_actions.approve_version(version=send(page.specific, tiina, withdraws=True), by=rein)
    client.force_login(tiina)
    shown = client.get("/ulevaatamine/lingid/").content.decode()
    assert "Viitaja" in shown
    assert "METOODIK_CHECK_LINKS=1" in shown
    rows = b"".join(client.get("/ulevaatamine/lingid/csv/")).decode().splitlines()  # type: ignore[arg-type]
    assert len(rows) == 2


# Outside


def answering(*answers: tuple[int, str]) -> tuple[Callable[[str, SplitResult, str], tuple[int, str]], list[str]]:
    left, asked = list(answers), []

    def ask(method: str, parts: SplitResult, number: str) -> tuple[int, str]:
        asked.append(f"{method} {parts.geturl()} {number}")
        return left.pop(0)

    return ask, asked


def public(_host: str, _port: int) -> list[str]:
    return ["93.184.216.34"]


def test_head_is_asked_first_and_get_where_it_is_refused() -> None:
    ask, asked = answering((405, ""), (200, ""))
    assert look_at("https://naidis.ee/a?b=1", ask=ask, resolve=public) == FINE
    assert [each.split()[0] for each in asked] == ["HEAD", "GET"]
    ask, asked = answering((404, ""), (404, ""))
    assert look_at("https://naidis.ee/", ask=ask, resolve=public) == BAD


def test_a_redirect_counts_by_where_it_leads_and_never_goes_on_for_ever() -> None:
    ask, asked = answering((301, "/uus/"), (200, ""))
    assert look_at("https://naidis.ee/vana/", ask=ask, resolve=public) == FINE
    assert asked[1] == "HEAD https://naidis.ee/uus/ 93.184.216.34"
    ask, _asked = answering(*[(302, "/ring/")] * 20)
    assert look_at("https://naidis.ee/ring/", ask=ask, resolve=public).fault == LinkFault.NO_ANSWER


@pytest.mark.parametrize(
    ("url", "numbers"),
    [
        ("http://naidis.ee/", ["127.0.0.1"]),
        ("http://naidis.ee/", ["10.1.2.3"]),
        ("http://naidis.ee/", ["93.184.216.34", "192.168.1.1"]),
        ("http://naidis.ee/", ["169.254.169.254"]),
        ("http://naidis.ee/", ["::1"]),
        ("http://naidis.ee/", ["::ffff:10.0.0.1"]),
        ("http://naidis.ee:8000/", ["93.184.216.34"]),
        ("http://kasutaja@naidis.ee/", ["93.184.216.34"]),
        ("ftp://naidis.ee/", ["93.184.216.34"]),
        ("file:///etc/passwd", ["93.184.216.34"]),
        ("http://[bad/", ["93.184.216.34"]),
    ],
)
def test_nothing_of_our_own_network_is_ever_asked(url: str, numbers: list[str]) -> None:
    ask, asked = answering((200, ""))
    assert look_at(url, ask=ask, resolve=lambda _host, _port: numbers).fault == LinkFault.NOT_PUBLIC
    assert asked == []


def test_a_redirect_into_our_own_network_is_not_followed() -> None:
    ask, asked = answering((302, "http://sees.naidis.ee/"), (200, ""))

    def resolve(host: str, _port: int) -> list[str]:
        return ["10.0.0.1"] if host.startswith("sees.") else ["93.184.216.34"]

    assert look_at("https://naidis.ee/", ask=ask, resolve=resolve).fault == LinkFault.NOT_PUBLIC
    assert len(asked) == 1


@pytest.fixture
def outside(section: SectionPage, tiina: User, in_force: Callable[..., Version]) -> Version:
    """A page that names two addresses outside, one of them as a source."""
    source = [("source", {"title": "Juhend", "url": "https://naidis.ee/juhend"})]
    here = linking("https://teine.ee/?a=1&amp;b=2")
    return in_force(draft_page(tiina, section, "Viitaja", passages=(here,), sources=source, sources_none=False))


def test_two_failures_on_different_days_make_a_link_dead(outside: Version, tiina: User, client: Client) -> None:
    def look(url: str) -> Answer:
        return BAD if "naidis" in url else FINE

    for hours, dead in ((0, False), (1, False), (24, True)):
        actions.look_at_some(look=look, now=NIGHT + timedelta(hours=hours))
        assert LinkCheck.objects.get(url="https://naidis.ee/juhend").is_dead is dead, hours
    assert LinkCheck.objects.get(url="https://teine.ee/?a=1&b=2").fault == LinkFault.NONE

    actions.look_at_some(look=lambda _url: FINE, now=NIGHT + timedelta(days=3))
    check = LinkCheck.objects.get(url="https://naidis.ee/juhend")
    assert (check.is_dead, check.failing_since) == (False, None)


def test_a_dead_address_stands_in_the_list_when_switched_on(
    outside: Version, tiina: User, client: Client, settings: object
) -> None:
    for day in range(2):
        actions.look_at_some(look=lambda _url: BAD, now=NIGHT + timedelta(days=day))
    settings.CHECK_LINKS = True  # type: ignore[attr-defined]
    client.force_login(tiina)
    shown = client.get("/ulevaatamine/lingid/").content.decode()
    assert "https://naidis.ee/juhend" in shown
    assert "Juhend" in shown


def test_one_host_is_asked_a_few_times_a_minute(
    section: SectionPage, tiina: User, in_force: Callable[..., Version]
) -> None:
    sources = [("source", {"title": f"Allikas {n}", "url": f"https://naidis.ee/{n}"}) for n in range(9)]
    in_force(draft_page(tiina, section, "Viitaja", sources=sources, sources_none=False))
    assert actions.look_at_some(look=lambda _url: FINE, now=NIGHT) == actions.A_HOST_A_MINUTE
    assert actions.look_at_some(look=lambda _url: FINE, now=NIGHT + timedelta(seconds=30)) == 0
    assert actions.look_at_some(look=lambda _url: FINE, now=NIGHT + timedelta(seconds=90)) == 3


def test_an_address_that_nobody_names_any_more_is_forgotten(outside: Version, tiina: User, rein: User) -> None:
    actions.look_at_some(look=lambda _url: FINE, now=NIGHT)
    assert LinkCheck.objects.count() == 2
    page = GuidancePage.objects.get(pk=outside.page_id)
    handbook_actions.approve_version(version=send(page, tiina, withdraws=True), by=rein)
    actions.look_at_some(look=lambda _url: FINE, now=NIGHT + timedelta(days=1))
    assert LinkCheck.objects.count() == 0


def test_nothing_is_asked_unless_switched_on(
    outside: Version, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.CHECK_LINKS is False  # type: ignore[attr-defined]
    monkeypatch.setattr("metoodik.handbook.outside.ask", lambda *_all: pytest.fail("asked"))
    monkeypatch.setattr("metoodik.handbook.outside.resolve", lambda *_all: pytest.fail("resolved"))
    monkeypatch.setattr(desk, "NIGHT", range(24))
    desk.look_at_links()
    assert tasks.look_at_links.call() == 0
    assert LinkCheck.objects.count() == 0


def test_the_database_refuses_a_failing_link_without_its_day(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LinkCheck.objects.create(url="https://naidis.ee/", fault=LinkFault.STATUS, failing_days=1)
