"""One Django group for each role, so that Wagtail's page permissions can be given to a role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from metoodik.people.models import RoleGrant, Substitution, User
from metoodik.people.roles import ROLES, Role


def group_for(role: type[Role]) -> Group:
    """The role's group, made when it is not there. Safe to call from any room's `post_migrate`."""
    return Group.objects.get_or_create(name=role.key)[0]


def sync(user: User) -> bool:
    """Make a person's groups those of the roles held now. Returns whether anything changed."""
    wanted = set()
    if user.is_active:
        wanted = set(RoleGrant.objects.in_force().counting_for(user).values_list("role", flat=True)) & set(ROLES)
    held = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    if wanted == held:
        return False
    user.groups.remove(*Group.objects.filter(name__in=held - wanted))
    user.groups.add(*(group_for(ROLES[key]) for key in wanted - held))
    return True


@transaction.atomic
def sync_all() -> int:
    """Repair everybody's groups after the clock: roles and substitutions begin and end. Returns how many changed."""
    for role in ROLES.values():
        group_for(role)
    grants = RoleGrant.objects.in_force().filter(user__is_active=True, role__in=ROLES)
    stood = Substitution.objects.in_force().filter(role__in=ROLES)
    wanted = set(grants.values_list("user_id", "role")) | set(stood.values_list("substitute_id", "role"))
    held = set(User.objects.filter(groups__name__in=ROLES).values_list("pk", "groups__name"))
    wrong = {user_id for user_id, _ in wanted ^ held}
    for user in User.objects.filter(pk__in=wrong):
        sync(user)
    return len(wrong)


def repaired_after(using: str, **_rest: Any) -> None:
    """Receiver of `post_migrate`."""
    if using == "default":
        sync_all()
