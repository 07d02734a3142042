"""A backup is one file; restored elsewhere it is the same installation, proven. Runs on the database under test."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.fixture
def run(tmp_path: Path, places: dict[str, str]) -> Run:
    """Runs steps of the story in an installation's own process and gives what it says to each."""

    def steps(place: str, *arguments: str | Path, **environment: str) -> list[dict[str, Any]]:
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.trust.backup_settings",
            "PYTHONPATH": str(ROOT),
            "METOODIK_DATA": str(tmp_path / place),
            "METOODIK_DATABASE_URL": places[place],
            "METOODIK_AUDIT_KEY": settings.AUDIT_KEY,
            "METOODIK_LANGUAGE": "en",
        }
        story = [sys.executable, str(ROOT / "tests" / "trust" / "backup_story.py"), *map(str, arguments)]
        done = subprocess.run(
            story, env=os.environ | own | environment, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return steps


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a backup file in which `change` gave each member new bytes, or None to leave it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = change(member.name, content.read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


def test_a_backup_restored_elsewhere_is_the_same_installation(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "varukoopia.tar.gz"
    (made,) = run("one", "make", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert names[0] == "manifest.json"
    assert names[2:] == ["media/pildid/laud.txt"]
    assert not [name for name in names if "key" in name]
    assert made["manifest"]["rows"]["people_user"] == 2
    assert made["head"]["sequence"] == 3, "the backup itself is in the trail"

    back, refused, again = run("two", "restore", file, "restore", file, "replace", file)
    assert back["ok"], back
    assert (back["people"], back["picture"], back["checked"]) == (["Liis", "Rein"], "öölamp", 2)
    assert back["whole"]
    assert back["head"]["sequence"] == 3, "the restore is in the trail"
    assert back["triggers_missing"] == []
    assert back["aside"] == []

    assert "--replace" in refused["refused"]

    assert again["ok"], again
    assert again["people"] == ["Liis", "Rein"]
    assert any(name.startswith("media-before-restore") for name in again["aside"])


def test_what_is_damaged_or_foreign_is_refused_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "varukoopia.tar.gz"
    run("one", "make", file)

    def media_changed(name: str, data: bytes) -> bytes:
        return b"teised" if name.startswith("media/") else data

    def manifest_changed(name: str, data: bytes) -> bytes:
        return data.replace(b'"people_user": 2', b'"people_user": 1') if name == "manifest.json" else data

    def database_missing(name: str, data: bytes) -> bytes | None:
        return None if name.startswith("database") else data

    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(file.read_bytes()[:-2000])
    text = tmp_path / "text.tar.gz"
    text.write_text("tere")
    cases = [
        rewritten(file, tmp_path / "media.tar.gz", media_changed),
        rewritten(file, tmp_path / "manifest.tar.gz", manifest_changed),
        rewritten(file, tmp_path / "missing.tar.gz", database_missing),
        cut,
        text,
        tmp_path / "nowhere.tar.gz",
    ]
    *refusals, good = run("two", *(part for case in [*cases, file] for part in ("restore", case)))
    said = [answer.get("refused") for answer in refusals]
    assert all(said), said
    assert len(set(said)) == len(said), said
    assert good["ok"], "after all that, the place is still empty and the good file works"

    (other_key,) = run("three", "restore", file, METOODIK_AUDIT_KEY="another-audit-key-another-audit-key")
    assert "METOODIK_AUDIT_KEY" in other_key["refused"]
