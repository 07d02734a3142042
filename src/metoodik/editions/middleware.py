"""Reading by pass: who reads is known without session, user or database."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

from metoodik.editions import passes
from metoodik.people.models import User


class ReadPassMiddleware:
    """Sets `request.reader` and `request.nav_keys` on reading paths; gives, renews and takes the pass elsewhere.

    On reading paths a fresh pass is believed and neither session nor user is touched. `request.reader` is None for
    nobody and for those whose roles do not read; `request.database_lost` says that an old pass
    is honoured because the person could not be looked up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        held = passes.read(request)
        if request.path.startswith(settings.READING_PREFIXES):
            return self._reading(request, held)
        response = self.get_response(request)
        self._elsewhere(request, response, held)
        return response

    def _reading(self, request: HttpRequest, held: passes.Pass | None) -> HttpResponseBase:
        valid = held
        lost = False
        if held is None or not held.is_fresh:
            try:
                valid = passes.confirm(request, held) if _may_be_signed_in(request, held) else None
            except passes.DatabaseLost:
                lost = True
        request.reader = valid.reader if valid and valid.audience else None  # type: ignore[attr-defined]
        request.nav_keys = valid.nav_keys if valid else frozenset()  # type: ignore[attr-defined]
        request.database_lost = lost  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not lost:
            _settle(request, response, held, valid)
        return response

    def _elsewhere(self, request: HttpRequest, response: HttpResponseBase, held: passes.Pass | None) -> None:
        """After sign-in, sign-out or any other change to a person the pass follows at once."""
        user = _known_user(request)
        changed = user is not None and (request.method == "POST" or (held is not None and held.user_id != user.pk))
        if held is not None and held.is_fresh and not changed:
            return
        if not _may_be_signed_in(request, held) and user is None:
            return
        try:
            valid = passes.confirm(_as_now(request) if changed else request, held)
        except passes.DatabaseLost:
            return
        _settle(request, response, held, valid)


def _settle(
    request: HttpRequest, response: HttpResponseBase, held: passes.Pass | None, valid: passes.Pass | None
) -> None:
    if valid is None:
        if passes.COOKIE in request.COOKIES:
            passes.take(response)
    elif valid is not held:
        passes.put(response, valid)


def _may_be_signed_in(request: HttpRequest, held: passes.Pass | None) -> bool:
    return held is not None or settings.SESSION_COOKIE_NAME in request.COOKIES


def _known_user(request: HttpRequest) -> User | None:
    """The person, or an empty one for somebody signed out, when this request has already looked them up."""
    user: User | None = request.__dict__.get("user")
    if user is None or (isinstance(user, SimpleLazyObject) and user._wrapped is empty):
        return None
    return user


def _as_now(request: HttpRequest) -> HttpRequest:
    """The request with the person read anew: the view may have changed their roles or mode."""
    user = request.user
    if user.is_authenticated:
        request.user = User.objects.filter(pk=user.pk).first() or user
    return request
