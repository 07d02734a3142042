"""A backup is one file; restored elsewhere it is the same installation, proven. Runs on the database under test."""

from __future__ import annotations

import io
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

from tests.trust.conftest import Run


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
    assert "keys.json" in other_key["refused"]
