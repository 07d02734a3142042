"""Addresses of the audit trail and of data protection."""

from django.urls import path

from metoodik.trust import views

app_name = "trust"
urlpatterns = [
    path("audit/", views.trail, name="trail"),
    path("audit/csv/", views.export, name="export"),
    path("audit/kontroll/", views.verify, name="verify"),
    path("andmekaitse/", views.data_protection, name="data-protection"),
]
