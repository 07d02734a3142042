"""The source as it was, drawn beside the draft in a closed set of tags: every word escaped, nothing loads or runs."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from metoodik.handbook.importing.blocks import table_rows
from metoodik.handbook.importing.converter import Node
from metoodik.handbook.importing.mapping import Draft, PassageDraft
from metoodik.handbook.importing.richtext import allowed_link
from metoodik.handbook.importing.values import source_anchor

_INLINE_TAGS = {
    "Strong": "b",
    "Emph": "i",
    "Underline": "u",
    "Strikeout": "s",
    "Superscript": "sup",
    "Subscript": "sub",
    "SmallCaps": "span",
}
_SPAN_TAGS = {"insertion": "ins", "deletion": "del", "comment-start": "mark"}


def source_html(draft: Draft) -> str:
    """The source drawn in the order of the draft, each passage and block under its `source_anchor`."""
    title = "".join(f"<h1>{_inlines(node['c'][2])}</h1>" for node in draft.title_source)
    return title + "".join(_passage(each) for each in draft.passages)


def _passage(passage: PassageDraft) -> str:
    heading = _blocks(passage.source)
    blocks = "".join(_element("div", each.block.key, _blocks(each.source)) for each in passage.blocks)
    return _element("section", passage.key, heading + blocks)


def _element(tag: str, key: str, inner: str) -> str:
    return f'<{tag} id="{html.escape(source_anchor(key))}">{inner}</{tag}>'


def _blocks(nodes: Sequence[Node]) -> str:
    return "".join(_block(node["t"], node.get("c"), node) for node in nodes)


def _block(kind: str, content: Any, node: Node) -> str:
    match kind, content:
        case "Para", inlines:
            return f"<p>{_inlines(inlines)}</p>"
        case "Plain", inlines:
            return _inlines(inlines)
        case "Header", [level, _, inlines]:
            tag = f"h{min(6, level + 1)}"
            return f"<{tag}>{_inlines(inlines)}</{tag}>"
        case "BulletList", items:
            return f"<ul>{_items(items)}</ul>"
        case "OrderedList", [[start, _, _], items]:
            return f'<ol start="{int(start)}">{_items(items)}</ol>'
        case "BlockQuote", inner:
            return f"<blockquote>{_blocks(inner)}</blockquote>"
        case "Table", _:
            return _table(node)
    return _rare_block(kind, content)


def _rare_block(kind: str, content: Any) -> str:
    match kind, content:
        case "Div", [_, inner]:
            return _blocks(inner)
        case "Figure", [_, [_, caption], inner]:
            return f"<figure>{_blocks(inner)}<figcaption>{_blocks(caption)}</figcaption></figure>"
        case "CodeBlock", [_, text]:
            return f"<pre>{html.escape(text)}</pre>"
        case "LineBlock", lines:
            return f"<p>{'<br>'.join(_inlines(line) for line in lines)}</p>"
        case "DefinitionList", entries:
            return "".join(f"<dl><dt>{_inlines(term)}</dt>{_definitions(each)}</dl>" for term, each in entries)
    return ""


def _definitions(definitions: list[list[Node]]) -> str:
    return "".join(f"<dd>{_blocks(each)}</dd>" for each in definitions)


def _items(items: list[list[Node]]) -> str:
    return "".join(f"<li>{_blocks(item)}</li>" for item in items)


def _table(node: Node) -> str:
    caption = _blocks(node["c"][1][1])
    head = len(node["c"][3][1])
    rows = "".join(_row(row, "th" if index < head else "td") for index, row in enumerate(table_rows(node)))
    return f"<table>{f'<caption>{caption}</caption>' if caption else ''}{rows}</table>"


def _row(cells: list[list[Any]], tag: str) -> str:
    return f"<tr>{''.join(_cell(cell, tag) for cell in cells)}</tr>"


def _cell(cell: list[Any], tag: str) -> str:
    _, _, down, across, blocks = cell
    spans = "".join(f' {name}="{number}"' for name, number in (("rowspan", down), ("colspan", across)) if number != 1)
    return f"<{tag}{spans}>{_blocks(blocks)}</{tag}>"


def _inlines(inlines: Sequence[Node]) -> str:
    return "".join(_inline(each["t"], each.get("c")) for each in inlines)


def _inline(kind: str, content: Any) -> str:
    if kind in _INLINE_TAGS:
        return f"<{_INLINE_TAGS[kind]}>{_inlines(content)}</{_INLINE_TAGS[kind]}>"
    match kind, content:
        case "Str", text:
            return html.escape(text)
        case "Space" | "SoftBreak", _:
            return " "
        case "LineBreak", _:
            return "<br>"
        case "Code" | "Math", [_, text]:
            return f"<code>{html.escape(text)}</code>"
        case "Quoted", [_, inner]:
            return f"„{_inlines(inner)}“"
        case "Cite", [_, inner]:
            return _inlines(inner)
    return _rare_inline(kind, content)


def _rare_inline(kind: str, content: Any) -> str:
    match kind, content:
        case "Note", blocks:
            return f" <small>[{_blocks(blocks).replace('<p>', '').replace('</p>', ' ')}]</small>"
        case "Span", [[_, classes, _], inner]:
            return _span(classes, inner)
        case "Link", [_, inner, [target, _]]:
            shown = _inlines(inner)
            return f'<a href="{html.escape(target)}" rel="noreferrer">{shown}</a>' if allowed_link(target) else shown
        case "Image", [_, inner, [_, title]]:
            return f"<em>[{' '.join(filter(None, [_inlines(inner), html.escape(title)]))}]</em>"
    return ""


def _span(classes: list[str], inner: list[Node]) -> str:
    tag = next((_SPAN_TAGS[name] for name in classes if name in _SPAN_TAGS), None)
    return f"<{tag}>{_inlines(inner)}</{tag}>" if tag else _inlines(inner)
