"""The writing desk: Tiina drafts there, and nobody publishes, deletes or moves what is part of the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client, RequestFactory
from django.utils import translation
from tests.handbook_fixtures import draft_page, draft_section, latest, send
from wagtail.models import GroupPagePermission, Page

from metoodik.handbook.desk_setup import handbook, prepare_desk
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.wagtail_hooks import keep_in_bulk
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

EVERYBODY = ("liis", "marko", "kadri", "tiina", "rein", "aino", "jelena", "peeter")


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_may_publish(danger: GuidancePage, who: str, request: pytest.FixtureRequest) -> None:
    user: User = (
        request.getfixturevalue(who) if who not in {"tiina", "rein"} else User.objects.get(name__startswith=who.title())
    )
    rights = danger.permissions_for_user(user)

    assert not rights.can_publish()
    assert not rights.can_unpublish()
    assert not danger.get_parent().permissions_for_user(user).can_publish_subpage()
    assert rights.can_edit() == (who == "tiina")


def test_no_group_has_more_than_adding_and_changing(section: SectionPage) -> None:
    assert set(GroupPagePermission.objects.values_list("permission__codename", flat=True)) == {
        "add_page",
        "change_page",
    }


def test_preparing_the_desk_twice_changes_nothing(db: None) -> None:
    before = list(Page.objects.values_list("pk", "path", "slug"))
    prepare_desk()
    assert list(Page.objects.values_list("pk", "path", "slug")) == before
    assert handbook("et").translation_key == handbook("ru").translation_key == handbook("en").translation_key


@pytest.mark.parametrize("who", [each for each in EVERYBODY if each != "tiina"])
def test_only_the_methods_expert_enters_the_desk(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/haldus/").status_code in {302, 403}


def test_tiina_writes_at_the_desk_and_finds_the_way_to_clearance(
    client: Client, danger: GuidancePage, tiina: User
) -> None:
    client.force_login(tiina)
    editor = client.get(f"/haldus/pages/{danger.pk}/edit/").content.decode()

    assert f"/kooskolastus/saada/{danger.pk}/" in editor
    assert "action-publish" not in editor


@pytest.mark.parametrize("step", ["delete", "move", "unpublish"])
def test_a_page_that_was_sent_to_clearance_is_withdrawn_not_removed(
    client: Client, danger: GuidancePage, in_force: Callable[..., Version], tiina: User, step: str
) -> None:
    in_force(danger)
    client.force_login(tiina)
    client.post(f"/haldus/pages/{danger.pk}/{step}/", follow=True)

    assert Page.objects.filter(pk=danger.pk).exists()
    assert Version.objects.filter(page_id=danger.pk, state="approved").exists()


def test_a_draft_nobody_was_sent_may_be_deleted(client: Client, danger: GuidancePage, tiina: User) -> None:
    client.force_login(tiina)
    ours = client.post(f"/haldus/pages/{danger.pk}/delete/")["Location"]
    assert Page.objects.filter(pk=danger.pk).exists()
    client.post(ours)

    assert not Page.objects.filter(pk=danger.pk).exists()


@pytest.mark.parametrize("door", ["login/", "logout/", "password_reset/", "password_reset/confirm/a/b/"])
def test_wagtails_own_doors_lead_to_ours(client: Client, db: None, door: str) -> None:
    answer = client.get(f"/haldus/{door}")
    assert (answer.status_code, answer["Location"].split("?")[0].startswith("/konto/")) == (302, True)


def test_the_preview_shows_the_draft_as_it_would_be_read(client: Client, danger: GuidancePage, tiina: User) -> None:
    client.force_login(tiina)
    client.get(f"/haldus/pages/{danger.pk}/edit/preview/")
    shown = client.get(f"/haldus/pages/{danger.pk}/view_draft/").content.decode()

    assert "Jää liinile" in shown


def test_opening_a_page_in_clearance_says_what_an_edit_would_do(
    client: Client, danger: GuidancePage, tiina: User
) -> None:
    client.force_login(tiina)
    editor = f"/haldus/pages/{danger.pk}/edit/"
    assert "kooskõlastamisel" not in client.get(editor).content.decode().split('class="messages"')[1][:2000]

    version = send(danger, tiina)

    assert version.get_absolute_url() in client.get(editor).content.decode()


def test_opening_a_draft_for_internal_use_is_recorded(client: Client, section: SectionPage, tiina: User) -> None:
    secret = draft_page(tiina, section, "Sisekord", access="restricted")
    client.force_login(tiina)
    client.get(f"/haldus/pages/{secret.pk}/edit/")

    read = AuditEntry.objects.get(action="handbook.restricted_draft_read")
    assert (read.actor_id, read.subject_id) == (tiina.pk, str(secret.pk))


def test_an_address_that_takes_forms_says_so(client: Client, danger: GuidancePage, tiina: User) -> None:
    version = send(danger, tiina)
    client.force_login(tiina)

    answer = client.get(f"{version.get_absolute_url()}vota-tagasi/")

    assert answer.status_code == 405
    assert "<h1>" in answer.content.decode()


def test_a_russian_title_gives_a_latin_address(tiina: User) -> None:
    from tests.handbook_fixtures import draft_section

    assert draft_section(tiina, "Безопасность и риск", "ru").slug == "bezopasnost-i-risk"


def test_lists_at_the_desk_say_where_a_page_stands(
    client: Client, danger: GuidancePage, in_force: Callable[..., Version], tiina: User
) -> None:
    def state() -> str:
        return str(Page.objects.get(pk=danger.pk).specific.status_string)

    with translation.override("en"):
        assert state() == "draft"
        in_force(danger)
        assert state() == "approved"
        latest(danger).save_revision(user=tiina)
        assert state() == "approved, with a newer draft"
    client.force_login(tiina)
    assert client.get("/haldus/", follow=True).status_code == 200


@pytest.mark.parametrize("action", ["delete", "move", "unpublish"])
def test_a_shelf_goes_nowhere_in_bulk_while_a_page_on_it_is_part_of_the_record(
    rf: RequestFactory, tiina: User, action: str
) -> None:
    shelf, other = draft_section(tiina), draft_section(tiina, "Tühi riiul")
    send(draft_page(tiina, shelf), tiina)
    request = rf.post("/haldus/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]

    assert keep_in_bulk(request, action, [other, shelf], None) is not None
    assert keep_in_bulk(request, action, [other], None) is None
