"""What cannot be read whole and safely is refused with a reason, and the reason has a sentence."""

import io
import struct
import zipfile

import pytest
from tests.handbook.importing import builders as b

from metoodik.handbook.importing import REASONS, DocumentRefused, Format, Limits, Reason, Where, read_document
from metoodik.handbook.importing.values import PLACES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
WORD = b.docx(b.paragraph(b.run("Kuula ja küsi")))
ODT = b.odt("<text:p>Kuula ja küsi</text:p>")
BOMB = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def encrypted_zip() -> bytes:
    """A zip whose members say that they are encrypted."""
    data = bytearray(WORD)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, 1)
            at = data.find(sign, at + 4)
    return bytes(data)


def doubled() -> bytes:
    """A package with two parts of one name, of which readers choose differently."""
    buffer = io.BytesIO(WORD)
    with zipfile.ZipFile(buffer, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("word/document.xml", "<other/>")
    return buffer.getvalue()


CASES = [
    (b"", "tühi.docx", Reason.EMPTY),
    (b" \n\t", "tühi.txt", Reason.EMPTY),
    (b.docx(b.paragraph("")), "pilt.docx", Reason.EMPTY),
    (b"<html><body><img src='x.png'></body></html>", "pilt.html", Reason.EMPTY),
    (WORD[:300], "katki.docx", Reason.BROKEN),
    (WORD[:-40], "katki.docx", Reason.BROKEN),
    (b.archive({"word/document.xml": "<w:document"}), "katki.docx", Reason.BROKEN),
    (b.docx("", extra={"word/document.xml": BOMB + "<d>&b;</d>"}), "pomm.docx", Reason.BROKEN),
    (b.odt("", extra={"content.xml": BOMB + "<d>&b;</d>"}), "pomm.odt", Reason.BROKEN),
    (b.docx("", extra={"word/settings.xml": BOMB + "<d/>"}), "pomm.docx", Reason.BROKEN),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "lukus.docx", Reason.ENCRYPTED),
    (b.odt("", extra={"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "lukus.odt", Reason.ENCRYPTED),
    (encrypted_zip(), "lukus.docx", Reason.ENCRYPTED),
    (OLE + "WordDocument".encode("utf-16-le"), "vana.doc", Reason.OLD_WORD),
    (OLE + "Workbook".encode("utf-16-le"), "tabel.xls", Reason.UNSUPPORTED),
    (b.docx("", extra={"word/vbaProject.bin": b"x"}), "makro.docx", Reason.MACROS),
    (WORD, "makro.docm", Reason.MACROS),
    (b.odt("", extra={"Basic/Standard/script-lb.xml": "<l/>"}), "makro.odt", Reason.MACROS),
    (b"%PDF-1.7 ...", "juhend.pdf", Reason.PDF),
    (b"{\\rtf1 Tere}", "juhend.rtf", Reason.UNSUPPORTED),
    (b"\x89PNG\r\n\x1a\n" + bytes(50), "pilt.png", Reason.UNSUPPORTED),
    (b.archive({"xl/workbook.xml": "<w/>", "[Content_Types].xml": "<t/>"}), "tabel.xlsx", Reason.UNSUPPORTED),
    (b.archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "t.ods", Reason.UNSUPPORTED),
    (WORD, "juhend.odt", Reason.MISMATCH),
    (ODT, "juhend.docx", Reason.MISMATCH),
    (WORD, "juhend.doc", Reason.MISMATCH),
    (b"Kuula ja kysi", "juhend.docx", Reason.MISMATCH),
    (b"Kuula ja kysi", "juhend.html", Reason.MISMATCH),
    (b"<!doctype html><p>Kuula", "juhend.txt", Reason.MISMATCH),
    (b"<div>" * 400 + b"liiga s\xc3\xbcgaval", "juhend.html", Reason.BROKEN),
]


@pytest.mark.parametrize(("data", "name", "reason"), CASES, ids=[f"{case[2]}-{case[1]}" for case in CASES])
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(data: bytes, name: str, reason: Reason) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(data, name)
    assert refusal.value.reason is reason
    assert str(refusal.value) == REASONS[reason]


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(doubled(), "juhend.docx")
    assert refusal.value.reason is Reason.BROKEN


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(file_bytes=100), Reason.TOO_LARGE),
        (Limits(words=2), Reason.TOO_LARGE),
        (Limits(parts=3), Reason.TOO_MANY_PARTS),
        (Limits(unpacked_bytes=500), Reason.TOO_MANY_PARTS),
        (Limits(seconds=0.0001), Reason.TIMEOUT),
    ],
)
def test_limits_are_kept(limits: Limits, reason: Reason) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(WORD, "juhend.docx", limits=limits)
    assert refusal.value.reason is reason


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = b.docx("", extra={"word/document.xml": b" " * 80_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(DocumentRefused) as refusal:
        read_document(bomb, "pomm.docx")
    assert refusal.value.reason is Reason.TOO_MANY_PARTS


def test_a_page_that_begins_with_hundreds_of_comments_costs_nothing() -> None:
    comments = b"<!---->" * 700
    document = read_document(comments + b"<p>Kuula</p>", "juhend.html")
    assert document.format is Format.HTML
    with pytest.raises(DocumentRefused) as refusal:
        read_document(comments + b"<!doctype html><p>Kuula", "juhend.txt")
    assert refusal.value.reason is Reason.MISMATCH


def test_a_huge_merged_cell_costs_nothing() -> None:
    page = b"<table><tr><td colspan='99999999'>kuula<td>kysi</table>"
    (block,) = read_document(page, "juhend.html").passages[0].blocks
    assert len(getattr(block, "header", ())) < 10


def test_every_reason_and_place_has_its_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(PLACES) == set(Where)
