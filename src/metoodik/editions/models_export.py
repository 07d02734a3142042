"""What leaves the house as a document: large files being written, cards on walls, answers to information requests."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention

FILE_KEPT_DAYS = 7
WRITING_TAKES_AT_MOST = timedelta(minutes=30)
FORMATS = ["pdf", "docx", "html"]
LANGUAGES = ["et", "ru", "en"]


class ExportState(models.TextChoices):
    """How the writing of a large file stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being written")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ExportJob(models.Model):
    """A whole edition being written to a file for one person, in the circles they belonged to when they asked."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("edition"))
    section = models.CharField(max_length=100, blank=True)
    locale = models.CharField(max_length=5)
    format = models.CharField(max_length=5)
    audience = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    done = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    filename = models.CharField(max_length=160, blank=True)
    data = models.BinaryField(null=True)
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        purpose=_("A large file that is written in the background, until its reader has taken it"),
        personal=_("which worker asked for the file; names of approvers stand in it"),
        retention=Retention(_("a week, then it can be written anew"), days=FILE_KEPT_DAYS, since="at"),
        readers=_("the one who asked for it"),
    )

    class Meta:
        verbose_name = _("file being written")
        verbose_name_plural = _("files being written")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_is_known"),
            models.CheckConstraint(condition=Q(format__in=FORMATS), name="export_format_is_known"),
            models.CheckConstraint(condition=Q(locale__in=LANGUAGES), name="export_language_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", data__isnull=False) | ~Q(state="done") & Q(data__isnull=True),
                name="only_a_written_export_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="a_finished_export_says_when",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="a_failed_export_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.locale} {self.format}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or is written, and not for longer than writing can take."""
        young = timezone.now() - self.at < WRITING_TAKES_AT_MOST
        return self.state in {ExportState.WAITING, ExportState.RUNNING} and young


class Paper(models.TextChoices):
    """On what a card stands."""

    A5 = "a5", _("A5 card")
    A4 = "a4", _("A4 sheet")


class Outcome(models.TextChoices):
    """What became of a card that hung on a wall."""

    RECALLED = "recalled", _("taken down")
    REPLACED = "replaced", _("replaced by a new one")


class PrintedCardQuerySet(models.QuerySet["PrintedCard"]):
    def hanging(self) -> PrintedCardQuerySet:
        """Cards that nobody has taken down, the oldest first."""
        return self.filter(outcome="").order_by("printed_on", "pk")


class PrintedCard(models.Model):
    """Guidance on paper: what was printed, from which edition, where it hangs.

    `words_hash` is over the words as they were printed, facts filled in; when the words in force have another, the card
    has to come down. `passage_key` None means the whole page.
    """

    page_key = models.CharField(max_length=36)
    passage_key = models.CharField(max_length=36, null=True, blank=True)
    locale = models.CharField(max_length=5)
    edition = models.PositiveIntegerField(_("edition"))
    words_hash = models.CharField(max_length=64)
    title = models.CharField(_("what is on it"), max_length=400)
    paper = models.CharField(_("paper"), max_length=5, choices=Paper)
    place = models.CharField(_("where it hangs"), max_length=120)
    copies = models.PositiveIntegerField(_("copies"), default=1)
    printed_on = models.DateField(_("printed on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[PrintedCardQuerySet] = PrintedCardQuerySet.as_manager()  # type: ignore[assignment]
    privacy = Privacy(
        purpose=_("Which paper to take down when guidance changes"),
        personal=_("which worker printed a card and who took it down"),
        retention=Retention(_("three years after the card was taken down"), days=3 * 365, since="ended_on"),
        readers=_("staff who may see the page that is on the card"),
    )

    class Meta:
        verbose_name = _("printed card")
        verbose_name_plural = _("printed cards")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(words_hash__regex=r"^[0-9a-f]{64}$"), name="printed_card_has_a_hash"),
            models.CheckConstraint(condition=Q(locale__in=LANGUAGES), name="printed_card_language_is_known"),
            models.CheckConstraint(condition=Q(paper__in=Paper.values), name="printed_card_paper_is_known"),
            models.CheckConstraint(condition=~Q(place=""), name="printed_card_hangs_somewhere"),
            models.CheckConstraint(condition=Q(copies__gte=1), name="printed_card_has_copies"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_on__isnull=True, ended_by__isnull=True)
                | Q(outcome__in=Outcome.values, ended_on__isnull=False, ended_by__isnull=False),
                name="a_recalled_card_says_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.place}"


class InformationRequest(models.Model):
    """That an information request was answered with a document: what it held, and on which grounds parts were withheld.

    Nothing about who asked is kept but the authority's own reference number of the request.
    """

    reference = models.CharField(_("reference number"), max_length=40, blank=True)
    instant = models.DateTimeField(_("text in force at"))
    edition = models.PositiveIntegerField(_("edition"))
    locale = models.CharField(max_length=5)
    format = models.CharField(max_length=5)
    pages = models.JSONField(default=list)
    keeps_headings = models.BooleanField(default=False)
    withheld = models.PositiveIntegerField(_("withheld parts"), default=0)
    grounds = models.JSONField(default=list)
    file_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("What was given out on an information request, and on which grounds parts were withheld"),
        personal=_("which worker answered; nothing about who asked"),
        retention=Retention(_("five years"), days=5 * 365, since="at"),
        readers=_("those who answer information requests"),
    )

    class Meta:
        verbose_name = _("answer to an information request")
        verbose_name_plural = _("answers to information requests")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file_hash__regex=r"^[0-9a-f]{64}$"), name="information_request_has_a_hash"
            ),
            models.CheckConstraint(condition=Q(format__in=FORMATS), name="information_request_format_is_known"),
        ]

    def __str__(self) -> str:
        return self.reference or f"{self.at:%Y-%m-%d %H:%M}"
