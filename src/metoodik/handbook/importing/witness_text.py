"""The independent reader's way through HTML and Markdown: seen words, hidden ones, and those in attributes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from metoodik.handbook.importing.values import Chunk, DocumentRefused, Format, Reason, Where


def words_in_text(text: str, file_format: Format) -> tuple[Chunk, ...]:
    """All text of an HTML, Markdown or text file that is already decoded."""
    if file_format is Format.HTML:
        return with_text(html_chunks(text))
    if file_format is Format.MARKDOWN:
        return with_text(markdown_chunks(text))
    return with_text(Chunk(Where.BODY, part) for part in re.split(r"\n\s*\n|\f", text))


def with_text(chunks: Iterator[Chunk]) -> tuple[Chunk, ...]:
    """Those that hold more than space."""
    return tuple(chunk for chunk in chunks if chunk.text.strip())


_HTML_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details", "dialog"}
    | {"div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "html", "iframe", "legend", "li", "main", "nav", "noscript", "object", "ol", "optgroup"}
    | {"option", "p", "pre", "rp", "rt", "section", "select", "summary", "table", "tbody", "td", "template"}
    | {"textarea", "tfoot", "th", "thead", "title", "tr", "ul", "video"}
)
_HTML_CODE = {"script", "style"}
_HTML_ATTRIBUTES = {
    "alt": Where.IMAGE,
    "title": Where.TOOLTIP,
    "placeholder": Where.FORM,
    "aria-label": Where.TOOLTIP,
    "summary": Where.TOOLTIP,
    "label": Where.FORM,
}
_VALUE_TYPES = {"", "text", "button", "submit", "reset", "search"}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def html_tree(text: str) -> lxml.html.HtmlElement:
    """The parsed page. Raises DocumentRefused when nothing can be parsed, or tags lie too deep to read all."""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        root: lxml.html.HtmlElement = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentRefused(Reason.BROKEN) from error
    if parser.error_log.filter_from_fatals():
        raise DocumentRefused(Reason.BROKEN)
    return root


def is_hidden_html(element: lxml.html.HtmlElement) -> bool:
    """Whether the element is kept from view by an attribute or style of its own."""
    return "hidden" in element.attrib or bool(_HIDING.search(element.get("style", "")))


class _HtmlWalker:
    def __init__(self) -> None:
        self.done: list[Chunk] = []
        self.open: list[str] = []
        self.where = Where.BODY

    def close(self) -> None:
        """End the piece of text that is being collected."""
        if self.open:
            self.done.append(Chunk(self.where, "".join(self.open)))
        self.open = []

    def walk(self, root: lxml.html.HtmlElement) -> None:
        places: list[Where] = []
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event in {"comment", "pi"}:
                self._comment(element)
            elif event == "start":
                places.append(self.where)
                self._start(element)
            else:
                self._end(element, places.pop())
                self.open.append(element.tail or "")

    def _comment(self, element: lxml.html.HtmlElement) -> None:
        text = element.text or ""
        if element.tag is etree.Comment and not text.lstrip().startswith("[if"):
            self.done.append(Chunk(Where.COMMENT, text))
        self.open.append(element.tail or "")

    def _start(self, element: lxml.html.HtmlElement) -> None:
        place = self._place(element)
        if place is not self.where or element.tag in _HTML_BLOCKS:
            self.close()
        self.where = place
        if element.tag == "br":
            self.open.append("\n")
        if element.tag not in _HTML_CODE:
            self._attributes(element)
            self.open.append(element.text or "")

    def _end(self, element: lxml.html.HtmlElement, before: Where) -> None:
        if before is not self.where or element.tag in _HTML_BLOCKS:
            self.close()
        self.where = before

    def _place(self, element: lxml.html.HtmlElement) -> Where:
        if self.where is Where.BODY and is_hidden_html(element):
            return Where.HIDDEN
        return Where.METADATA if element.tag == "title" and self.where is Where.BODY else self.where

    def _attributes(self, element: lxml.html.HtmlElement) -> None:
        for name, where in _HTML_ATTRIBUTES.items():
            if element.get(name) and element.tag != "link":
                self.done.append(Chunk(where, element.get(name, "")))
        if element.tag == "input" and element.get("type", "").lower() in _VALUE_TYPES:
            self.done.append(Chunk(Where.FORM, element.get("value", "")))


def html_chunks(text: str) -> Iterator[Chunk]:
    walker = _HtmlWalker()
    walker.walk(html_tree(text))
    walker.close()
    yield from walker.done


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TITLE_LINE = re.compile(r"^title[ \t]*:[ \t]*(\S.*?)[ \t]*$", re.M)
_MARKDOWN_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]*\s[^<>]*>")
_MARKDOWN_ATTRIBUTE = re.compile(r"\b(?:alt|title)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_MARKDOWN_SYNTAX = re.compile(
    r"(?m)^[ \t>]*(?:[-+*][ \t]+)*\d{1,9}\.(?=[ \t]|$)|\[\^[^\]\s]{1,80}\]:?"
    r"|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|^[ \t>]*[-+*][ \t]+\[[ xX]\]"
)


def front_matter(text: str) -> tuple[str, str]:
    """A Markdown file's opening lines of data, without their fences, and the text after them."""
    found = _FRONT_MATTER.match(text)
    return (found.group(1), text[found.end() :]) if found else ("", text)


def front_title(data: str) -> str:
    """The title among a Markdown file's opening lines, or an empty string."""
    found = _TITLE_LINE.search(data)
    return found.group(1).strip("\"'") if found else ""


def _without_comments(text: str) -> tuple[str, list[str]]:
    """The text without its HTML comments, and the comments."""
    first, *pieces = text.split("<!--")
    kept, comments = [first], []
    for index, piece in enumerate(pieces):
        comment, end, rest = piece.partition("-->")
        if not end:
            kept.append("<!--" + "<!--".join(pieces[index:]))
            break
        comments.append(comment)
        kept.append(rest)
    return "".join(kept), comments


def markdown_chunks(text: str) -> Iterator[Chunk]:
    data, body = front_matter(text)
    yield Chunk(Where.METADATA, front_title(data))
    yield Chunk(Where.METADATA, _TITLE_LINE.sub("", data))
    body, comments = _without_comments(body)
    for comment in comments:
        yield Chunk(Where.COMMENT, comment)
    for tag in _MARKDOWN_TAG.findall(body):
        for words in _MARKDOWN_ATTRIBUTE.findall(tag):
            yield Chunk(Where.IMAGE, html.unescape("".join(words)))
    for part in re.split(r"\n\s*\n", body):
        yield Chunk(Where.BODY, html.unescape(_MARKDOWN_SYNTAX.sub("", part)).replace("*", ""))
