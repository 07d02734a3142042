"""Write the prepared blank database (`src/metoodik/config/blank.sqlite3.xz`) anew: run it after adding a migration."""

from __future__ import annotations

import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from metoodik.config.blank import PREPARED


def made_by_migrations(folder: Path) -> bytes:
    """A database that has had every migration and nothing else, in one file."""
    environment = os.environ | {"METOODIK_DATA": str(folder), "METOODIK_DATABASE_URL": "", "METOODIK_PRODUCTION": "0"}
    command = [sys.executable, "-m", "metoodik.cli", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=environment, check=True)
    whole = folder / "blank.sqlite3"
    with closing(sqlite3.connect(folder / "metoodik.sqlite3")) as database, closing(sqlite3.connect(whole)) as copy:
        database.backup(copy)
    return whole.read_bytes()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw = made_by_migrations(Path(folder))
    PREPARED.write_bytes(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))
    print(f"{PREPARED}: {len(raw):,} bytes, compressed {PREPARED.stat().st_size:,}")


if __name__ == "__main__":
    main()
