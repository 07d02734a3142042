"""The independent reader: every word of a file, read without the converter that makes the draft.

It looks at all parts that hold words a person can see or could miss: notes, comments, headers and footers, text boxes,
tracked changes, alternative texts, field results, charts. Style names, field codes and numbers that a word processor
generates are not words.
"""

from __future__ import annotations

from metoodik.handbook.importing.container import Package, decode, open_package
from metoodik.handbook.importing.values import DEFAULT, Chunk, Format, Limits
from metoodik.handbook.importing.witness_package import docx_chunks, odt_chunks
from metoodik.handbook.importing.witness_text import with_text, words_in_text


def words_in_file(data: bytes, file_format: Format, *, limits: Limits = DEFAULT) -> tuple[Chunk, ...]:
    """All text of the file, piece by piece, each with its place; count it with `words.words`.

    Raises DocumentRefused when the file cannot be opened safely.
    """
    if file_format in {Format.DOCX, Format.ODT}:
        return words_in_package(open_package(data, file_format, limits))
    return words_in_text(decode(data), file_format)


def words_in_package(package: Package) -> tuple[Chunk, ...]:
    """All text of a DOCX or ODT that is already open."""
    chunks = docx_chunks(package) if package.format is Format.DOCX else odt_chunks(package)
    return with_text(chunks)
