"""What an approval means for languages: segments learn their version, the memory grows, translators are told."""

from __future__ import annotations

from metoodik.handbook.access import sees
from metoodik.handbook.memory import remember
from metoodik.handbook.models import GuidancePage, SegmentTranslation, Version
from metoodik.handbook.models.versions import Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE, words_fingerprint
from metoodik.handbook.translation import parts
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.people.permissions import Permission


def after_approval(version: Version) -> None:
    """In the transaction of the approval of a page's version."""
    if version.target != Target.PAGE or version.withdraws:
        return
    if version.locale == SOURCE_LANGUAGE:
        _tell_translators(version)
    elif version.translates is not None:
        past = SegmentTranslation.objects.of_page(version.key, version.locale)
        past.filter(approved_in__isnull=True, at__lte=version.submitted_at).update(approved_in=version)
        draft: GuidancePage = version.revision.as_object()
        said = parts(version.translates.page_content, draft.to_content(), draft.translated_from, None)
        segments = [each for part in said for each in part.segments]
        remember(version=version, segments=segments, by_pk=version.submitted_by_id)


def _tell_translators(version: Version) -> None:
    """Whoever translates this page learns that its Estonian words changed."""
    translated = GuidancePage.objects.filter(translation_key=version.key).exclude(pk=version.page_id)
    before = version.predecessor()
    if before is None or before.withdraws or not translated.exists():
        return
    old = [words_fingerprint(each) for each in before.page_content.passages]
    if old == [words_fingerprint(each) for each in version.page_content.passages]:
        return
    for person in User.objects.allowed(Permission.TRANSLATE_GUIDANCE):
        if person.pk != version.submitted_by_id and sees(person, version):
            notify(person, "translation_source_changed", {"title": version.title}, "/tolkimine/")
