"""A prepared blank SQLite database, shipped because making one by migrations takes ten seconds and more.

It holds what migrations and `post_migrate` leave behind, and nothing else: no person, no key, no audit entry.
`tools/blank_database.py` writes it anew; a test compares it with the migrations.
"""

from __future__ import annotations

import lzma
import os
from pathlib import Path

PREPARED = Path(__file__).with_name("blank.sqlite3.xz")


def place(target: Path) -> None:
    """Put the blank database at `target`. Raises FileExistsError when something is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(lzma.decompress(PREPARED.read_bytes()))
