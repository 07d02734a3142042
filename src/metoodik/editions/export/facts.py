"""Facts in documents: values in place of marks, each in the language of the words around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

from metoodik.editions.facts import facts_seen
from metoodik.editions.opened import OpenEdition
from metoodik.editions.overlay import OverlayView
from metoodik.editions.places import Place
from metoodik.handbook import content
from metoodik.handbook import facts as register
from metoodik.handbook.content import fingerprint
from metoodik.handbook.fact_marks import filled

type Said = Callable[[str, str], str | None]
"""(fact's key, language) to what stands for it, or None when nobody knows it: the mark then stays."""


def said_in_edition(edition: OpenEdition, overlay: OverlayView | None, *, remarks: bool) -> Said:
    """What facts say in an edition: corrected since for the one in force, as they were in a past one.

    With `remarks` a corrected value is followed by when it was corrected. Without `overlay`, as the edition has them.
    """
    if overlay is None:
        return edition.value
    seen = facts_seen(edition, overlay, Place(edition.number))

    def said(key: str, language: str) -> str | None:
        found = seen.said(key, language)
        if found is None:
            return None
        return f"{found.value} ({found.remark})" if remarks and found.remark else found.value

    return said


def said_in_register() -> Said:
    """What confirmed facts say now, for words that no edition holds yet. One query."""
    known = register.confirmed()
    return lambda key, language: known[key].value(language) if key in known else None


def filled_in(page: content.Page, said: Said) -> content.Page:
    """The page with values in place of marks. A translated phrase stays as current or as stale as it was."""

    def plain(text: str, language: str = page.locale) -> str:
        return filled(text, lambda key: said(key, language))

    def html(text: str) -> str:
        return filled(text, lambda key: said(key, page.locale), escape=escape)

    def block(it: content.Block) -> content.Block:
        match it:
            case content.Text() | content.Warning():
                return replace(it, html=html(it.html))
            case content.Steps() | content.Checklist():
                return replace(it, items=tuple(html(each) for each in it.items))
            case content.Phrase():
                return _phrase(it, plain)
            case content.Table():
                rows = tuple(tuple(plain(cell) for cell in row) for row in it.rows)
                return replace(it, caption=plain(it.caption), header=tuple(map(plain, it.header)), rows=rows)
            case content.Contact():
                words = {name: plain(getattr(it, name)) for name in ("name", "phone", "hours", "note")}
                return replace(it, **words)

    passages = tuple(
        replace(each, heading=plain(each.heading), blocks=tuple(block(it) for it in each.blocks))
        for each in page.passages
    )
    return replace(page, title=plain(page.title), summary=plain(page.summary), passages=passages)


def _phrase(phrase: content.Phrase, plain: Callable[[str, str], str]) -> content.Phrase:
    said = {language: plain(getattr(phrase, language), language) for language in ("et", "ru", "en")}
    sources = {
        f"{language}_source": fingerprint(said["et"])
        if phrase.state(language) == "current"
        else getattr(phrase, f"{language}_source")
        for language in ("ru", "en")
    }
    return replace(phrase, **said, **sources)
