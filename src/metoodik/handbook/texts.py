"""The words of a block, for whoever looks through content: links, hidden numbers, search, difference."""

from __future__ import annotations

from metoodik.handbook import content, richtext


def html_of(block: content.Block) -> tuple[str, ...]:
    """Every piece of canonical HTML in a block; none for blocks of plain words."""
    match block:
        case content.Text(html=html) | content.Warning(html=html):
            return (html,)
        case content.Steps(items=items) | content.Checklist(items=items):
            return items
        case _:
            return ()


def words_of(block: content.Block) -> tuple[str, ...]:
    """Every piece of plain text that a reader sees in a block, in reading order."""
    match block:
        case content.Phrase(et=et, ru=ru, en=en):
            return tuple(each for each in (et, ru, en) if each)
        case content.Table(caption=caption, header=header, rows=rows):
            cells = [cell for row in rows for cell in row]
            return tuple(each for each in (caption, *header, *cells) if each)
        case content.Contact(name=name, phone=phone, hours=hours, note=note):
            return tuple(each for each in (name, phone, hours, note) if each)
        case _:
            return tuple(richtext.plain(each) for each in html_of(block))
