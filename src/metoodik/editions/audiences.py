"""Circles of readers. Content is built once and projected for each class; a class sees the same, whoever is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from metoodik.handbook.content import Access, Audience, Page, Passage
from metoodik.people.models import RoleGrant, Substitution, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_CIRCLES, ADMIN_MODE_PERMISSIONS, ROLES

RESTRICTED = "ak"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class AudienceClass:
    """What a reader may see: pages written for one of `circles`, and those marked AK only when `restricted`."""

    circles: frozenset[str]
    restricted: bool = False

    @property
    def key(self) -> str:
        """A short stable text, fit for file names: `counselling+staff`, `counselling+staff+ak`."""
        return "+".join([*sorted(self.circles), *([RESTRICTED] if self.restricted else [])]) if self.circles else NOBODY

    @classmethod
    def from_key(cls, key: str) -> Self:
        """The class of that key. Raises ValueError for a circle that does not exist."""
        parts = set() if key == NOBODY else set(key.split("+"))
        circles = frozenset(parts - {RESTRICTED})
        if unknown := circles - {each.value for each in Audience}:
            raise ValueError(f"no such circle of readers: {', '.join(sorted(unknown))}")
        return cls(circles, RESTRICTED in parts)

    def sees(self, page: Page) -> bool:
        """Whether readers of this class may see the page, its title and its existence."""
        written_for = any(each.value in self.circles for each in page.audiences)
        return written_for and (page.access != Access.RESTRICTED or self.restricted)

    def sees_passage(self, passage: Passage) -> bool:
        """Whether readers of this class may see a passage of a page that they may see."""
        return self.restricted or passage.restriction is None

    def within(self, other: AudienceClass) -> AudienceClass:
        """What readers of both classes may see."""
        return AudienceClass(self.circles & other.circles, self.restricted and other.restricted)

    def __bool__(self) -> bool:
        """Whether readers of this class may see anything at all."""
        return bool(self.circles)


NO_AUDIENCE = AudienceClass(frozenset())


def audience_of(user: User) -> AudienceClass:
    """The class of a person now; empty without the permission to read the handbook."""
    if not user.is_active or not user.can(Permission.READ_HANDBOOK):
        return NO_AUDIENCE
    return AudienceClass(user.circles, user.can(Permission.READ_RESTRICTED))


def class_of_role(key: str) -> AudienceClass:
    """The class of somebody with that role alone; empty for a role that does not read, or that there is not."""
    return _of_roles([key])


def role_classes() -> set[AudienceClass]:
    """The class of each role alone and of the administrator's mode. No query."""
    classes = {_of_roles([key]) for key in ROLES}
    classes.add(AudienceClass(ADMIN_MODE_CIRCLES, Permission.READ_RESTRICTED in ADMIN_MODE_PERMISSIONS))
    return {each for each in classes if each}


def known_classes() -> list[AudienceClass]:
    """Classes an edition is projected for beforehand: `role_classes` and each combination that somebody holds.

    Roles held in somebody's stead count. Two queries.
    """
    held: dict[int, list[str]] = {}
    grants = RoleGrant.objects.in_force().filter(user__is_active=True)
    for user, role in grants.order_by("user").values_list("user", "role"):
        held.setdefault(user, []).append(role)
    for user, role in Substitution.objects.in_force().values_list("substitute", "role"):
        held.setdefault(user, []).append(role)
    classes = role_classes() | {_of_roles(roles) for roles in held.values()}
    return sorted((each for each in classes if each), key=lambda each: each.key)


def _of_roles(keys: list[str]) -> AudienceClass:
    roles = [ROLES[key] for key in keys if key in ROLES]
    permissions = frozenset[Permission]().union(*(role.permissions for role in roles))
    if Permission.READ_HANDBOOK not in permissions:
        return NO_AUDIENCE
    circles = frozenset[str]().union(*(role.circles for role in roles))
    return AudienceClass(circles, Permission.READ_RESTRICTED in permissions)
