"""What keeps guidance right after it was approved: „still right“, intervals, reminders sent, links looked at.

None of it is part of what was approved: a review never changes a version, only the day by which somebody looks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.versions import Version
from metoodik.trust.privacy import Privacy, Retention

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_INTERVAL = 60
REMIND_DAYS = (60, 30, 7, 0)
"""Days before a review is due on which its keeper is reminded, each once."""


class Checked(models.TextChoices):
    """What a reviewer may have looked at before saying that a page is still right."""

    SOURCES = "sources", _("I opened every source and it says the same")
    LEGAL_BASIS = "legal_basis", _("I read the legal basis in force and it says the same")
    FACTS = "facts", _("I checked numbers, addresses and opening times")
    PHRASES = "phrases", _("I tried the phrases in practice or asked a counsellor who uses them")
    WHOLE = "whole", _("I read the page from beginning to end")


class PageReviewQuerySet(models.QuerySet["PageReview"]):
    def newest_of(self, versions: Iterable[int]) -> dict[int, PageReview]:
        """The newest review of each version, by the version's number in the database."""
        found: dict[int, PageReview] = {}
        for each in self.filter(version__in=versions).select_related("by").order_by("pk"):
            found[each.version_id] = each
        return found


class PageReview(models.Model):
    """Somebody's word that a version in force is still right, with what they checked."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="still_right")
    key = models.UUIDField()
    locale = models.CharField(max_length=10)
    checked = models.JSONField(default=list)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    next_due = models.DateField()

    objects = PageReviewQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Who found a page still right, when, and what they checked"),
        personal=_("which worker reviewed it"),
        retention=Retention(_("for ever, with the version")),
        readers=_("editors and leaders; readers see the day alone"),
    )

    class Meta:
        verbose_name = _("review of a page in force")
        verbose_name_plural = _("reviews of pages in force")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(checked=[]), name="a_review_says_what_was_checked"),
        ]
        indexes = [models.Index(fields=["key", "locale"], name="reviews_of_a_page")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.at:%Y-%m-%d}"

    @property
    def checked_words(self) -> list[str]:
        """What was checked, in words."""
        return [str(Checked(each).label) for each in self.checked if each in Checked.values]


class ReviewInterval(models.Model):
    """How often a version is looked at from now on, when that is not what the version itself says."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="intervals")
    months = models.PositiveSmallIntegerField(_("review every (months)"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("How often a page is looked at, and who decided so"),
        personal=_("which worker decided"),
        retention=Retention(_("for ever, with the version")),
        readers=_("editors and leaders"),
    )

    class Meta:
        verbose_name = _("review interval")
        verbose_name_plural = _("review intervals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=LONGEST_INTERVAL), name="review_interval_is_1_to_60"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.months}"


class ReviewReminder(models.Model):
    """A reminder that was sent: once for each version, due day and number of days before it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    due = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("That each reminder of a review is sent once"),
        personal=None,
        retention=Retention(_("two years"), days=730, since="at"),
        readers=_("nobody; the system"),
    )

    class Meta:
        verbose_name = _("reminder of a review")
        verbose_name_plural = _("reminders of reviews")
        constraints = [
            models.UniqueConstraint(fields=["version", "due", "days_before"], name="each_reminder_once"),
            models.CheckConstraint(condition=Q(days_before__in=REMIND_DAYS), name="reminder_days_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.due} -{self.days_before}"


class LinkFault(models.TextChoices):
    """Why an address outside did not answer as it should."""

    NONE = "", _("answers")
    STATUS = "status", _("answers with an error")
    NO_ANSWER = "no_answer", _("does not answer")
    NOT_PUBLIC = "not_public", _("is not a public web address")


class LinkCheck(models.Model):
    """What an address outside answered when it was last asked. Dead means: failing on two different days."""

    url = models.CharField(max_length=2000, unique=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=20, choices=LinkFault, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failing_days = models.PositiveSmallIntegerField(default=0)

    privacy = Privacy(
        purpose=_("Which addresses outside no longer answer"),
        personal=None,
        retention=Retention(_("as long as the handbook in force names the address")),
        readers=_("editors and leaders"),
    )

    class Meta:
        verbose_name = _("look at an outside link")
        verbose_name_plural = _("looks at outside links")
        constraints = [
            models.CheckConstraint(
                condition=Q(fault="", failing_since__isnull=True, failing_days=0)
                | ~Q(fault="") & Q(failing_since__isnull=False, failing_days__gte=1),
                name="a_failing_link_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_dead(self) -> bool:
        """Whether it failed on two different days; once may be the other side's bad moment."""
        return self.failing_days > 1
