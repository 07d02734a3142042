"""The door to the writing desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from metoodik.handbook.desk_setup import handbook
from metoodik.people.access import require
from metoodik.people.permissions import Permission


@require(Permission.WRITE_GUIDANCE)
def writing_desk(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The writing desk opens with the Estonian handbook."""
    return redirect("wagtailadmin_explore", handbook("et").pk)
