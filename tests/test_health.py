"""`/tervis/`: a word for monitors, parts for those who keep the system running."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from metoodik.config import health
from metoodik.config.health import Health, Part
from metoodik.editions.actions import make_edition
from metoodik.handbook.models import GuidancePage
from metoodik.people.models import User
from metoodik.web.models import WorkerBeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(danger: GuidancePage, in_force: Callable[..., Any], tiina: User) -> None:
    in_force(danger)
    make_edition(by=tiina)


@pytest.fixture
def worker() -> None:
    WorkerBeat.objects.create(worker_id="töömasin-1", seen=timezone.now())


def asked(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/tervis/")
    return response.status_code, response.json()


@pytest.mark.usefixtures("edition", "worker")
class TestEverythingWorks:
    def test_stranger_gets_one_word(self, client: Client) -> None:
        assert asked(client) == (200, {"status": "ok"})

    def test_counsellor_gets_one_word_too(self, client: Client, liis: User) -> None:
        client.force_login(liis)

        assert asked(client) == (200, {"status": "ok"})

    def test_administrator_sees_the_parts(self, client: Client, peeter: User) -> None:
        client.force_login(peeter)

        code, answer = asked(client)

        assert code == 200
        assert answer["parts"]["edition"]["number"] == 1
        assert answer["parts"]["worker"]["seconds_since_heard"] < 60


@pytest.mark.usefixtures("edition")
def test_silent_worker_is_degraded(client: Client) -> None:
    WorkerBeat.objects.create(worker_id="töömasin-1", seen=timezone.now() - timedelta(hours=1))

    assert asked(client) == (200, {"status": "degraded"})


@pytest.mark.usefixtures("worker")
def test_before_the_first_edition_nothing_fails(client: Client) -> None:
    assert asked(client) == (200, {"status": "degraded"})


@pytest.mark.usefixtures("edition", "worker")
def test_lost_database_degrades_while_reading_works(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: object, **kwargs: object) -> None:
        raise OperationalError

    assert asked(client)[1] == {"status": "ok"}
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", lost)

    assert asked(client) == (200, {"status": "degraded"})


def test_node_that_cannot_serve_the_handbook_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.PARTS, "edition", lambda: Part(Health.FAILING, {"number": None}))

    assert asked(client) == (503, {"status": "failing"})
