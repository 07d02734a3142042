"""A document as values: what it is called, what it holds, and what must be said of it on every sheet of paper.

It is made of an opened edition (a page, a section, all of it) or of versions that are not in an edition yet (a draft in
clearance, a release). Writers of PDF, DOCX and HTML know these values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from metoodik.editions.export.facts import filled_in, said_in_edition, said_in_register
from metoodik.editions.notices import Notices, notices_of
from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.editions.overlay import OverlayView
from metoodik.handbook.content import Access, Page, Passage, Restriction
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import State

NOTHING = Notices()


class Format(StrEnum):
    """What a document is written as; the value is the ending of the file."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


CONTENT_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.HTML: "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of guidance in a document, its facts filled in.

    `withheld` are keys of passages whose words were taken out, with the marking that is the reason; `withheld_whole`
    stands for the page as a whole. Neither heading nor words of what is withheld are in `page` any more.
    """

    page: Page
    section_title: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    reviewed_by: tuple[str, ...] = ()
    in_force_since: date | None = None
    notices: Notices = NOTHING
    passage_notices: Mapping[str, Notices] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    withheld: Mapping[str, Restriction] = field(default_factory=dict)
    withheld_whole: Restriction | None = None

    @property
    def restriction(self) -> Restriction | None:
        """The AK marking of the page as a whole."""
        return self.page.restriction if self.page.access is Access.RESTRICTED else None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages under a heading; without a title they stand in the document itself."""

    title: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that is written to a file. `edition` is None for what is not in an edition yet."""

    title: str
    language: str
    chapters: tuple[Chapter, ...]
    slug: str
    address: str
    edition: int | None = None
    in_force_from: date | None = None
    remark: str = ""
    made_at: datetime = field(default_factory=lambda: timezone.now())

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(sheet for chapter in self.chapters for sheet in chapter.sheets)

    @property
    def is_single(self) -> bool:
        """Whether it is one page alone, whose title is the document's."""
        return len(self.chapters) == 1 and not self.chapters[0].title and len(self.sheets) == 1

    @property
    def is_sample(self) -> bool:
        return any(each.page.sample for each in self.sheets)

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """Every AK marking of what the document shows, each once."""
        found = [each.restriction for each in self.sheets if each.restriction and not each.withheld_whole]
        found += [
            passage.restriction
            for each in self.sheets
            if not each.withheld_whole
            for passage in each.page.passages
            if passage.restriction and passage.key not in each.withheld
        ]
        return tuple(dict.fromkeys(found))

    @property
    def grounds(self) -> tuple[Restriction, ...]:
        """Every marking for which something was withheld, each once."""
        whole = [each.withheld_whole for each in self.sheets if each.withheld_whole]
        parts = [each for sheet in self.sheets for each in sheet.withheld.values()]
        return tuple(dict.fromkeys([*whole, *parts]))

    def filename(self, kind: Format) -> str:
        """A name that says what the file is: `metoodik-v41-enesetapurisk.pdf`."""
        edition = f"-v{self.edition}" if self.edition else ""
        return f"metoodik{edition}-{self.slug}.{kind.value}"


def lasting_address(page_key: str, passage_key: str = "") -> str:
    """The whole address under which the current text of a page or passage is always found."""
    anchor = f"#l-{passage_key[:8]}" if passage_key else ""
    return f"{settings.BASE_URL}/p/{page_key}/{anchor}"


def sheet_of(edition: OpenEdition, read: ReadPage, overlay: OverlayView | None, *, remarks: bool = True) -> Sheet:
    """A page of an opened edition, with its facts filled in and what stands over it. Without `overlay`: as it was.

    `remarks` say of a corrected fact when it was corrected.
    """
    page, came = read.content, read.provenance
    over = {each.key: Notices() for each in page.passages}
    whole = Notices()
    if overlay:
        whole = notices_of(overlay.on_page(page.key, page.locale))
        over = {key: notices_of(overlay.on_passage(page.key, key, page.locale)) for key in over}
    return Sheet(
        page=filled_in(page, said_in_edition(edition, overlay, remarks=remarks)),
        section_title=read.section.title,
        approved_by=came.approved_by,
        approved_on=timezone.localdate(came.approved_at),
        reviewed_by=came.reviewed_by,
        in_force_since=timezone.localdate(read.in_force_since),
        notices=whole,
        passage_notices={key: each for key, each in over.items() if each},
        erased=read.erased,
    )


def page_document(edition: OpenEdition, read: ReadPage, overlay: OverlayView | None) -> Document:
    """One page."""
    with translation.override(read.content.locale):
        sheet = sheet_of(edition, read, overlay)
    page = sheet.page
    return _of_edition(edition, page.title, page.locale, (Chapter("", (sheet,)),), page.slug, lasting_address(page.key))


def section_document(edition: OpenEdition, locale: str, slug: str, overlay: OverlayView | None) -> Document | None:
    """A section with its pages in that language, or None when these readers have no such section."""
    section = next((each for each in edition.sections(locale) if each.slug == slug), None)
    if section is None:
        return None
    with translation.override(locale):
        sheets = tuple(_sheets(edition, locale, section.key, overlay))
    address = f"{settings.BASE_URL}/kasiraamat/{locale}/osa/{section.slug}/"
    return _of_edition(edition, section.title, locale, (Chapter("", sheets),), section.slug, address)


type Heard = Callable[[int, int], None]
"""Is told (pages done, pages in all)."""


def _unheard(_done: int, _most: int) -> None:
    pass


def edition_document(
    edition: OpenEdition, locale: str, overlay: OverlayView | None, heard: Heard = _unheard
) -> Document:
    """All that these readers see of an edition in a language, by section."""
    most, done = len(edition.pages(locale)), 0
    chapters = []
    with translation.override(locale):
        title = _("Methods handbook")
        for section in edition.sections(locale):
            sheets = []
            for sheet in _sheets(edition, locale, section.key, overlay):
                sheets.append(sheet)
                done += 1
                heard(done, most)
            chapters.append(Chapter(section.title, tuple(sheets)))
    whole = tuple(each for each in chapters if each.sheets)
    return _of_edition(edition, title, locale, whole, f"kasiraamat-{locale}", f"{settings.BASE_URL}/kasiraamat/")


def _sheets(edition: OpenEdition, locale: str, section_key: str, overlay: OverlayView | None) -> Iterator[Sheet]:
    for entry in edition.pages(locale, section_key):
        read = edition.page(locale, entry.slug)
        if read is not None:
            yield sheet_of(edition, read, overlay)


def _of_edition(
    edition: OpenEdition, title: str, language: str, chapters: tuple[Chapter, ...], slug: str, address: str
) -> Document:
    since = timezone.localdate(edition.effective_at)
    return Document(title, language, chapters, slug, address, edition.number, since)


def version_document(version: Version, *, restricted: bool) -> Document:
    """A version in clearance or approved, marked as not in force. Without `restricted`, AK passages are left out."""
    sheet = _version_sheet(version, restricted=restricted)
    with translation.override(version.locale):
        remark = _remark_of(version)
    page = sheet.page
    slug = f"{page.slug}-versioon-{version.number}"
    return Document(page.title, page.locale, (Chapter("", (sheet,)),), slug, _address(version), remark=remark)


def release_document(title: str, versions: Sequence[Version], address: str, *, restricted: bool) -> Document:
    """Several versions that go into force together, in the language of the first."""
    language = versions[0].locale if versions else "et"
    sheets = tuple(_version_sheet(each, restricted=restricted) for each in versions)
    with translation.override(language):
        remark = _("A package: not in force until an edition holds it.")
    slug = slugify(title) or "pakett"
    return Document(title, language, (Chapter("", sheets),), slug, address, remark=remark)


def _version_sheet(version: Version, *, restricted: bool) -> Sheet:
    page = version.page_content
    if not restricted:
        page = replace(page, passages=tuple(each for each in page.passages if each.restriction is None))
    reviews = [str(each.reviewer) for each in version.reviews.all()]
    return Sheet(
        page=filled_in(page, said_in_register()),
        approved_by=str(version.approved_by) if version.approved_by else "",
        approved_on=timezone.localdate(version.decided_at)
        if version.decided_at and version.state == State.APPROVED
        else None,
        reviewed_by=tuple(reviews),
    )


def _remark_of(version: Version) -> str:
    if version.state == State.APPROVED:
        return _("Approved version %(number)d, as it was sent to an edition.") % {"number": version.number}
    return _("Version %(number)d, not approved: not to be used in work.") % {"number": version.number}


def _address(version: Version) -> str:
    return lasting_address(str(version.key))


def passage_of(page: Page, key: str) -> Passage | None:
    """The passage of that key, also by a key that was joined into it."""
    return next((each for each in page.passages if key == each.key or key in each.formerly), None)
