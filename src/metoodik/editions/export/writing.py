"""A document in whatever format was asked for."""

from __future__ import annotations

from metoodik.editions.export import docx, drawing, pdf
from metoodik.editions.export.document import Document, Format


def written(document: Document, kind: Format) -> bytes:
    """The document's file. Raises PdfMissing, DocxFailed or ConverterMissing."""
    if kind is Format.PDF:
        return pdf.as_pdf(document)
    if kind is Format.DOCX:
        return docx.as_docx(document)
    return drawing.as_html(document).encode()
