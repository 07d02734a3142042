"""Review cycle: Tiina keeps pages right after they were approved, and readers are told when somebody looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.utils import timezone, translation
from tests.handbook_fixtures import draft_page, latest, passage, send

from metoodik.handbook import actions as handbook_actions
from metoodik.handbook.actions import upkeep as actions
from metoodik.handbook.days import add_months
from metoodik.handbook.desk.upkeep import waiting_for
from metoodik.handbook.models import GuidancePage, PageReview, ReviewInterval, ReviewReminder, SectionPage, Version
from metoodik.handbook.pinned import pinned_handbook
from metoodik.handbook.upkeep import kept_for, kept_pages
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import mark_left
from metoodik.people.models import Notice, User
from metoodik.people.roles import MethodsExpert
from metoodik.trust.models import AuditEntry

YEAR_AGO = timedelta(days=400)


def approved_long_ago(version: Version, ago: timedelta = YEAR_AGO) -> Version:
    """The version as if it had been approved earlier."""
    then = timezone.now() - ago
    Version.objects.filter(pk=version.pk).update(submitted_at=then, decided_at=then)
    version.refresh_from_db()
    return version


@pytest.fixture
def old(danger: GuidancePage, in_force: Callable[..., Version]) -> Version:
    """„Vahetu oht“, in force for 400 days: its review is overdue."""
    return approved_long_ago(in_force(danger))


def test_still_right_moves_the_day_and_makes_no_new_version(old: Version, tiina: User) -> None:
    before = pinned_handbook(timezone.now()).pages[0]
    assert before.provenance.review_due < timezone.localdate()

    review = actions.still_right(by=tiina, version=old, checked=["whole", "phrases"], note="Proovisin kahes õppuses.")

    after = pinned_handbook(timezone.now()).pages[0]
    today = timezone.localdate()
    assert after.content == before.content
    assert after.provenance.version == before.provenance.version
    assert after.provenance.reviewed_on == today
    assert after.provenance.review_due == review.next_due == add_months(today, 12)
    assert Version.objects.filter(page=old.page).count() == 1
    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry is not None
    assert (entry.action, entry.detail) == ("handbook.page_still_right", {"looked_at": "phrases, whole"})


def test_a_review_of_an_earlier_version_does_not_count_for_the_next(
    old: Version, danger: GuidancePage, tiina: User, in_force: Callable[..., Version]
) -> None:
    actions.still_right(by=tiina, version=old, checked=["whole"])
    draft = latest(danger)
    draft.summary = "Kui keegi on praegu ohus."
    draft.save_revision(user=tiina)
    newer = in_force(danger)

    (kept,) = kept_pages()
    assert (kept.version, kept.reviewed_at) == (newer.pk, None)


@pytest.mark.parametrize("checked", [[], ["sources", "facts"]])
def test_nobody_says_so_without_reading_the_page(old: Version, tiina: User, checked: list[str]) -> None:
    with pytest.raises(NotReady):
        actions.still_right(by=tiina, version=old, checked=checked)
    with pytest.raises(IntegrityError), transaction.atomic():
        PageReview.objects.create(
            version=old, key=old.key, locale="et", checked=[], by=tiina, next_due=timezone.localdate()
        )


def test_named_sources_must_have_been_opened(
    section: SectionPage, tiina: User, in_force: Callable[..., Version]
) -> None:
    source = [("source", {"title": "Juhend", "url": "https://www.sotsiaalkindlustusamet.ee/"})]
    page = draft_page(tiina, section, sources=source, sources_none=False)
    version = in_force(page)
    with translation.override("en"), pytest.raises(NotReady, match="sources"):
        actions.still_right(by=tiina, version=version, checked=["whole"])
    actions.still_right(by=tiina, version=version, checked=["whole", "sources"])


def test_a_counsellor_does_not_say_so_and_what_is_not_in_force_has_no_review(
    old: Version, liis: User, marko: User, tiina: User, section: SectionPage
) -> None:
    with pytest.raises(Http404):
        actions.still_right(by=liis, version=old, checked=["whole"])
    with pytest.raises(PermissionDenied):
        actions.still_right(by=marko, version=old, checked=["whole"])
    with pytest.raises(Http404):
        actions.still_right(by=tiina, version=send(draft_page(tiina, section, "Uus"), tiina), checked=["whole"])


def test_keepers_are_reminded_once_at_each_step(old: Version, tiina: User) -> None:
    due = kept_pages()[0].due
    for days_before, told in ((90, 0), (60, 1), (59, 0), (30, 1), (7, 1), (6, 0), (0, 1), (-1, 0), (-40, 0)):
        assert actions.remind(today=due - timedelta(days=days_before)) == told, days_before
    keys = list(
        Notice.objects.filter(user=tiina, key__startswith="review_due").order_by("pk").values_list("key", flat=True)
    )
    assert keys == ["review_due_soon", "review_due_soon", "review_due_soon", "review_due"]
    assert ReviewReminder.objects.count() == 4


def test_a_service_that_stood_still_sends_the_last_reminder_alone(old: Version) -> None:
    due = kept_pages()[0].due
    assert actions.remind(today=due + timedelta(days=3)) == 1
    assert actions.remind(today=due + timedelta(days=4)) == 0


def test_after_a_review_the_reminders_begin_anew(old: Version, tiina: User) -> None:
    actions.remind()
    actions.still_right(by=tiina, version=old, checked=["whole"])
    assert actions.remind() == 0
    assert actions.remind(today=kept_pages()[0].due) == 1


def test_pages_of_somebody_who_left_are_the_methods_experts_business(
    old: Version, tiina: User, make_person: Callable[..., User]
) -> None:
    mall = make_person("Mall Maasikas", MethodsExpert)
    User.objects.filter(pk=tiina.pk).update(is_active=False)
    actions.remind()
    assert [each.user for each in Notice.objects.filter(key="review_due")] == [mall]
    assert [each.version for each in waiting_for(mall)] == [old.pk]


def test_a_leavers_pages_go_to_the_successor(
    old: Version, tiina: User, peeter: User, make_person: Callable[..., User]
) -> None:
    mall = make_person("Mall Maasikas", MethodsExpert)
    mark_left(by=peeter, user=tiina, successor=mall)
    assert kept_pages()[0].keeper_id == mall.pk


def test_many_pages_get_a_new_keeper_and_nothing_approved_changes(
    old: Version, danger: GuidancePage, tiina: User, make_person: Callable[..., User], in_force: Callable[..., Version]
) -> None:
    mall = make_person("Mall Maasikas", MethodsExpert)
    assert actions.give_pages(by=tiina, versions=[old.pk], keeper=mall) == 1
    assert actions.give_pages(by=tiina, versions=[old.pk], keeper=mall) == 0
    (pinned,) = pinned_handbook(timezone.now()).pages
    assert pinned.provenance.owner == "Mall Maasikas"
    assert not pinned_handbook(timezone.now()).problems
    draft = latest(danger)
    assert draft.keeper == mall
    assert Notice.objects.filter(user=mall, key="pages_given").count() == 1


def test_a_keeper_writes_guidance_and_sees_the_page(old: Version, tiina: User, liis: User) -> None:
    with pytest.raises(NotReady):
        actions.give_pages(by=tiina, versions=[old.pk], keeper=liis)
    with pytest.raises(PermissionDenied):
        actions.give_pages(by=liis, versions=[old.pk], keeper=tiina)


def test_an_interval_is_set_for_many_pages_and_ends_with_the_version(
    old: Version, danger: GuidancePage, tiina: User, in_force: Callable[..., Version]
) -> None:
    assert actions.set_interval(by=tiina, versions=[old.pk], months=24) == 1
    (kept,) = kept_pages()
    assert (kept.months, kept.state(timezone.localdate())) == (24, "current")
    latest(danger).save_revision(user=tiina)
    in_force(danger)
    assert kept_pages()[0].months == 12


@pytest.mark.parametrize("months", [0, 61])
def test_an_interval_is_between_1_and_60_months(old: Version, tiina: User, months: int) -> None:
    with pytest.raises(NotReady):
        actions.set_interval(by=tiina, versions=[old.pk], months=months)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewInterval.objects.create(version=old, months=months, by=tiina)


def test_the_riskiest_page_stands_first_then_the_one_due_first(
    section: SectionPage, tiina: User, rein: User, liis: User, in_force: Callable[..., Version]
) -> None:
    approved_long_ago(in_force(draft_page(tiina, section, "Tavaline, ammu")), timedelta(days=900))
    approved_long_ago(in_force(draft_page(tiina, section, "Kõrgendatud", risk="elevated")), timedelta(days=100))
    safety = send(draft_page(tiina, section, "Ohutus", risk="safety"), tiina)
    handbook_actions.review_version(version=safety, by=liis, verdict="agrees")
    handbook_actions.approve_version(version=safety, by=rein)
    approved_long_ago(in_force(draft_page(tiina, section, "Tavaline")))
    assert [each.title for each in kept_for(tiina)] == ["Ohutus", "Kõrgendatud", "Tavaline, ammu", "Tavaline"]


def test_the_queue_shows_filters_sorts_and_exports(
    old: Version, section: SectionPage, tiina: User, in_force: Callable[..., Version], client: Client
) -> None:
    in_force(draft_page(tiina, section, "Leina kuulamine"))
    client.force_login(tiina)
    both = client.get("/ulevaatamine/").content.decode()
    assert "Vahetu oht" in both
    assert "Leina kuulamine" in both
    overdue = client.get("/ulevaatamine/?state=overdue").content.decode()
    assert "Vahetu oht" in overdue
    assert "Leina kuulamine" not in overdue
    assert "state=overdue&amp;jarjestus=title" in overdue
    last_first = client.get("/ulevaatamine/?jarjestus=-title").content.decode()
    assert last_first.index("Vahetu oht") < last_first.index("Leina kuulamine")
    assert client.get("/ulevaatamine/?state=nonsense").status_code == 200
    rows = b"".join(client.get("/ulevaatamine/csv/?state=overdue")).decode().splitlines()  # type: ignore[arg-type]
    assert len(rows) == 2
    assert rows[1].startswith("Vahetu oht;")


def test_the_form_records_and_says_the_next_day(old: Version, tiina: User, client: Client) -> None:
    client.force_login(tiina)
    address = f"/ulevaatamine/{old.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"checked": ["facts"], "months": "12"}).status_code == 422
    assert (
        client.post(address, {"checked": ["whole"], "note": "Isikukood 38001085718", "months": "6"}).status_code == 422
    )
    with translation.override("et"):
        answer = client.post(address, {"checked": ["whole"], "note": "", "months": "6"}, follow=True)
    assert answer.redirect_chain == [("/ulevaatamine/", 302)]
    assert f"{add_months(timezone.localdate(), 6):%d.%m.%Y}" in answer.content.decode()
    assert kept_pages()[0].months == 6


def test_the_chosen_pages_change_at_once(
    old: Version, tiina: User, make_person: Callable[..., User], client: Client
) -> None:
    mall = make_person("Mall Maasikas", MethodsExpert)
    client.force_login(tiina)
    client.post("/ulevaatamine/muuda/", {"version": [str(old.pk)], "keeper": str(mall.pk), "months": "18"})
    (kept,) = kept_pages()
    assert (kept.keeper_id, kept.months) == (mall.pk, 18)
    told = client.post("/ulevaatamine/muuda/", {"version": [str(old.pk)]}, follow=True)
    assert "data-tone" in told.content.decode()


@pytest.mark.parametrize("path", ["/ulevaatamine/", "/ulevaatamine/csv/", "/ulevaatamine/lingid/"])
def test_counsellors_have_other_work(old: Version, liis: User, marko: User, client: Client, path: str) -> None:
    client.force_login(liis)
    assert client.get(path).status_code == 403
    client.force_login(marko)
    assert client.get(path).status_code == 200


def test_a_page_outside_ones_circles_is_not_listed_or_opened(
    section: SectionPage, tiina: User, marko: User, in_force: Callable[..., Version], client: Client
) -> None:
    version = in_force(draft_page(tiina, section, "Grupijuhi leht", audiences=["groups"]))
    client.force_login(marko)
    assert "Grupijuhi leht" not in client.get("/ulevaatamine/").content.decode()
    assert client.get(f"/ulevaatamine/{version.pk}/").status_code == 404
    assert client.post(f"/ulevaatamine/{version.pk}/", {"checked": ["whole"]}).status_code == 404


def test_the_desk_card_says_which_page_comes_first(old: Version, tiina: User, client: Client) -> None:
    client.force_login(tiina)
    with translation.override("et"):
        assert f"/ulevaatamine/{old.pk}/" in client.get("/").content.decode()
    actions.still_right(by=tiina, version=old, checked=["whole"])
    assert f"/ulevaatamine/{old.pk}/" not in client.get("/").content.decode()


def test_the_queue_costs_the_same_however_many_pages(
    section: SectionPage, tiina: User, in_force: Callable[..., Version], django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        in_force(draft_page(tiina, section, f"Leht {number}", passages=(passage("Üks"),)))
    with django_assert_max_num_queries(7):
        assert len(kept_for(User.objects.get(pk=tiina.pk))) == 6


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
