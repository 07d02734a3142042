"""Restrictions of access (AK): the grounds that acts give, decisions to let one last longer, reminders of ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.days import add_months
from metoodik.trust.privacy import Privacy, Retention

if TYPE_CHECKING:
    from metoodik.people.models import User


class RestrictionGroundQuerySet(models.QuerySet["RestrictionGround"]):
    def valid_on(self, day: date) -> RestrictionGroundQuerySet:
        """Grounds that stand in acts in force on a day, in the order of the acts."""
        return self.filter(valid_from__lte=day).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


class RestrictionGround(models.Model):
    """A clause of an act by which information is marked AK, word for word, with the periods that the act gives.

    An amended act is a new row: the old one ends. `longest_years` None means that the act sets no limit in years.
    """

    act = models.CharField(_("act"), max_length=40, help_text=_("Its abbreviation, for example AvTS."))
    section = models.CharField(_("section"), max_length=10)
    subsection = models.CharField(_("subsection"), max_length=10, blank=True)
    clause = models.CharField(_("clause"), max_length=10, blank=True)
    words = models.TextField(_("text, word for word"))
    longest_years = models.PositiveSmallIntegerField(_("lasts at most, years"), null=True, blank=True)
    extendable_years = models.PositiveSmallIntegerField(_("can be extended by, years"), default=0)
    years_after_death = models.PositiveSmallIntegerField(_("years after the person's death"), null=True, blank=True)
    years_from_birth = models.PositiveSmallIntegerField(_("years from the person's birth"), null=True, blank=True)
    source = models.URLField(_("where the act is published"), blank=True)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)

    objects = RestrictionGroundQuerySet.as_manager()
    privacy = Privacy(
        _("Grounds on which guidance is marked for internal use (AK)"),
        None,
        Retention(_("for ever: markings of the past name them")),
        _("staff who edit guidance"),
    )

    class Meta:
        verbose_name = _("ground of restriction")
        verbose_name_plural = _("grounds of restriction")
        ordering = ["act", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "section", "subsection", "clause", "valid_from"], name="a_ground_once_a_text"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="a_ground_ends_later"
            ),
            models.CheckConstraint(condition=~Q(words="") & ~Q(act="") & ~Q(section=""), name="a_ground_is_whole"),
            models.CheckConstraint(
                condition=Q(longest_years__isnull=True) | Q(longest_years__gte=1), name="a_ground_lasts_a_year_or_more"
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        """As a marking names it: `AvTS § 35 lg 1 p 9`."""
        parts = [f"{self.act} § {self.section}"]
        parts += [f"lg {self.subsection}"] if self.subsection else []
        parts += [f"p {self.clause}"] if self.clause else []
        return " ".join(parts)

    def last_day(self, since: date) -> date | None:
        """The last day of a restriction from `since`, extension left aside; None where the act sets no years."""
        return add_months(since, 12 * self.longest_years) if self.longest_years else None

    def last_day_extended(self, until: date) -> date | None:
        """The last day to which a restriction that ends at `until` may be extended; None when it may not be."""
        return add_months(until, 12 * self.extendable_years) if self.extendable_years else None


class ExtensionState(models.TextChoices):
    """Where a wish to extend a restriction stands."""

    ASKED = "asked", _("waits for a decision")
    AGREED = "agreed", _("extended")
    DECLINED = "declined", _("not extended")


class RestrictionExtension(models.Model):
    """A decision that a restriction lasts longer because its reason still stands; asked by one, decided by another.

    `passage_key` is empty for a whole page. `version` carries the new end through clearance.
    """

    key = models.UUIDField(_("page"))
    passage_key = models.CharField(_("passage"), max_length=36, blank=True)
    version = models.ForeignKey("handbook.Version", models.PROTECT, related_name="+", verbose_name=_("version"))
    until_before = models.DateField(_("restricted until, before"))
    until = models.DateField(_("restricted until"))
    reason = models.CharField(_("why the reason still stands"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    privacy = Privacy(
        purpose=_("Why a restriction of access lasts longer, and who decided so"),
        personal=_("which workers asked and decided"),
        retention=Retention(_("for ever: the record of a decision by law")),
        readers=_("those who may read pages for internal use"),
    )

    class Meta:
        verbose_name = _("extension of a restriction")
        verbose_name_plural = _("extensions of restrictions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("until_before")), name="an_extension_ends_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_extension_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["agreed", "declined"], decided_by__isnull=False, decided_at__isnull=False),
                name="a_decided_extension_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="four_eyes_on_an_extension"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="a_declined_extension_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.passage_key} {self.until}"

    def waits_for(self, user: User) -> bool:
        """Whether this person, having the right, may decide: not who asked for it or wrote it."""
        return self.state == ExtensionState.ASKED and self.asked_by_id != user.pk


class RestrictionReminder(models.Model):
    """A reminder that went out before a restriction ends, so that it goes once."""

    key = models.UUIDField(_("page"))
    passage_key = models.CharField(_("passage"), max_length=36, blank=True)
    until = models.DateField(_("restricted until"))
    days_before = models.SmallIntegerField(_("days before"))
    at = models.DateTimeField(_("sent"), default=timezone.now)

    privacy = Privacy(
        purpose=_("Each reminder of a restriction's end goes out once"),
        personal=None,
        retention=Retention(_("two years"), days=730, since="at"),
        readers=_("nobody; the system alone"),
    )

    class Meta:
        verbose_name = _("reminder of a restriction's end")
        verbose_name_plural = _("reminders of restrictions' ends")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "passage_key", "until", "days_before"], name="a_restriction_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.passage_key} {self.days_before}"
