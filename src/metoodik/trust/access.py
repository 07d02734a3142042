"""Asking who may do something, in rooms below the one that knows roles: by the permission's name.

A user is anything with `can(name) -> bool`. The room that knows permissions says what a refusal looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Protocol, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme


class Able(Protocol):
    """A signed-in person, as far as this room knows."""

    def can(self, permission: Any, /) -> bool:
        """Whether the person holds the permission of that name now."""


Refusal = Callable[[HttpRequest, str], HttpResponse]
Gate = Callable[[HttpRequest], HttpResponseBase | None]
_refusal: list[Refusal] = []
_gates: list[Gate] = []


def refuse_with(refusal: Refusal) -> Refusal:
    """Say what a person sees who lacks a permission: `refusal(request, permission name)`."""
    _refusal[:] = [refusal]
    return refusal


def gate(check: Gate) -> Gate:
    """Ask `check` too before a guarded view runs for a signed-in person; what it returns stands instead of the view."""
    _gates.append(check)
    return check


def _way_back(request: HttpRequest) -> str:
    """Where sign-in leads: what was asked for, or the page whose form was sent; only reading can be asked for again."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(came).path or "/" if ours else "/"


def needs[**P](
    permission: str | None,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """A view for people who hold `permission`, or for everybody signed in when None.

    Signed out: to sign-in and back. Signed in without it: 403 with a sentence.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            for check in _gates:
                if (stopped := check(request)) is not None:
                    return stopped
            if permission is not None and not cast("Able", request.user).can(permission):
                if not _refusal:
                    raise PermissionDenied
                return _refusal[0](request, permission)
            return view(request, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)

    return decorate
