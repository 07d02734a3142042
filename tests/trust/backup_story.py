"""One installation's side of a backup story; run as a process of its own with its own data folder.

Arguments in pairs: `make FILE`, `restore FILE`, `replace FILE`, `write COUNT`, `prove NOTHING`. Prints a list as JSON,
an answer to each.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from metoodik.people.models import User  # noqa: E402
from metoodik.trust import audit, triggers  # noqa: E402
from metoodik.trust.backup import BackupError, backup, register_manifest, restore  # noqa: E402


def make(file: str) -> dict[str, Any]:
    """An installation with two people, three audit entries and a picture; backed up."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    people = [User.objects.create_user(f"{name}@naidis.ee", name=name.title()) for name in ("liis", "rein")]
    for person in people:
        with transaction.atomic():
            audit.record("test.arrived", by=person)
    picture = Path(settings.MEDIA_ROOT) / "pildid" / "laud.txt"
    picture.parent.mkdir(parents=True)
    picture.write_text("öölamp", encoding="utf-8")
    manifest = backup(Path(file))
    return {"manifest": asdict(manifest), "head": asdict(audit.head())}


def bring_back(file: str, *, replace: bool) -> dict[str, Any]:
    """Restore, and what is there afterwards."""
    try:
        found = restore(Path(file), replace=replace)
    except BackupError as refusal:
        return {"refused": str(refusal)}
    picture = Path(settings.MEDIA_ROOT) / "pildid" / "laud.txt"
    return {
        "ok": found.ok,
        "problems": found.problems,
        "checked": found.audit.checked,
        "people": list(User.objects.order_by("name").values_list("name", flat=True)),
        "picture": picture.read_text(encoding="utf-8"),
        "aside": [path.name for path in found.set_aside],
        "head": asdict(audit.head()),
        "whole": audit.verify().ok,
        "triggers_missing": triggers.missing("default"),
    }


def write(count: str) -> dict[str, Any]:
    """So many entries, each in a transaction of its own."""
    for number in range(int(count)):
        with transaction.atomic():
            audit.record("test.written", by=None, number=number)
    return {}


def prove(_nothing: str) -> dict[str, Any]:
    """Whether the trail holds, and how long it is."""
    found = audit.verify()
    return {"ok": found.ok, "checked": found.checked}


register_manifest("people", lambda: list(User.objects.order_by("pk").values_list("name", flat=True)))
STEPS = {
    "make": make,
    "restore": lambda file: bring_back(file, replace=False),
    "replace": lambda file: bring_back(file, replace=True),
    "write": write,
    "prove": prove,
}
print(json.dumps([STEPS[what](about) for what, about in zip(sys.argv[1::2], sys.argv[2::2], strict=True)]))
