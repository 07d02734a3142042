"""What a version changes, passage by passage, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from metoodik.handbook import content
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import Target
from metoodik.handbook.texts import words_of
from metoodik.web.difference import Change, change

AROUND = 1
ELSE = "…"


def of_version(version: Version) -> list[Change]:
    """The version against the one approved before it; every passage is new when there is none."""
    before = version.predecessor()
    if version.target == Target.SECTION:
        return _of_section(version, before)
    old = before.page_content if before and not before.withdraws else None
    return of_pages(old, version.page_content)


def of_pages(old: content.Page | None, new: content.Page) -> list[Change]:
    """Only what differs: title, summary, and passages by key in the new order, those gone last."""
    found = [
        change(old.title if old else "", new.title, _("Title")),
        change(old.summary if old else "", new.summary, _("Summary")),
    ]
    before = {passage.key: passage for passage in old.passages} if old else {}
    for passage in new.passages:
        found.append(_changed(_lines(before.pop(passage.key, None)), _lines(passage), passage.heading))
    found += [_changed(_lines(gone), [], gone.heading) for gone in before.values()]
    return [each for each in found if each.kind != "same"]


def _of_section(version: Version, before: Version | None) -> list[Change]:
    old = before.section_content if before and not before.withdraws else None
    new = version.section_content
    found = [
        change(old.title if old else "", new.title, _("Title")),
        change(old.summary if old else "", new.summary, _("Summary")),
    ]
    return [each for each in found if each.kind != "same"]


def _changed(before: list[str], after: list[str], place: str) -> Change:
    """The change of a passage with one unchanged line around it; longer unchanged stretches become an ellipsis."""
    if not before or not after:
        return change("\n".join(before), "\n".join(after), place)
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    first, last = max(start - AROUND, 0), max(end - AROUND, 0)
    lead, trail = [ELSE] if first else [], [ELSE] if last else []
    old, new = (lead + lines[first : len(lines) - last] + trail for lines in (before, after))
    return change("\n".join(old), "\n".join(new), place)


def _same(before: list[str], after: list[str]) -> int:
    """How many lines are equal from the start."""
    same = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        same += 1
    return same


def _lines(passage: content.Passage | None) -> list[str]:
    if passage is None:
        return []
    return [passage.heading, *(words for block in passage.blocks for words in words_of(block))]
