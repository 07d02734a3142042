"""Addresses of the audit trail and of data protection."""

from django.urls import URLPattern

app_name = "trust"
urlpatterns: list[URLPattern] = []
