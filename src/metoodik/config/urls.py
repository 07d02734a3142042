"""The whole address plan. Rooms bring their own; only this module knows them all."""

from django.urls import include, path

urlpatterns = [
    path("", include("metoodik.web.urls")),
]
