"""What people may do comes from roles held now, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.utils.translation import override

from metoodik.people import backends, groups
from metoodik.people.models import RoleGrant, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_PERMISSIONS, ROLES, Counsellor, MethodsExpert, ServiceOwner


def test_no_role_does_everything_and_every_permission_is_somebodys() -> None:
    for role in ROLES.values():
        assert role.permissions < frozenset(Permission)
    assert frozenset().union(*(role.permissions for role in ROLES.values())) == frozenset(Permission)


def test_nobody_both_writes_and_approves_by_one_role() -> None:
    for role in ROLES.values():
        assert not {Permission.WRITE_GUIDANCE, Permission.APPROVE_GUIDANCE} <= role.permissions


def test_the_administrators_mode_only_lets_see() -> None:
    assert {Permission.READ_HANDBOOK, Permission.READ_RESTRICTED, Permission.READ_AUDIT} == ADMIN_MODE_PERMISSIONS


@pytest.mark.parametrize("language", ["et", "ru"])
def test_each_role_and_permission_is_said_in_the_language(language: str) -> None:
    with override("en"):
        source = [str(role.name) for role in ROLES.values()] + [str(role.sentence) for role in ROLES.values()]
        source += [str(permission.label) for permission in Permission]
    with override(language):
        said = [str(role.name) for role in ROLES.values()] + [str(role.sentence) for role in ROLES.values()]
        said += [str(permission.label) for permission in Permission]
    assert [words for words, other in zip(source, said, strict=True) if words == other] == []


def test_tiina_enters_the_writing_desk_and_liis_does_not(tiina: User, liis: User) -> None:
    assert tiina.has_perm("wagtailadmin.access_admin")
    assert tiina.has_module_perms("wagtailadmin")
    assert not liis.has_perm("wagtailadmin.access_admin")
    able = backends.RoleBackend().with_perm("wagtailadmin.access_admin")
    assert list(able) == [tiina]


def test_a_right_written_beside_a_person_does_not_count(liis: User) -> None:
    right = DjangoPermission.objects.order_by("pk")[0]
    liis.user_permissions.add(right)
    assert liis.get_all_permissions() == set()
    assert liis.get_user_permissions() == set()


def test_a_group_counts_while_its_role_is_held(liis: User, tiina: User) -> None:
    right = DjangoPermission.objects.get(codename="add_notice")
    groups.group_for(MethodsExpert).permissions.add(right)
    assert tiina.has_perm("people.add_notice")

    liis.groups.add(groups.group_for(MethodsExpert))
    assert not liis.has_perm("people.add_notice"), "membership alone, without the role, gives nothing"


def test_a_leaver_has_no_rights(tiina: User) -> None:
    User.objects.filter(pk=tiina.pk).update(is_active=False)
    gone = User.objects.get(pk=tiina.pk)
    assert gone.permissions == frozenset()
    assert not gone.has_perm("wagtailadmin.access_admin")
    assert backends.RoleBackend().get_user(gone.pk) is None


def test_people_are_found_by_role_and_by_permission(liis: User, tiina: User, rein: User) -> None:
    assert list(User.objects.holding(Counsellor)) == [liis]
    assert set(User.objects.allowed(Permission.READ_RESTRICTED)) == {tiina, rein}
    RoleGrant.objects.filter(user=rein).update(until=RoleGrant.objects.get(user=rein).since)
    assert list(User.objects.holding(ServiceOwner)) == []


def test_roles_of_a_list_cost_no_query_each(make_person: Callable[..., User], django_assert_num_queries: Any) -> None:
    from metoodik.people.models import with_roles

    for number in range(5):
        make_person(f"Inimene{number} Proov", Counsellor)
    with django_assert_num_queries(3):
        assert [person.roles for person in with_roles(User.objects.all())] == [[Counsellor]] * 5
