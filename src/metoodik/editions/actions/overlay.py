"""Warning, withdrawing and correcting at once, over every edition, and ending it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metoodik.editions import overlay, store
from metoodik.editions.actions.guard import LONGEST_SENTENCE, lock, need
from metoodik.editions.models import (
    OverlayEntry,
    OverlayKind,
)
from metoodik.handbook.content import LANGUAGES, Fact
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


def warn(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show a sentence above a page or passage, over every edition, within a minute; the words stay readable.

    Raises PermissionDenied without ACT_ON_OVERLAY, ValidationError for a missing sentence or a page no edition knows.
    """
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.WARNING, by, page_key, passage_key, locale, sentences)


def withdraw_at_once(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show a sentence instead of a page or passage, over every edition, within a minute. Raises as `warn` does."""
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.WITHDRAWAL, by, page_key, passage_key, locale, sentences)


def correct_number(
    *,
    by: User,
    page_key: str,
    sentence_et: str,
    passage_key: str | None = None,
    locale: str | None = None,
    sentence_ru: str = "",
    sentence_en: str = "",
) -> OverlayEntry:
    """Show the right number above a page or passage with a wrong one, over every edition. Raises as `warn` does."""
    sentences = (sentence_et, sentence_ru, sentence_en)
    return _overlay(OverlayKind.CORRECTION, by, page_key, passage_key, locale, sentences)


def correct_fact(*, by: User, fact: Fact) -> OverlayEntry:
    """Show the fact's value wherever it is named, over every edition, within a minute; it ends by itself once the
    edition in force has it. Raises PermissionDenied without ACT_ON_OVERLAY.
    """
    need(by, Permission.ACT_ON_OVERLAY)
    sentences = {language: f"{fact.name(language)}: {fact.value(language)}" for language in LANGUAGES}
    with transaction.atomic():
        lock()
        entry = OverlayEntry(kind=OverlayKind.CORRECTION, fact_key=fact.key, fact_version=fact.version)
        for language in LANGUAGES:
            setattr(entry, f"value_{language}", fact.values.get(language, ""))
            setattr(entry, f"sentence_{language}", sentences[language])
        return _append(by, entry)


def take_back_fact(*, by: User, fact: Fact) -> bool:
    """End the showing of a value that was not confirmed: part of refusing it, so whoever refuses may. Whether it was
    shown.
    """
    with transaction.atomic():
        lock()
        shown = list(OverlayEntry.objects.standing().filter(fact_key=fact.key, fact_version=fact.version))
        for entry in shown:
            _append(by, OverlayEntry(kind=OverlayKind.LIFT, fact_key=fact.key, lifts=entry))
    return bool(shown)


def lift(*, by: User, entry: OverlayEntry) -> OverlayEntry:
    """End a warning, withdrawal or correction. Raises PermissionDenied, ValidationError when it stands no more."""
    need(by, Permission.ACT_ON_OVERLAY)
    with transaction.atomic():
        lock()
        if not OverlayEntry.objects.standing().filter(pk=entry.pk).exists():
            raise ValidationError(_("It has been lifted already."))
        return _append(
            by, OverlayEntry(kind=OverlayKind.LIFT, page_key=entry.page_key, fact_key=entry.fact_key, lifts=entry)
        )


def _overlay(
    kind: OverlayKind,
    by: User,
    page_key: str,
    passage_key: str | None,
    locale: str | None,
    sentences: tuple[str, str, str],
) -> OverlayEntry:
    need(by, Permission.ACT_ON_OVERLAY)
    et, ru, en = (" ".join(each.split()) for each in sentences)
    if not et:
        raise ValidationError({"sentence_et": _("Write in Estonian what the reader should know.")})
    for name, sentence in (("sentence_et", et), ("sentence_ru", ru), ("sentence_en", en)):
        if len(sentence) > LONGEST_SENTENCE:
            raise ValidationError({name: _("Write at most %d characters.") % LONGEST_SENTENCE})
    if locale is not None and locale not in dict(settings.LANGUAGES):
        raise ValidationError({"locale": _("Choose a language from the list.")})
    _must_be_known(page_key, passage_key, by)
    with transaction.atomic():
        lock()
        entry = OverlayEntry(kind=kind, page_key=page_key, passage_key=passage_key or None, locale=locale)
        entry.sentence_et, entry.sentence_ru, entry.sentence_en = et, ru, en
        return _append(by, entry)


def _must_be_known(page_key: str, passage_key: str | None, by: User) -> None:
    """The page and passage stand in an edition that this person may read: a mistyped key is no silent nothing."""
    from metoodik.editions import reading
    from metoodik.editions.audiences import audience_of

    audience = audience_of(by)
    for entry in [*reading.pending(), *reading.history()]:
        edition = reading.numbered(entry.number, audience, pending=True)
        if edition is None or not edition.holds(page_key):
            continue
        if passage_key is None or passage_key in edition.passage_keys(page_key):
            return
    raise ValidationError(_("No edition has that page or passage."))


def _append(by: User, entry: OverlayEntry) -> OverlayEntry:
    last = OverlayEntry.objects.order_by("-pk").first()
    entry.pk = (last.pk if last else 0) + 1
    entry.previous = last.signature if last else ""
    entry.by = by
    entry.at = timezone.now()
    entry.signature = overlay.signed(overlay.mark_of(entry))
    entry.save(force_insert=True)
    record(
        f"editions.overlay_{entry.kind}",
        by=by,
        subject=entry,
        page=entry.page_key,
        passage=entry.passage_key,
        locale=entry.locale,
        lifts=entry.lifts_id,
        key=entry.fact_key or None,
    )
    store.node().mark_stale()
    transaction.on_commit(store.node().mark_stale)
    return entry
