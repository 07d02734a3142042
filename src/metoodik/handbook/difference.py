"""What a version changes, passage by passage, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from metoodik.handbook import content
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import Target
from metoodik.handbook.texts import words_of
from metoodik.web.difference import Change, change


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
        found.append(change(_text(before.pop(passage.key, None)), _text(passage), passage.heading))
    found += [change(_text(gone), "", gone.heading) for gone in before.values()]
    return [each for each in found if each.kind != "same"]


def _of_section(version: Version, before: Version | None) -> list[Change]:
    old = before.section_content if before and not before.withdraws else None
    new = version.section_content
    found = [
        change(old.title if old else "", new.title, _("Title")),
        change(old.summary if old else "", new.summary, _("Summary")),
    ]
    return [each for each in found if each.kind != "same"]


def _text(passage: content.Passage | None) -> str:
    if passage is None:
        return ""
    return "\n".join([passage.heading, *(words for block in passage.blocks for words in words_of(block))])
