"""Telling what a file is and opening it safely, from its bytes; nothing is ever unpacked to disk or fetched."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from metoodik.handbook.importing.values import DocumentRefused, Format, Limits, Reason

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODT_TYPES = (b"application/vnd.oasis.opendocument.text", b"application/vnd.oasis.opendocument.text-template")
_ENDINGS = {
    "docx": {Format.DOCX},
    "dotx": {Format.DOCX},
    "odt": {Format.ODT},
    "ott": {Format.ODT},
    "html": {Format.HTML},
    "htm": {Format.HTML},
    "xhtml": {Format.HTML},
    "md": {Format.MARKDOWN},
    "markdown": {Format.MARKDOWN},
    "txt": {Format.TEXT},
    "text": {Format.TEXT},
    "doc": set[Format](),
    "rtf": set[Format](),
    "pdf": set[Format](),
}
_MACRO_ENDINGS = {"docm", "dotm"}
_HTML_START = re.compile(
    r"\s*+(?:(?:<\?xml[^>]*>|<!--(?:(?!-->).)*+-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|table|span|br|b|i|a|article|section|main)\b[^<>]*>", re.I)
_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.I)
_MARKDOWN_SIGN = re.compile(r"\A---\s*\n|^#{1,6}\s+\S", re.M)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Package:
    """The readable parts of a DOCX or ODT: every XML part with its bytes, and the names of all the others."""

    format: Format
    parts: dict[str, bytes]
    others: tuple[str, ...]
    attached: dict[str, bytes]

    @cached_property
    def roots(self) -> dict[str, Element]:
        """The XML parts, parsed. Refuses what is not well-formed or declares a document type or an entity."""
        return {name: _parsed(data) for name, data in self.parts.items()}

    def rebuilt(self, changed: dict[str, bytes]) -> bytes:
        """The package again with only its checked parts, `changed` ones replaced and pictures left empty."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), changed.get(name, data))
            for name in self.others:
                archive.writestr(zipfile.ZipInfo(name), b"")
        return buffer.getvalue()


def detect(data: bytes, filename: str, limits: Limits) -> Format:
    """The format of the file, from its bytes; the name only decides between Markdown and text.

    Raises DocumentRefused for everything that is not one of the formats, or whose name says another one.
    """
    if not data.strip():
        raise DocumentRefused(Reason.EMPTY)
    if len(data) > limits.file_bytes:
        raise DocumentRefused(Reason.TOO_LARGE)
    ending = PurePath(filename).suffix.lower().removeprefix(".")
    if ending in _MACRO_ENDINGS:
        raise DocumentRefused(Reason.MACROS)
    found = _detect_binary(data) or _detect_text(data, ending)
    if found not in _ENDINGS.get(ending, {found}):
        raise DocumentRefused(Reason.MISMATCH)
    return found


def _detect_binary(data: bytes) -> Format | None:
    if data.startswith(_OLE):
        raise DocumentRefused(_reason_for_ole(data))
    if data.startswith(b"PK"):
        return _detect_package(data)
    if data.startswith(b"%PDF"):
        raise DocumentRefused(Reason.PDF)
    if data.startswith(b"{\\rtf"):
        raise DocumentRefused(Reason.UNSUPPORTED)
    return None


def _reason_for_ole(data: bytes) -> Reason:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Reason.ENCRYPTED
    return Reason.OLD_WORD if "WordDocument".encode("utf-16-le") in data else Reason.UNSUPPORTED


def _detect_package(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return Format.DOCX
            if "mimetype" in names:
                return _odf_format(archive)
            if "[Content_Types].xml" in names and not any(name.startswith(("xl/", "ppt/")) for name in names):
                raise DocumentRefused(Reason.BROKEN)
            raise DocumentRefused(Reason.UNSUPPORTED)
    except _ZIP_ERRORS as error:
        raise DocumentRefused(Reason.BROKEN) from error


def _odf_format(archive: zipfile.ZipFile) -> Format:
    with archive.open("mimetype") as part:
        if part.read(200).strip() not in _ODT_TYPES:
            raise DocumentRefused(Reason.UNSUPPORTED)
    return Format.ODT


_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
)


def _detect_text(data: bytes, ending: str) -> Format:
    text = decode(data)
    if _HTML_START.match(text[:5000]):
        return Format.HTML
    if ending in {"html", "htm", "xhtml"}:
        return Format.HTML if _HTML_TAG.search(text) else Format.TEXT
    if text.lstrip().startswith("<?xml") or re.match(r"MIME-Version:", text, re.I):
        raise DocumentRefused(Reason.UNSUPPORTED)
    if ending in {"md", "markdown"}:
        return Format.MARKDOWN
    if ending in {"txt", "text"}:
        return Format.TEXT
    return Format.MARKDOWN if _MARKDOWN_SIGN.search(text) else Format.TEXT


def decode(data: bytes) -> str:
    """The text of a text, Markdown or HTML file: by its mark, by what HTML declares, UTF-8, else Windows code pages.

    Line ends become `\\n`. Raises DocumentRefused when the bytes are no text.
    """
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    strange = len(_CONTROL.findall(text))
    if "\x00" in text or strange > 5 + len(text) // 500:
        raise DocumentRefused(Reason.UNSUPPORTED)
    return _CONTROL.sub(" ", text)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_otherwise(data)


def _decoded_otherwise(data: bytes) -> str:
    declared = _DECLARED.search(data[:4000])
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii"), errors="replace")
        except (LookupError, ValueError):
            pass
    letters = sum(1 for byte in data if byte > 0x40)
    high = sum(1 for byte in data if byte >= 0xC0)
    return data.decode("cp1251" if high * 2 > letters else "cp1257", errors="replace")


def open_package(data: bytes, file_format: Format, limits: Limits) -> Package:
    """The parts of a DOCX or ODT, read within the limits.

    Raises DocumentRefused for a broken, encrypted, overfull or macro-carrying package.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(members, limits)
            return _read_members(archive, members, file_format, limits)
    except _ZIP_ERRORS as error:
        raise DocumentRefused(Reason.BROKEN) from error


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [member.filename for member in members]
    if len(members) > limits.parts:
        raise DocumentRefused(Reason.TOO_MANY_PARTS)
    if any(member.flag_bits & 1 for member in members):
        raise DocumentRefused(Reason.ENCRYPTED)
    if len(set(names)) != len(names):
        raise DocumentRefused(Reason.BROKEN)
    if any(_is_macro(name) for name in names):
        raise DocumentRefused(Reason.MACROS)


def _is_macro(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(("vbaproject.bin", "vbadata.xml")) or lower.startswith(("basic/", "scripts/"))


def _read_members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file_format: Format, limits: Limits
) -> Package:
    parts: dict[str, bytes] = {}
    others: list[str] = []
    attached: dict[str, bytes] = {}
    room = limits.unpacked_bytes
    for member in members:
        lower = member.filename.lower()
        if not lower.endswith((".xml", ".rels", ".html", ".htm", ".xhtml", ".txt")) and lower != "mimetype":
            others.append(member.filename)
            continue
        with archive.open(member) as part:
            data = part.read(room + 1)
        room -= len(data)
        if room < 0:
            raise DocumentRefused(Reason.TOO_MANY_PARTS)
        if lower.endswith((".xml", ".rels")):
            parts[member.filename] = data
        elif lower != "mimetype":
            attached[member.filename] = data
    _check_content(parts, file_format)
    return Package(file_format, parts, tuple(others), attached)


def _check_content(parts: dict[str, bytes], file_format: Format) -> None:
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise DocumentRefused(Reason.ENCRYPTED)
    if b"macroenabled" in parts.get("[Content_Types].xml", b"").lower():
        raise DocumentRefused(Reason.MACROS)
    main = "word/document.xml" if file_format is Format.DOCX else "content.xml"
    if main not in parts:
        raise DocumentRefused(Reason.BROKEN)


def _parsed(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise DocumentRefused(Reason.BROKEN) from error
    return root
