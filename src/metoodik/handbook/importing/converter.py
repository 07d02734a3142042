"""Running pandoc: one subprocess, no network, no files, bounded memory and time; its JSON tree comes back."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import pypandoc

from metoodik.handbook.importing.values import DocumentRefused, Format, Reason

type Node = dict[str, Any]
"""One block or inline of pandoc's tree: `t` names it, `c` holds what is in it."""

_READERS = {
    Format.DOCX: ("docx", "--track-changes=all"),
    Format.ODT: ("odt",),
    Format.HTML: ("html",),
    Format.MARKDOWN: ("commonmark+footnotes+pipe_tables+strikeout+task_lists",),
}
_MEMORY = ("+RTS", "-M1024m", "-RTS")
_HEAP_FULL = 251


class ConverterMissing(RuntimeError):
    """The pandoc program is not there: the installation is at fault, not the file."""


@cache
def program() -> str:
    """Where pandoc is. Raises ConverterMissing."""
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise ConverterMissing("pandoc is missing; install the package pypandoc_binary.") from error


def tree(data: bytes, file_format: Format, seconds: float) -> list[Node]:
    """The blocks that pandoc reads from `data`. A title it finds comes first, as a heading of level 0.

    Raises DocumentRefused when pandoc fails, takes longer than `seconds` or needs too much memory.
    """
    reader, *options = _READERS[file_format]
    command = [program(), *_MEMORY, "--sandbox", "--from", reader, "--to", "json", *options]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(Reason.TIMEOUT) from error
    if done.returncode == _HEAP_FULL:
        raise DocumentRefused(Reason.TOO_LARGE)
    if done.returncode != 0:
        raise DocumentRefused(Reason.BROKEN)
    document = json.loads(done.stdout)
    blocks: list[Node] = document["blocks"]
    return [*_title_blocks(document["meta"]), *blocks]


def _title_blocks(meta: dict[str, Node]) -> list[Node]:
    """Title, subtitle and the like, which pandoc sets apart from the text."""
    found: list[Node] = []
    for name in ("title", "subtitle", "author", "date", "abstract"):
        for inlines in _meta_inlines(meta.get(name)):
            is_title = name == "title" and not found
            found.append({"t": "Header", "c": [0, None, inlines]} if is_title else {"t": "Para", "c": inlines})
    return found


def _meta_inlines(value: Node | None) -> list[list[Node]]:
    match value:
        case {"t": "MetaInlines", "c": inlines}:
            return [inlines]
        case {"t": "MetaString", "c": text}:
            return [[{"t": "Str", "c": text}]]
        case {"t": "MetaBlocks", "c": blocks}:
            return [block["c"] for block in blocks if block["t"] in {"Para", "Plain"}]
        case {"t": "MetaList", "c": items}:
            return [inlines for item in items for inlines in _meta_inlines(item)]
    return []
