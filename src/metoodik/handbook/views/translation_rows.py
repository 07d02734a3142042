"""A page and its translation as rows to draw: each piece with its field and all that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metoodik.handbook import content, glossary, memory, translation
from metoodik.handbook.actions import phrases as phrase_actions
from metoodik.handbook.actions import translation as actions
from metoodik.handbook.models import GuidancePage, SegmentTranslation, Version
from metoodik.handbook.translations import (
    visible_keys,
)
from metoodik.people.models import User
from metoodik.web.difference import Change as Difference
from metoodik.web.difference import change

SEGMENT_STATES = {"missing": "missing", "stale": "stale", "drafted": "draft", "current": "current"}


@dataclass(frozen=True, slots=True)
class Row:
    """One piece as the page draws it: what to translate, the field, and all that helps."""

    id: str
    kind: str
    source: str
    words: str
    base: str
    state: str
    copied: bool
    lines: int
    links: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    difference: tuple[Difference, ...] = ()
    may_confirm: bool = False
    theirs: str | None = None
    error: str = ""
    suggestion: str = ""
    has_past: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A passage, or the page's own title and summary, with its rows, phrases and terms."""

    key: str
    heading: str
    rows: list[Row]
    phrases: list[Row]
    terms: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a translator sent: kept as it is when it cannot be saved."""

    words: dict[str, str]
    conflicts: frozenset[str] = frozenset()
    errors: dict[str, str] | None = None


def blocks_of(user: User, source: Version, locale: str, parts: list[translation.Part], typed: Typed) -> list[Block]:
    segments = [each for part in parts for each in part.segments]
    offered = memory.suggestions(segments, locale, visible=visible_keys(user))
    known = set(SegmentTranslation.objects.of_page(source.key, locale).values_list("segment", flat=True))
    latest = {each.key: each for part in _phrases_now(source) for each in part}
    return [
        Block(
            key=part.key,
            heading=part.heading,
            rows=[_segment_row(each, typed, offered.get(each.id), each.id in known) for each in part.segments],
            phrases=[
                _phrase_row(latest.get(each.key, each), locale, typed, each.key in known) for each in part.phrases
            ],
            terms=[
                (each.et, each.said(locale))
                for each in glossary.hints(" ".join(each.source for each in part.segments), locale)
            ],
        )
        for part in parts
    ]


def _phrases_now(source: Version) -> list[tuple[content.Phrase, ...]]:
    """Phrases as the newest draft of the Estonian page has them: translators work on those."""
    draft = draft_of_page(source.page.specific)
    return [part.phrases for part in translation.parts(draft.to_content(), None, {}, None)]


def _segment_row(segment: translation.Segment, typed: Typed, offered: memory.Suggestion | None, has_past: bool) -> Row:
    source, words = translation.to_marked(segment.source), translation.to_marked(segment.words)
    stale = segment.state == "stale"
    return Row(
        id=segment.id,
        kind=segment.kind,
        source=source,
        words=typed.words.get(segment.id, words),
        base=actions.base_of(segment),
        state=SEGMENT_STATES[segment.state],
        copied=segment.is_same_everywhere,
        lines=max(2, len(source) // 48 + 1),
        links=segment.links,
        lost=segment.lost,
        numbers=segment.lost_numbers,
        difference=(change(translation.to_marked(segment.was), source),) if stale and segment.was else (),
        may_confirm=stale,
        theirs=words if segment.id in typed.conflicts else None,
        error=(typed.errors or {}).get(segment.id, ""),
        suggestion=translation.to_marked(offered.words) if offered and not segment.words else "",
        has_past=has_past,
    )


def _phrase_row(phrase: content.Phrase, locale: str, typed: Typed, has_past: bool) -> Row:
    words = phrase_actions.words_in(phrase, locale)
    return Row(
        id=phrase.key,
        kind="phrase",
        source=phrase.et,
        words=typed.words.get(phrase.key, words),
        base=phrase_actions.phrase_base(phrase, locale),
        state=phrase.state(locale),
        copied=False,
        lines=max(2, len(phrase.et) // 48 + 1),
        may_confirm=phrase.state(locale) == "stale",
        theirs=words if phrase.key in typed.conflicts else None,
        error=(typed.errors or {}).get(phrase.key, ""),
        has_past=has_past,
    )


def draft_of_page(page: Any) -> GuidancePage:
    revision = page.get_latest_revision()
    draft: GuidancePage = revision.as_object() if revision else page
    return draft
