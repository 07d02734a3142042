"""What an import takes and gives, as values: limits in; a draft with its leftovers out, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metoodik.handbook.content import Passage


def gettext_noop(text: str) -> str:
    """Mark `text` for the translation tool; whoever shows it translates it."""
    return text


class Format(StrEnum):
    """A kind of file that can be read."""

    DOCX = "docx"
    ODT = "odt"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class Where(StrEnum):
    """Where in the file a word stands."""

    BODY = "body"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text-box"
    CONTENTS = "contents"
    COMMENT = "comment"
    DELETION = "deletion"
    STRUCK = "struck"
    HIDDEN = "hidden"
    HEADER = "header"
    FOOTER = "footer"
    PAGE_NUMBER = "page-number"
    IMAGE = "image"
    TOOLTIP = "tooltip"
    FORM = "form"
    EMBEDDED = "embedded"
    METADATA = "metadata"


PLACES: dict[Where, str] = {
    Where.BODY: gettext_noop("Text"),
    Where.FOOTNOTE: gettext_noop("Footnote"),
    Where.TEXT_BOX: gettext_noop("Text box"),
    Where.CONTENTS: gettext_noop("Table of contents"),
    Where.COMMENT: gettext_noop("Comment"),
    Where.DELETION: gettext_noop("Deleted with tracked changes"),
    Where.STRUCK: gettext_noop("Struck out"),
    Where.HIDDEN: gettext_noop("Hidden text"),
    Where.HEADER: gettext_noop("Page header"),
    Where.FOOTER: gettext_noop("Page footer"),
    Where.PAGE_NUMBER: gettext_noop("Page number"),
    Where.IMAGE: gettext_noop("Picture"),
    Where.TOOLTIP: gettext_noop("Tooltip"),
    Where.FORM: gettext_noop("Form field"),
    Where.EMBEDDED: gettext_noop("Chart, diagram or attached file"),
    Where.METADATA: gettext_noop("File properties"),
}


class Reason(StrEnum):
    """Why a file was refused."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PARTS = "too-many-parts"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    OLD_WORD = "old-word"
    PDF = "pdf"
    UNSUPPORTED = "unsupported"
    MISMATCH = "mismatch"
    TIMEOUT = "timeout"


REASONS: dict[Reason, str] = {
    Reason.EMPTY: gettext_noop(
        "The file holds no text. If the page is a scanned picture, type the text into a document and import that."
    ),
    Reason.TOO_LARGE: gettext_noop("The file is too large to import. Split it into shorter files and import each."),
    Reason.TOO_MANY_PARTS: gettext_noop(
        "The file unpacks into far more than a text document needs. Copy its text into a new document and import that."
    ),
    Reason.BROKEN: gettext_noop(
        "The file is damaged and cannot be read whole. Open it in Word or LibreOffice, save it anew and import that."
    ),
    Reason.ENCRYPTED: gettext_noop(
        "The file is protected with a password. Open it, remove the password, save it and import that."
    ),
    Reason.MACROS: gettext_noop("The file contains macros. Save it without them as .docx or .odt and import that."),
    Reason.OLD_WORD: gettext_noop(
        "The file is in the old Word format (.doc). Open it in Word or LibreOffice, save it as .docx and import that."
    ),
    Reason.PDF: gettext_noop(
        "The file is a PDF, which keeps no paragraphs or headings. Import the document it was made from (.docx, .odt)."
    ),
    Reason.UNSUPPORTED: gettext_noop(
        "Files of this kind cannot be imported. Save the document as .docx, .odt, .html, .md or .txt."
    ),
    Reason.MISMATCH: gettext_noop(
        "The ending of the file's name does not match what is inside. Rename the file or save it anew, then import it."
    ),
    Reason.TIMEOUT: gettext_noop(
        "Reading the file took too long. Split it into shorter files or copy its text into a new document."
    ),
}


class DocumentRefused(Exception):
    """The file cannot be imported. `reason` says why; `str()` gives the English sentence from `REASONS`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one import may cost.

    `unpacked_bytes` counts the XML parts of a package (pictures are never unpacked), `seconds` is for the conversion.
    """

    file_bytes: int = 20_000_000
    parts: int = 3_000
    unpacked_bytes: int = 30_000_000
    words: int = 200_000
    seconds: float = 30.0


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text that the independent reader found; `near` is the paragraph it is attached to, if any."""

    where: Where
    text: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Words of the file that are not in the draft.

    `context` holds the words around them, or the paragraph that a comment, note or picture belongs to. `times` counts
    how often the same words stand in the same sort of place. A picture without words is named by its file name.
    """

    text: str
    where: Where
    context: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """A draft made from a file.

    `source_html` draws the file as it was, from a closed set of tags without attributes that load or run anything; the
    part that became a passage or block stands in an element whose id is `source_anchor(key)`. `words` counts the words
    found in the file by the independent reader; each of them is in the draft or in `not_understood`.
    """

    title: str
    passages: tuple[Passage, ...]
    source_html: str
    not_understood: tuple[Leftover, ...]
    words: int
    format: Format


def source_anchor(key: str) -> str:
    """The id, in `source_html`, of what became the passage or block with this key."""
    return f"source-{key}"
