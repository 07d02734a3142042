"""Keys for a first start: made once, kept in the data folder, never used in production."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from metoodik.config import environment

NAMES = ("secret", "audit", "field")


def generated(folder: Path) -> dict[str, str]:
    """The keys in `folder`/keys.json, made there with owner-only rights when the file is not there yet."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        keys = {"secret": secrets.token_urlsafe(64), "audit": secrets.token_urlsafe(48)}
        keys["field"] = "local:" + base64.b64encode(secrets.token_bytes(32)).decode()
        temporary = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(keys, file)
        try:
            os.link(temporary, path)  # Another process may have been first: its keys stand.
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    keys = json.loads(path.read_text())
    return {name: str(keys[name]) for name in NAMES}


def configured(folder: Path, *, production: bool) -> dict[str, str]:
    """Keys from the environment; missing ones are generated, or left empty in production for `check` to refuse."""
    given = {
        "secret": environment.SECRET_KEY.value,
        "audit": environment.AUDIT_KEY.value,
        "field": environment.FIELD_KEYS.value,
    }
    if production or all(given.values()):
        return given
    local = generated(folder)
    return {name: given[name] or local[name] for name in NAMES}
