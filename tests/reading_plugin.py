"""Signed-in browsers for stories of reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from metoodik.editions import rendering, shells
from metoodik.people.models import User

type SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def nothing_drawn_yet() -> None:
    """Pages drawn in one test are not there in the next."""
    rendering.forget_pages()
    shells.forget_shells()


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which the person is signed in and has a fresh read pass."""

    def signed_in(user: User, language: str = "") -> Client:
        client = Client()
        client.force_login(user)
        client.get("/kasiraamat/")
        if language:
            client.cookies["metoodik_language"] = language
        return client

    return signed_in


def body(client: Client, path: str) -> str:
    """What a page that is there says."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text
