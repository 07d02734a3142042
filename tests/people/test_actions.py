"""What happens to people: invited, given roles, in the administrator's mode, leaving. Each step in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from metoodik.people import actions, groups, handover
from metoodik.people.models import AdminMode, Notice, RoleGrant, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import Administrator, Coach, Counsellor, MethodsExpert, ServiceOwner, TeamLead
from metoodik.trust import audit
from metoodik.trust.models import AuditEntry

MakePerson = Callable[..., User]


def done() -> list[str]:
    """Actions in the trail, oldest first."""
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def jaan(make_person: MakePerson) -> User:
    """Jaan Mägi, another administrator."""
    return make_person("Jaan Mägi", Administrator)


@pytest.fixture
def pages_in_hand() -> Iterator[dict[int, int]]:
    """How many pages each person owns, in a room above that takes part in handing over."""
    owned: dict[int, int] = {}

    def hand(leaver: User, successor: User | None, by: User | None) -> int:
        count = owned.get(leaver.pk, 0)
        if successor is not None and count:
            owned[successor.pk] = owned.get(successor.pk, 0) + owned.pop(leaver.pk)
        return count

    handover._registered.append(("pages owned here", hand))
    yield owned
    handover._registered.pop()


def test_peeter_invites_mall_who_gets_a_link_and_a_role(
    peeter: User, django_capture_on_commit_callbacks: Any, client: Client
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mall = actions.invite_person(by=peeter, email=" Mall@Naidis.ee ", name="Mall  Maasikas", roles=[Counsellor])

    assert (mall.email, mall.name) == ("mall@naidis.ee", "Mall Maasikas")
    assert mall.roles == [Counsellor]
    assert not mall.has_usable_password()
    assert done() == ["people.created", "people.role_granted", "people.invitation_sent"]
    assert all(entry.actor == peeter for entry in AuditEntry.objects.all())
    (letter,) = mail.outbox
    assert letter.to == ["mall@naidis.ee"]
    link = next(line for line in letter.body.splitlines() if "/konto/password/reset/key/" in line)
    form = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert form.status_code == 200
    new = "kolm-lillat-kassi-9"
    answer = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert answer.status_code == 200
    assert fresh(mall).check_password(new)


@pytest.mark.parametrize("email", ["liis@naidis.ee", "LIIS@naidis.ee", "ei ole aadress", ""])
def test_an_address_is_a_free_one(peeter: User, liis: User, email: str) -> None:
    with pytest.raises(ValidationError):
        actions.invite_person(by=peeter, email=email, name="Liis Teine")
    assert User.objects.count() == 2


def test_only_an_administrator_changes_people(rein: User, liis: User) -> None:
    for attempt in (
        lambda: actions.invite_person(by=rein, email="x@naidis.ee", name="X"),
        lambda: actions.grant_role(by=rein, user=liis, role=Coach),
        lambda: actions.end_role(by=rein, user=liis, role=Counsellor),
        lambda: actions.mark_left(by=rein, user=liis),
        lambda: actions.change_person(by=rein, user=liis, name="X", email="x@naidis.ee"),
        lambda: actions.send_invitation(by=rein, user=liis),
        lambda: actions.remove_second_step(by=rein, user=liis),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert done() == []


def test_a_role_is_given_and_ended_and_both_stay_on_record(peeter: User, liis: User) -> None:
    actions.grant_role(by=peeter, user=liis, role=Coach)
    assert fresh(liis).roles == [Counsellor, Coach]
    assert set(liis.groups.values_list("name", flat=True)) == {"counsellor", "coach"}

    actions.end_role(by=peeter, user=liis, role=Coach)
    assert fresh(liis).roles == [Counsellor]
    assert set(liis.groups.values_list("name", flat=True)) == {"counsellor"}
    ended = RoleGrant.objects.get(user=liis, role="coach")
    assert ended.granted_by == peeter
    assert ended.until is not None
    assert done() == ["people.role_granted", "people.role_ended"]
    assert [notice.key for notice in liis.notices.order_by("pk")] == ["people.role_granted", "people.role_ended"]


def test_a_role_is_not_given_twice_nor_ended_when_not_held(peeter: User, liis: User) -> None:
    with pytest.raises(ValidationError):
        actions.grant_role(by=peeter, user=liis, role=Counsellor)
    with pytest.raises(ValidationError):
        actions.end_role(by=peeter, user=liis, role=Coach)
    with pytest.raises(ValidationError):
        actions.grant_role(by=peeter, user=liis, role=Coach, until=timezone.now() - timedelta(days=1))


def test_a_role_for_a_time_ends_by_the_clock(peeter: User, liis: User) -> None:
    grant = actions.grant_role(by=peeter, user=liis, role=TeamLead, until=timezone.now() + timedelta(days=1))
    assert fresh(liis).can(Permission.ACT_ON_OVERLAY)

    past = timezone.now() - timedelta(seconds=1)
    RoleGrant.objects.filter(pk=grant.pk).update(since=past - timedelta(days=1), until=past)
    assert not fresh(liis).can(Permission.ACT_ON_OVERLAY)
    assert groups.sync_all() == 1
    assert set(liis.groups.values_list("name", flat=True)) == {"counsellor"}
    assert groups.sync_all() == 0


def test_nobody_changes_their_own_roles(peeter: User, jaan: User) -> None:
    for attempt in (
        lambda: actions.grant_role(by=peeter, user=peeter, role=ServiceOwner),
        lambda: actions.end_role(by=peeter, user=peeter, role=Administrator),
        lambda: actions.mark_left(by=peeter, user=peeter, successor=jaan),
        lambda: actions.remove_second_step(by=peeter, user=peeter),
    ):
        with pytest.raises(ValidationError):
            attempt()


def test_the_last_administrator_stays(peeter: User, jaan: User) -> None:
    actions.mark_left(by=peeter, user=jaan)
    for attempt in (
        lambda: actions.end_role(by=None, user=peeter, role=Administrator),
        lambda: actions.mark_left(by=None, user=peeter),
    ):
        with pytest.raises(ValidationError, match=r"administrator|haldur"):
            attempt()
    assert fresh(peeter).roles == [Administrator]


def test_the_mode_lets_an_administrator_see_more_for_a_time(peeter: User, rein: User, settings: Any) -> None:
    assert not peeter.can(Permission.READ_RESTRICTED)

    mode = actions.enter_admin_mode(by=peeter, reason="Vaatan, miks väljaanne 12 ei kooste.")

    assert peeter.can(Permission.READ_RESTRICTED)
    assert peeter.can(Permission.READ_AUDIT)
    assert not peeter.can(Permission.APPROVE_GUIDANCE)
    assert not peeter.can(Permission.WRITE_GUIDANCE)
    assert mode.expires_at - mode.started_at == settings.ADMIN_MODE
    entry = AuditEntry.objects.get(action="people.admin_mode_entered")
    assert entry.detail["reason"] == mode.reason
    assert rein.notices.get().key == "people.admin_mode"

    actions.leave_admin_mode(by=peeter)
    assert not peeter.can(Permission.READ_RESTRICTED)
    assert done()[-1] == "people.admin_mode_left"


def test_the_mode_ends_by_itself(peeter: User) -> None:
    actions.enter_admin_mode(by=peeter, reason="Vaatan auditi jälge.")
    AdminMode.objects.update(started_at=timezone.now() - timedelta(hours=2), expires_at=timezone.now())
    assert not fresh(peeter).can(Permission.READ_AUDIT)


def test_the_mode_needs_a_reason_and_the_role(peeter: User, rein: User) -> None:
    with pytest.raises(ValidationError):
        actions.enter_admin_mode(by=peeter, reason="   vaja    ")
    with pytest.raises(PermissionDenied):
        actions.enter_admin_mode(by=rein, reason="Vaatan auditi jälge.")
    actions.enter_admin_mode(by=peeter, reason="Vaatan auditi jälge.")
    with pytest.raises(ValidationError):
        actions.enter_admin_mode(by=peeter, reason="Vaatan auditi jälge veel.")


def test_tiina_leaves_and_her_pages_go_to_mall(
    peeter: User, tiina: User, make_person: MakePerson, pages_in_hand: dict[int, int], client: Client
) -> None:
    mall = make_person("Mall Maasikas", MethodsExpert)
    pages_in_hand[tiina.pk] = 7
    client.force_login(tiina)
    Authenticator.objects.create(user=tiina, type="totp", data={"secret": "x"})

    with pytest.raises(ValidationError, match="7"):
        actions.mark_left(by=peeter, user=tiina)
    handed = actions.mark_left(by=peeter, user=tiina, successor=mall)

    assert handed == {"pages owned here": 7}
    assert pages_in_hand == {mall.pk: 7}
    gone = fresh(tiina)
    assert not gone.is_active
    assert gone.left_at is not None
    assert gone.roles == []
    assert not gone.groups.exists()
    assert not gone.has_usable_password()
    assert not Authenticator.objects.filter(user=tiina).exists()
    assert client.get("/konto/").status_code == 302, "her session is over"
    assert mall.notices.get().values == {"leaver": "Tiina Kask", "count": 7}
    entry = AuditEntry.objects.get(action="people.left")
    assert entry.detail == {"successor": mall.pk, "handed": 7, "sessions": 1}
    with pytest.raises(ValidationError):
        actions.grant_role(by=peeter, user=gone, role=Coach)


def test_a_successor_works_here_and_is_somebody_else(peeter: User, tiina: User, rein: User) -> None:
    rein.is_active = False
    rein.save()
    for successor in (tiina, rein):
        with pytest.raises(ValidationError):
            actions.mark_left(by=peeter, user=tiina, successor=successor)


def test_a_refused_leaving_changes_nothing(
    peeter: User, tiina: User, jaan: User, pages_in_hand: dict[int, int]
) -> None:
    def refuses(leaver: User, successor: User | None, by: User | None) -> int:
        if successor is not None:
            raise ValidationError("ei saa")
        return 1

    pages_in_hand[tiina.pk] = 2
    handover._registered.append(("stubborn things", refuses))
    try:
        with pytest.raises(ValidationError, match="ei saa"):
            actions.mark_left(by=peeter, user=tiina, successor=jaan)
    finally:
        handover._registered.pop()
    assert fresh(tiina).is_active
    assert fresh(tiina).roles == [MethodsExpert]
    assert done() == []


def test_notices_speak_the_readers_language(liis: User, django_capture_on_commit_callbacks: Any) -> None:
    liis.language = "et"
    liis.save()
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(liis, "people.role_granted", {"role": "X"}, "/abi/rollid/")
    (letter,) = mail.outbox
    assert "X" in letter.subject
    assert "http://127.0.0.1:8000/abi/rollid/" in letter.body


def test_who_wants_no_e_mail_gets_none(liis: User, django_capture_on_commit_callbacks: Any) -> None:
    actions.change_preferences(by=liis, language="ru", mail_notices=False)
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(liis, "people.role_granted", {"role": "X"})
    assert mail.outbox == []
    assert Notice.objects.unread().filter(user=liis).count() == 1
    assert actions.mark_read(by=liis) == 1
    assert actions.mark_read(by=liis) == 0


@pytest.mark.parametrize("url", ["https://mujal.ee/", "//mujal.ee/", "konto/"])
def test_a_notice_leads_nowhere_else(liis: User, url: str) -> None:
    with pytest.raises(ValueError, match="path"):
        actions.notify(liis, "people.role_granted", {"role": "X"}, url)
    with pytest.raises(KeyError):
        actions.notify(liis, "nothing.known")


def test_nobody_reads_anothers_notice(liis: User, rein: User) -> None:
    notice = actions.notify(liis, "people.role_granted", {"role": "X"})
    assert actions.mark_read(by=rein, notice_ids=[notice.pk]) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("is_superuser", True), ("email", "Liis@Naidis.ee"), ("left_at", timezone.now())]
)
def test_the_database_refuses_impossible_people(liis: User, field: str, value: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=liis.pk).update(**{field: value})


def test_the_trail_of_a_whole_story_holds(peeter: User, liis: User, jaan: User) -> None:
    actions.grant_role(by=peeter, user=liis, role=Coach)
    actions.enter_admin_mode(by=peeter, reason="Vaatan auditi jälge.")
    actions.mark_left(by=jaan, user=liis)
    assert audit.verify().ok


def test_a_new_address_is_told_to_the_old_one_and_to_those_who_watch_the_trail(
    liis: User, rein: User, peeter: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_person(by=peeter, user=liis, name="Liis Tamm", email="liis.tamm@naidis.ee")

    assert ["liis@naidis.ee"] in [letter.to for letter in mail.outbox]
    assert Notice.objects.filter(user=rein, key="people.address_changed").exists()
