"""Who looks at the desk."""

from __future__ import annotations

from django.http import HttpRequest

from metoodik.people.models import User
from metoodik.people.permissions import Permission


def reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def writes(request: HttpRequest) -> bool:
    user = reader(request)
    return user is not None and user.can(Permission.WRITE_GUIDANCE)
