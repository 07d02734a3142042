"""One file that holds everything but the keys: the database, media and a manifest by which a restore is proven.

`backup` and `restore` are plain functions; the `metoodik` command wraps them. Other rooms add to the manifest with
`register_manifest`: what they say at backup must be what they say after a restore.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from metoodik.trust import audit, dumps
from metoodik.trust.dumps import BackupError
from metoodik.trust.keys import audit_keys
from metoodik.trust.models import AuditEntry

__all__ = ["BackupError", "Manifest", "Restored", "backup", "read_manifest", "register_manifest", "restore"]

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media"
LARGEST_MANIFEST = 16 * 1024 * 1024
CHUNK = 1024 * 1024

_parts: dict[str, Callable[[], Any]] = {}


def register_manifest(name: str, describe: Callable[[], Any]) -> None:
    """Let a room add to the manifest: `describe` returns plain JSON about what is in the database (edition hashes).

    It is called at backup and again after a restore; a difference is reported. It may raise ValueError with a sentence
    when what it finds does not hold.
    """
    _parts[name] = describe


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `members` are file names with their SHA-256; `seal` is an HMAC over the rest."""

    format: int
    created_at: str
    database: str
    rows: dict[str, int]
    audit_sequence: int
    audit_mac: str
    members: dict[str, str]
    parts: dict[str, Any]
    key: str = ""
    seal: str = ""

    def bytes_to_seal(self) -> bytes:
        """What `seal` covers."""
        values = asdict(self) | {"seal": ""}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back, and what did not hold; `set_aside` are the old files it replaced."""

    manifest: Manifest
    audit: audit.Verification
    problems: list[str] = field(default_factory=list)
    set_aside: list[Path] = field(default_factory=list)
    pending_migrations: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.audit.ok and not self.problems


def backup(target: Path) -> Manifest:
    """Write the backup file `target` (gzipped tar, readable by its owner alone). It holds no keys: keep those apart.

    Raises BackupError when the file exists already or the database cannot be copied.
    """
    if target.exists():
        raise BackupError(_("%(file)s exists already.") % {"file": target})
    if not target.parent.is_dir():
        raise BackupError(_("There is no folder %(folder)s.") % {"folder": target.parent})
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        work = Path(folder)
        with dumps.still_database() as snapshot:
            member = dumps.MEMBER[connection.vendor]
            head, rows, parts = audit.head(), dumps.row_counts(), _describe()
            dumps.dump(work / member, snapshot)
        files = {member: work / member} | _media()
        manifest = _sealed(
            Manifest(
                format=FORMAT,
                created_at=datetime.now(UTC).isoformat(timespec="seconds"),
                database=connection.vendor,
                rows=rows,
                audit_sequence=head.sequence,
                audit_mac=head.mac,
                members={name: _sha256(path) for name, path in files.items()},
                parts=parts,
            )
        )
        _write(work / "whole", manifest, files)
        (work / "whole").rename(target)
    with transaction.atomic():
        audit.record("backup.made", by=None, sequence=head.sequence, sha256=_sha256(target))
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup file, its seal checked. Raises BackupError."""
    with _opened(source) as tar:
        return _manifest(tar)


def restore(source: Path, *, replace: bool = False) -> Restored:
    """Bring back a backup file, then prove the audit chain and what other rooms put in the manifest.

    The keys under which it was made must be set, and no other process may be using the database. A place that holds
    people or an audit trail is refused unless `replace`; then the old SQLite file and media folder are kept beside,
    with the time in their names. Nothing is changed until the whole file has been checked. Raises BackupError.
    """
    occupied = _holds_something()
    if occupied and not replace:
        raise BackupError(
            _("There is data here already. Restore into an empty place, or add --replace: old files stay beside.")
        )
    aside = f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA_DIR) as folder:
        work = Path(folder)
        with _opened(source) as tar:
            manifest = _manifest(tar)
            _unpack(tar, manifest, work)
        database = work / dumps.MEMBER[manifest.database]
        dumps.check_dump(database, manifest.rows)
        old_database = Path(settings.DATA_DIR) / f"database-{aside}.sqlite3" if occupied else None
        dumps.load(database, old_database)
        old_media = _swap_media(work / MEDIA, aside)
    old_heads = _set_heads_aside(manifest, aside)
    kept = [path for path in (old_database, old_media, old_heads) if path is not None and path.exists()]
    return _proven(manifest, kept)


def _describe() -> dict[str, Any]:
    return {name: json.loads(json.dumps(describe())) for name, describe in sorted(_parts.items())}


def _media() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    paths = (
        sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()) if root.is_dir() else []
    )
    return {f"{MEDIA}/{path.relative_to(root).as_posix()}": path for path in paths}


def _sealed(manifest: Manifest) -> Manifest:
    key = audit_keys()[0]
    values = asdict(manifest) | {"key": key.fingerprint}
    unsealed = Manifest(**values)
    return Manifest(**values | {"seal": key.sign(unsealed.bytes_to_seal())})


def _write(target: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
            for name, path in files.items():
                with path.open("rb") as content:
                    tar.addfile(_member(name, path.stat().st_size), content)
        file.flush()
        os.fsync(file.fileno())


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(timezone.now().timestamp())
    return member


def _opened(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source, mode="r:gz")
    except FileNotFoundError:
        raise BackupError(_("There is no file %(file)s.") % {"file": source}) from None
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(_("%(file)s is not a backup, or is damaged.") % {"file": source}) from error


def _manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        first = tar.next()
        content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
        if first is None or content is None or first.size > LARGEST_MANIFEST:
            raise BackupError(_("The file has no manifest: it is not a backup of Metoodik."))
        manifest = Manifest(**json.loads(content.read()))
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError) as error:
        raise BackupError(_("The backup's manifest cannot be read.")) from error
    _refuse_unfit(manifest)
    return manifest


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.format != FORMAT:
        raise BackupError(_("The backup is of format %(format)s; this version reads %(ours)s.")
                          % {"format": manifest.format, "ours": FORMAT})  # fmt: skip
    keys = {key.fingerprint: key for key in audit_keys()}
    if manifest.key not in keys:
        raise BackupError(
            _(
                "The backup was made under another audit key. "
                "Set METOODIK_AUDIT_KEY to that key, or bring keys.json from its data folder."
            )
        )
    if keys[manifest.key].sign(manifest.bytes_to_seal()) != manifest.seal:
        raise BackupError(_("The backup's manifest was changed."))
    if manifest.database != connection.vendor:
        raise BackupError(
            _("The backup is of %(theirs)s, the database here is %(ours)s. Set METOODIK_DATABASE_URL accordingly.")
            % {"theirs": manifest.database, "ours": connection.vendor}
        )


def _unpack(tar: tarfile.TarFile, manifest: Manifest, work: Path) -> None:
    waiting = dict(manifest.members)
    try:
        for member in tar:
            if member.name == MANIFEST:
                continue
            expected = waiting.pop(member.name, None)
            content = tar.extractfile(member) if member.isreg() else None
            if expected is None or content is None or ".." in PurePosixPath(member.name).parts or member.name[0] == "/":
                raise BackupError(
                    _("The backup holds %(name)s, which its manifest does not know.") % {"name": member.name}
                )
            path = work / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file, CHUNK)
            if _sha256(path) != expected:
                raise BackupError(_("%(name)s in the backup is damaged.") % {"name": member.name})
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(_("The backup is damaged or cut short.")) from error
    if waiting:
        raise BackupError(_("The backup lacks %(name)s.") % {"name": min(waiting)})


def _holds_something() -> bool:
    tables = set(connection.introspection.table_names())
    return any(
        model._meta.db_table in tables and model._base_manager.exists() for model in (get_user_model(), AuditEntry)
    )


def _swap_media(fresh: Path, aside: str) -> Path | None:
    place = Path(settings.MEDIA_ROOT)
    old = place.with_name(f"{place.name}-{aside}")
    moved = place.is_dir() and any(place.iterdir())
    if moved:
        place.rename(old)
    if fresh.is_dir():
        if place.is_dir():
            place.rmdir()
        shutil.move(fresh, place)
    return old if moved else None


def _set_heads_aside(manifest: Manifest, aside: str) -> Path | None:
    """Heads written down after this backup would say, rightly, that the end is cut: they are kept beside and end."""
    path = Path(settings.DATA_DIR) / audit.HEADS_FILE
    if all(head.sequence <= manifest.audit_sequence for head in audit.exported_heads(path.parent)):
        return None
    return path.rename(path.with_name(f"audit-heads-{aside}.txt"))


def _proven(manifest: Manifest, kept: list[Path]) -> Restored:
    problems = []
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    found = audit.verify(anchors=[audit.Head(manifest.audit_sequence, manifest.audit_mac)])
    if dumps.row_counts() != manifest.rows:
        problems.append(_("The number of rows is not the one in the manifest."))
    for name in manifest.parts:
        problems += _differs(name, manifest.parts[name])
    with transaction.atomic():
        audit.record("backup.restored", by=None, made_at=manifest.created_at, problems=len(problems), chain=found.ok)
    return Restored(manifest, found, problems, kept, pending)


def _differs(name: str, said: Any) -> list[str]:
    describe = _parts.get(name)
    if describe is None:
        return [_("Nothing here can verify the backup's part %(name)s.") % {"name": name}]
    try:
        same = json.loads(json.dumps(describe())) == said
    except ValueError as problem:
        return [f"{name}: {problem}"]
    return [] if same else [_("The part %(name)s is not what it was when the backup was made.") % {"name": name}]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
