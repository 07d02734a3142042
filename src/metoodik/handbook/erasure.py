"""Erasing a passage's words from all the writing desk keeps of its page: a name that should not have stood there.

What is left says that a passage stood there: its key, an empty heading, no body.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from metoodik.handbook import digests
from metoodik.handbook.actions.comments import erase_comments
from metoodik.handbook.content import Page as PageContent
from metoodik.handbook.content import Passage, Phrase, fingerprint
from metoodik.handbook.memory import forget_translations
from metoodik.handbook.models import GuidancePage, ImportedFile, SegmentTranslation, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.translation import units_of_page
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.trust.audit import record

type Goes = Callable[[str], bool]
"""Whether the wording with this hash is to go."""


def passages_in_force(*, page_key: str, passage_key: str) -> list[Passage]:
    """The passage as approved and in force now, one for each language of the page that has it."""
    versions = Version.objects.filter(key=page_key, target=Target.PAGE).in_force_at(timezone.now())
    return [each for version in versions for each in _wordings(version, passage_key)]


def erase_passage_words(*, page_key: str, passage_key: str, hashes: set[str] | None, by: User) -> int:
    """Empty a passage in versions, drafts and imports of its page in every language, in the caller's transaction.

    `hashes` names the wordings to go; None means every wording but what is in force now. An import loses the passage
    whatever its wording; what was said of it in clearance, the past of its translations and what the memory of
    translations holds of it go too, all but what is in force. Returns how many versions, drafts and pages
    were emptied. Raises NotReady while the version in force, one that is coming, or the newest draft holds words that
    are to go. The caller checks the right to do it.
    """
    numbers = [
        each.pk for each in Page.objects.select_for_update().filter(translation_key=page_key).order_by("pk")
    ]  # Nobody saves a draft or sends a version meanwhile.
    pages = list(GuidancePage.objects.filter(pk__in=numbers))
    in_force = {each.hash for each in passages_in_force(page_key=page_key, passage_key=passage_key)}

    def goes(found: str) -> bool:
        return found not in in_force if hashes is None else found in hashes

    _refuse_standing(pages, in_force, passage_key, goes)
    erased, kept = _erase_versions(page_key, passage_key, goes, by)
    emptied = len(erased)
    for page in pages:
        emptied += _erase_drafts(page, passage_key, goes, erased, kept) + _erase_row(page, passage_key, goes)
    _erase_imports(page_key, passage_key)
    _erase_translations(pages, page_key, passage_key)
    transaction.on_commit(digests.forget)
    erase_comments(page_key=page_key, passage_key=passage_key)
    return emptied


def _refuse_standing(pages: Iterable[GuidancePage], in_force: set[str], passage_key: str, goes: Goes) -> None:
    """Refuse while words that are to go would be shown, or would come back with the next approval."""
    if any(goes(each) for each in in_force):
        raise NotReady(
            [_("The page in force holds these words. Write and approve it without them, make an edition, then erase.")]
        )
    coming = Version.objects.filter(page__in=pages, state=State.APPROVED, effective_from__gt=timezone.now())
    if any(goes(each.hash) for version in coming for each in _wordings(version, passage_key)):
        raise NotReady([_("A version approved for a later day words this passage otherwise. Replace it first.")])
    for page in pages:
        revision = page.get_latest_revision()
        if revision is not None and any(goes(each) for each in _hashes(revision.as_object(), passage_key)):
            raise NotReady(
                [
                    _(
                        "The newest draft of “%s” words this passage otherwise than the page in force. "
                        "Approve the draft, or take the passage out of it, then erase."
                    )
                    % page.draft_title
                ]
            )


def _erase_versions(page_key: str, passage_key: str, goes: Goes, by: User) -> tuple[set[int], set[int]]:
    """Empty versions; the numbers of the drafts they pinned: of emptied ones, and of those that stay."""
    erased: set[int] = set()
    kept: set[int] = set()
    for version in Version.objects.select_for_update().filter(key=page_key, target=Target.PAGE).order_by("pk"):
        gone = {each.key for each in _wordings(version, passage_key) if goes(each.hash)}
        if not gone:
            kept.add(version.revision_id)
            continue
        before, intact = version.content_hash, version.is_intact
        version.content = version.content | {
            "passages": [
                Passage(each["key"], "").to_data() if each["key"] in gone else each
                for each in version.content["passages"]
            ]
        }
        if intact:  # One that was tampered with must not look whole afterwards.
            version.content_hash = fingerprint(version.content)
        version.save(update_fields=["content", "content_hash"])
        record("handbook.version_erased", by=by, subject=version, passage=passage_key, hash=before)
        erased.add(version.revision_id)
    return erased, kept - erased


def _erase_drafts(page: GuidancePage, passage_key: str, goes: Goes, erased: set[int], kept: set[int]) -> int:
    """Empty the passage in the page's drafts: those of emptied versions, and others by their wording."""
    emptied = 0
    for revision in Revision.page_revisions.filter(object_id=str(page.pk)).exclude(pk__in=kept):
        stream = json.loads(revision.content.get("body") or "[]")
        if not any(_filled(each, passage_key) for each in stream):
            continue
        if revision.pk not in erased and not any(goes(each) for each in _hashes(revision.as_object(), passage_key)):
            continue
        revision.content = revision.content | {"body": json.dumps(_emptied(stream, passage_key), ensure_ascii=False)}
        revision.save(update_fields=["content"])
        emptied += 1
    return emptied


def _erase_row(page: GuidancePage, passage_key: str, goes: Goes) -> int:
    """Empty the passage in the page's own row, which keeps the words it was made with."""
    if not any(goes(each) for each in _hashes(page, passage_key)):
        return 0
    page.body = _emptied(list(page.body.raw_data), passage_key)
    GuidancePage.objects.filter(pk=page.pk).update(body=page.body)
    return 1


def _erase_imports(page_key: str, passage_key: str) -> None:
    """Drop the passage from the files that became the page, with what else is kept of their words."""
    for imported in ImportedFile.objects.select_for_update(of=("self",)).filter(page__translation_key=page_key):
        left = [each for each in imported.passages if each["key"] != passage_key]
        if left != imported.passages:
            imported.passages, imported.leftovers, imported.source_html = left, [], ""
            imported.save(update_fields=["passages", "leftovers", "source_html"])


def _erase_translations(pages: Iterable[GuidancePage], page_key: str, passage_key: str) -> None:
    """Drop what is kept of how the passage was translated, but for words that stand in the page in force."""
    versions = Version.objects.filter(key=page_key, target=Target.PAGE).in_force_at(timezone.now())
    said = {version.locale: _pieces(version.page_content) for version in versions}
    standing = {words for pieces in said.values() for words in pieces}
    past = SegmentTranslation.objects.filter(page_key=page_key, passage_key=passage_key)
    past.exclude(source_words__in=standing, words__in={*standing, ""}).delete()
    forget_translations(page_key, said)
    for page in pages:
        if kept := _made_from(page.translated_from, standing):
            GuidancePage.objects.filter(pk=page.pk).update(translated_from=kept)
        for revision in Revision.page_revisions.filter(object_id=str(page.pk)):
            if kept := _made_from(revision.content.get("translated_from"), standing):
                revision.content = revision.content | {"translated_from": kept}
                revision.save(update_fields=["content"])


def _made_from(words: Any, standing: set[str]) -> dict[str, list[str]] | None:
    """What pieces were translated from, with words that stand nowhere any more left empty; None if nothing changes."""
    if not words:
        return None
    kept = {unit: [each if each in standing else "" for each in pieces] for unit, pieces in words.items()}
    return kept if kept != words else None


def _pieces(page: PageContent) -> set[str]:
    """Every piece of a page's words, as translators have them."""
    phrases = (block for passage in page.passages for block in passage.blocks if isinstance(block, Phrase))
    units = (unit for _passage, unit in units_of_page(page))
    return {piece.words for unit in units for piece in unit.pieces} | {
        words for each in phrases for words in (each.et, each.ru, each.en)
    }


def _wordings(version: Version, passage_key: str) -> list[Passage]:
    """The version's passage with that key, unless it is empty."""
    return [each for each in version.page_content.passages if each.key == passage_key and _has_words(each)]


def _hashes(page: GuidancePage, passage_key: str) -> list[str]:
    return [each.hash for each in page.to_content().passages if each.key == passage_key and _has_words(each)]


def _has_words(passage: Passage) -> bool:
    return bool(passage.heading or passage.blocks)


def _filled(child: dict[str, Any], passage_key: str) -> bool:
    return child.get("id") == passage_key and bool(child["value"].get("heading") or child["value"].get("body"))


def _emptied(stream: Iterable[dict[str, Any]], passage_key: str) -> list[dict[str, Any]]:
    return [
        {**each, "value": {"heading": "", "body": []}} if each.get("id") == passage_key else dict(each)
        for each in stream
    ]
