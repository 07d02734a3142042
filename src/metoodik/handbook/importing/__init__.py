"""Reading files into drafts: DOCX, ODT, HTML, Markdown and plain text. Pure Python with pandoc as a subprocess."""

from metoodik.handbook.importing.reading import draft_pieces, read_document
from metoodik.handbook.importing.values import (
    DEFAULT,
    PLACES,
    REASONS,
    Chunk,
    DocumentRefused,
    Format,
    ImportedDocument,
    Leftover,
    Limits,
    Reason,
    Where,
    source_anchor,
)
from metoodik.handbook.importing.witness import words_in_file
from metoodik.handbook.importing.words import words

__all__ = [
    "DEFAULT",
    "PLACES",
    "REASONS",
    "Chunk",
    "DocumentRefused",
    "Format",
    "ImportedDocument",
    "Leftover",
    "Limits",
    "Reason",
    "Where",
    "draft_pieces",
    "read_document",
    "source_anchor",
    "words",
    "words_in_file",
]
