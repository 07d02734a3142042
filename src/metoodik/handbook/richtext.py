"""Running text between the writing desk and canonical content.

Canonical HTML knows p, ul, ol, li, b, i, a and br, no attribute but `href`, and links to guidance as
`metoodik:page/<page key>#<passage key>`: nothing in it depends on a database's own numbers.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from copy import copy

from lxml.html import HtmlElement, fragments_fromstring

LIST_TAGS = frozenset({"ul", "ol"})
BREAKING_TAGS = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "section", "tr", "table"}
)
INLINE_TAGS = {"b": "b", "strong": "b", "i": "i", "em": "i"}
SILENT_TAGS = frozenset({"script", "style", "embed", "iframe", "object", "template", "xml", "title", "del"})
WORD_ASIDE = re.compile(
    r"mso-list:\s*ignore|mso-comment-|mso-element:\s*comment|mso-special-character:\s*comment", re.I
)
"""Style of what Word pastes beside the text: drawn bullets, comments and their marks."""
WORD_LIST = re.compile(r"mso-list:\s*l\d", re.I)
WORD_COMMENT_CLASSES = frozenset({"MsoCommentReference", "msocomanchor", "msocomtxt", "msocomoff"})
UNSEEN = re.compile("[\u00ad\u200b\ufeff]")
"""Soft hyphens and marks without width: they would hide a word from search."""
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
    blocks = _Flow(page_key).read(fragments_fromstring(source))
    if inline:
        return "<br>".join(words for block in blocks if (words := _lines(block)))
    return "".join(blocks)


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


class _Flow:
    """Reads any HTML into a run of paragraphs and lists; loose words between them become paragraphs."""

    def __init__(self, page_key: PageKey) -> None:
        self.page_key = page_key
        self.blocks: list[str] = []
        self.words: list[str] = []
        self.word_list = (0, "")

    def read(self, nodes: Iterable[HtmlElement | str]) -> list[str]:
        """The blocks in order, empty ones left out."""
        for node in nodes:
            self._text(node) if isinstance(node, str) else self._element(node)
        self._flush()
        return self.blocks

    def _text(self, text: str | None) -> None:
        if text:
            self.words.append(html.escape(UNSEEN.sub("", text), quote=False))

    def _element(self, node: HtmlElement) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        style = (node.get("style") or "") if tag else ""
        if tag and _is_aside(node, style):
            tag = ""
        elif "mso-spacerun" in style and not node.text_content().strip():
            self._text(" ")
            tag = ""
        if tag in BREAKING_TAGS and WORD_LIST.search(style):
            self._word_item(node)
        elif tag in LIST_TAGS:
            self._flush()
            self._list(node, tag)
        elif tag in BREAKING_TAGS:
            self._flush()
            self._inside(node)
            self._flush()
        elif tag and tag not in SILENT_TAGS:
            self._inline(node, tag)
        self._text(node.tail)

    def _inside(self, node: HtmlElement) -> None:
        self._text(node.text)
        for child in node:
            self._element(child)

    def _inline(self, node: HtmlElement, tag: str) -> None:
        opening, closing = _tags(node, tag, self.page_key)
        breaks = any(each.tag in BREAKING_TAGS | LIST_TAGS for each in node.iterdescendants())
        if breaks or not opening:
            self._inside(node)
            return
        self.words.append(opening)
        start = len(self.words)
        self._inside(node)
        if closing and len(self.words) == start:
            self.words.pop()
        else:
            self.words.append(closing)

    def _list(self, node: HtmlElement, tag: str) -> None:
        items = []
        for parts in _items(node):
            if item := _item(_Flow(self.page_key).read(parts)):
                items.append(f"<li>{item}</li>")
        if items:
            self.blocks.append(f"<{tag}>{''.join(items)}</{tag}>")

    def _word_item(self, node: HtmlElement) -> None:
        """A paragraph that Word draws as an item of a list; items that follow one another are one list."""
        self._flush()
        drawn = "".join(each.text_content() for each in node.iter("span") if "mso-list" in (each.get("style") or ""))
        tag = "ol" if re.match(r"\s*\w{1,4}[.)]", drawn) else "ul"
        inner = _Flow(self.page_key)
        inner._inside(node)
        item = _item(inner.read([]))
        follows = self.word_list == (len(self.blocks), tag)
        if item and follows:
            self.blocks[-1] = f"{self.blocks[-1][: -len(tag) - 3]}<li>{item}</li></{tag}>"
        elif item:
            self.blocks.append(f"<{tag}><li>{item}</li></{tag}>")
        self.word_list = (len(self.blocks), tag)

    def _flush(self) -> None:
        words = re.sub(r"[ \t\r\n]+", " ", unicodedata.normalize("NFC", "".join(self.words))).strip()
        self.words = []
        if plain(words):
            self.blocks.append(f"<p>{words}</p>")


def _is_aside(node: HtmlElement, style: str) -> bool:
    """Whether Word put it beside the text: a bullet it draws itself, a comment or the mark of one."""
    return bool(WORD_ASIDE.search(style)) or not WORD_COMMENT_CLASSES.isdisjoint((node.get("class") or "").split())


def _items(node: HtmlElement) -> Iterator[list[HtmlElement | str]]:
    """What each item of a list holds; words and elements that stand between items become items."""
    yield [node.text or ""]
    for child in node:
        yield [child.text or "", *child] if child.tag == "li" else [_without_tail(child)]
        yield [child.tail or ""]


def _without_tail(node: HtmlElement) -> HtmlElement:
    alone = copy(node)
    alone.tail = None
    return alone


def _item(blocks: list[str]) -> str:
    """The contents of a list item: its paragraphs joined by br, lists within it kept."""
    written = ""
    for block in blocks:
        if not block.startswith("<p>"):
            written += block
        else:
            written += f"{'<br>' if written and not written.endswith(('</ul>', '</ol>')) else ''}{block[3:-4]}"
    return written


def _lines(block: str) -> str:
    flat = re.sub(r"</li>(?=<li>)|(?<!^)<(?:ul|ol)><li>|</li></(?:ul|ol)>(?!$)", "<br>", block)
    return re.sub(r"</?(?:p|li|ul|ol)>", "", flat).strip()


def _tags(node: HtmlElement, tag: str, page_key: PageKey) -> tuple[str, str]:
    if tag in INLINE_TAGS:
        return f"<{INLINE_TAGS[tag]}>", f"</{INLINE_TAGS[tag]}>"
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
