"""Cards: one passage or a short page on a single A5, and what tells that a card on a wall is out of date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from metoodik.editions.export import pdf, qr
from metoodik.editions.export.document import Chapter, Document, Sheet, lasting_address, sheet_of
from metoodik.editions.export.drawing import edition_line_of, printed_passage
from metoodik.editions.models_export import PrintedCard
from metoodik.editions.notices import notices_of
from metoodik.editions.opened import OpenEdition
from metoodik.editions.overlay import OverlayMark, OverlayView
from metoodik.handbook import content
from metoodik.handbook.content import fingerprint
from metoodik.handbook.texts import html_of, words_of

SIZES = (11.0, 10.0, 9.0, 8.5)
"""Type sizes in points that are tried, the most readable first; below the last a card is no help in a call."""


class TooLong(ValueError):
    """The words do not fit one A5. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Card:
    """A page, or one passage of it, to be printed on one A5."""

    sheet: Sheet
    passage: content.Passage | None
    edition: OpenEdition

    @property
    def title(self) -> str:
        """What the card is called: the page, and the passage when it is one."""
        page = self.sheet.page.title
        return f"{page}: {self.passage.heading}" if self.passage else page

    @property
    def address(self) -> str:
        return lasting_address(self.sheet.page.key, self.passage.key if self.passage else "")

    @property
    def filename(self) -> str:
        return f"metoodik-v{self.edition.number}-kaart-{self.sheet.page.slug}.pdf"

    @property
    def is_restricted(self) -> bool:
        """Whether any of it is for internal use only."""
        return self.sheet.restriction is not None or any(each.restriction for each in self.passages)

    @property
    def document(self) -> Document:
        """What of the edition stands on it, for the audit trail."""
        page = replace(self.sheet.page, passages=self.passages)
        sheets = (replace(self.sheet, page=page),)
        since = timezone.localdate(self.edition.effective_at)
        number = self.edition.number
        return Document(self.title, page.locale, (Chapter("", sheets),), page.slug, self.address, number, since)

    @property
    def passages(self) -> tuple[content.Passage, ...]:
        return (self.passage,) if self.passage else self.sheet.page.passages


def card_of(sheet: Sheet, edition: OpenEdition, passage_key: str = "") -> Card | None:
    """A card of the whole page or of one passage; None when the page has no such passage with words."""
    if not passage_key:
        return Card(sheet, None, edition)
    found = next(
        (each for each in sheet.page.passages if passage_key == each.key or passage_key in each.formerly), None
    )
    return Card(sheet, found, edition) if found and found.key not in sheet.erased else None


def as_pdf(card: Card) -> bytes:
    """The card as PDF on one A5. Raises TooLong when its words do not fit, PdfMissing without Pango."""
    for size in SIZES:
        html = _html(card, size)
        if pdf.pages_of(html) == 1:
            return pdf.written(html)
    raise TooLong(_("This does not fit one A5 card. Print a single passage of it, or the page on A4."))


def _html(card: Card, size: float) -> str:
    page = card.sheet.page
    with translation.override(page.locale):
        passages = [printed_passage(each, card.sheet, lambda _page, _passage: None) for each in card.passages]
        context = {
            "card": card,
            "page": page,
            "size": f"{size:.1f}",
            "passages": passages,
            "notices": card.sheet.notices,
            "edition_line": edition_line_of(card.edition.number, timezone.localdate(card.edition.effective_at)),
            "qr": qr.svg(card.address),
            "qr_alt": _("QR code with the address %(address)s") % {"address": card.address},
        }
        return render_to_string("editions/export/card.html", context)


def words_hash(card: Card) -> str:
    """A hash over the words as they stand on the card: facts filled in; keys, marks and confirmations apart."""
    page = card.sheet.page
    words = [[each.heading, [[*words_of(b), *html_of(b)] for b in each.blocks]] for each in card.passages]
    return fingerprint([page.title, "" if card.passage else page.summary, words])


def reasons(card: PrintedCard, edition: OpenEdition | None, overlay: OverlayView | None) -> list[str]:
    """Why a card that hangs has to come down, in the reader's words; empty while it is good."""
    read = edition.page_by_key(card.page_key, card.locale) if edition else None
    if edition is None or read is None:
        return [_("The page is in force no more.")]
    found = [_said(each) for each in _marks(card, overlay) if each.withdraws or each.at > card.at]
    now = card_of(sheet_of(edition, read, overlay, remarks=False), edition, card.passage_key or "")
    if now is None:
        return [*found, _("The passage is in force no more.")]
    if words_hash(now) != card.words_hash:
        change = read.provenance.change_sentence
        found.append(
            _("The words have changed: %(change)s") % {"change": change} if change else _("The words have changed.")
        )
    return found


def _marks(card: PrintedCard, overlay: OverlayView | None) -> list[OverlayMark]:
    if overlay is None:
        return []
    if card.passage_key is None:
        return overlay.of_page(card.page_key, card.locale)
    on_passage = overlay.on_passage(card.page_key, card.passage_key, card.locale)
    return [*overlay.on_page(card.page_key, card.locale), *on_passage]


def _said(mark: OverlayMark) -> str:
    notice = next(iter(notices_of([mark])))
    return f"{notice.word}: {notice.sentence}"
