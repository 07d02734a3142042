"""What a plain Wagtail site would do, and one favour to it: its menu costs no query."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Page

from metoodik.handbook.models import GuidancePage


class FreeMenuMiddleware:
    """Gives the shell its menu and name without asking who may see what: Metoodik's read pass does as much."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.nav_keys = frozenset({"desk", "handbook", "editions"})  # type: ignore[attr-defined]
        request.account_name = "Liis Tamm"  # type: ignore[attr-defined]
        return self.get_response(request)


def let_wagtail_serve() -> None:
    """Serve pages of guidance as Wagtail does by default, with a template of their own."""
    GuidancePage.serve = Page.serve
    GuidancePage.template = "plain/page.html"
    # Under `page` our shell knows something else.
    GuidancePage.get_context = lambda self, request: {"self": self, "request": request}
