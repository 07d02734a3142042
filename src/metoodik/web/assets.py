"""The style sheet as one file: the list of its parts, joined once in a process, its name made of its content.

There is no build step. A reader's browser fetches one file and keeps it for a year.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static" / "web"

STYLES: tuple[str, ...] = (
    "tokens.css",
    "base.css",
    "layout.css",
    *(
        f"components/{name}.css"
        for name in (
            "button",
            "field",
            "choices",
            "search",
            "notice",
            "card",
            "state",
            "passage",
            "phrase",
            "steps",
            "table",
            "tabs",
            "timeline",
            "difference",
            "progress",
            "dialog",
            "menu",
            "empty",
        )
    ),
    "print.css",
)


_added: list[Path] = []


def add_style(path: Path) -> None:
    """Join a higher room's own style sheet after ours. Call it from the room's `desk` module, read at start."""
    if path not in _added:
        _added.append(path)


@dataclass(frozen=True)
class Stylesheet:
    """The joined style sheet: a name that changes with its content, its text, and the text compressed."""

    digest: str
    text: str
    packed: bytes


@cache
def stylesheet() -> Stylesheet:
    """The style sheet of this release. Raises OSError when a part is missing from the package."""
    paths = (*(FOLDER / name for name in STYLES), *_added)
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    body = text.encode()
    return Stylesheet(hashlib.sha256(body).hexdigest()[:12], text, gzip.compress(body, mtime=0))
