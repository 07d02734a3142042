"""Addresses of people, roles and one's own account. Sign-in itself is django-allauth's, under `/konto/`."""

from django.urls import path

from metoodik.people import views

app_name = "people"
urlpatterns = [
    path("konto/", views.account, name="account"),
]
