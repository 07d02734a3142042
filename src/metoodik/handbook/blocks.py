"""The blocks an editor writes with, and how they become canonical content and back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from metoodik.handbook import content, richtext

FEATURES = ["bold", "italic", "ol", "ul", "link", "fact", "fact-chip"]
INLINE_FEATURES = ["bold", "italic", "link", "fact", "fact-chip"]


class TextBlock(blocks.RichTextBlock):
    """Running text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": FEATURES, **kwargs})


class ItemsBlock(blocks.ListBlock):
    """A list of short rich texts."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("child_block", None)
        super().__init__(blocks.RichTextBlock(features=INLINE_FEATURES, label=_("Item")), **kwargs)


class PhraseBlock(blocks.StructBlock):
    """Words to say, in the three languages of the line."""

    et = blocks.TextBlock(label=_("In Estonian"), rows=2)
    ru = blocks.TextBlock(label=_("In Russian"), rows=2, required=False)
    en = blocks.TextBlock(label=_("In English"), rows=2, required=False)

    class Meta:
        icon = "openquote"
        label = _("Phrase to say")


class ContactBlock(blocks.StructBlock):
    """Whom to reach."""

    name = blocks.CharBlock(label=pgettext_lazy("contact", "Name"))
    phone = blocks.CharBlock(label=_("Telephone"), required=False)
    hours = blocks.CharBlock(label=_("When it is answered"), required=False)
    note = blocks.CharBlock(label=_("What to use it for"), required=False)

    class Meta:
        icon = "mobile-alt"
        label = _("Contact")


class TableBlock(TypedTableBlock):
    """A small table of plain words."""

    cell = blocks.CharBlock(label=_("Text"), required=False)


class BodyBlock(blocks.StreamBlock):
    """What a passage is made of."""

    text = TextBlock(label=_("Text"), icon="pilcrow")
    steps = ItemsBlock(label=_("Numbered steps"), icon="list-ol")
    phrase = PhraseBlock()
    warning = TextBlock(label=_("Warning"), icon="warning")
    checklist = ItemsBlock(label=_("Checklist"), icon="tasks")
    table = TableBlock(label=_("Table"), icon="table")
    contact = ContactBlock()

    class Meta:
        required = False


class RestrictionBlock(blocks.StructBlock):
    """The AK marking of one passage; nothing filled in means that it is read like the rest of the page."""

    ground = blocks.CharBlock(
        label=_("Ground"), required=False, max_length=300, help_text=_("For example AvTS § 35 lg 1 p 9.")
    )
    authority = blocks.CharBlock(label=_("Authority"), required=False, max_length=200)
    since = blocks.DateBlock(label=_("Restricted from"), required=False)
    until = blocks.DateBlock(label=_("Restricted until"), required=False)

    class Meta:
        icon = "lock"
        collapsed = True
        label = _("For internal use only (AK), if only this passage is")


class PassageBlock(blocks.StructBlock):
    """A heading with its body: the unit that people find, link to, confirm and remark on."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=160)
    body = BodyBlock(label=pgettext_lazy("passage", "Contents"))
    restriction = RestrictionBlock()

    class Meta:
        icon = "title"
        label = _("Passage")


class SourceBlock(blocks.StructBlock):
    """A source, or an act with its section."""

    title = blocks.CharBlock(label=pgettext_lazy("source", "Title"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")


PhraseSources = Mapping[str, Mapping[str, str]]


def passages_from_stream(
    stream: blocks.StreamValue, *, page_key: richtext.PageKey, phrase_sources: PhraseSources
) -> tuple[content.Passage, ...]:
    """The passages an editor wrote, as canonical values; block ids become keys."""
    return tuple(
        content.Passage(
            key=str(child.id),
            heading=child.value["heading"].strip(),
            blocks=tuple(_block(each, page_key, phrase_sources) for each in child.value["body"]),
            restriction=_restriction(child.value["restriction"]),
        )
        for child in stream
    )


def half_marked(stream: blocks.StreamValue) -> list[str]:
    """Headings of passages whose AK marking is begun and not whole."""
    begun = (child.value for child in stream if any(child.value["restriction"].values()))
    return [value["heading"] for value in begun if not all(value["restriction"].values())]


def _restriction(value: Any) -> content.Restriction | None:
    """The marking as soon as a part of it is filled in: what is half marked is hidden already."""
    if not any(value.values()):
        return None
    since = value["since"] or date.min
    return content.Restriction(value["ground"].strip(), value["authority"].strip(), since, value["until"] or date.max)


def _raw_restriction(restriction: content.Restriction | None) -> dict[str, Any]:
    if restriction is None:
        return {"ground": "", "authority": "", "since": None, "until": None}
    since = None if restriction.since == date.min else restriction.since.isoformat()
    until = None if restriction.until == date.max else restriction.until.isoformat()
    return {"ground": restriction.ground, "authority": restriction.authority, "since": since, "until": until}


def _block(child: Any, page_key: richtext.PageKey, phrase_sources: PhraseSources) -> content.Block:
    return READERS[child.block_type](str(child.id), child.value, page_key, phrase_sources)


def _html(value: Any, page_key: richtext.PageKey, *, inline: bool = False) -> str:
    return richtext.canonical(value.source, page_key=page_key, inline=inline)


def _items(value: Any, page_key: richtext.PageKey) -> tuple[str, ...]:
    return tuple(text for item in value if (text := _html(item, page_key, inline=True)))


def _phrase(key: str, value: Any, _page_key: richtext.PageKey, sources: PhraseSources) -> content.Phrase:
    confirmed = sources.get(key, {})
    return content.Phrase(
        key=key,
        et=value["et"].strip(),
        ru=value["ru"].strip(),
        en=value["en"].strip(),
        ru_source=confirmed.get("ru", ""),
        en_source=confirmed.get("en", ""),
    )


def _table(key: str, value: Any, _page_key: richtext.PageKey, _sources: PhraseSources) -> content.Table:
    return content.Table(
        key=key,
        caption=value.caption or "",
        header=tuple(str(column["heading"]) for column in value.columns),
        rows=tuple(tuple(str(cell or "") for cell in row["values"]) for row in value.row_data),
    )


def _contact(key: str, value: Any, _page_key: richtext.PageKey, _sources: PhraseSources) -> content.Contact:
    return content.Contact(key=key, **{name: value[name].strip() for name in ("name", "phone", "hours", "note")})


READERS: dict[str, Callable[[str, Any, richtext.PageKey, PhraseSources], content.Block]] = {
    "text": lambda key, value, page_key, _sources: content.Text(key, _html(value, page_key)),
    "warning": lambda key, value, page_key, _sources: content.Warning(key, _html(value, page_key)),
    "steps": lambda key, value, page_key, _sources: content.Steps(key, _items(value, page_key)),
    "checklist": lambda key, value, page_key, _sources: content.Checklist(key, _items(value, page_key)),
    "phrase": _phrase,
    "table": _table,
    "contact": _contact,
}


def stream_data(passages: tuple[content.Passage, ...]) -> list[dict[str, Any]]:
    """Raw stream data for the editor from canonical passages, keys kept."""
    return [
        {
            "type": "passage",
            "id": passage.key,
            "value": {
                "heading": passage.heading,
                "body": [_raw(block) for block in passage.blocks],
                "restriction": _raw_restriction(passage.restriction),
            },
        }
        for passage in passages
    ]


def phrase_sources(passages: tuple[content.Passage, ...]) -> dict[str, dict[str, str]]:
    """What each phrase's translations were last confirmed against, by block key."""
    return {
        block.key: {"ru": block.ru_source, "en": block.en_source}
        for passage in passages
        for block in passage.blocks
        if isinstance(block, content.Phrase)
    }


def _raw(block: content.Block) -> dict[str, Any]:
    return {"type": block.kind, "id": block.key, "value": _raw_value(block)}


def _raw_value(block: content.Block) -> Any:
    match block:
        case content.Text(html=html) | content.Warning(html=html):
            return richtext.for_desk(html)
        case content.Steps(items=items) | content.Checklist(items=items):
            return [
                {"type": "item", "id": str(uuid.uuid4()), "value": f"<p>{richtext.for_desk(item)}</p>"}
                for item in items
            ]
        case content.Phrase():
            return {"et": block.et, "ru": block.ru, "en": block.en}
        case content.Table():
            columns = [{"type": "cell", "heading": heading} for heading in block.header]
            return {"columns": columns, "rows": [{"values": list(row)} for row in block.rows], "caption": block.caption}
        case content.Contact():
            return {"name": block.name, "phone": block.phone, "hours": block.hours, "note": block.note}
