"""Blocks of pandoc's tree as the blocks of a passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import lxml.html
from lxml import etree

from metoodik.handbook.content import Block, Checklist, Steps, Table, Text
from metoodik.handbook.importing.converter import Node
from metoodik.handbook.importing.richtext import Renderer, plain
from metoodik.handbook.importing.words import words

_BOXES = ("☐", "☑", "☒", "✓", "✔", "[ ]", "[x]", "[X]")

_WIDEST = 100


@dataclass
class BlockDraft:
    """A block of the draft with the nodes it came from."""

    block: Block
    source: list[Node]


def para(inlines: list[Node]) -> Node:
    """A paragraph node."""
    return {"t": "Para", "c": inlines}


def flattened(nodes: Sequence[Node]) -> Iterator[Node]:
    """The blocks without wrappers, figures and one-column tables opened, raw markup reduced to its paragraphs."""
    for node in nodes:
        yield from _opened(node["t"], node.get("c"), node)


def _opened(kind: str, content: Any, node: Node) -> Iterator[Node]:
    match kind, content:
        case "Div", [_, list() as inner]:
            yield from flattened(inner)
        case "Figure", [_, [_, list() as caption], list() as inner]:
            yield from flattened([*inner, *caption])
        case "RawBlock", [_, str() as markup]:
            yield from _raw_paragraphs(markup)
        case "LineBlock", lines:
            yield para(_broken_lines(lines))
        case "CodeBlock", [_, str() as text]:
            yield para(_broken_lines([[{"t": "Str", "c": line}] for line in text.split("\n")]))
        case "DefinitionList", entries:
            yield from _defined(entries)
        case "HorizontalRule" | "Null", _:
            return
        case "Table", [_, [_, list() as caption], [_], *_]:
            yield from flattened([*caption, *(each for row in table_rows(node) for cell in row for each in cell[4])])
        case _:
            yield node


def _defined(entries: list[Any]) -> Iterator[Node]:
    for term, definitions in entries:
        yield para([{"t": "Strong", "c": term}])
        for definition in definitions:
            yield from flattened(definition)


def _broken_lines(lines: list[list[Node]]) -> list[Node]:
    return [inline for line in lines for inline in [*line, {"t": "LineBreak"}]][:-1]


def _raw_paragraphs(markup: str) -> Iterator[Node]:
    if not plain(markup):
        return
    try:
        fragment = lxml.html.fragment_fromstring(markup, create_parent="div")
        etree.strip_elements(fragment, "script", "style", with_tail=False)
        texts = list(fragment.itertext())
    except (etree.LxmlError, ValueError):
        texts = [plain(markup)]
    for text in texts:
        if text.strip():
            yield para([{"t": "Str", "c": " ".join(text.split())}])


def table_rows(node: Node) -> list[list[list[Any]]]:
    """All rows of a table, head and foot included, each as its cells."""
    _, _, _, head, bodies, foot = node["c"]
    inner = [row for body in bodies for row in [*body[2], *body[3]]]
    return [row[1] for row in [*head[1], *inner, *foot[1]]]


@dataclass
class BlockMapper:
    """Collects blocks; neighbouring paragraphs and bullets join into one text."""

    renderer: Renderer
    new_key: Callable[[], str]
    done: list[BlockDraft] = field(default_factory=list)

    def add(self, nodes: Sequence[Node]) -> None:
        """Convert and collect `nodes`, which are already flattened."""
        index = 0
        while index < len(nodes):
            ticked = self._ticked_run(nodes, index)
            if len(ticked) > 1:
                self._checklist([[each] for each in ticked], list(ticked))
                index += len(ticked)
            else:
                self._add_one(nodes[index])
                index += 1

    def text(self, markup: str, source: list[Node]) -> None:
        """Collect a piece of running text, joined to the text before it."""
        if not plain(markup):
            if self.done:
                self.done[-1].source.extend(source)
            return
        last = self.done[-1] if self.done else None
        if last is not None and isinstance(last.block, Text):
            last.block = replace(last.block, html=last.block.html + markup)
            last.source.extend(source)
        else:
            self._put(Text(self.new_key(), markup), source)

    def _put(self, block: Block, source: list[Node]) -> None:
        self.done.append(BlockDraft(block, list(source)))

    def _ticked_run(self, nodes: Sequence[Node], start: int) -> list[Node]:
        end = start
        while end < len(nodes) and _is_ticked([nodes[end]]):
            end += 1
        return list(nodes[start:end])

    def _add_one(self, node: Node) -> None:
        kind, content = node["t"], node.get("c")
        if kind in {"Para", "Plain"}:
            self.text(f"<p>{self.renderer.html(node['c'])}</p>", [node])
        elif kind == "Header":
            self.text(f"<p><b>{self.renderer.html(node['c'][2])}</b></p>", [node])
        elif kind == "BlockQuote":
            self.text("".join(f"<p>{line}</p>" for line in self.lines(node["c"])), [node])
        elif kind == "BulletList" and all(_is_ticked(item) for item in node["c"]):
            self._checklist(node["c"], [node])
        elif kind == "BulletList":
            self.text(self._list(node), [node])
        elif kind == "OrderedList":
            self._ordered(node)
        elif kind == "Table":
            self._table(node)
        elif content:
            self.text("".join(f"<p>{line}</p>" for line in self.lines([node])), [node])

    def _ordered(self, node: Node) -> None:
        items = node["c"][1]
        if _counts_from_one(node) and len(items) > 1:
            self._put(Steps(self.new_key(), tuple(self._joined(item) for item in items)), [node])
        else:
            lines = [f"<p>{marker}{self._joined(item)}</p>" for marker, item in self._marked(node)]
            self.text("".join(lines), [node])

    def _marked(self, node: Node) -> Iterator[tuple[str, list[Node]]]:
        """The items of a numbered list with their numbers as words."""
        (start, style, delimiter), items = node["c"]
        for number, item in enumerate(items, start):
            marker = _marker(number, style["t"], delimiter["t"])
            self.renderer.added.update(words(marker))
            yield f"{marker} ", item

    def _checklist(self, items: Sequence[Sequence[Node]], source: list[Node]) -> None:
        ticked = (_without_box(self._joined(item)) for item in items)
        self._put(Checklist(self.new_key(), tuple(ticked)), source)

    def _joined(self, blocks: Sequence[Node]) -> str:
        return "<br>".join(self.lines(blocks))

    def lines(self, blocks: Sequence[Node]) -> list[str]:
        """Any blocks as lines of inline HTML; nested lists keep a dash or number before each item."""
        return [line for node in flattened(blocks) for line in self._lines_of(node) if plain(line)]

    def _lines_of(self, node: Node) -> list[str]:
        kind, content = node["t"], node.get("c")
        if kind in {"Para", "Plain"}:
            return [self.renderer.html(node["c"])]
        if kind == "Header":
            return [f"<b>{self.renderer.html(node['c'][2])}</b>"]
        if kind == "BulletList":
            return [f"– {line}" for item in node["c"] for line in self._first_marked("", item)]
        if kind == "OrderedList":
            return [line for marker, item in self._marked(node) for line in self._first_marked(marker, item)]
        if kind == "Table":
            return self._table_lines(node)
        return self.lines(content) if isinstance(content, list) and kind == "BlockQuote" else []

    def _first_marked(self, marker: str, item: list[Node]) -> list[str]:
        lines = self.lines(item)
        return [f"{marker}{lines[0]}", *lines[1:]] if lines else []

    def _table_lines(self, node: Node) -> list[str]:
        caption = self.lines(node["c"][1][1])
        rows = [[self._joined(cell[4]) for cell in row] for row in table_rows(node)]
        return [*caption, *(" – ".join(filter(plain, row)) for row in rows)]

    def _list(self, node: Node) -> str:
        """A bulleted or numbered list as nested HTML lists."""
        if node["t"] == "OrderedList" and not _counts_from_one(node):
            return "".join(f"<br>{marker}{self._joined(item)}" for marker, item in self._marked(node))
        tag, items = ("ul", node["c"]) if node["t"] == "BulletList" else ("ol", node["c"][1])
        entries = "".join(f"<li>{self._entry(item)}</li>" for item in items)
        return f"<{tag}>{entries}</{tag}>"

    def _entry(self, item: list[Node]) -> str:
        markup = ""
        for node in flattened(item):
            if node["t"] in {"BulletList", "OrderedList"}:
                markup += self._list(node)
            else:
                markup += "".join(f"<br>{line}" for line in self._lines_of(node) if plain(line))
        return markup.removeprefix("<br>")

    def _table(self, node: Node) -> None:
        caption = plain("\n".join(self.lines(node["c"][1][1])))
        head, body = self._grids(node)
        width = max((len(row) for row in [*head, *body]), default=0)
        rows = [(*row, *[""] * (width - len(row))) for row in body]
        columns = [[row[index] for row in head if index < len(row)] for index in range(width)]
        header = tuple(" – ".join(filter(None, column)) for column in columns)
        if any(header) or any(any(row) for row in rows):
            self._put(Table(self.new_key(), caption, header, tuple(rows)), [node])
        elif caption:
            self.text(f"<p>{'<br>'.join(self.lines(node['c'][1][1]))}</p>", [node])

    def _grids(self, node: Node) -> tuple[list[list[str]], list[list[str]]]:
        """The rows of the head and of the body, merged cells taken apart: the words stand in the first of them."""
        rows = table_rows(node)
        in_head = len(node["c"][3][1]) or (1 if len(rows) > 1 and _all_bold(rows[0]) else 0)
        grid: list[dict[int, str]] = [{} for _ in rows]
        for index, row in enumerate(rows):
            for cell in row:
                self._place(cell, index, grid)
        filled = [[line.get(column, "") for column in range(max(line, default=-1) + 1)] for line in grid]
        return filled[:in_head], filled[in_head:]

    def _place(self, cell: list[Any], index: int, grid: list[dict[int, str]]) -> None:
        _, _, down, across, blocks = cell
        across = min(across, _WIDEST)
        column = next(place for place in range(len(grid[index]) + 1) if place not in grid[index])
        for line in grid[index : index + down]:
            line.update(dict.fromkeys(range(column, column + across), ""))
        grid[index][column] = plain("\n".join(self.lines(blocks)).replace("\n", "<br>"))


def _counts_from_one(node: Node) -> bool:
    start, style, _ = node["c"][0]
    return bool(start == 1 and style["t"] in {"Decimal", "DefaultStyle"})


def _marker(number: int, style: str, delimiter: str) -> str:
    shown = str(number)
    if style in {"LowerAlpha", "UpperAlpha"} and 1 <= number <= 26:
        shown = chr(ord("a") + number - 1)
    elif style in {"LowerRoman", "UpperRoman"}:
        shown = _roman(number)
    shown = shown.upper() if style.startswith("Upper") else shown
    return {"OneParen": f"{shown})", "TwoParens": f"({shown})"}.get(delimiter, f"{shown}.")


def _roman(number: int) -> str:
    signs = [(100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
    shown = ""
    for value, sign in signs:
        while number >= value:
            shown += sign
            number -= value
    return shown


def _is_ticked(blocks: Sequence[Node]) -> bool:
    if not blocks or blocks[0]["t"] not in {"Para", "Plain"}:
        return False
    return Renderer().words(blocks[0]["c"][:3]).startswith(_BOXES)


def _without_box(markup: str) -> str:
    for box in _BOXES:
        if markup.startswith(box):
            return markup.removeprefix(box).strip()
    return markup


def _all_bold(row: list[list[Any]]) -> bool:
    return all(_is_bold(cell[4]) for cell in row)


def _is_bold(blocks: list[Node]) -> bool:
    return bool(blocks) and all(
        node["t"] in {"Para", "Plain"} and node["c"] and all(each["t"] in {"Strong", "Space"} for each in node["c"])
        for node in blocks
    )
