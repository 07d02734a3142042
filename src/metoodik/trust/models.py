"""The audit trail: entries chained by a key, and the months they are sealed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention


class AuditEntry(models.Model):
    """One thing done, by whom, to what. Written by `audit.record` alone; the database refuses change and deletion.

    Holds ids, states, counts and hashes; never content and never words about a person. `actor` None means the system.
    """

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    subject_type = models.CharField(_("subject"), max_length=100, blank=True)
    subject_id = models.CharField(_("subject's id"), max_length=64, blank=True)
    detail = models.JSONField(_("details"), default=dict, blank=True)
    key = models.CharField(max_length=12)
    mac = models.CharField(max_length=64)

    privacy = Privacy(
        purpose=_("Proof of who did what and when; nobody can change it unseen"),
        personal=_("a worker's actions in the system"),
        retention=Retention(_("by whole months, for the years set by the operator; then only the month's seal stays")),
        readers=_("the service owner; an administrator only in the administrator's mode"),
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["action"], name="audit_by_action"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_counts_from_one"),
            models.CheckConstraint(condition=~Q(action="") & ~Q(mac=""), name="audit_entry_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class AuditSegment(models.Model):
    """A month of the trail, sealed. After its retention its entries are dropped and this row stays as the link."""

    begins = models.DateTimeField(unique=True)
    ends = models.DateTimeField()
    first_sequence = models.BigIntegerField(unique=True)
    last_sequence = models.BigIntegerField(unique=True)
    last_mac = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    key = models.CharField(max_length=12)
    seal = models.CharField(max_length=64)
    dropped_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        purpose=_("Proof that a month of the audit trail is whole, also after its entries are gone"),
        personal=None,
        retention=Retention(_("for ever: numbers and hashes alone")),
        readers=_("the service owner; an administrator only in the administrator's mode"),
    )

    class Meta:
        verbose_name = _("sealed month of the audit trail")
        verbose_name_plural = _("sealed months of the audit trail")
        ordering = ["first_sequence"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="segment_has_length"),
            models.CheckConstraint(
                condition=Q(last_sequence__gte=F("first_sequence"), first_sequence__gte=1), name="segment_has_entries"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m}: {self.first_sequence}–{self.last_sequence}"

    @property
    def count(self) -> int:
        """How many entries the month had."""
        return self.last_sequence - self.first_sequence + 1
