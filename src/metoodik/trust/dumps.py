"""A whole database to a file and back: SQLite by its own backup, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MEMBER = {SQLITE: "database.sqlite3", POSTGRESQL: "database.pgdump"}


class BackupError(Exception):
    """Why a backup or a restore did not happen, in a sentence for the operator."""


@contextmanager
def still_database() -> Iterator[str | None]:
    """A stretch in which the default connection sees one state of the database; gives PostgreSQL's snapshot name.

    On SQLite writers wait meanwhile; on PostgreSQL nobody does.
    """
    with transaction.atomic():
        if connection.vendor != POSTGRESQL:
            yield None
            return
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            yield str(cursor.fetchone()[0])


def dump(target: Path, snapshot: str | None) -> None:
    """Write the default database to `target`. Raises BackupError."""
    if connection.vendor == SQLITE:
        _dump_sqlite(target)
    else:
        _run([_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
              f"--file={target}", *_address()])  # fmt: skip


def check_dump(source: Path, rows: dict[str, int]) -> None:
    """Prove a dump readable and, on SQLite, sound and holding `rows`. Raises BackupError."""
    if connection.vendor == POSTGRESQL:
        _run([_program("pg_restore"), "--list", str(source)])
        return
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            found = {table: copy.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0] for table in rows}  # noqa: S608
    except sqlite3.DatabaseError as error:
        raise BackupError(_("The database in the backup cannot be read: %(error)s") % {"error": error}) from error
    if not sound or found != rows:
        raise BackupError(_("The database in the backup is damaged."))


def load(source: Path, aside: Path | None) -> None:
    """Put a dump in the place of the default database, in one step; an old SQLite file is kept as `aside` if given."""
    if connection.vendor == SQLITE:
        _load_sqlite(source, aside)
    else:
        _load_postgresql(source)


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _dump_sqlite(target: Path) -> None:
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(target)) as copy:
        if connection.is_in_memory_db():  # type: ignore[attr-defined]
            connection.connection.backup(copy)
        else:
            with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as live:
                live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _load_sqlite(source: Path, aside: Path | None) -> None:
    place = Path(str(settings.DATABASES["default"]["NAME"]))
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f"{place.name}.restoring")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    _flush(fresh)
    connections.close_all()
    if aside is not None:
        with closing(sqlite3.connect(place)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(place, aside)
        aside.chmod(0o600)
    fresh.replace(place)
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    _flush(place.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load_postgresql(source: Path) -> None:
    """Everything of ours goes and everything of the dump comes in one transaction: it happens whole or not at all."""
    script = source.with_suffix(".sql")
    _run([_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(source)])
    clearing = source.with_name("clearing.sql")
    clearing.write_text("\n".join(_drops()) + "\n", encoding="utf-8")
    connections.close_all()
    options = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    _run([_program("psql"), *options, f"--file={clearing}", f"--file={script}", *_address()])


def _drops() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE;', schemaname, tablename)"
            " FROM pg_tables WHERE schemaname = current_schema()"
            " UNION ALL SELECT format('DROP FUNCTION IF EXISTS %s CASCADE;', p.oid::regprocedure)"
            " FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        return [str(row[0]) for row in cursor.fetchall()]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
        found = str(places[-1]) if places else None
    if found is None:
        raise BackupError(
            _("%(name)s is not on this machine. Install PostgreSQL's client programs (Debian: postgresql-client).")
            % {"name": name}
        )
    return found


def _address() -> list[str]:
    database = connection.settings_dict
    parts = {"--host": database["HOST"], "--port": database["PORT"], "--username": database["USER"]}
    return [f"{option}={value}" for option, value in parts.items() if value] + [f"--dbname={database['NAME']}"]


def _run(command: list[str]) -> None:
    environment = os.environ | {"PGPASSWORD": str(connection.settings_dict["PASSWORD"] or "")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        program = Path(command[0]).name
        raise BackupError(
            _("%(program)s failed: %(words)s") % {"program": program, "words": done.stderr.strip()[-2000:]}
        )
