"""Clearance with names: who is asked by when, what is said beside passages, what an edit undoes, four eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.handbook.test_facts import add, confirm
from tests.handbook_fixtures import draft_page, latest, send
from tests.people_fixtures import person
from wagtail.models import Page

from metoodik.config.checking import guidance
from metoodik.handbook import actions
from metoodik.handbook.access import approvers_of, sees, without_approver
from metoodik.handbook.actions.comments import comment_on_passage, reply_to_comment, settle_comment
from metoodik.handbook.actions.overtaking import note_edits
from metoodik.handbook.actions.requests import Asking, ask, remind_asked, usual_due, withdraw_request
from metoodik.handbook.desk.clearance import waiting_for
from metoodik.handbook.erasure import erase_passage_words
from metoodik.handbook.models import GuidancePage, PassageComment, ReviewRequest, SectionPage, Version
from metoodik.handbook.models.reviews import working_days_on
from metoodik.handbook.models.versions import State, Verdict
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import mark_left
from metoodik.people.models import Notice, Substitution, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import MethodsExpert, ServiceOwner
from metoodik.people.substitution import give_substitution
from metoodik.trust.models import AuditEntry


def told(person: User, key: str) -> int:
    return Notice.objects.filter(user=person, key=key).count()


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def stand_in(absent: User, substitute: User) -> Substitution:
    today = timezone.localdate()
    return give_substitution(
        absent=absent, substitute=substitute, role=ServiceOwner, first=today, last=today + timedelta(7), by=absent
    )


def edit(page: GuidancePage, by: User, title: str = "Vahetu oht elule") -> None:
    draft = latest(page)
    draft.title = title
    draft.save_revision(user=by)


def test_five_working_days_pass_over_the_weekend() -> None:
    assert working_days_on(date(2026, 11, 20), 5) == date(2026, 11, 27)
    assert working_days_on(date(2026, 11, 21), 1) == date(2026, 11, 23)


def test_kadri_who_reviews_nothing_by_role_is_asked_by_name(
    danger: GuidancePage, tiina: User, rein: User, kadri: User, liis: User
) -> None:
    version = send(danger, tiina, asking=Asking((kadri,), rein, None, "Vaata teist lõiku."))

    (request,) = version.requests.filter(part="review")
    assert (request.due, request.note) == (usual_due(), "Vaata teist lõiku.")
    assert told(kadri, "version_asked_review") == 1
    assert told(rein, "version_asked_approve") == 1
    assert waiting_for(kadri) == [version]
    assert waiting_for(rein) == []
    assert not sees(again(liis), version) or waiting_for(liis) == []

    review = actions.review_version(version=version, by=kadri, verdict=Verdict.AGREES)
    assert not review.as_counsellor
    assert waiting_for(kadri) == []
    assert waiting_for(rein) == [version]


def test_who_was_not_asked_by_name_and_has_no_part_does_not_see_it(
    danger: GuidancePage, tiina: User, kadri: User, client: Client
) -> None:
    version = send(danger, tiina)
    client.force_login(kadri)
    assert client.get(version.get_absolute_url()).status_code == 404
    assert client.get("/kooskolastus/").status_code == 403
    ask(version=version, by=tiina, reviewers=[kadri])
    assert client.get(version.get_absolute_url()).status_code == 200
    assert client.get("/kooskolastus/").status_code == 200


def test_people_who_may_not_read_it_or_wrote_it_are_not_asked(
    danger: GuidancePage, tiina: User, aino: User, rein: User, liis: User
) -> None:
    for wrong in ({"reviewers": (aino,)}, {"reviewers": (tiina,)}, {"approver": tiina}, {"approver": liis}):
        with pytest.raises(NotReady):
            send(danger, tiina, asking=Asking(**wrong))
    with pytest.raises(NotReady):
        send(danger, tiina, asking=Asking((liis,), None, timezone.localdate() - timedelta(1)))
    assert not Version.objects.filter(page_id=danger.pk).exists()


def test_a_safety_page_still_waits_for_a_counsellor_when_others_are_named(
    section: SectionPage, tiina: User, rein: User, liis: User, kadri: User
) -> None:
    version = send(draft_page(tiina, section, risk="safety"), tiina, asking=Asking((kadri,)))
    assert told(liis, "version_to_review") == 1
    actions.review_version(version=version, by=kadri, verdict=Verdict.AGREES)
    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)
    assert waiting_for(liis) == [version]


def test_reminders_come_once_the_day_before_and_once_when_late(danger: GuidancePage, tiina: User, kadri: User) -> None:
    version = send(danger, tiina, asking=Asking((kadri,), None, timezone.localdate() + timedelta(1)))
    assert (remind_asked(), remind_asked()) == (1, 0)
    assert told(kadri, "version_request_soon") == 1
    ReviewRequest.objects.update(due=timezone.localdate() - timedelta(1))
    assert (remind_asked(), remind_asked()) == (1, 0)
    assert (told(kadri, "version_request_late"), told(tiina, "version_word_late")) == (1, 1)

    actions.review_version(version=version, by=kadri, verdict=Verdict.AGREES)
    ReviewRequest.objects.update(late_told_at=None)
    assert remind_asked() == 0


def test_a_request_is_withdrawn_by_who_asked_and_declined_by_who_was_asked(
    danger: GuidancePage, tiina: User, kadri: User, liis: User
) -> None:
    version = send(danger, tiina, asking=Asking((kadri, liis)))
    for_kadri, for_liis = version.requests.order_by("person__name")
    with pytest.raises(PermissionDenied):
        withdraw_request(request=for_kadri, by=liis)
    withdraw_request(request=for_kadri, by=tiina)
    withdraw_request(request=for_liis, by=liis)
    assert told(kadri, "version_request_withdrawn") == told(tiina, "version_request_declined") == 1
    assert waiting_for(kadri) == []
    with pytest.raises(PermissionDenied):
        actions.review_version(version=version, by=kadri, verdict=Verdict.AGREES)


def test_a_named_approver_who_leaves_hands_over_or_frees(
    danger: GuidancePage, tiina: User, rein: User, peeter: User, make_person: Callable[..., User]
) -> None:
    maie = make_person("Maie Lill", ServiceOwner)
    version = send(danger, tiina, asking=Asking((), rein))
    with pytest.raises(ValidationError):
        mark_left(by=peeter, user=rein)
    mark_left(by=peeter, user=rein, successor=maie)

    assert [each.person for each in Version.objects.get(pk=version.pk).asked] == [maie]
    assert told(maie, "version_asked_approve") == 1

    Version.objects.get(pk=version.pk)
    User.objects.filter(pk=maie.pk).update(is_active=False)
    remind_asked()
    assert Version.objects.get(pk=version.pk).asked == []
    assert told(tiina, "version_request_freed") == 1


def test_comments_beside_a_passage_are_answered_settled_and_stop_approval_until_then(
    danger: GuidancePage, tiina: User, rein: User, liis: User
) -> None:
    version = send(danger, tiina)
    passage = version.page_content.passages[0]
    thread = comment_on_passage(version=version, passage_key=passage.key, text="Kas 112 või 116 006?", by=liis)
    reply_to_comment(comment=thread, text="112, sest oht on praegu.", by=tiina)

    assert told(tiina, "passage_commented") == told(liis, "passage_comment_answered") == 1
    assert Version.objects.needing_author(tiina) == [version]
    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)
    with pytest.raises(PermissionDenied):
        settle_comment(comment=thread, by=rein)
    settle_comment(comment=thread, by=tiina)
    with pytest.raises(NotReady):
        reply_to_comment(comment=thread, text="Siiski.", by=liis)
    assert actions.approve_version(version=version, by=rein).state == State.APPROVED
    with pytest.raises(PermissionDenied):
        comment_on_passage(version=version, passage_key="", text="Hilja.", by=liis)


def test_open_comments_come_along_to_the_version_sent_anew(danger: GuidancePage, tiina: User, liis: User) -> None:
    first = send(danger, tiina)
    thread = comment_on_passage(version=first, passage_key="", text="Pealkiri on ebaselge.", by=liis)
    reply_to_comment(comment=thread, text="Muudan.", by=tiina)
    edit(danger, tiina)
    second = send(danger, tiina)

    assert set(second.comments.values_list("made_on", flat=True)) == {1}
    assert [each.text for each in second.open_comments] == ["Pealkiri on ebaselge."]
    assert not first.comments.exists()


def test_what_was_said_of_an_erased_passage_goes_with_it(
    danger: GuidancePage, tiina: User, rein: User, liis: User
) -> None:
    version = send(danger, tiina)
    first, second = version.page_content.passages
    thread = comment_on_passage(version=version, passage_key=first.key, text="Siin on Maasika nimi.", by=liis)
    reply_to_comment(comment=thread, text="Võtan välja.", by=tiina)
    settle_comment(comment=thread, by=tiina)
    kept = comment_on_passage(version=version, passage_key=second.key, text="Hea.", by=liis)

    with transaction.atomic():
        erase_passage_words(page_key=str(version.key), passage_key=first.key, hashes=set(), by=tiina)
    assert list(PassageComment.objects.all()) == [kept]


def test_an_edit_tells_those_asked_who_edited_and_that_reviews_fell_away(
    danger: GuidancePage, tiina: User, liis: User, rein: User, client: Client, make_person: Callable[..., User]
) -> None:
    mari = make_person("Mari Kivi", MethodsExpert)
    version = send(danger, tiina, asking=Asking((liis,), rein))
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    edit(danger, mari)

    assert (note_edits(), note_edits()) == (1, 0)

    for each in (tiina, liis, rein):
        assert told(each, "version_overtaken") == 1
    version = Version.objects.get(pk=version.pk)
    assert version.edited_by == mari
    assert AuditEntry.objects.filter(action="handbook.version_overtaken", actor_id=mari.pk).count() == 1
    client.force_login(rein)
    assert "Mari Kivi" in client.get(version.get_absolute_url()).content.decode()
    assert "Mari Kivi" in client.get("/kooskolastus/").content.decode()
    client.force_login(tiina)
    assert "muudeti" in client.get("/").content.decode()


def editor_form(page: GuidancePage, client: Client) -> dict[str, Any]:
    """What the editor's form sends back, without passages, with the revision that it was opened at."""
    from bs4 import BeautifulSoup

    opened = BeautifulSoup(client.get(f"/haldus/pages/{page.pk}/edit/").content, "html.parser")
    form = opened.find("form", id="page-edit-form") or opened.find("form", attrs={"data-edit-form": True})
    assert form is not None
    sent: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name = field.get("name")
        if not name or (field.get("type") in {"submit", "checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            sent[name] = [each.get("value", "") for each in field.find_all("option", selected=True)]
        elif field.get("type") == "checkbox":
            sent.setdefault(name, []).append(field.get("value", "on"))
        else:
            sent[name] = field.text if field.name == "textarea" else field.get("value", "")
    return sent | {"body-count": "0", "sources-count": "0", "legal_basis-count": "0"}


def test_two_editors_on_one_page_lose_nothing_and_the_second_is_told(
    danger: GuidancePage, tiina: User, rein: User, make_person: Callable[..., User]
) -> None:
    mari = make_person("Mari Kivi", MethodsExpert)
    version = send(danger, tiina)
    first, second = Client(), Client()
    first.force_login(tiina)
    second.force_login(mari)
    from_tiina, from_mari = editor_form(danger, first), editor_form(danger, second)

    saved = first.post(f"/haldus/pages/{danger.pk}/edit/", from_tiina | {"title": "Tiina pealkiri"})
    assert saved.status_code == 302
    autosave = second.post(
        f"/haldus/pages/{danger.pk}/edit/",
        from_mari | {"title": "Mari pealkiri"},
        headers={"accept": "application/json"},
    )
    assert autosave.json()["error_code"] == "invalid_revision"
    assert latest(danger).title == "Tiina pealkiri"
    insisted = second.post(f"/haldus/pages/{danger.pk}/edit/", from_mari | {"title": "Mari pealkiri"}, follow=True)

    assert "Tiina Kask" in "".join(str(each) for each in insisted.context["messages"])
    kept = {each.as_object().title for each in Page.objects.get(pk=danger.pk).revisions.all()}
    assert {"Tiina pealkiri", "Mari pealkiri"} <= kept
    assert latest(danger).title == "Mari pealkiri"
    assert Version.objects.get(pk=version.pk).overtaken_by == tiina


def test_tiina_standing_in_for_rein_approves_what_neither_wrote(
    section: SectionPage, rein: User, tiina: User, client: Client, make_person: Callable[..., User]
) -> None:
    mari = make_person("Mari Kivi", MethodsExpert)
    version = send(draft_page(mari, section, "Mari leht"), mari)
    stand_in(rein, tiina)

    approved = actions.approve_version(version=version, by=again(tiina))

    assert (approved.approved_by, approved.approved_in_stead_of) == (tiina, rein)
    entry = AuditEntry.objects.get(action="handbook.version_approved", subject_id=str(version.pk))
    assert (entry.detail["in_stead_of"], entry.detail["standing_in_for"]) == (rein.pk, str(rein.pk))
    client.force_login(mari)
    assert "Rein Mets" in client.get(version.get_absolute_url()).content.decode()


def test_nobody_approves_their_own_or_what_was_written_by_whom_they_stand_in_for(
    danger: GuidancePage, section: SectionPage, tiina: User, rein: User, make_person: Callable[..., User]
) -> None:
    stand_in(rein, tiina)
    own = send(danger, again(tiina))
    with pytest.raises(PermissionDenied):
        actions.approve_version(version=own, by=again(tiina))
    assert approvers_of(own) == [rein]

    mari = make_person("Mari Kivi", MethodsExpert)
    page = draft_page(mari, section, "Reini sõnad")
    edit(page, rein)
    of_rein = send(page, mari)
    with pytest.raises(PermissionDenied):
        actions.approve_version(version=of_rein, by=again(tiina))
    assert without_approver() == [of_rein]
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=own.pk).update(
            state="approved", approved_by=rein, approved_in_stead_of=tiina, decided_at=timezone.now()
        )


def test_when_nobody_may_approve_the_author_and_the_check_say_what_to_do(
    danger: GuidancePage, tiina: User, rein: User, client: Client
) -> None:
    version = send(danger, tiina)
    assert without_approver() == []
    assert [each.level for each in guidance()] == ["fine"]
    User.objects.filter(pk=rein.pk).update(is_active=False)

    assert without_approver() == [version]
    (finding,) = guidance()
    assert finding.level == "warning"
    assert finding.remedy
    client.force_login(tiina)
    assert "Keegi ei saa" in client.get(version.get_absolute_url()).content.decode()
    assert version.get_absolute_url() in client.get("/").content.decode()


def test_the_pages_of_requests_and_comments_work_without_scripts(
    danger: GuidancePage, tiina: User, kadri: User, liis: User, client: Client
) -> None:
    client.force_login(tiina)
    form = {"change_kind": "material", "change_sentence": "Uus leht.", "reviewers": [kadri.pk], "note": "Loe läbi."}
    client.post(f"/kooskolastus/saada/{danger.pk}/", form)
    version = Version.objects.get(page_id=danger.pk)
    address = version.get_absolute_url()
    client.post(f"{address}kusi/", {"reviewers": [liis.pk], "due": usual_due().isoformat(), "note": ""})
    assert {each.person for each in Version.objects.get(pk=version.pk).asked} == {kadri, liis}

    client.force_login(kadri)
    key = version.page_content.passages[1].key
    refused = client.post(f"{address}markus/", {"passage": key, "text": "Helistaja 5123 4567 ütles nii."})
    assert refused.status_code == 422
    assert not PassageComment.objects.exists()
    client.post(f"{address}markus/", {"passage": key, "text": "Lisa, mida öelda."})
    thread = PassageComment.objects.get()
    client.force_login(tiina)
    assert "Lisa, mida öelda." in client.get(address).content.decode()
    assert client.post(f"{address}markus/{thread.pk}/vasta/", {"text": ""}).status_code == 422
    client.post(f"{address}markus/{thread.pk}/vasta/", {"text": "Lisan."})
    client.post(f"{address}markus/{thread.pk}/lahenda/")
    thread.refresh_from_db()
    assert (thread.settled_by, thread.replies.count()) == (tiina, 1)
    request = version.requests.get(person=liis)
    client.post(f"{address}kusi/{request.pk}/lopeta/")
    assert [each.person for each in Version.objects.get(pk=version.pk).asked] == [kadri]


def test_the_list_finds_by_state_person_and_words_that_stay_out_of_the_address(
    client: Client, section: SectionPage, tiina: User, rein: User, liis: User
) -> None:
    for title in ("Turvaplaan", "Leinaja toetamine"):
        actions.approve_version(version=send(draft_page(tiina, section, title), tiina), by=rein)
    returned = send(draft_page(tiina, section, "Tagasi läinud"), tiina)
    actions.return_version(version=returned, by=rein, answer="Lisa allikad.")

    client.force_login(rein)
    assert "Tagasi läinud" in client.get("/kooskolastus/?seis=returned").content.decode()
    assert "Turvaplaan" not in client.get("/kooskolastus/?seis=returned").content.decode()
    assert "Turvaplaan" in client.get(f"/kooskolastus/?isik={tiina.pk}").content.decode()
    assert "Turvaplaan" not in client.get(f"/kooskolastus/?isik={liis.pk}").content.decode()
    found = client.post("/kooskolastus/", {"words": "leinaja"}).content.decode()
    assert "Leinaja toetamine" in found
    assert "Turvaplaan" not in found


@pytest.mark.parametrize("who", ["rein", "liis"])
def test_the_list_costs_the_same_for_two_and_for_twelve(
    client: Client, section: SectionPage, tiina: User, rein: User, liis: User, who: str, django_assert_num_queries: Any
) -> None:
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            page = draft_page(tiina, section, f"Leht {number}", risk="safety")
            version = send(page, tiina, asking=Asking((liis,)))
            comment_on_passage(version=version, passage_key="", text="Märkus.", by=liis)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login({"rein": rein, "liis": liis}[who])
    fill(0, 2)
    client.get("/kooskolastus/")
    with CaptureQueriesContext(connection) as few:
        client.get("/kooskolastus/")
    fill(2, 10)
    with django_assert_num_queries(len(few)):
        client.get("/kooskolastus/")


def test_nobody_confirms_a_fact_in_the_stead_of_whoever_set_it(tiina: User) -> None:
    """The expert who also owns the service is away; who stands in for her does not confirm what she set."""
    both = person("Mall Maasikas", MethodsExpert, ServiceOwner)
    fact = add(both)
    stand_in(both, tiina)
    assert again(tiina).can(Permission.APPROVE_GUIDANCE)
    with pytest.raises(PermissionDenied):
        confirm(fact, again(tiina))
