"""Clearance: from Tiina's draft to Rein's approval of exactly those words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from tests.handbook_fixtures import draft_page, latest, passage, send
from wagtail.models import Page

from metoodik.handbook import actions, content, difference
from metoodik.handbook.blocks import stream_data
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import State, Verdict
from metoodik.handbook.pinned import coming_instants, pinned_handbook
from metoodik.handbook.sample_load import load_sample
from metoodik.handbook.validation import NotReady
from metoodik.people.models import Notice, RoleGrant, User
from metoodik.people.roles import Counsellor, TeamLead
from metoodik.trust.models import AuditEntry


def test_rein_approves_what_tiina_wrote_and_only_then_it_is_pinned(
    danger: GuidancePage, tiina: User, rein: User
) -> None:
    version = send(danger, tiina)
    assert not pinned_handbook(timezone.now()).pages

    actions.approve_version(version=version, by=rein)

    (pinned,) = pinned_handbook(timezone.now()).pages
    assert pinned.content.title == "Vahetu oht"
    assert pinned.content == latest(danger).to_content()
    assert (pinned.provenance.author, pinned.provenance.approved_by) == ("Tiina Kask", "Rein Mets")
    assert not pinned_handbook(timezone.now()).problems
    assert [entry.action for entry in AuditEntry.objects.order_by("sequence")][-2:] == [
        "handbook.version_submitted",
        "handbook.version_approved",
    ]


def test_nobody_approves_own_words_whatever_roles_they_hold(danger: GuidancePage, tiina: User) -> None:
    RoleGrant.objects.create(user=tiina, role="service_owner")
    tiina = User.objects.get(pk=tiina.pk)
    version = send(danger, tiina)

    with pytest.raises(PermissionDenied):
        actions.approve_version(version=version, by=tiina)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(state="approved", approved_by=tiina, decided_at=timezone.now())


def test_who_wrote_an_earlier_draft_of_it_does_not_approve_either(
    danger: GuidancePage, tiina: User, rein: User, make_person: Callable[..., User]
) -> None:
    latest(danger).save_revision(user=rein)
    draft = latest(danger)
    draft.summary = "Kui keegi on praegu ohus."
    draft.save_revision(user=tiina)

    with pytest.raises(PermissionDenied):
        actions.approve_version(version=send(danger, tiina), by=rein)


def test_a_counsellor_cannot_approve(danger: GuidancePage, tiina: User, liis: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.approve_version(version=send(danger, tiina), by=liis)


def test_a_safety_page_waits_for_a_practising_counsellor(
    section: SectionPage, tiina: User, rein: User, liis: User
) -> None:
    version = send(draft_page(tiina, section, risk="safety"), tiina)

    with pytest.raises(NotReady, match=r"counsellor|nõustaja"):
        actions.approve_version(version=version, by=rein)
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    assert actions.approve_version(version=version, by=rein).state == State.APPROVED


@pytest.mark.parametrize("withdraws", [False, True])
def test_a_safety_page_is_not_made_ordinary_or_withdrawn_behind_the_counsellors_back(
    section: SectionPage, tiina: User, rein: User, liis: User, withdraws: bool
) -> None:
    page = draft_page(tiina, section, risk="safety")
    first = send(page, tiina)
    actions.review_version(version=first, by=liis, verdict=Verdict.AGREES)
    actions.approve_version(version=first, by=rein)
    draft = latest(page)
    draft.risk = "ordinary"
    draft.save_revision(user=tiina)

    version = send(page, tiina, "editorial", withdraws=withdraws)

    with pytest.raises(NotReady, match=r"counsellor|nõustaja"):
        actions.approve_version(version=version, by=rein)
    assert Notice.objects.filter(user=liis, key="version_to_review", url=version.get_absolute_url()).exists()
    assert version.page_content.risk == "ordinary"


def test_the_one_who_decides_sees_that_readers_risk_and_access_change(
    danger: GuidancePage, tiina: User, in_force: Callable[..., Version]
) -> None:
    in_force(danger)
    draft = latest(danger)
    draft.audiences, draft.risk = ["staff", "counselling"], "elevated"
    draft.sources_none, draft.sources = False, [("source", {"title": "Ohvriabi seadus", "url": ""})]
    draft.save_revision(user=tiina)

    changes = {each.place: each for each in difference.of_version(send(danger, tiina))}

    assert set(changes) == {"Lugejad", "Risk", "Allikad"}
    assert [part.text for part in changes["Risk"].parts] == ["tavaline", "kõrgendatud"]
    assert "kõik töötajad" in "".join(part.text for part in changes["Lugejad"].parts if part.kind == "added")


def test_a_notice_names_no_page_that_its_reader_may_not_see(
    section: SectionPage, tiina: User, liis: User, make_person: Callable[..., User]
) -> None:
    make_person("Mall Maasikas", Counsellor, TeamLead)
    secret = draft_page(
        tiina,
        section,
        "Varjupaiga aadress",
        risk="safety",
        access="restricted",
        restriction_ground="AvTS § 35 lg 1 p 12",
        restriction_authority="Sotsiaalkindlustusamet",
        restriction_since=date(2026, 11, 1),
        restriction_until=date(2031, 11, 1),
    )
    send(secret, tiina)
    send(draft_page(tiina, section, "Lahkumisvestlus", risk="safety", audiences=["leadership"]), tiina)
    assert not Notice.objects.filter(user=liis).exists()

    send(draft_page(tiina, section, "Vahetu oht elule", risk="safety"), tiina)
    assert Notice.objects.get(user=liis).values["title"] == "Vahetu oht elule"


def test_words_that_were_restricted_before_are_shown_to_none_who_could_not_read_them_and_reads_are_recorded(
    section: SectionPage, tiina: User, rein: User, liis: User, client: Client
) -> None:
    secret = draft_page(
        tiina,
        section,
        "Varjupaik",
        access="restricted",
        restriction_ground="AvTS § 35 lg 1 p 12",
        restriction_authority="Sotsiaalkindlustusamet",
        restriction_since=date(2026, 11, 1),
        restriction_until=date(2031, 11, 1),
        passages=(passage("Kadakapõõsa tänav"),),
    )
    actions.approve_version(version=send(secret, tiina), by=rein)
    draft = latest(secret)
    draft.access, draft.body = "internal", stream_data((passage("Kuhu pöörduda"),))
    draft.save_revision(user=tiina)
    version = send(secret, tiina)

    client.force_login(liis)
    opened = client.get(version.get_absolute_url()).content.decode()
    assert "Kuhu pöörduda" in opened
    assert "Kadakapõõsa" not in opened
    client.force_login(rein)
    assert "Kadakapõõsa" in client.get(version.get_absolute_url()).content.decode()
    reads = AuditEntry.objects.filter(action="handbook.restricted_version_read")
    assert list(reads.values_list("actor_id", flat=True)) == [rein.pk]


def test_an_objection_stops_approval_until_it_is_settled(
    danger: GuidancePage, tiina: User, rein: User, liis: User
) -> None:
    version = send(danger, tiina)
    actions.review_version(version=version, by=liis, verdict=Verdict.CHANGE, comment="Kaks sammu on vahetuses.")

    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)
    assert Notice.objects.filter(user=tiina, key="version_reviewed_change").exists()
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    actions.approve_version(version=version, by=rein)


def test_an_objection_says_what_should_change(danger: GuidancePage, tiina: User, liis: User) -> None:
    with pytest.raises(NotReady):
        actions.review_version(version=send(danger, tiina), by=liis, verdict=Verdict.CHANGE, comment="  ")


def test_an_edit_after_sending_voids_what_was_sent(danger: GuidancePage, tiina: User, rein: User) -> None:
    version = send(danger, tiina)
    draft = latest(danger)
    draft.title = "Vahetu oht elule"
    draft.save_revision(user=tiina)

    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)

    again = send(danger, tiina)
    version.refresh_from_db()
    assert version.state == State.VOIDED
    assert actions.approve_version(version=again, by=rein).title == "Vahetu oht elule"


def test_autosave_never_rewrites_a_revision_that_waits_for_approval(danger: GuidancePage, tiina: User) -> None:
    version = send(danger, tiina)
    draft = latest(danger)
    draft.title = "Teised sõnad"

    saved = draft.save_revision(user=tiina, overwrite_revision=version.revision)

    assert saved.pk != version.revision_id
    version.revision.refresh_from_db()
    assert version.revision.as_object().title == "Vahetu oht"


def test_autosave_may_rewrite_a_draft_nobody_was_sent(danger: GuidancePage, tiina: User) -> None:
    draft = latest(danger)
    before = draft.latest_revision

    assert draft.save_revision(user=tiina, overwrite_revision=before).pk == before.pk


def test_a_revision_tampered_with_in_the_database_is_not_approved(
    danger: GuidancePage, tiina: User, rein: User
) -> None:
    version = send(danger, tiina)
    revision = version.revision
    revision.content["title"] = "Midagi muud"
    revision.save()

    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)


def test_a_stored_version_tampered_with_keeps_the_edition_from_being_made(
    danger: GuidancePage, in_force: Callable[..., Version]
) -> None:
    version = in_force(danger)
    Version.objects.filter(pk=version.pk).update(content=version.content | {"summary": "Vahetatud sõnad."})

    book = pinned_handbook(timezone.now())
    assert [problem.title for problem in book.problems] == ["Vahetu oht"]


def test_a_draft_changes_nothing_that_is_in_force(
    danger: GuidancePage, in_force: Callable[..., Version], tiina: User
) -> None:
    in_force(danger)
    draft = latest(danger)
    draft.title = "Pooleli mõte"
    draft.save_revision(user=tiina)

    (pinned,) = pinned_handbook(timezone.now()).pages
    assert pinned.content.title == "Vahetu oht"


def test_a_page_enters_into_force_by_the_clock(
    section: SectionPage, in_force: Callable[..., Version], tiina: User
) -> None:
    start = timezone.now().replace(microsecond=0) + timedelta(days=9)
    in_force(draft_page(tiina, section, effective_from=start))

    assert coming_instants(timezone.now()) == [start]
    assert not pinned_handbook(timezone.now()).pages
    assert len(pinned_handbook(start).pages) == 1


def test_withdrawal_takes_the_same_clearance_and_keeps_the_past(
    danger: GuidancePage, in_force: Callable[..., Version], tiina: User, rein: User
) -> None:
    in_force(danger)
    with_page = timezone.now()
    withdrawal = send(danger, tiina, withdraws=True)
    with pytest.raises(PermissionDenied):
        actions.approve_version(version=withdrawal, by=tiina)

    actions.approve_version(version=withdrawal, by=rein)

    assert not pinned_handbook(timezone.now()).pages
    assert len(pinned_handbook(with_page).pages) == 1


def test_returning_needs_a_reason_and_tells_the_author(danger: GuidancePage, tiina: User, rein: User) -> None:
    version = send(danger, tiina)
    with pytest.raises(NotReady):
        actions.return_version(version=version, by=rein, answer=" ")

    actions.return_version(version=version, by=rein, answer="Lisa venekeelsed laused.")

    assert Notice.objects.filter(user=tiina, key="version_returned").exists()
    assert Version.objects.needing_author(tiina) == [version]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"summary": ""}, 1),
        ({"audiences": []}, 1),
        ({"sources_none": False}, 1),
        ({"legal_basis_none": False}, 1),
        ({"passages": ()}, 1),
        ({"passages": (passage(""),)}, 1),
        ({"review_months": 0}, 1),
        ({"access": "restricted"}, 2),
    ],
)
def test_an_incomplete_page_is_not_sent(
    section: SectionPage, tiina: User, fields: dict[str, object], expected: int
) -> None:
    with pytest.raises(NotReady) as refusal:
        send(draft_page(tiina, section, **fields), tiina)
    assert len(refusal.value.findings) == expected


@pytest.mark.parametrize(
    "empty",
    [
        content.Warning("block", ""),
        content.Steps("block", ()),
        content.Checklist("block", ()),
        content.Table("block", "", ("",), ()),
        content.Contact("block", "", "116 006", "", ""),
        content.Phrase("block", "", "Скажите так.", ""),
    ],
    ids=lambda block: block.kind,
)
def test_a_page_with_an_empty_block_is_not_sent(section: SectionPage, tiina: User, empty: content.Block) -> None:
    draft = draft_page(
        tiina, section, passages=(passage("Helista 112", content.Text("words", "<p>Nii.</p>"), empty, empty),)
    )
    with pytest.raises(NotReady) as refusal:
        send(draft, tiina)
    (finding,) = refusal.value.findings
    assert "Helista 112" in str(finding)


def test_a_restriction_that_has_ended_or_lasts_too_long_is_not_sent(section: SectionPage, tiina: User) -> None:
    today = timezone.localdate()
    marked = {"access": "restricted", "restriction_ground": "AvTS § 35 lg 1 p 9", "restriction_authority": "SKA"}
    for since, until in (
        (today - timedelta(90), today - timedelta(1)),
        (today, today + timedelta(6 * 365)),
        (today, today),
    ):
        draft = draft_page(
            tiina, section, f"Sisekord {since} {until}", restriction_since=since, restriction_until=until, **marked
        )
        with pytest.raises(NotReady):
            send(draft, tiina)


def test_a_link_to_a_page_that_is_not_in_force_stops_the_edition(
    section: SectionPage, danger: GuidancePage, in_force: Callable[..., Version], tiina: User
) -> None:
    from metoodik.handbook.content import Text

    target = f'<p>Vaata <a href="metoodik:page/{danger.translation_key}">vahetut ohtu</a>.</p>'
    linking = draft_page(tiina, section, "Suunamine", passages=(passage("Kuhu", Text("t", target)),))
    in_force(linking)

    assert [problem.title for problem in pinned_handbook(timezone.now()).problems] == ["Suunamine"]
    in_force(danger)
    assert not pinned_handbook(timezone.now()).problems


def test_production_refuses_sample_content(
    section: SectionPage, in_force: Callable[..., Version], tiina: User, liis: User, rein: User, settings: Any
) -> None:
    in_force(draft_page(tiina, section, sample=True))
    assert not pinned_handbook(timezone.now()).problems

    settings.PRODUCTION = True
    assert [problem.title for problem in pinned_handbook(timezone.now()).problems] == ["Vahetu oht"]
    with pytest.raises(ImproperlyConfigured):
        load_sample(author=tiina, counsellor=liis, approver=rein, language_reviewer=rein)


def test_two_pages_do_not_share_an_address(section: SectionPage, in_force: Callable[..., Version], tiina: User) -> None:
    from tests.handbook_fixtures import draft_section

    in_force(draft_page(tiina, section, slug="oht"))
    other = draft_section(tiina, "Teine osa")
    with pytest.raises(NotReady):
        send(draft_page(tiina, other, slug="oht"), tiina)


def test_a_leavers_pages_go_to_the_successor_and_what_waits_comes_back(
    danger: GuidancePage, tiina: User, rein: User, peeter: User, make_person: Callable[..., User]
) -> None:
    from metoodik.people.actions import mark_left
    from metoodik.people.roles import MethodsExpert

    mari = make_person("Mari Kivi", MethodsExpert)
    version = send(danger, tiina)

    mark_left(by=peeter, user=tiina, successor=mari)

    danger.refresh_from_db()
    version.refresh_from_db()
    assert (danger.keeper, version.state) == (mari, State.VOIDED)
    assert Notice.objects.filter(user=mari, key="version_handed_over").exists()
    assert Version.objects.filter(submitted_by=tiina).exists()


def test_the_clearance_pages_lead_each_through_their_part(
    client: Client, section: SectionPage, tiina: User, liis: User, rein: User
) -> None:
    draft = draft_page(tiina, section, "Enesetapurisk", risk="safety")
    client.force_login(tiina)
    unsaid = client.post(f"/kooskolastus/saada/{draft.pk}/", {"change_kind": "material", "change_sentence": ""})
    assert unsaid.content.decode().count('class="error-summary"') == 1
    sent = client.post(
        f"/kooskolastus/saada/{draft.pk}/", {"change_kind": "material", "change_sentence": "Küsi otse."}, follow=True
    )
    address = sent.redirect_chain[-1][0]
    assert "Enesetapurisk" in sent.content.decode()
    assert client.post(f"{address}kinnita/").status_code == 403

    client.force_login(liis)
    assert "Enesetapurisk" in client.get("/kooskolastus/").content.decode()
    assert client.post(f"{address}arvamus/", {"verdict": "change", "comment": ""}).status_code == 422
    client.post(f"{address}arvamus/", {"verdict": "agrees", "comment": ""})

    client.force_login(rein)
    assert client.post(f"{address}kinnita/", follow=True).status_code == 200
    assert Version.objects.get(title="Enesetapurisk").state == State.APPROVED


def test_a_page_for_internal_use_in_clearance_stays_out_of_the_counsellors_sight(
    client: Client, section: SectionPage, tiina: User, liis: User, rein: User
) -> None:
    today = timezone.localdate()
    draft = draft_page(
        tiina,
        section,
        "Sisekord",
        access="restricted",
        restriction_ground="AvTS § 35 lg 1 p 9",
        restriction_authority="Sotsiaalkindlustusamet (näidis)",
        restriction_since=today,
        restriction_until=today + timedelta(days=365),
    )
    version = send(draft, tiina)

    client.force_login(liis)
    assert "Sisekord" not in client.get("/kooskolastus/").content.decode()
    assert client.get(version.get_absolute_url()).status_code == 404
    client.force_login(rein)
    assert client.get(version.get_absolute_url()).status_code == 200


def test_versions_keep_their_pages_from_being_deleted(danger: GuidancePage, tiina: User) -> None:
    from django.db.models import ProtectedError

    send(danger, tiina)
    with pytest.raises(ProtectedError), transaction.atomic():
        Page.objects.get(pk=danger.pk).delete()


def test_a_remark_with_a_callers_number_is_not_kept(
    client: Client, danger: GuidancePage, tiina: User, liis: User
) -> None:
    version = send(danger, tiina)
    client.force_login(liis)

    answer = client.post(
        f"{version.get_absolute_url()}arvamus/",
        {"verdict": "change", "comment": "Helistaja 5123 4567 ütles, et 116 006 on vale."},
    )
    assert answer.status_code == 422
    assert not version.reviews.exists()
    client.post(f"{version.get_absolute_url()}arvamus/", {"verdict": "change", "comment": "116 006 on vale."})
    assert version.reviews.get().comment == "116 006 on vale."


def test_a_version_that_waits_for_its_day_is_named_to_those_who_would_replace_it(
    client: Client, section: SectionPage, in_force: Callable[..., Version], tiina: User, rein: User
) -> None:
    page = draft_page(tiina, section, effective_from=timezone.now() + timedelta(days=9))
    coming = in_force(page)
    draft = latest(page)
    draft.effective_from = None
    draft.save_revision(user=tiina)
    newer = send(page, tiina)

    assert newer.replaces_coming == coming
    client.force_login(rein)
    with translation.override("et"):
        assert "Versioon 1" in client.get(newer.get_absolute_url()).content.decode()


def test_a_safety_page_that_no_counsellor_may_see_is_not_sent(section: SectionPage, tiina: User, liis: User) -> None:
    with pytest.raises(NotReady):
        send(draft_page(tiina, section, risk="safety", audiences=["leadership"]), tiina)
    assert send(draft_page(tiina, section, "Oht", risk="safety"), tiina).needs_counsellor


def test_a_persons_code_in_guidance_is_not_sent_but_a_services_number_is(section: SectionPage, tiina: User) -> None:
    from metoodik.handbook.content import Contact

    with pytest.raises(NotReady):
        send(draft_page(tiina, section, passages=(passage("Näide 37605030299"),)), tiina)
    ours = Contact("k1", "Ohvriabi", "612 1360", "E–R", "")
    send(draft_page(tiina, section, "Kontaktid", passages=(passage("Kuhu helistada", ours),)), tiina)
