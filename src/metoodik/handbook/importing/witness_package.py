"""The independent reader's way through Word and ODT files: every part, every piece of text, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from metoodik.handbook.importing.container import Package, decode
from metoodik.handbook.importing.values import Chunk, Format, Where
from metoodik.handbook.importing.witness_text import words_in_text


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """The attribute with this local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


@dataclass
class _Paragraph:
    """Text collected by place while one paragraph is walked."""

    text: dict[Where, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, where: Where, text: str) -> None:
        self.text.setdefault(where, []).append(text)

    def words(self, where: Where) -> str:
        return "".join(self.text.get(where, [])).strip()

    def chunks(self, where: Where) -> Iterator[Chunk]:
        near = self.words(where)
        for place, pieces in self.text.items():
            yield Chunk(place, "".join(pieces), "" if place is where else near)


class _Walker:
    """Walks XML and collects chunks; what an element means is up to the format's subclass."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.near: dict[str, str] = {}

    def walk(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        """Collect the text in `element` as standing in `where`."""
        raise NotImplementedError

    def children(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        for child in element:
            self.walk(child, where, paragraph)

    def paragraph(self, element: Element, where: Where) -> None:
        """Collect the paragraph `element` as chunks of its own."""
        own = _Paragraph()
        first = len(self.chunks)
        self.inside(element, where, own)
        near = own.words(where)
        self.chunks[first:] = [
            Chunk(each.where, each.text, each.near or near) if each.where is not where else each
            for each in self.chunks[first:]
        ]
        self.chunks.extend(own.chunks(where))
        self.near.update(dict.fromkeys(own.notes, near))

    def inside(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        self.children(element, where, paragraph)

    def part(self, root: Element, where: Where) -> list[Chunk]:
        """The chunks of a whole part, text outside paragraphs included."""
        self.chunks = []
        loose = _Paragraph()
        self.children(root, where, loose)
        return [*self.chunks, *loose.chunks(where)]


_DOCX_PLACES = {
    "document": Where.BODY,
    "footnotes": Where.FOOTNOTE,
    "endnotes": Where.FOOTNOTE,
    "comments": Where.COMMENT,
    "hdr": Where.HEADER,
    "ftr": Where.FOOTER,
}
_DOCX_SKIPPED = {"pPr", "rPr", "trPr", "tcPr", "sectPr", "sdtPr", "instrText", "delInstrText", "fldData"}
_DOCX_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": "\t"}
_VML_SHAPES = {"shape", "rect", "imagedata", "textpath", "group", "oval", "roundrect"}
_OFF = {"0", "false", "off"}


class _DocxWalker(_Walker):
    def walk(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        name = _local(element)
        if name == "p":
            self.paragraph(element, where)
        elif name in {"t", "delText"}:
            paragraph.add(Where.DELETION if name == "delText" else where, element.text or "")
        elif name in _DOCX_MARKS:
            paragraph.add(where, _DOCX_MARKS[name])
        elif name in {"footnoteReference", "endnoteReference", "commentReference"}:
            paragraph.notes.append(name.removesuffix("Reference") + _attribute(element, "id"))
        elif name == "tblPr":
            self._table_words(element)
        elif name == "AlternateContent":
            self._alternate(element, where, paragraph)
        elif name not in _DOCX_SKIPPED:
            if name in {"drawing", "pict", "object"}:
                self._drawing_words(element, paragraph)
            self.children(element, _docx_place(element, name, where), paragraph)

    def _alternate(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        """Of the versions of one drawing, the first that holds text: they say the same."""
        for version in element:
            if any(_local(each) in {"t", "delText", "docPr"} for each in version.iter()):
                self.children(version, where, paragraph)
                return

    def _drawing_words(self, element: Element, paragraph: _Paragraph) -> None:
        words: dict[str, None] = {}
        for each in element.iter():
            if _local(each) in {"docPr", "cNvPr"}:
                words.update(dict.fromkeys([_attribute(each, "title"), _attribute(each, "descr")]))
            elif _local(each) in _VML_SHAPES:
                words.update(dict.fromkeys(_attribute(each, key) for key in ("alt", "title", "string")))
        for text in filter(None, words):
            paragraph.add(Where.IMAGE, text + " \n")

    def _table_words(self, element: Element) -> None:
        for each in element:
            if _local(each) in {"tblCaption", "tblDescription"}:
                self.chunks.append(Chunk(Where.IMAGE, _attribute(each, "val")))


def _docx_place(element: Element, name: str, where: Where) -> Where:
    """The place of what is inside the element, when the text around it stands in `where`."""
    if name in {"del", "moveFrom"}:
        return Where.DELETION
    if where is Where.BODY:
        if name == "txbxContent":
            return Where.TEXT_BOX
        if name == "r" and _is_hidden(element):
            return Where.HIDDEN
        if name == "sdt" and is_contents_list(element):
            return Where.CONTENTS
    return where


def _is_hidden(run: Element) -> bool:
    return any(
        _local(each) == "vanish" and _attribute(each, "val").lower() not in _OFF
        for properties in run
        if _local(properties) == "rPr"
        for each in properties
    )


def is_contents_list(element: Element) -> bool:
    """Whether a content control of a DOCX holds the generated table of contents."""
    return any(
        _local(each) == "docPartGallery" and "contents" in _attribute(each, "val").lower()
        for properties in element
        if _local(properties) == "sdtPr"
        for each in properties.iter()
    )


def docx_chunks(package: Package) -> Iterator[Chunk]:
    walker = _DocxWalker()
    ordered = sorted(package.roots.items(), key=lambda item: (_local(item[1]) != "document", item[0]))
    for name, root in ordered:
        kind = _local(root)
        if kind in {"footnotes", "endnotes", "comments"}:
            yield from _docx_notes(walker, root, kind)
        elif kind in _DOCX_PLACES:
            yield from walker.part(root, _DOCX_PLACES[kind])
        elif kind in {"chartSpace", "dataModel"}:
            yield from _drawing_chunks(root)
        elif name == "docProps/core.xml":
            yield from _property_chunks(root)
    yield from _attached_chunks(package)


def _docx_notes(walker: _DocxWalker, root: Element, kind: str) -> Iterator[Chunk]:
    for note in root:
        near = walker.near.get(kind.removesuffix("s") + _attribute(note, "id"), "")
        for chunk in walker.part(note, _DOCX_PLACES[kind]):
            yield Chunk(chunk.where, chunk.text, chunk.near or near)


def _drawing_chunks(root: Element) -> Iterator[Chunk]:
    """Words of a chart or diagram: its paragraphs and the names of its categories and series."""
    for each in root.iter():
        if _local(each) == "p":
            yield Chunk(Where.EMBEDDED, "".join(part.text or "" for part in each.iter() if _local(part) == "t"))
        elif _local(each) == "strCache":
            for value in each.iter():
                if _local(value) == "v":
                    yield Chunk(Where.EMBEDDED, value.text or "")


def _property_chunks(root: Element) -> Iterator[Chunk]:
    for each in root.iter():
        if _local(each) in {"title", "subject", "description", "keywords", "keyword"}:
            yield Chunk(Where.METADATA, each.text or "")


def _attached_chunks(package: Package) -> Iterator[Chunk]:
    """Words of web pages and texts inside the package, and the names of other attached files."""
    for name, data in package.attached.items():
        markup = not name.lower().endswith(".txt")
        for chunk in words_in_text(decode(data), Format.HTML if markup else Format.TEXT):
            yield Chunk(Where.EMBEDDED, chunk.text)
    for name in package.others:
        if re.search(r"/embeddings/|afchunk|\.(docx|odt|rtf|mht|xlsx|pptx)$", name, re.I):
            yield Chunk(Where.EMBEDDED, name.rpartition("/")[2])


_ODT_SKIPPED = {
    "change-info",
    "note-citation",
    "binary-data",
    "annotation-end",
    "creator",
    "date",
    "date-string",
    "creator-initials",
    "sender-initials",
    "event-listeners",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "index-title-template",
    "scripts",
    "font-face-decls",
    "automatic-styles",
}
_ODT_INDEXES = {"table-of-content", "illustration-index", "table-index", "object-index", "user-index"}
_ODT_PLACES = {
    "annotation": Where.COMMENT,
    "deletion": Where.DELETION,
    "note-body": Where.FOOTNOTE,
    "text-box": Where.TEXT_BOX,
    "custom-shape": Where.TEXT_BOX,
    "title": Where.IMAGE,
    "desc": Where.IMAGE,
    "hidden-text": Where.HIDDEN,
    **dict.fromkeys(_ODT_INDEXES, Where.CONTENTS),
}
_ODT_MARKS = {"s": " ", "tab": "\t", "line-break": "\n", "soft-page-break": ""}


class _OdtWalker(_Walker):
    def walk(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        name = _local(element)
        inner = where
        if where in {Where.BODY, Where.FOOTNOTE, Where.TEXT_BOX}:
            inner = _ODT_PLACES.get(name, where)
        if name in {"p", "h"}:
            self.paragraph(element, inner)
        elif name in _ODT_MARKS:
            paragraph.add(where, _ODT_MARKS[name])
        elif name not in _ODT_SKIPPED:
            self._named(element, name, inner, paragraph)
        paragraph.add(where, element.tail or "")

    def _named(self, element: Element, name: str, where: Where, paragraph: _Paragraph) -> None:
        if name == "hidden-text" and not element.text:
            paragraph.add(where, _attribute(element, "string-value"))
        for attribute in ("label", "value", "current-value") if name in _ODT_FORM else ():
            self.chunks.append(Chunk(Where.FORM, _attribute(element, attribute)))
        self.inside(element, where, paragraph)
        if name in {"title", "desc"}:
            paragraph.add(where, " \n")

    def inside(self, element: Element, where: Where, paragraph: _Paragraph) -> None:
        paragraph.add(where, element.text or "")
        self.children(element, where, paragraph)


_ODT_FORM = {"button", "checkbox", "radio", "text", "textarea", "listbox", "combobox", "fixed-text", "option"}


def odt_chunks(package: Package) -> Iterator[Chunk]:
    walker = _OdtWalker()
    yield from walker.part(package.roots["content.xml"], Where.BODY)
    for name, root in package.roots.items():
        if name == "styles.xml":
            yield from _odt_margins(walker, root)
        elif name == "meta.xml":
            yield from _property_chunks(root)
        elif name.endswith("/content.xml"):
            yield from (Chunk(Where.EMBEDDED, chunk.text) for chunk in walker.part(root, Where.BODY))
    yield from _attached_chunks(package)


def _odt_margins(walker: _OdtWalker, root: Element) -> Iterator[Chunk]:
    for master in root.iter():
        if _local(master) == "master-page":
            for margin in master:
                where = Where.HEADER if _local(margin).startswith("header") else Where.FOOTER
                yield from walker.part(margin, where)
