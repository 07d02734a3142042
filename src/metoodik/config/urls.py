"""The whole address plan. Rooms bring their own; only this module knows them all."""

from django.urls import include, path

urlpatterns = [
    path("", include("metoodik.web.urls")),
    path("", include("metoodik.people.urls")),
    path("", include("metoodik.trust.urls")),
    path("konto/", include("allauth.urls")),
]
