"""`metoodik demo`, from nothing to a page and back."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from metoodik.config.commands.demo import PASSWORD


def demo(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    environment = os.environ | {"METOODIK_DATA": str(folder), "METOODIK_LANGUAGE": "en", **more}
    command = [sys.executable, "-m", "metoodik.cli", "demo", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def rows(folder: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "metoodik.sqlite3")) as database:
        return list(database.execute(question))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that is ready to serve."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    done = demo(folder, "--prepare-only")
    assert done.returncode == 0, done.stderr
    return folder


def test_yesterdays_handbook_exists(prepared: Path) -> None:
    begun = rows(prepared, "SELECT effective_at FROM editions_edition ORDER BY number")

    days = [timezone.localdate(datetime.fromisoformat(f"{moment}+00:00")) for (moment,) in begun]
    assert len(days) == 2
    assert days[0] < days[1] < timezone.localdate()


def test_work_waits_and_letters_about_the_past_do_not(prepared: Path) -> None:
    waiting = rows(prepared, "SELECT title FROM handbook_version WHERE state = 'clearance'")
    tasks = DBTaskResult._meta.db_table
    letters = rows(prepared, f"SELECT 1 FROM {tasks} WHERE task_path LIKE 'metoodik.people.%'")  # noqa: S608

    assert waiting == [("Enesetapurisk",)]
    assert letters == []


def test_what_was_done_stays_until_one_begins_again(prepared: Path) -> None:
    with closing(sqlite3.connect(prepared / "metoodik.sqlite3")) as database:
        database.execute("UPDATE people_user SET name = 'Liis Kuusk' WHERE email = 'liis@naidis.ee'")
        database.commit()

    assert demo(prepared, "--prepare-only").returncode == 0
    assert rows(prepared, "SELECT name FROM people_user WHERE email = 'liis@naidis.ee'") == [("Liis Kuusk",)]


def test_real_data_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "metoodik.sqlite3").write_bytes(b"real")

    refused = demo(tmp_path, "--fresh", "--prepare-only")

    assert refused.returncode == 1
    assert "METOODIK_DATA" in refused.stderr
    assert (tmp_path / "metoodik.sqlite3").read_bytes() == b"real"


def test_production_has_no_demo(tmp_path: Path) -> None:
    refused = demo(tmp_path, METOODIK_PRODUCTION="1")

    assert refused.returncode == 1
    assert not list(tmp_path.iterdir())


@pytest.fixture
def served(prepared: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The demo on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "metoodik.cli", "demo", "--no-browser", "--port", str(port)]
    environment = os.environ | {"METOODIK_DATA": str(prepared), "METOODIK_LANGUAGE": "en"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process, port
        process.kill()


def asked(address: str) -> bytes:
    """The answer, waited for until the server is up."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own address
                return bytes(answer.read())
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.1)


def is_well(address: str) -> bool:
    return json.loads(asked(f"{address}/tervis/")) == {"status": "ok"}


def test_it_serves_with_its_worker_and_stops_at_ctrl_c(served: tuple[subprocess.Popen[str], int]) -> None:
    process, port = served
    address = f"http://127.0.0.1:{port}"

    assert b"<form" in asked(f"{address}/konto/login/")
    deadline = time.monotonic() + 30
    while not is_well(address):
        assert time.monotonic() < deadline, "the worker does not beat"
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    said, complained = process.communicate(timeout=30)

    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in said
    assert PASSWORD in said
    assert "liis@naidis.ee" in said
    assert complained == ""
