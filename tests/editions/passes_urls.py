"""An address plan that says who the pass lets in: one reading path, one other, one that signs out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path


def kasiraamat(request: HttpRequest) -> HttpResponse:
    """Who reads, as the middleware sees it."""
    reader = request.reader  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "audience": reader.audience.key if reader else None,
            "user": reader.user_id if reader else None,
            "lost": request.database_lost,  # type: ignore[attr-defined]
            "keys": sorted(request.nav_keys),  # type: ignore[attr-defined]
        }
    )


def desk(request: HttpRequest) -> HttpResponse:
    """A page of the workplace."""
    return HttpResponse(str(request.user))


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return HttpResponse()


urlpatterns = [
    path("kasiraamat/", kasiraamat),
    path("laud/", desk),
    path("valju/", sign_out),
    path("samm/", desk, name="mfa_index"),
]
