"""What translators wrote, segment by segment and for ever, and what language reviewers said of words to say.

The translation itself is a page's draft and then its version; this is its past: what each piece was translated from and
to, by whom, and in which version it was approved.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook.content import LANGUAGES, Phrase, fingerprint
from metoodik.trust.privacy import Privacy, Retention

FOREIGN = Q(locale__in=[each for each in LANGUAGES if each != "et"])


class Deed(models.TextChoices):
    """What was done with a segment."""

    TRANSLATED = "translated", _("translated")
    CONFIRMED = "confirmed", _("found to mean the same still")
    CLEARED = "cleared", _("translation taken out")


class SegmentTranslationQuerySet(models.QuerySet["SegmentTranslation"]):
    def of_page(self, key: UUID | str, locale: str) -> SegmentTranslationQuerySet:
        """Everything ever done with one page's segments in a language, the latest first."""
        return self.filter(page_key=key, locale=locale).order_by("-at", "-pk")

    def of_segment(self, key: UUID | str, locale: str, segment: str) -> SegmentTranslationQuerySet:
        """The past of one segment, the latest first."""
        return self.of_page(key, locale).filter(segment=segment)


class SegmentTranslation(models.Model):
    """One act on one segment. Never written over."""

    page_key = models.UUIDField()
    locale = models.CharField(max_length=10)
    passage_key = models.CharField(max_length=64, blank=True)
    segment = models.CharField(max_length=80)
    deed = models.CharField(max_length=12, choices=Deed)
    source_hash = models.CharField(max_length=64)
    source_words = models.TextField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    approved_in = models.ForeignKey("handbook.Version", models.PROTECT, null=True, related_name="segment_translations")

    objects = SegmentTranslationQuerySet.as_manager()
    privacy = Privacy(
        purpose=_(
            "What each piece of a translation was made from, when, by whom, and in which version it was approved"
        ),
        personal=_("which worker translated"),
        retention=Retention(_("for ever: guidance in force on any past day can be shown")),
        readers=_("translators, language reviewers, editors"),
    )

    class Meta:
        verbose_name = _("translation of a segment")
        verbose_name_plural = _("translations of segments")
        indexes = [models.Index(fields=["page_key", "locale", "segment", "-at"], name="past_of_a_segment")]
        constraints = [
            models.CheckConstraint(condition=FOREIGN, name="translated_from_estonian"),
            models.CheckConstraint(
                condition=Q(deed=Deed.CLEARED, words="") | ~Q(deed=Deed.CLEARED) & ~Q(words=""),
                name="cleared_means_no_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment} ({self.locale})"


class PhraseWordsQuerySet(models.QuerySet["PhraseAgreement"]):
    def agreed(self, page_key: UUID | str) -> set[tuple[str, str, str]]:
        """(block key, language, hash of both wordings) of everything agreed with on a page."""
        return set(self.filter(page_key=page_key).values_list("block_key", "locale", "words_hash"))


class PhraseAgreement(models.Model):
    """A language reviewer's word that a phrase to say says in a language what its Estonian says."""

    page_key = models.UUIDField()
    block_key = models.CharField(max_length=64)
    locale = models.CharField(max_length=10)
    words_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = PhraseWordsQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Who agreed that words to say mean the same in each language"),
        personal=_("which worker agreed"),
        retention=Retention(_("as long as the version")),
        readers=_("translators, language reviewers, editors"),
    )

    class Meta:
        verbose_name = _("agreement with a phrase")
        verbose_name_plural = _("agreements with phrases")
        constraints = [
            models.CheckConstraint(condition=FOREIGN, name="agreed_in_another_language"),
            models.UniqueConstraint(
                fields=["page_key", "block_key", "locale", "words_hash", "by"], name="one_agreement_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_key} ({self.locale})"


class PhraseExceptionQuerySet(models.QuerySet["PhraseException"]):
    def standing(self, page_key: UUID | str, day: date) -> PhraseExceptionQuerySet:
        """Exceptions of a page that hold on a day."""
        return self.filter(page_key=page_key, until__gte=day, ended_at__isnull=True)


class PhraseException(models.Model):
    """A phrase of a safety page that may go without a language for a time, because somebody answers for it by name."""

    page_key = models.UUIDField()
    block_key = models.CharField(max_length=64)
    locale = models.CharField(max_length=10)
    reason = models.CharField(_("reason"), max_length=300)
    until = models.DateField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PhraseExceptionQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Which words to say are missing in a language on purpose, why and until when"),
        personal=_("which worker answers for it"),
        retention=Retention(_("as long as the version")),
        readers=_("translators, language reviewers, editors, approvers"),
    )

    class Meta:
        verbose_name = pgettext_lazy("phrase", "exception")
        verbose_name_plural = pgettext_lazy("phrase", "exceptions")
        constraints = [
            models.CheckConstraint(condition=FOREIGN, name="excepted_in_another_language"),
            models.CheckConstraint(condition=~Q(reason=""), name="excepted_with_a_reason"),
            models.UniqueConstraint(
                fields=["page_key", "block_key", "locale"],
                condition=Q(ended_at__isnull=True),
                name="one_exception_a_phrase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_key} ({self.locale}): {self.reason}"


def phrase_hash(phrase: Phrase, language: str) -> str:
    """What a language reviewer agrees with: both wordings as they are."""
    return fingerprint([phrase.et, phrase.ru if language == "ru" else phrase.en])
