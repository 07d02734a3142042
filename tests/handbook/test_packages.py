"""Packages: Tiina's pages that change for one reason are approved together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.handbook_fixtures import draft_page, latest, send

from metoodik.handbook import actions
from metoodik.handbook.actions.releases import (
    add_to_release,
    approve_release,
    change_release,
    dissolve_release,
    make_release,
    missing_of,
    remove_from_release,
)
from metoodik.handbook.desk.clearance import packages_waiting_for, waiting_for
from metoodik.handbook.models import GuidancePage, Release, SectionPage, Version
from metoodik.handbook.models.releases import ReleaseState
from metoodik.handbook.models.versions import State, Verdict
from metoodik.handbook.pinned import coming_instants, pinned_handbook
from metoodik.handbook.validation import NotReady
from metoodik.people.models import Notice, User
from metoodik.people.roles import MethodsExpert
from metoodik.trust.models import AuditEntry


def pages_sent(section: SectionPage, author: User, *titles: str) -> list[Version]:
    return [send(draft_page(author, section, title), author) for title in titles]


def packed(author: User, *versions: Version) -> Release:
    release = make_release(name="Uus number", sentence="Abitelefoni number muutub.", by=author)
    for version in versions:
        add_to_release(release=release, version=version, by=author)
    return release


def test_rein_approves_both_pages_at_once_from_one_day(section: SectionPage, tiina: User, rein: User) -> None:
    versions = pages_sent(section, tiina, "Suunamine", "Kontaktid")
    day = timezone.now().replace(microsecond=0) + timedelta(days=5)
    release = packed(tiina, *versions)
    change_release(release=release, name="Uus number", sentence="Number muutub.", effective_from=day, by=tiina)
    assert packages_waiting_for(rein) == [release]
    assert waiting_for(rein) == []

    done = approve_release(release=release, by=rein)

    assert (done.state, done.decided_by) == (ReleaseState.APPROVED, rein)
    assert {each.state for each in Version.objects.filter(release=release)} == {State.APPROVED}
    assert coming_instants(timezone.now()) == [day]
    assert len(pinned_handbook(day).pages) == 2
    assert AuditEntry.objects.get(action="handbook.release_approved").detail["versions"] == 2
    assert Notice.objects.filter(user=tiina, key="release_approved").exists()


def test_a_page_of_a_package_is_not_approved_alone(section: SectionPage, tiina: User, rein: User) -> None:
    (version,) = pages_sent(section, tiina, "Suunamine")
    packed(tiina, version)
    with pytest.raises(NotReady, match="Uus number"):
        actions.approve_version(version=version, by=rein)


def test_one_failing_page_stops_all_is_named_and_is_taken_out_in_one_step(
    section: SectionPage, tiina: User, rein: User, liis: User
) -> None:
    ready, objected = pages_sent(section, tiina, "Suunamine", "Kontaktid")
    release = packed(tiina, ready, objected)
    actions.review_version(version=objected, by=liis, verdict=Verdict.CHANGE, comment="Number on vana.")

    with pytest.raises(NotReady) as refusal:
        approve_release(release=release, by=rein)
    (problem,) = refusal.value.findings
    assert str(problem).startswith("Kontaktid: ")
    assert {each.state for each in release.versions.all()} == {State.CLEARANCE}

    remove_from_release(release=release, version=objected, by=rein)
    approve_release(release=release, by=rein)
    assert Version.objects.get(pk=ready.pk).state == State.APPROVED
    assert Version.objects.get(pk=objected.pk).state == State.CLEARANCE
    assert Notice.objects.filter(user=tiina, key="release_changed").exists()


def test_four_eyes_hold_for_each_page(
    section: SectionPage, tiina: User, rein: User, make_person: Callable[..., User]
) -> None:
    mari = make_person("Mari Kivi", MethodsExpert)
    page = draft_page(mari, section, "Reini sõnad")
    draft = latest(page)
    draft.save_revision(user=rein)
    ours, (theirs,) = send(page, mari), pages_sent(section, tiina, "Suunamine")
    release = packed(tiina, ours, theirs)

    with pytest.raises(NotReady, match="Reini sõnad"):
        approve_release(release=release, by=rein)
    with pytest.raises(PermissionDenied):
        approve_release(release=release, by=tiina)
    assert not Version.objects.filter(state=State.APPROVED, release=release).exists()


def test_an_edited_page_of_a_package_is_said_and_the_version_sent_anew_takes_its_place(
    section: SectionPage, tiina: User, rein: User
) -> None:
    page = draft_page(tiina, section, "Suunamine")
    first = send(page, tiina)
    release = packed(tiina, first)
    draft = latest(page)
    draft.summary = "Kuidas suunata edasi."
    draft.save_revision(user=tiina)

    with pytest.raises(NotReady, match="Suunamine"):
        approve_release(release=release, by=rein)
    assert packages_waiting_for(rein) == []
    second = send(page, tiina)
    assert list(release.versions.all()) == [second]
    approve_release(release=release, by=rein)


def test_a_page_that_went_back_is_named_until_it_is_taken_out(section: SectionPage, tiina: User, rein: User) -> None:
    returned, other = pages_sent(section, tiina, "Suunamine", "Kontaktid")
    release = packed(tiina, returned, other)
    actions.return_version(version=returned, by=rein, answer="Lisa allikas.")
    assert missing_of(Version.objects.get(pk=returned.pk), rein)
    with pytest.raises(NotReady):
        approve_release(release=release, by=rein)


def test_a_version_stands_in_one_package_and_an_empty_one_is_not_approved(
    section: SectionPage, tiina: User, rein: User
) -> None:
    (version,) = pages_sent(section, tiina, "Suunamine")
    first, second = packed(tiina, version), packed(tiina)
    with pytest.raises(NotReady, match="Uus number"):
        add_to_release(release=second, version=version, by=tiina)
    with pytest.raises(NotReady):
        approve_release(release=second, by=rein)
    dissolve_release(release=first, by=tiina)
    add_to_release(release=second, version=version, by=tiina)
    with pytest.raises(NotReady):
        add_to_release(release=first, version=version, by=tiina)


def test_a_day_that_has_passed_meanwhile_stops_the_package(section: SectionPage, tiina: User, rein: User) -> None:
    release = packed(tiina, *pages_sent(section, tiina, "Suunamine"))
    with pytest.raises(NotReady):
        change_release(release=release, name="A", sentence="B", effective_from=timezone.now() - timedelta(1), by=tiina)
    Release.objects.update(effective_from=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotReady):
        approve_release(release=release, by=rein)


def test_the_database_refuses_a_decision_by_nobody(tiina: User) -> None:
    release = packed(tiina)
    for fields in ({"state": "approved"}, {"state": "lost"}, {"decided_at": timezone.now()}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**fields)


def test_the_pages_of_packages_lead_through_making_filling_and_approving(
    client: Client, danger: GuidancePage, section: SectionPage, tiina: User, rein: User, liis: User, kadri: User
) -> None:
    versions = [send(danger, tiina), *pages_sent(section, tiina, "Kontaktid")]
    client.force_login(tiina)
    assert client.post("/kooskolastus/paketid/uus/", {"name": "", "sentence": ""}).status_code == 422
    client.post("/kooskolastus/paketid/uus/", {"name": "Uus number", "sentence": "Number muutub."})
    address = Release.objects.get().get_absolute_url()
    assert client.post(f"{address}lisa/").status_code == 409
    client.post(f"{address}lisa/", {"version": [each.pk for each in versions]})
    assert "Kontaktid" in client.get(address).content.decode()
    assert client.post(f"{address}kinnita/").status_code == 403

    client.force_login(kadri)
    assert client.get("/kooskolastus/paketid/").status_code == 403
    client.force_login(liis)
    actions.review_version(version=versions[1], by=liis, verdict=Verdict.CHANGE, comment="Number on vana.")
    assert client.post(f"{address}eemalda/", {"version": versions[1].pk}).status_code == 403
    client.force_login(rein)
    refused = client.post(f"{address}kinnita/")
    assert refused.status_code == 409
    assert "Kontaktid" in refused.content.decode()
    client.post(f"{address}eemalda/", {"version": versions[1].pk})
    assert "Uus number" in client.get("/").content.decode()
    client.post(f"{address}kinnita/")
    assert Release.objects.get().state == ReleaseState.APPROVED
    assert client.get("/kooskolastus/paketid/").status_code == 200
