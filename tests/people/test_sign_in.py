"""Signing in, and what stands before it."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from metoodik.people.models import User
from tests.people_fixtures import PASSWORD


def test_liis_signs_in_with_her_email_and_password(client: Client, liis: User) -> None:
    answer = client.post(reverse("account_login"), {"login": "Liis@naidis.ee", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get("/konto/").status_code == 200
    assert not EmailAddress.objects.exists()
