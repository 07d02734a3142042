"""Taking restricted parts out of a document that leaves the house on an information request.

What is withheld is gone from the values before anything is written: no heading, summary, source, fact or word of it can
reach a file, its contents list or its metadata.
"""

from __future__ import annotations

from dataclasses import replace

from metoodik.editions.export.document import Chapter, Document, Sheet
from metoodik.handbook.content import Access, Passage


def withheld(document: Document, *, keeps_headings: bool = False) -> Document:
    """The document with only its restricted parts taken out. `keeps_headings` leaves titles and headings standing."""
    chapters = tuple(
        Chapter(each.title, tuple(_without_restricted(sheet, keeps_headings) for sheet in each.sheets))
        for each in document.chapters
    )
    return replace(document, chapters=chapters)


def _without_restricted(sheet: Sheet, keeps_headings: bool) -> Sheet:
    page = sheet.page
    if page.access is Access.RESTRICTED and page.restriction:
        bare = replace(
            page,
            title=page.title if keeps_headings else "",
            slug="",
            summary="",
            passages=(),
            sources=(),
            legal_basis=(),
        )
        return Sheet(page=bare, section_title=sheet.section_title, withheld_whole=page.restriction)
    marked = {each.key: each.restriction for each in page.passages if each.restriction}
    passages = tuple(
        Passage(each.key, each.heading if keeps_headings else "") if each.key in marked else each
        for each in page.passages
    )
    over = {key: each for key, each in sheet.passage_notices.items() if key not in marked}
    return replace(sheet, page=replace(page, passages=passages), passage_notices=over, withheld=marked)
