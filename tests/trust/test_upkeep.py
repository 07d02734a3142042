"""The nightly work: the trail is proven, its head written down outside, old rows deleted; a break shows on the desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from metoodik.people.models import Notice, User
from metoodik.trust import audit, tasks, triggers, upkeep
from metoodik.trust.models import AuditEntry
from metoodik.web.ticks import registered


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            audit.record("test.thing_done", by=None, number=number)


def test_a_quiet_night(liis: User, own_folder: Path) -> None:
    write(3)
    Notice.objects.create(user=liis, key="people.welcome", at=timezone.now() - timedelta(days=100))

    tasks.nightly.enqueue()

    assert upkeep.broken_at() is None
    assert audit.exported_heads(own_folder)[0].sequence == 3
    assert not Notice.objects.exists()


def test_a_cut_trail_is_told_to_who_reads_it(rein: User, liis: User, client: Client, own_folder: Path) -> None:
    write(3)
    assert upkeep.watch()
    triggers.remove("default")
    AuditEntry.objects.filter(sequence=3).delete()
    triggers.install("default")

    assert not upkeep.watch()

    assert upkeep.broken_at() == 3
    client.force_login(rein)
    page = client.get("/").text
    assert "/audit/" in page
    assert "kirje 3" in page.lower()
    client.force_login(liis)
    assert "kirje 3" not in client.get("/").text.lower()


def test_the_night_comes_by_itself() -> None:
    assert "metoodik.trust.desk.nightly" in {each.name for each in registered()}
