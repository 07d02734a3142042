"""Many files from one upload: those chosen, those of a folder, those in ZIP archives. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

MOST_FILES = 300
ENDINGS = frozenset({"docx", "odt", "html", "htm", "md", "markdown", "txt"})
_SILENT = ("__MACOSX/",)


@dataclass(frozen=True, slots=True)
class Brought:
    """Documents as (name, bytes), and the names of what was left out."""

    files: tuple[tuple[str, bytes], ...]
    left_out: tuple[str, ...]


def gathered(uploads: Iterable[tuple[str, bytes]], *, file_bytes: int) -> Brought:
    """The documents among some uploads, at most `MOST_FILES`, each at most `file_bytes`.

    What is no document, too large or too much is named in `left_out`. Hidden files are passed over in silence. A
    document of another kind than its ending says is refused later, when it is read.
    """
    files: list[tuple[str, bytes]] = []
    left_out: list[str] = []
    for name, data in uploads:
        if _ending(name) == "zip":
            _unpack(name, data, files, left_out, file_bytes)
        elif not _is_hidden(name):
            _keep(name, data, files, left_out, file_bytes)
    return Brought(tuple(files), tuple(left_out))


def _unpack(archive: str, data: bytes, files: list[tuple[str, bytes]], left_out: list[str], file_bytes: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for entry in opened.infolist():
                if entry.is_dir() or _is_hidden(entry.filename):
                    continue
                if entry.file_size > file_bytes or entry.flag_bits & 1 or _ending(entry.filename) not in ENDINGS:
                    left_out.append(entry.filename)
                    continue
                with opened.open(entry) as packed:
                    # One byte more than allowed shows a size that the archive lied about.
                    _keep(entry.filename, packed.read(file_bytes + 1), files, left_out, file_bytes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        left_out.append(archive)


def _keep(name: str, data: bytes, files: list[tuple[str, bytes]], left_out: list[str], file_bytes: int) -> None:
    if _ending(name) in ENDINGS and len(data) <= file_bytes and len(files) < MOST_FILES:
        files.append((PurePosixPath(name).name, data))
    else:
        left_out.append(name)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    return name.startswith(_SILENT) or path.name.startswith((".", "~$"))
