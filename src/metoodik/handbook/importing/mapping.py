"""From pandoc's tree to a draft: a title and its passages.

The rules, so that an author can foresee them:

- The title is the one the file marks as such, else its only top heading, else its first heading, else its name.
- Every heading starts a passage, however deep: a passage is what search finds and others point at. A heading without
  text of its own, followed by a deeper one, becomes a bold line at the start of the next passage. In a file without
  any marked heading, short bold lines, numbered lines and lines in capitals are taken for headings.
- Text before the first heading is a passage headed by the title.
- A list numbered from 1 becomes steps; any other keeps its numbers or letters as words. Bullets are text, boxes to tick
  are a checklist. A table with one column is text; the words of merged cells stand in the first of them.
- Footnotes follow their passage, numbered as in the text.
- Struck-out words, deletions, comments and pictures stay out of the draft.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from metoodik.handbook.content import Passage, Text
from metoodik.handbook.importing.blocks import BlockDraft, BlockMapper, flattened
from metoodik.handbook.importing.converter import Node
from metoodik.handbook.importing.plain import heading_level
from metoodik.handbook.importing.richtext import Renderer
from metoodik.handbook.importing.values import Where
from metoodik.handbook.importing.words import words

_LONGEST_HEADING = 200
_LONGEST_GUESSED = 90


@dataclass
class PassageDraft:
    """A passage being filled. `leads` are the bare headings above it, `source` its heading's node."""

    key: str
    heading: str
    level: int
    source: list[Node] = field(default_factory=list)
    leads: list[tuple[str, list[Node]]] = field(default_factory=list)
    blocks: list[BlockDraft] = field(default_factory=list)

    def passage(self) -> Passage:
        """The finished passage."""
        return Passage(self.key, self.heading, tuple(each.block for each in self.blocks))


@dataclass
class Draft:
    """What the tree became, and what the comparison with the file must know.

    `aside` are words left out on purpose with their place, `pictures` the names of pictures without words, `added` the
    words that the file does not have at that place.
    """

    title: str
    title_source: list[Node]
    passages: list[PassageDraft]
    aside: list[tuple[Where, str]]
    pictures: list[str]
    added: Counter[str]


def make_draft(tree: Sequence[Node], name: str, new_key: Callable[[], str], *, fallback_title: str = "") -> Draft:
    """The draft for a tree; one without title takes `fallback_title`, its first heading, or `name`, in that order."""
    return _Mapper(new_key).draft(list(flattened(tree)), fallback_title, name)


class _Mapper:
    def __init__(self, new_key: Callable[[], str]) -> None:
        self.new_key = new_key
        self.renderer = Renderer()
        self.passages: list[PassageDraft] = []

    def draft(self, nodes: list[Node], fallback_title: str, name: str) -> Draft:
        if not any(node["t"] == "Header" and node["c"][0] for node in nodes):
            nodes = [_guessed(node) for node in nodes]
        title_node = _title_node(nodes)
        title = self.renderer.words(title_node["c"][2]) if title_node else ""
        title = title or fallback_title or self._first_heading(nodes)
        if not title:
            title = name
            self.renderer.added.update(words(name))
        self._fill([node for node in nodes if node is not title_node], title)
        self._join_bare_headings(title)
        found = self.renderer
        source = [title_node] if title_node else []
        return Draft(title, source, self.passages, found.aside, found.pictures, found.added)

    def _first_heading(self, nodes: list[Node]) -> str:
        for node in nodes:
            if node["t"] == "Header" and (text := Renderer().words(node["c"][2])):
                self.renderer.added.update(words(text))
                return text
        return ""

    def _fill(self, nodes: list[Node], title: str) -> None:
        for starts_passage, group in groupby(nodes, key=_starts_passage):
            if starts_passage:
                for node in group:
                    self._start(self.renderer.words(node["c"][2]), node["c"][0], [node])
                continue
            self._add(list(group), title)

    def _add(self, nodes: list[Node], title: str) -> None:
        mapper = BlockMapper(self.renderer, self.new_key)
        mapper.add(nodes)
        self._add_notes(mapper)
        if mapper.done and not self.passages:
            self._start(title, 0, [])
            self.renderer.added.update(words(title))
        if self.passages:
            self.passages[-1].blocks.extend(mapper.done)

    def _start(self, heading: str, level: int, source: list[Node]) -> None:
        self.passages.append(PassageDraft(self.new_key(), heading, level, source))
        if self.renderer.notes:
            mapper = BlockMapper(self.renderer, self.new_key)
            self._add_notes(mapper)
            self.passages[-1].blocks.extend(mapper.done)

    def _add_notes(self, mapper: BlockMapper) -> None:
        """Put the footnotes met so far under the passage; a note may hold a note."""
        while self.renderer.notes:
            notes, self.renderer.notes = self.renderer.notes, []
            for number, blocks in notes:
                mapper.text(f"<p>[{number}] {'<br>'.join(mapper.lines(blocks))}</p>", [])

    def _join_bare_headings(self, title: str) -> None:
        joined: list[PassageDraft] = []
        for passage in self.passages:
            above = joined[-1] if joined else None
            if above is not None and not above.blocks and above.level < passage.level:
                passage.leads = [*above.leads, *self._lead(above, title)]
                joined.pop()
            joined.append(passage)
        for passage in joined:
            self._write_leads(passage)
        self.passages = joined

    def _lead(self, passage: PassageDraft, title: str) -> list[tuple[str, list[Node]]]:
        """The bare heading as a lead, unless it is the one that the title was taken from."""
        said = Counter(words(title))
        if words(passage.heading) != words(title) or any(self.renderer.added[word] < said[word] for word in said):
            return [(passage.heading, passage.source)]
        self.renderer.added.subtract(said)
        return []

    def _write_leads(self, passage: PassageDraft) -> None:
        if not passage.leads:
            return
        markup = "".join(f"<p><b>{html.escape(heading, quote=False)}</b></p>" for heading, _ in passage.leads)
        source = [node for _, nodes in passage.leads for node in nodes]
        first = passage.blocks[0] if passage.blocks else None
        if first is not None and isinstance(first.block, Text):
            first.block = replace(first.block, html=markup + first.block.html)
            first.source[:0] = source
        else:
            passage.blocks.insert(0, BlockDraft(Text(self.new_key(), markup), source))


def _starts_passage(node: Node) -> bool:
    return node["t"] == "Header" and 0 < len(Renderer().words(node["c"][2])) <= _LONGEST_HEADING


def _title_node(nodes: list[Node]) -> Node | None:
    headings = [node for node in nodes if node["t"] == "Header" and Renderer().words(node["c"][2])]
    marked = [node for node in headings if node["c"][0] == 0]
    tops = [node for node in headings if node["c"][0] == 1]
    if marked:
        return marked[0]
    return tops[0] if len(tops) == 1 and headings[0] is tops[0] else None


def _guessed(node: Node) -> Node:
    """The paragraph as a heading when it reads like one."""
    if node["t"] not in {"Para", "Plain"}:
        return node
    text = Renderer().words(node["c"])
    if not text:
        return node
    level = heading_level(text)
    bold = all(each["t"] in {"Strong", "Space"} for each in node["c"])
    if level is None and bold and len(text) <= _LONGEST_GUESSED and text[-1] not in ".;,:":
        level = 2
    return {"t": "Header", "c": [level, None, node["c"]]} if level else node
