"""Who may send a translation, and what language asks of a page before it is approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.handbook import content
from metoodik.handbook.models import GuidancePage, PhraseAgreement, PhraseException, SectionPage, Version
from metoodik.handbook.models.translation import phrase_hash
from metoodik.handbook.models.versions import Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.handbook.translation import LANGUAGES
from metoodik.people.models import User
from metoodik.people.permissions import Permission

LANGUAGE_WORDS = {"ru": _("in Russian"), "en": _("in English")}


def may_send(user: User, draft: GuidancePage | SectionPage) -> bool:
    """Whether this person may send the draft to clearance.

    A translator sends translations, and an Estonian page of which only the words to say in other languages changed.
    """
    if user.can(Permission.WRITE_GUIDANCE):
        return True
    if not user.can(Permission.TRANSLATE_GUIDANCE):
        return False
    if draft.locale.language_code != SOURCE_LANGUAGE:
        return source_of(draft) is not None
    if isinstance(draft, SectionPage):
        return False
    in_force = Version.objects.newest_in_force(draft.translation_key, SOURCE_LANGUAGE)
    return in_force is not None and _without_foreign(in_force.page_content) == _without_foreign(draft.to_content())


def source_of(draft: GuidancePage | SectionPage) -> Version | None:
    """The Estonian version in force that the draft translates, or None for an Estonian page or one without a source."""
    if draft.locale.language_code == SOURCE_LANGUAGE:
        return None
    return Version.objects.newest_in_force(draft.translation_key, SOURCE_LANGUAGE)


def phrases_of(page: content.Page) -> Iterator[tuple[content.Passage, content.Phrase]]:
    """Every phrase to say with its passage, in reading order."""
    for passage in page.passages:
        for block in passage.blocks:
            if isinstance(block, content.Phrase):
                yield passage, block


def language_findings(version: Version) -> list[str | Promise]:
    """What language still asks of a safety page: words to say in each language, agreed with by a language reviewer.

    A phrase may be excepted by name for a time. Only Estonian pages are asked: phrases live in them.
    """
    asked = version.target == Target.PAGE and version.locale == SOURCE_LANGUAGE and not version.withdraws
    if not asked or version.risk != content.Risk.SAFETY:
        return []
    return [sentence for *_place, sentence in open_phrases(version)]


def open_phrases(version: Version) -> Iterator[tuple[content.Passage, content.Phrase, str, str | Promise]]:
    """Phrases of a version that miss a language, or a reviewer's agreement with it: place, language, sentence."""
    phrases = list(phrases_of(version.page_content))
    if not phrases:
        return
    standing = PhraseException.objects.standing(version.key, timezone.localdate())
    excepted = set(standing.values_list("block_key", "locale"))
    wrote = {version.submitted_by_id, *(each.pk for each in version.authors.all())}
    agreed = PhraseAgreement.objects.exclude(by__in=wrote).agreed(version.key)
    for passage, phrase in phrases:
        for language in LANGUAGES:
            if (phrase.key, language) in excepted:
                continue
            values: dict[str, object] = {"passage": passage.heading, "language": LANGUAGE_WORDS[language]}
            if phrase.state(language) == "missing":
                yield passage, phrase, language, _phrase_missing(values)
            elif (phrase.key, language, phrase_hash(phrase, language)) not in agreed:
                yield passage, phrase, language, _phrase_not_agreed(values)


def _phrase_missing(values: dict[str, object]) -> str:
    sentence = _("A phrase in the passage “%(passage)s” is missing %(language)s. Add it, or except it by name.")
    return str(sentence) % values


def _phrase_not_agreed(values: dict[str, object]) -> str:
    sentence = _("A language reviewer has not agreed with a phrase in the passage “%(passage)s” %(language)s.")
    return str(sentence) % values


def _without_foreign(page: content.Page) -> content.Page:
    passages = tuple(
        replace(passage, blocks=tuple(_estonian_alone(each) for each in passage.blocks)) for passage in page.passages
    )
    return replace(page, passages=passages)


def _estonian_alone(block: content.Block) -> content.Block:
    if isinstance(block, content.Phrase):
        return replace(block, ru="", en="", ru_source="", en_source="")
    return block
