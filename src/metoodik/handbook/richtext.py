"""Running text between the writing desk and canonical content.

Canonical HTML knows p, ul, ol, li, b, i, a and br, no attribute but `href`, and links to guidance as
`metoodik:page/<page key>#<passage key>`: nothing in it depends on a database's own numbers.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from lxml import etree
from lxml.html import HtmlElement, fragments_fromstring

BLOCK_TAGS = frozenset({"p", "ul", "ol", "li"})
INLINE_TAGS = {"b": "b", "strong": "b", "i": "i", "em": "i"}
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "section"})
SILENT_TAGS = frozenset({"script", "style", "embed", "iframe", "object", "template"})
SCHEMES = ("http://", "https://", "mailto:", "tel:")
PAGE_LINK = "metoodik:page/"
LASTING = re.compile(r"^(?:https?://[^/]+)?/p/([0-9a-f-]{36})/(?:#(.+))?$")

PageKey = Callable[[int], str | None]


def canonical(source: str, *, page_key: PageKey = lambda _number: None, inline: bool = False) -> str:
    """Canonical HTML of what the editor, an import or a data file holds.

    `page_key` gives the key of a page from the desk's number, or None when it is gone: the link's words stay.
    `inline=True` leaves only inline tags, paragraphs joined by br.
    """
    if not source.strip():
        return ""
    written = "".join(_nodes(fragments_fromstring(source), page_key))
    written = unicodedata.normalize("NFC", re.sub(r"[ \t\r\n]+", " ", written))
    written = re.sub(r"> <(/?(?:p|ul|ol|li)\b)", r"><\1", written).strip()
    written = re.sub(r"<(p|li|ul|ol)>\s*</\1>", "", written)
    if inline:
        return _only_inline(written)
    return written if written.startswith(("<p>", "<ul>", "<ol>")) or not written else f"<p>{written}</p>"


def plain(source: str) -> str:
    """The words of some canonical HTML, tags gone, one space between words."""
    spaced = re.sub(r"</?(?:p|ul|ol|li|br)\s*/?>", " ", source)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", spaced))).strip()


def for_desk(source: str) -> str:
    """Canonical HTML as the editor keeps it: links to guidance become lasting addresses (`/p/<page key>/#…`)."""

    def lasting(match: re.Match[str]) -> str:
        key, _, passage = match[1].partition("#")
        return f'href="/p/{key}/{"#" + passage if passage else ""}"'

    return re.sub(r'href="metoodik:page/([^"]+)"', lasting, source)


def page_links(source: str) -> list[tuple[str, str]]:
    """(page key, passage key or "") of each link to guidance in some canonical HTML, in order."""
    found = re.findall(r'href="metoodik:page/([^"#]+)(?:#([^"]*))?"', source)
    return [(key, passage) for key, passage in found]


def _nodes(nodes: list[HtmlElement | str], page_key: PageKey) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield html.escape(node, quote=False)
        else:
            yield from _element(node, page_key)


def _element(node: HtmlElement, page_key: PageKey) -> Iterator[str]:
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag and tag not in SILENT_TAGS:
        opening, closing = _tags(node, tag, page_key)
        yield opening
        if node.text:
            yield html.escape(node.text, quote=False)
        for child in node:
            yield from _element(child, page_key)
        yield closing
    if node.tail:
        yield html.escape(node.tail, quote=False)


def _tags(node: HtmlElement, tag: str, page_key: PageKey) -> tuple[str, str]:
    if tag in BLOCK_TAGS:
        return f"<{tag}>", f"</{tag}>"
    if tag in INLINE_TAGS:
        return f"<{INLINE_TAGS[tag]}>", f"</{INLINE_TAGS[tag]}>"
    if tag in HEADING_TAGS:
        return "<p>", "</p>"
    if tag == "br":
        return "<br>", ""
    if tag == "a" and (target := _target(node, page_key)):
        return f'<a href="{html.escape(target)}">', "</a>"
    return "", ""


def _target(node: HtmlElement, page_key: PageKey) -> str | None:
    if node.get("linktype") == "page" and (node.get("id") or "").isdigit():
        key = page_key(int(node.get("id")))
        return f"{PAGE_LINK}{key}" if key else None
    href = (node.get("href") or "").strip()
    if lasting := LASTING.match(href):
        return f"{PAGE_LINK}{lasting[1]}{'#' + lasting[2] if lasting[2] else ''}"
    return href if href.startswith((*SCHEMES, PAGE_LINK)) else None


def _only_inline(written: str) -> str:
    flat = re.sub(r"</(?:p|li)>\s*<(?:p|li)>", "<br>", written)
    return re.sub(r"</?(?:p|ul|ol|li)>", " ", flat).strip()


def well_formed(source: str) -> bool:
    """Whether some canonical HTML parses as XML when `<br>` is closed: the builder's last check."""
    try:
        etree.fromstring(f"<x>{source.replace('<br>', '<br/>')}</x>")  # noqa: S320 - our own canonical text
    except etree.XMLSyntaxError:
        return False
    return True
