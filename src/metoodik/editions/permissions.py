"""Who gets to read: the read pass answers, without asking the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from metoodik.editions.audiences import AudienceClass
from metoodik.editions.passes import Reader
from metoodik.people.access import refused
from metoodik.people.permissions import Permission


class View(Protocol):
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def for_readers(view: Callable[..., HttpResponseBase]) -> View:
    """Only with a read pass; the signed-out are asked to sign in, those whose role does not read are told so."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reader = getattr(request, "reader", None)
        if reader is None or not reader.audience:
            if request.user.is_authenticated:
                return refused(request, Permission.READ_HANDBOOK)
            return redirect_to_login(request.path)
        return view(request, *args, **kwargs)

    return checked


def reader_of(request: HttpRequest) -> Reader:
    """Who reads, behind `for_readers`."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def audience_of(request: HttpRequest) -> AudienceClass:
    """The audience class of the reader behind `for_readers`."""
    return reader_of(request).audience
