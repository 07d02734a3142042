"""What the design system asks of every request: the content policy and the language."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware as DjangoPolicy
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

WRITING_DESK = "/haldus/"


class ContentSecurityPolicyMiddleware(DjangoPolicy):
    """Django's policy, strict everywhere but under the writing desk, where Wagtail's inline code runs.

    A view that set a policy of its own keeps it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(WRITING_DESK) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.SECURE_CSP_DESK  # type: ignore[attr-defined]
        return super().process_response(request, response)


class LanguageMiddleware:
    """The interface speaks Estonian until a person chooses otherwise; what the browser prefers is never asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if "public" not in response.get("Cache-Control", ""):
            patch_vary_headers(response, ("Cookie",))
        return response


class PlainAnswersMiddleware:
    """An address that only takes forms says so on a page, not with an empty answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content or request.method != "GET":
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page
