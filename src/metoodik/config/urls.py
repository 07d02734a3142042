"""The whole address plan. Rooms bring their own; only this module knows them all."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtail_urls

from metoodik.config.health import health
from metoodik.handbook.views.desk import writing_desk

# Wagtail's own doors would let people past the second step of sign-in.
sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
reset = RedirectView.as_view(pattern_name="account_reset_password")


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Addresses that a package brings and nobody here uses."""
    raise Http404


urlpatterns = [
    path("", include("metoodik.web.urls")),
    path("", include("metoodik.people.urls")),
    path("", include("metoodik.trust.urls")),
    path("", include("metoodik.handbook.urls")),
    path("", include("metoodik.editions.urls")),
    path("tervis/", health, name="health"),
    path("konto/", include("allauth.urls")),
    path("haldus/login/", sign_in),
    path("haldus/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("haldus/password_reset/", reset),
    path("haldus/password_reset/<path:rest>", RedirectView.as_view(url="/konto/password/reset/")),
    # The workplace has the desk; the writing desk opens with the handbook itself.
    path("haldus/", writing_desk),
    path("haldus/account/", RedirectView.as_view(pattern_name="people:account")),
    # Translation happens at the workplace; of wagtail-localize only its strings and their memory are used.
    path("haldus/localize/<path:rest>", nowhere, name="no-localize"),
    path("haldus/", include(wagtail_urls)),
]
