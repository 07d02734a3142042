"""Who may enter a view, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_PERMISSIONS, ROLES, Administrator
from metoodik.people.second_step import lacks_second_step
from metoodik.trust.access import gate, needs, refuse_with


def require[**P](
    permission: Permission | None,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """A view for people who hold `permission` (None: for everybody signed in).

    Signed out: to sign-in and back. Signed in without it: a 403 page that names the permission and who grants it.
    """
    return needs(permission)


def get_user(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied when nobody is: views behind `require` never see that."""
    if isinstance(request.user, User) or getattr(request.user, "is_authenticated", False):
        return request.user  # type: ignore[return-value]
    raise PermissionDenied(_("Sign in first."))


@gate
def second_step_first(request: HttpRequest) -> HttpResponseBase | None:
    """To the set-up of a second step, where one is required and missing; also where the middleware does not look."""
    return redirect("mfa_index") if lacks_second_step(get_user(request)) else None


@refuse_with
def refused(request: HttpRequest, permission: str) -> HttpResponse:
    """The 403 page: what was needed, which roles have it, and who can help."""
    wanted = Permission(permission)
    user = get_user(request)
    context = {
        "permission": wanted,
        "roles": [role for role in ROLES.values() if wanted in role.permissions],
        "by_mode": wanted in ADMIN_MODE_PERMISSIONS and user.can(Permission.ENTER_ADMIN_MODE),
        "administrators": User.objects.holding(Administrator).order_by("name"),
    }
    return render(request, "people/refused.html", context, status=403)
