"""Pages about people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from metoodik.people.access import require


@require(None)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "people/account.html")
