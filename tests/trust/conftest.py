"""Installations of their own, each a process with its own data folder, on the kind of database under test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
STORY = ROOT / "tests" / "trust" / "backup_story.py"
Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def places(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """Database addresses of two three installations; empty text means SQLite in the data folder."""
    if connection.vendor == "sqlite":
        yield {"one": "", "two": "", "three": ""}
        return
    names = {place: f"backup_{place}_{os.getpid()}" for place in ("one", "two", "three")}
    database = connection.settings_dict
    other = connections["default"].copy("outside")
    other.settings_dict = database | {"NAME": "postgres", "TEST": database["TEST"]}
    connections["outside"] = other  # Whoever hears of a new connection looks it up by its name.
    try:
        with other.cursor() as cursor:
            for name in names.values():
                cursor.execute(f"CREATE DATABASE {name}")
        where = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
        yield {place: f"postgresql://{where}/{name}" for place, name in names.items()}
    finally:
        with other.cursor() as cursor:
            for name in names.values():
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        other.close()
        del connections["outside"]


@pytest.fixture
def start(tmp_path: Path, places: dict[str, str]) -> Start:
    """Starts steps of a story in an installation's own process."""

    def steps(place: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.trust.backup_settings",
            "PYTHONPATH": str(ROOT),
            "METOODIK_DATA": str(tmp_path / place),
            "METOODIK_DATABASE_URL": places[place],
            "METOODIK_AUDIT_KEY": settings.AUDIT_KEY,
        }
        return subprocess.Popen(
            [sys.executable, str(STORY), *map(str, arguments)],
            env=os.environ | own | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    return steps


@pytest.fixture
def run(start: Start) -> Run:
    """Runs steps of a story in an installation's own process and gives what it says to each."""

    def steps(place: str, *arguments: str | Path, **environment: str) -> list[dict[str, Any]]:
        process = start(place, *arguments, **environment)
        said, complained = process.communicate(timeout=120)
        assert process.returncode == 0, complained
        answers: list[dict[str, Any]] = json.loads(said)
        return answers

    return steps
