"""Sign-in by e-mail and password, and Django's permission questions answered from roles held now."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import Permission as DjangoPermission
from django.db.models import QuerySet

from metoodik.people.models import User


class RoleBackend(AuthenticationBackend):
    """Only active people; no superusers; nothing given to a person by name; a group counts while its role is held."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if not hasattr(user_obj, "_role_permissions"):
            user_obj._role_permissions = self._from_roles(user_obj)  # type: ignore[attr-defined]
        return set(user_obj._role_permissions)  # type: ignore[attr-defined]

    def get_user_permissions(
        self,
        user_obj: AbstractBaseUser | AnonymousUser,  # noqa: ARG002 - the framework's signature
        obj: Any = None,  # noqa: ARG002
    ) -> set[str]:
        """None: nothing is ever given to one person by name."""
        return set()

    def get_group_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        return any(name.partition(".")[0] == app_label for name in self.get_all_permissions(user_obj))

    def with_perm(
        self,
        perm: str | DjangoPermission,
        is_active: bool = True,
        include_superusers: bool = True,  # noqa: ARG002 - there are none
        obj: Any = None,
    ) -> QuerySet[User]:
        """Active people whose roles or role groups grant `perm`."""
        name = perm if isinstance(perm, str) else f"{perm.content_type.app_label}.{perm.codename}"
        if not is_active or obj is not None:
            return User.objects.none()
        able = [user.pk for user in User.objects.filter(is_active=True) if self.has_perm(user, name)]
        return User.objects.filter(pk__in=able)

    @staticmethod
    def _from_roles(user: User) -> frozenset[str]:
        keys = [role.key for role in user.roles]
        rows = DjangoPermission.objects.filter(group__name__in=keys).order_by()
        return frozenset(f"{app}.{code}" for app, code in rows.values_list("content_type__app_label", "codename"))
