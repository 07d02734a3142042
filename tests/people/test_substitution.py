"""Substitution: Tiina stands in for Rein while he is away, and gains exactly that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from metoodik.people.actions import end_role, mark_left
from metoodik.people.groups import sync_all
from metoodik.people.models import Notice, Substitution, User, with_roles
from metoodik.people.permissions import Permission
from metoodik.people.roles import Administrator, Counsellor, MethodsExpert, Role, ServiceOwner
from metoodik.people.substitution import end_substitution, give_substitution
from metoodik.trust.models import AuditEntry


def stand_in(absent: User, substitute: User, by: User, role: type[Role] = ServiceOwner, days: int = 7) -> Substitution:
    """`substitute` holds the role in the absent person's stead from today."""
    today = timezone.localdate()
    return give_substitution(
        absent=absent, substitute=substitute, role=role, first=today, last=today + timedelta(days), by=by
    )


def test_tiina_approves_and_reads_for_rein_until_the_day_comes(rein: User, tiina: User) -> None:
    given = stand_in(rein, tiina, by=rein)

    tiina = User.objects.get(pk=tiina.pk)
    assert tiina.roles == [MethodsExpert, ServiceOwner]
    assert tiina.own_roles == [MethodsExpert]
    assert tiina.can(Permission.APPROVE_GUIDANCE)
    assert tiina.stead_for(Permission.APPROVE_GUIDANCE) == frozenset({rein.pk})
    assert tiina.stead_for(Permission.WRITE_GUIDANCE) is None
    assert set(User.objects.allowed(Permission.APPROVE_GUIDANCE)) == {rein, tiina}
    assert set(User.objects.holding(ServiceOwner)) == {rein, tiina}

    Substitution.objects.filter(pk=given.pk).update(since=given.since - timedelta(9), until=timezone.now())
    assert not User.objects.get(pk=tiina.pk).can(Permission.APPROVE_GUIDANCE)
    assert list(User.objects.allowed(Permission.APPROVE_GUIDANCE)) == [rein]


def test_a_list_of_people_knows_substitutes_too(rein: User, tiina: User) -> None:
    stand_in(rein, tiina, by=rein)
    listed = {person.pk: person for person in with_roles(User.objects.all())}
    assert listed[tiina.pk].roles == [MethodsExpert, ServiceOwner]
    assert listed[rein.pk].roles == [ServiceOwner]


def test_a_counsellors_word_and_the_keys_of_the_house_are_not_passed_on(
    liis: User, tiina: User, peeter: User, rein: User
) -> None:
    stand_in(liis, tiina, by=peeter, role=Counsellor)
    tiina = User.objects.get(pk=tiina.pk)
    assert Counsellor in tiina.roles
    assert not tiina.can(Permission.REVIEW_GUIDANCE)
    assert tiina not in User.objects.allowed(Permission.REVIEW_GUIDANCE)
    with pytest.raises(ValidationError):
        stand_in(peeter, rein, by=peeter, role=Administrator)
    assert tiina.admin_mode is None


def test_only_the_absent_person_or_an_administrator_names_a_substitute(
    rein: User, tiina: User, liis: User, peeter: User
) -> None:
    with pytest.raises(PermissionDenied):
        stand_in(rein, tiina, by=tiina)
    with pytest.raises(PermissionDenied):
        stand_in(rein, tiina, by=liis)
    with pytest.raises(ValidationError):
        stand_in(rein, peeter, by=peeter)
    assert stand_in(rein, tiina, by=peeter).given_by == peeter
    assert Notice.objects.filter(user=rein, key="people.stood_in_for").exists()
    assert Notice.objects.filter(user=tiina, key="people.stands_in").exists()


def test_one_role_has_one_substitute_at_a_time_and_no_chain(rein: User, tiina: User, marko: User, liis: User) -> None:
    stand_in(rein, tiina, by=rein)
    with pytest.raises(ValidationError, match="Tiina"):
        stand_in(rein, marko, by=rein)
    with pytest.raises(ValidationError):
        stand_in(User.objects.get(pk=tiina.pk), liis, by=User.objects.get(pk=tiina.pk))


@pytest.mark.parametrize("who", ["rein", "tiina", "peeter"])
def test_either_ends_it_early(rein: User, tiina: User, peeter: User, liis: User, who: str) -> None:
    given = stand_in(rein, tiina, by=rein)
    with pytest.raises(PermissionDenied):
        end_substitution(substitution=given, by=liis)

    end_substitution(substitution=given, by={"rein": rein, "tiina": tiina, "peeter": peeter}[who])

    assert not User.objects.get(pk=tiina.pk).can(Permission.APPROVE_GUIDANCE)
    assert not tiina.groups.filter(name="service_owner").exists()


def test_it_ends_with_the_role_and_with_who_leaves(rein: User, tiina: User, marko: User, peeter: User) -> None:
    stand_in(rein, tiina, by=rein)
    end_role(by=peeter, user=rein, role=ServiceOwner)
    assert not User.objects.get(pk=tiina.pk).can(Permission.APPROVE_GUIDANCE)

    stand_in(tiina, marko, by=peeter, role=MethodsExpert)
    assert User.objects.get(pk=marko.pk).can(Permission.WRITE_GUIDANCE)
    mark_left(by=peeter, user=tiina, successor=rein)
    assert not User.objects.get(pk=marko.pk).can(Permission.WRITE_GUIDANCE)


def test_groups_of_the_writing_desk_follow_by_the_clock(tiina: User, marko: User) -> None:
    given = stand_in(tiina, marko, by=tiina, role=MethodsExpert)
    assert Group.objects.filter(name="methods_expert", user=marko).exists()
    Substitution.objects.filter(pk=given.pk).update(since=given.since - timedelta(9), until=timezone.now())
    assert sync_all() == 1
    assert not Group.objects.filter(name="methods_expert", user=marko).exists()


def test_the_trail_says_who_stood_in_for_whom(rein: User, tiina: User, marko: User) -> None:
    stand_in(rein, tiina, by=rein)
    stand_in(User.objects.get(pk=tiina.pk), marko, by=User.objects.get(pk=tiina.pk), role=MethodsExpert)
    given = AuditEntry.objects.filter(action="people.substitution_given").order_by("sequence")
    assert [each.detail.get("standing_in_for") for each in given] == [None, str(rein.pk)]


def test_the_database_refuses_what_cannot_be(rein: User, tiina: User) -> None:
    now = timezone.now()
    impossible: list[dict[str, Any]] = [
        {"absent": rein, "substitute": rein, "since": now, "until": now + timedelta(1)},
        {"absent": rein, "substitute": tiina, "since": now, "until": now},
        {
            "absent": rein,
            "substitute": tiina,
            "since": now,
            "until": now + timedelta(1),
            "ended_at": now + timedelta(2),
        },
    ]
    for fields in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.create(role="service_owner", **fields)


def test_rein_names_tiina_on_his_own_page_and_everybody_can_read_it(
    client: Client, rein: User, tiina: User, peeter: User, liis: User
) -> None:
    client.force_login(rein)
    today = timezone.localdate()
    choice = {"role": "service_owner", "substitute": tiina.pk, "first": today, "last": today - timedelta(1)}
    assert client.post("/konto/asendamine/", choice).status_code == 422
    said = client.post("/konto/asendamine/", choice | {"last": today + timedelta(3)}, follow=True)
    assert said.status_code == 200
    given = Substitution.objects.get()

    for person, path in ((tiina, "/konto/"), (rein, "/konto/asendamine/"), (peeter, "/inimesed/")):
        client.force_login(person)
        assert "Rein" in client.get(path).content.decode()
    client.force_login(peeter)
    assert f"{given.last_day:%d.%m.%Y}" in client.get("/inimesed/").content.decode()
    client.force_login(liis)
    assert client.post(f"/konto/asendamine/{given.pk}/lopeta/").status_code == 404
    client.force_login(tiina)
    client.post(f"/konto/asendamine/{given.pk}/lopeta/")
    given.refresh_from_db()
    assert given.ended_at is not None
