"""The doors to the writing desk and the editorial room."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from metoodik.handbook.desk.rooms import rooms_of
from metoodik.handbook.desk_setup import handbook
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@require(Permission.WRITE_GUIDANCE)
def writing_desk(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The writing desk opens with the Estonian handbook."""
    return redirect("wagtailadmin_explore", handbook("et").pk)


@require_GET
@require(None)
def editing(request: HttpRequest) -> HttpResponse:
    """The editorial room: everything that keeps the handbook right, and what waits in it."""
    rooms = rooms_of(get_user(request))
    if not rooms:
        raise PermissionDenied
    return render(request, "handbook/editing.html", {"rooms": rooms})
