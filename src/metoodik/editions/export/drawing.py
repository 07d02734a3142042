"""A document as HTML: one self-contained file, from which the PDF and the DOCX are written too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from metoodik.editions import words
from metoodik.editions.export import qr
from metoodik.editions.export.document import Document, Format, Sheet, lasting_address
from metoodik.editions.notices import Notices
from metoodik.handbook import content
from metoodik.handbook.drawing import DrawnBlock, Resolve, draw_block
from metoodik.web.templatetags.web import day


@dataclass(frozen=True, slots=True)
class PrintedPhrase:
    """Words to say, a column for each language: (language code, its name, words, what must be said of them)."""

    columns: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    """A block as the document's template wants it."""

    drawn: DrawnBlock
    phrase: PrintedPhrase | None = None


@dataclass(frozen=True, slots=True)
class PrintedPassage:
    """A passage with its anchor; `withheld` is the marking for which its heading and words are not here."""

    anchor: str
    heading: str
    blocks: tuple[PrintedBlock, ...]
    notices: Notices
    is_erased: bool
    restriction: content.Restriction | None
    withheld: content.Restriction | None


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A page with its anchor, drawn."""

    sheet: Sheet
    number: int
    anchor: str
    title: str
    kind: str
    risk: str
    address: str
    passages: tuple[PrintedPassage, ...]


@dataclass(frozen=True, slots=True)
class PrintedChapter:
    """Pages under a heading."""

    title: str
    anchor: str
    sheets: tuple[PrintedSheet, ...]


def anchor_of_page(page_key: str) -> str:
    """The id of a page in a document."""
    return f"leht-{page_key}"


def anchor_of_passage(passage_key: str) -> str:
    """The id of a passage in a document."""
    return f"l-{passage_key}"


def as_html(document: Document, kind: Format = Format.HTML) -> str:
    """The whole document in its own language; `kind` says which writer it is for."""
    with translation.override(document.language):
        return render_to_string(f"editions/export/{_TEMPLATES[kind]}.html", context_of(document, kind))


_TEMPLATES = {Format.HTML: "document", Format.PDF: "document", Format.DOCX: "word"}


def context_of(document: Document, kind: Format) -> dict[str, object]:
    """What the document's templates show. Call it with the document's language active."""
    resolve = link_resolver(document)
    numbers = {id(each): place for place, each in enumerate(document.sheets, 1)}
    chapters = tuple(
        PrintedChapter(
            each.title,
            f"peatukk-{place}",
            tuple(_sheet(sheet, numbers[id(sheet)], resolve) for sheet in each.sheets),
        )
        for place, each in enumerate(document.chapters, 1)
    )
    page_level = 1 if document.is_single else 3 if any(each.title for each in document.chapters) else 2
    return {
        "document": document,
        "chapters": chapters,
        "service": settings.WAGTAIL_SITE_NAME,
        "kind": kind.value,
        "page_level": page_level,
        "passage_level": page_level + 1,
        "last_level": 2,
        "has_contents": not document.is_single or len(document.sheets[0].page.passages) > 1,
        "restricted": bool(document.restrictions),
        "edition_line": edition_line(document),
        "made_line": _("Written to a file on %(day)s.") % {"day": day(timezone.localdate(document.made_at))},
        "running_title": _for_css(document.title),
        "running_foot": _for_css(" · ".join(filter(None, (settings.WAGTAIL_SITE_NAME, edition_line(document))))),
        "running_mark": _for_css(running_mark(document)),
        "of_pages": _for_css(pgettext("sheet of paper", "p.")),
        "qr": qr.png(document.address) if kind is Format.DOCX else qr.svg(document.address),
        "qr_alt": _("QR code with the address %(address)s") % {"address": document.address},
    }


def edition_line(document: Document) -> str:
    """The edition and since when it is in force, or what the document is instead."""
    if document.edition is None or document.in_force_from is None:
        return document.remark
    return edition_line_of(document.edition, document.in_force_from)


def edition_line_of(number: int, since: date) -> str:
    """The edition and since when it is in force."""
    return _("Edition %(number)d, in force from %(day)s") % {"number": number, "day": day(since)}


def running_mark(document: Document) -> str:
    """What must stand on every sheet of paper: AK, sample, draft."""
    marks = [
        _("FOR INTERNAL USE ONLY") if document.restrictions else "",
        _("SAMPLE") if document.is_sample else "",
        _("NOT IN FORCE") if document.edition is None else "",
    ]
    return " · ".join(each for each in marks if each)


def link_resolver(document: Document) -> Resolve:
    """Links to guidance: within the document where it holds the target, else to the lasting address.

    A link to what was withheld leaves its words without an address.
    """
    here = {sheet.page.key: sheet for sheet in document.sheets}

    def resolve(page_key: str, passage_key: str) -> str | None:
        sheet = here.get(page_key)
        if sheet is None:
            return lasting_address(page_key, passage_key)
        if sheet.withheld_whole or passage_key in sheet.withheld:
            return None
        held = any(each.key == passage_key for each in sheet.page.passages)
        return f"#{anchor_of_passage(passage_key) if held else anchor_of_page(page_key)}"

    return resolve


def _sheet(sheet: Sheet, number: int, resolve: Resolve) -> PrintedSheet:
    page = sheet.page
    return PrintedSheet(
        sheet=sheet,
        number=number,
        anchor=anchor_of_page(page.key) if not sheet.withheld_whole else f"leht-{number}",
        title=page.title or _("Page %(number)d of this document, withheld") % {"number": number},
        kind=str(words.KINDS[page.kind]),
        risk=str(words.RISKS[page.risk]),
        address=lasting_address(page.key),
        passages=tuple(printed_passage(each, sheet, resolve) for each in page.passages),
    )


def printed_passage(passage: content.Passage, sheet: Sheet, resolve: Resolve) -> PrintedPassage:
    """One passage, drawn."""
    withheld = sheet.withheld.get(passage.key)
    notices = sheet.passage_notices.get(passage.key, Notices())
    return PrintedPassage(
        anchor=anchor_of_passage(passage.key),
        heading=passage.heading or _("Withheld passage"),
        blocks=() if withheld else tuple(_block(each, resolve) for each in passage.blocks),
        notices=notices,
        is_erased=passage.key in sheet.erased,
        restriction=passage.restriction if not withheld else None,
        withheld=withheld,
    )


def _block(block: content.Block, resolve: Resolve) -> PrintedBlock:
    drawn = draw_block(block, resolve)
    if drawn.phrase is None:
        return PrintedBlock(drawn)
    columns = tuple(
        (language, words.LANGUAGE_NAMES[language], said, _remark(drawn.phrase, language))
        for language, said in (("et", drawn.phrase.et), ("ru", drawn.phrase.ru), ("en", drawn.phrase.en))
    )
    return PrintedBlock(drawn, PrintedPhrase(columns))


def _remark(phrase: content.Phrase, language: str) -> str:
    state = phrase.state(language)
    if state == "missing":
        return _("not translated")
    return _("the Estonian words have changed since") if state == "stale" else ""


def _for_css(text: str) -> SafeString:
    """The text as a CSS string that nothing can leave."""
    plain = "".join(each if each.isalnum() or each in " .,·–-:/()" else f"\\{ord(each):x} " for each in text)
    return mark_safe(f'"{plain}"')  # noqa: S308 - letters and a few signs, all else escaped
