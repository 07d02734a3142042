"""Words to say in other languages: translated beside the page, agreed with by a language reviewer, excepted by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from metoodik.handbook import content
from metoodik.handbook.access import sees
from metoodik.handbook.actions.drafts import save_draft
from metoodik.handbook.actions.translation import Saved
from metoodik.handbook.language_rules import phrases_of
from metoodik.handbook.models import GuidancePage, PhraseAgreement, PhraseException, SegmentTranslation, Version
from metoodik.handbook.models.translation import Deed, phrase_hash
from metoodik.handbook.translation import LANGUAGES
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

type Place = tuple[str, str]
"""(block key, language) of a phrase's words."""


def words_in(phrase: content.Phrase, language: str) -> str:
    """The phrase's words in Russian or English."""
    return phrase.ru if language == "ru" else phrase.en


def phrase_base(phrase: content.Phrase, language: str) -> str:
    """What a translator's field for a phrase was filled from."""
    return content.fingerprint([phrase.et, words_in(phrase, language), phrase.state(language)])[:16]


@transaction.atomic
def save_phrases(
    *,
    source: Version,
    by: User,
    words: Mapping[Place, str],
    bases: Mapping[Place, str],
    same: Collection[Place] = (),
) -> Saved:
    """Save words to say into a draft of the Estonian page that holds them. Conflicts are left as they are and named.

    Raises PermissionDenied.
    """
    if not by.can(Permission.TRANSLATE_GUIDANCE) or not sees(by, source):
        raise PermissionDenied
    revision = Page.objects.select_for_update().get(pk=source.page_id).get_latest_revision()
    draft: GuidancePage = revision.as_object() if revision else source.page.specific
    written = draft.to_content()
    changed: dict[str, content.Phrase] = {}
    deeds, conflicts = [], set()
    for passage, phrase in phrases_of(written):
        for language in LANGUAGES:
            place = (phrase.key, language)
            new = words.get(place, words_in(phrase, language)).strip()
            confirm = place in same and phrase.state(language) == "stale"
            if new == words_in(phrase, language) and not confirm:
                continue
            if bases.get(place) != phrase_base(phrase, language):
                conflicts.add(f"{phrase.key}.{language}")
                continue
            so_far = changed.get(phrase.key, phrase)
            source_of = content.fingerprint(phrase.et) if new else ""
            changed[phrase.key] = (
                replace(so_far, ru=new, ru_source=source_of)
                if language == "ru"
                else replace(so_far, en=new, en_source=source_of)
            )
            draft.confirm_now = {**draft.confirm_now, phrase.key: draft.confirm_now.get(phrase.key, set()) | {language}}
            deeds.append(_row(source, passage, phrase, language, new, by))
    if deeds:
        draft.write_passages(
            tuple(
                replace(each, blocks=tuple(changed.get(block.key, block) for block in each.blocks))
                for each in written.passages
            )
        )
        save_draft(page=draft, by=by)
        SegmentTranslation.objects.bulk_create(deeds)
        record("handbook.phrases_translated", by=by, subject=source.page, segments=len(deeds))
    return Saved(len(deeds), frozenset(conflicts))


@transaction.atomic
def agree_with_phrases(*, version: Version, by: User, places: Collection[Place] | None = None) -> int:
    """Say that phrases of a version (all by default) mean the same in their languages; returns how many.

    Nobody agrees with words they wrote or with a version they worked on. Raises PermissionDenied.
    """
    if not _second_eyes(version, by, Permission.REVIEW_LANGUAGE) or not sees(by, version):
        raise PermissionDenied
    said = PhraseAgreement.objects.filter(page_key=version.key, by=by)
    before = set(said.values_list("block_key", "locale", "words_hash"))
    new: list[PhraseAgreement] = []
    for _passage, phrase in phrases_of(version.page_content):
        for language in LANGUAGES:
            wanted = places is None or (phrase.key, language) in places
            if not wanted or phrase.state(language) == "missing" or _wrote(version, phrase, language, by):
                continue
            words = phrase_hash(phrase, language)
            if (phrase.key, language, words) not in before:
                new.append(
                    PhraseAgreement(
                        page_key=version.key, block_key=phrase.key, locale=language, words_hash=words, by=by
                    )
                )
    PhraseAgreement.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        record("handbook.phrases_agreed", by=by, subject=version, segments=len(new))
    return len(new)


@transaction.atomic
def except_phrase(
    *, version: Version, block_key: str, language: str, reason: str, until: date, by: User
) -> PhraseException:
    """Let a phrase go without a language until a day, answered for by name. Raises PermissionDenied, NotReady."""
    if not may_except(version, by) or not sees(by, version):
        raise PermissionDenied
    keys = {phrase.key for _passage, phrase in phrases_of(version.page_content)}
    if block_key not in keys or language not in LANGUAGES:
        raise NotReady([_("The page has no such phrase.")])
    if not reason.strip():
        raise NotReady([_("Say why the phrase may go without this language.")])
    if until < timezone.localdate():
        raise NotReady([_("Choose a day that is still to come.")])
    open_ones = PhraseException.objects.filter(page_key=version.key, block_key=block_key, locale=language)
    open_ones.filter(ended_at__isnull=True).update(ended_at=timezone.now())
    made = PhraseException.objects.create(
        page_key=version.key, block_key=block_key, locale=language, reason=reason.strip(), until=until, by=by
    )
    record("handbook.phrase_excepted", by=by, subject=version, block=block_key, language=language)
    return made


@transaction.atomic
def end_phrase_exception(*, exception: PhraseException, by: User) -> PhraseException:
    """End an exception before its day: the phrase is asked for again. Raises PermissionDenied."""
    if not by.can(Permission.APPROVE_GUIDANCE):
        raise PermissionDenied
    found = PhraseException.objects.select_for_update().get(pk=exception.pk)
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        record("handbook.phrase_exception_ended", by=by, subject=found, block=found.block_key, language=found.locale)
    return found


def may_except(version: Version, by: User) -> bool:
    """Whether this person may let a phrase of the version go without a language: nobody does it for their own words."""
    return _second_eyes(version, by, Permission.APPROVE_GUIDANCE)


def _second_eyes(version: Version, by: User, right: Permission) -> bool:
    """Whether the person has the right, did not write the version, and does not act only in its writers' stead."""
    if not by.can(right) or version.is_written_by(by.pk):
        return False
    stead = by.stead_for(right)
    return stead is None or any(not version.is_written_by(each) for each in stead)


def _wrote(version: Version, phrase: content.Phrase, language: str, by: User) -> bool:
    past = SegmentTranslation.objects.of_segment(version.key, language, phrase.key)
    newest = past.exclude(deed=Deed.CLEARED).first()
    return newest is not None and newest.by_id == by.pk


def _row(
    source: Version, passage: content.Passage, phrase: content.Phrase, language: str, words: str, by: User
) -> SegmentTranslation:
    same = words == words_in(phrase, language)
    return SegmentTranslation(
        page_key=source.key,
        locale=language,
        passage_key=passage.key,
        segment=phrase.key,
        deed=Deed.CONFIRMED if same else Deed.TRANSLATED if words else Deed.CLEARED,
        source_hash=content.fingerprint(phrase.et),
        source_words=phrase.et,
        words=words,
        by=by,
    )
