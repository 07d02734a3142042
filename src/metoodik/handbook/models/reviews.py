"""What is asked and said while a version is in clearance: requests to named people, and comments on passages."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.trust.privacy import Privacy, Retention

SATURDAY = 5


def working_days_on(day: date, count: int) -> date:
    """The day that many working days later, Monday to Friday; public holidays are not known here."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


class Verdict(models.TextChoices):
    """What a reviewer says."""

    AGREES = "agrees", _("I agree with this version")
    CHANGE = "change", _("It needs a change")


class Review(models.Model):
    """One reviewer's word on one version."""

    version = models.ForeignKey("handbook.Version", models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    as_counsellor = models.BooleanField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    comment = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("Who reviewed a version and what they said of it"),
        personal=_("a worker's opinion of guidance"),
        retention=Retention(_("as long as the version")),
        readers=_("editors, reviewers, approvers; names are seen by readers"),
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["version", "reviewer"], name="one_review_a_person"),
            models.CheckConstraint(condition=~Q(verdict="change") | ~Q(comment=""), name="change_wanted_says_which"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.verdict}"


class Part(models.TextChoices):
    """What a named person is asked for."""

    REVIEW = "review", pgettext_lazy("asked for", "review")
    APPROVE = "approve", pgettext_lazy("asked for", "approval")


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def standing(self) -> ReviewRequestQuerySet:
        """Requests not withdrawn, on versions that still wait."""
        return self.filter(withdrawn_at__isnull=True, version__state="clearance")


class ReviewRequest(models.Model):
    """One person asked by name for one thing on one version, by a day."""

    version = models.ForeignKey("handbook.Version", models.PROTECT, related_name="requests", verbose_name=_("version"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="review_requests", verbose_name=_("who is asked")
    )
    part = models.CharField(_("asked for"), max_length=10, choices=Part)
    as_counsellor = models.BooleanField(_("as a practising counsellor"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who asked")
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due = models.DateField(_("due day"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    late_told_at = models.DateTimeField(_("told of being late at"), null=True, blank=True)

    objects = ReviewRequestQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Whose word on a version was asked for, and by when"),
        personal=_("what a worker was asked to do"),
        retention=Retention(_("as long as the version")),
        readers=_("editors, reviewers, approvers"),
    )

    class Meta:
        verbose_name = _("request for a review")
        verbose_name_plural = _("requests for reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person", "part"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_request_a_person_and_part",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(withdrawn_at__isnull=True, part="approve"),
                name="one_named_approver_a_version",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("asked_at")),
                name="request_withdrawn_after_asking",
            ),
        ]
        indexes = [models.Index(fields=["person", "withdrawn_at"], name="request_of_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.part}, {self.version}"

    @property
    def answered(self) -> bool:
        """Whether the person has said their word since; an approver has when the version is decided."""
        if self.part == Part.APPROVE:
            return self.version.state in {"approved", "returned"}
        return any(each.reviewer_id == self.person_id for each in self.version.reviews.all())

    @property
    def waits(self) -> bool:
        """Whether the word is still waited for."""
        return self.withdrawn_at is None and self.version.state == "clearance" and not self.answered

    @property
    def late(self) -> bool:
        """Whether the due day has passed without an answer."""
        return self.waits and self.due < timezone.localdate()

    @property
    def state(self) -> str:
        """Key of the word that says where the request stands (see `web.states`)."""
        if self.answered:
            return "done"
        return "overdue" if self.late else "waiting"


class PassageComment(models.Model):
    """A remark on a passage of a version, or an answer to one (`thread`); a thread is open until it is settled."""

    version = models.ForeignKey("handbook.Version", models.PROTECT, related_name="comments", verbose_name=_("version"))
    made_on = models.PositiveIntegerField(_("number of the version it was made on"))
    passage_key = models.CharField(_("passage"), max_length=64, blank=True)
    heading = models.CharField(_("heading of the passage then"), max_length=300, blank=True)
    thread = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("answer to")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="passage_comments", verbose_name=_("who wrote it")
    )
    text = models.CharField(_("text"), max_length=1000)
    at = models.DateTimeField(_("written at"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who settled it"),
    )

    privacy = Privacy(
        purpose=_("What was said of a passage before it was approved"),
        personal=_("a worker's opinion of guidance"),
        retention=Retention(_("as long as the version")),
        readers=_("editors, reviewers, approvers"),
    )

    class Meta:
        verbose_name = _("comment on a passage")
        verbose_name_plural = _("comments on passages")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=True) | Q(settled_at__isnull=True), name="threads_are_settled_not_replies"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.heading or self.version}"

    @property
    def is_open(self) -> bool:
        """Whether it begins a thread that nobody has settled."""
        return self.thread_id is None and self.settled_at is None
