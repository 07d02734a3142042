"""A document as PDF/UA-1: tagged, with its language, title and outline, its fonts inside.

WeasyPrint needs Pango from the system; where that is missing, `PdfMissing` says so and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from metoodik.editions.export.document import Document, Format
from metoodik.editions.export.drawing import as_html


class PdfMissing(RuntimeError):
    """This machine cannot write PDF. The text, in the reader's language, says what to do instead."""


def as_pdf(document: Document) -> bytes:
    """The document as PDF. Raises PdfMissing."""
    return written(as_html(document, Format.PDF))


def written(html: str) -> bytes:
    """HTML of our own making as PDF. Raises PdfMissing."""
    return bytes(_laid_out(html).write_pdf(pdf_variant="pdf/ua-1", finisher=_finish))


def pages_of(html: str) -> int:
    """On how many sheets it would stand. Raises PdfMissing."""
    return len(_laid_out(html).render(pdf_variant="pdf/ua-1").pages)


def _laid_out(html: str) -> Any:
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise PdfMissing(
            _("This server cannot write PDF: the library Pango is missing. Take the Word or the HTML file instead.")
        ) from error
    return HTML(string=html, url_fetcher=_inside_only())


def _inside_only() -> Any:
    """Gives pictures that stand in the document itself; anything else stops the writing: nothing is ever fetched."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)


def _finish(document: Any, pdf: Any) -> None:
    """Adds what PDF/UA asks for and WeasyPrint leaves out.

    Scope of header cells, the language of cells in another one, words for links, order of the tab key.
    """
    import pydyf

    inside = _("To the place in this document")
    elements = {each.reference: each for each in pdf.objects if isinstance(each, pydyf.Dictionary)}
    for each in elements.values():
        if each.get("S") == "/TH":
            each.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = _scope(each, elements)
        elif each.get("Subtype") == "/Link" and "Dest" in each:
            each["Contents"] = pydyf.String(inside)
        elif each.get("Type") == "/Page":
            each["Tabs"] = "/S"
    for page in document.pages:
        for cell in _cells(page._page_box):
            if language := cell.element.get("lang"):
                cell.mark["Lang"] = pydyf.String(language)


def _cells(box: Any) -> Iterator[Any]:
    """The cells of tables in a laid out page that are tagged."""
    if getattr(box, "mark", None) is not None and box.element is not None:
        yield box
    for child in getattr(box, "children", None) or ():
        yield from _cells(child)


def _scope(header: Any, elements: dict[Any, Any]) -> str:
    """A header in the head of a table names its column, one in the body its row."""
    row = elements.get(header["P"], {})
    body = elements.get(row.get("P"), {})
    return "/Row" if body.get("S") == "/TB" or body.get("S") == "/TBody" else "/Column"
