"""Translation memory: approved translations of a sentence, offered when the same sentence is met on another page.

Kept in wagtail-localize's tables, so that its import and export of translations can be used on them. A sentence is
remembered by page, so whoever is offered it learns where it stands, and only pages that this person may see are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wagtail.models import Locale
from wagtail_localize.models import String, StringTranslation, TranslatableObject, TranslationContext
from wagtail_localize.strings import StringValue, validate_translation_links

from metoodik.handbook.models import GuidancePage, Version
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.handbook.translation import Segment

PLACE = "guidance"
"""Where in a page a remembered translation stands: the page is enough, keys of blocks may change."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translation of the same sentence, in the form of `Segment.words`, and the page it is from."""

    words: str
    page_key: str


def remember(*, version: Version, segments: Collection[Segment], by_pk: int) -> int:
    """Keep the segments of an approved translation; returns how many. Links must be those of the source."""
    source = Locale.objects.get(language_code=SOURCE_LANGUAGE)
    locale = Locale.objects.get(language_code=version.locale)
    page = GuidancePage.objects.get(translation_key=version.key, locale=locale)
    about, _made = TranslatableObject.objects.get_or_create_from_instance(page)
    context, _made = TranslationContext.objects.get_or_create(
        object=about, path_id=TranslationContext._get_path_id(PLACE), defaults={"path": PLACE, "field_path": PLACE}
    )
    good = [each for each in segments if each.words and each.was == each.source and not each.is_same_everywhere]
    words = {each.source: each.words for each in good}
    StringTranslation.objects.bulk_create(
        (
            StringTranslation(
                translation_of=string,
                locale=locale,
                context=context,
                data=words[string.data],
                translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                last_translated_by_id=by_pk,
                has_error=not _is_sound(string.data, words[string.data]),
            )
            for string in _strings(source, words)
        ),
        update_conflicts=True,
        unique_fields=["locale", "translation_of", "context"],
        update_fields=["data", "translation_type", "last_translated_by", "has_error", "updated_at"],
    )
    return len(good)


def forget_translations(page_key: str, standing: Mapping[str, Collection[str]]) -> int:
    """Forget what is remembered of a page but for words that stand in it, by language; returns how many pairs went.

    Words of an erased passage must not come back as a suggestion.
    """
    estonian = standing.get(SOURCE_LANGUAGE, ())
    own = StringTranslation.objects.filter(context__object_id=page_key).select_related("translation_of", "locale")
    gone = [
        each.pk
        for each in own
        if each.translation_of.data not in estonian or each.data not in standing.get(each.locale.language_code, ())
    ]
    StringTranslation.objects.filter(pk__in=gone).delete()
    String.objects.filter(translations__isnull=True, segments__isnull=True).delete()
    return len(gone)


def _strings(locale: Locale, sentences: Collection[str]) -> list[String]:
    """The rows of these sentences, made where there are none, in few queries however many there are."""
    hashes = {str(String._get_data_hash(each)): each for each in sentences}
    String.objects.bulk_create(
        (String(locale=locale, data=each, data_hash=key) for key, each in hashes.items()), ignore_conflicts=True
    )
    return list(String.objects.filter(locale=locale, data_hash__in=hashes))


def _is_sound(source: str, words: str) -> bool:
    """Whether wagtail-localize would use the translation: `save` asks this, creating many at once does not."""
    try:
        StringValue.from_translated_html(words)
        validate_translation_links(source, words)
    except ValueError:
        return False
    return True


def suggestions(segments: Collection[Segment], locale: str, *, visible: Collection[str]) -> dict[str, Suggestion]:
    """By segment: the latest remembered translation of the same Estonian words on a page whose key is in `visible`."""
    wanted = {str(String._get_data_hash(each.source)): each for each in segments if not each.is_same_everywhere}
    found = (
        StringTranslation.objects.filter(
            locale__language_code=locale, translation_of__data_hash__in=wanted, has_error=False
        )
        .select_related("translation_of", "context")
        .order_by("updated_at")
    )
    said: dict[str, Suggestion] = {}
    for each in found:
        key = str(each.context.object_id)
        if key in visible:
            said[each.translation_of.data] = Suggestion(each.data, key)
    return {
        each.id: said[each.source] for each in segments if each.source in said and said[each.source].words != each.words
    }
