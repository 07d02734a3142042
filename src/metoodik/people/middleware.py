"""Nobody without a second step gets past its set-up, where one is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from metoodik.people.second_step import has_second_step

OPEN_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "web:language",
    }
)
OPEN_PREFIX = "mfa_"


class SecondStepMiddleware:
    """Sends a signed-in person without an authenticator to set one up, when `settings.REQUIRE_MFA`.

    Under `settings.READING_PREFIXES` the person is not asked for at all: reading has a pass of its own, issued only
    to people with a second step, and must do without the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],  # noqa: ARG002 - the framework's signature
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponseBase | None:
        """Redirects to the set-up, or lets the view run."""
        if not settings.REQUIRE_MFA or request.path.startswith(settings.READING_PREFIXES) or _is_open(request):
            return None
        user = request.user
        if not user.is_authenticated or has_second_step(user):
            return None
        return redirect("mfa_index")


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in OPEN_NAMES or name.startswith(OPEN_PREFIX)
