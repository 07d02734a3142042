"""Making a file ready for the converter: what must not reach the draft is taken out, what misleads it is put right."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from metoodik.handbook.importing.container import Package
from metoodik.handbook.importing.values import DocumentRefused, Reason
from metoodik.handbook.importing.witness_package import is_contents_list
from metoodik.handbook.importing.witness_text import front_matter, front_title, html_tree, is_hidden_html

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFF = {"0", "false", "off"}
_DROPPED_TAGS = frozenset(
    {"applet", "audio", "base", "button", "canvas", "datalist", "embed", "frame", "frameset", "iframe", "input", "link"}
    | {"meta", "object", "script", "select", "style", "svg", "template", "textarea", "title", "track", "video"}
)
_KEPT_ATTRIBUTES = {"href", "alt", "colspan", "rowspan", "start", "type", "span"}
_CLAUSE = re.compile(r"^([ \t]*)(\d{1,9})\)(?=[ \t])")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")


def cleaned_docx(package: Package) -> bytes:
    """The package for the converter: without hidden text and generated contents list, simple fields opened."""
    name = "word/document.xml"
    data = package.parts[name]
    changed = {}
    if any(sign in data for sign in (b"vanish", b"docPartGallery", b"fldSimple")):
        changed[name] = _without_unseen(data)
    return package.rebuilt(changed)


def cleaned_odt(package: Package) -> tuple[bytes, str]:
    """The package for the converter without the paragraph styled as title, which it takes for text, and the title."""
    data = package.parts["content.xml"]
    if b'"Title"' not in data:
        return package.rebuilt({}), ""
    root = _parsed(data)
    styles = {"Title"} | {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}parent-style-name") == "Title"
    }
    for paragraph in root.iter(f"{_TEXT}p"):
        title = " ".join("".join(paragraph.itertext()).split())
        if paragraph.get(f"{_TEXT}style-name") in styles and title and len(paragraph.findall(".//*")) == 0:
            paragraph.getparent().remove(paragraph)
            return package.rebuilt({"content.xml": etree.tostring(root, encoding="UTF-8", xml_declaration=True)}), title
    return package.rebuilt({}), ""


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(Reason.BROKEN) from error


def _without_unseen(data: bytes) -> bytes:
    root = _parsed(data)
    hidden = [mark.getparent().getparent() for mark in root.iter(f"{_WORD}vanish") if _hides(mark)]
    contents = [each for each in root.iter(f"{_WORD}sdt") if is_contents_list(each)]
    for element in [*hidden, *contents]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    etree.strip_tags(root, f"{_WORD}fldSimple")
    cleaned: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return cleaned


def _hides(mark: etree._Element) -> bool:
    in_run = mark.getparent().tag == f"{_WORD}rPr" and mark.getparent().getparent().tag == f"{_WORD}r"
    return bool(in_run and mark.get(f"{_WORD}val", "").lower() not in _OFF)


def cleaned_html(text: str) -> tuple[bytes, str]:
    """The page for the converter, without anything that runs, loads or hides, and the title from its head."""
    root = html_tree(text)
    title = " ".join((root.findtext(".//title") or "").split())
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _DROPPED_TAGS or is_hidden_html(element):
            _drop(element)
    for element in root.iter():
        for name in set(element.attrib) - _KEPT_ATTRIBUTES:
            del element.attrib[name]
        for name in ("colspan", "rowspan"):
            if not re.fullmatch(r"[1-9]\d?", element.get(name, "1")):
                del element.attrib[name]
    cleaned: bytes = lxml.html.tostring(root, encoding="utf-8", method="html")
    return cleaned, title


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def cleaned_markdown(text: str) -> tuple[bytes, str]:
    """The Markdown for the converter without its opening data, and the title from them.

    Clauses such as `1)` keep their numbers as words: an act may count 1), 2), 2¹), which no list can.
    """
    data, body = front_matter(text)
    lines: list[str] = []
    fenced = False
    for line in body.split("\n"):
        fenced ^= bool(_FENCE.match(line))
        clause = None if fenced else _CLAUSE.match(line)
        if clause is not None and not clause.group(1) and lines and lines[-1].strip():
            lines.append("")
        lines.append(_CLAUSE.sub(r"\1\2\\)", line) if clause else line)
    return "\n".join(lines).encode(), front_title(data)
