"""Files taken in: what came, what was understood, what was not, and the draft it became."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention


class ImportState(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting", _("waiting to be read")
    READ = "read", _("read, a draft not yet made")
    REFUSED = "refused", _("refused")
    DRAFTED = "drafted", _("made into a draft")
    UNDONE = "undone", _("undone")


class ImportedFile(models.Model):
    """One file somebody brought. The bytes are wiped as soon as a draft is made, the import undone or refused."""

    filename = models.CharField(_("file"), max_length=255)
    data = models.BinaryField(default=bytes)
    size = models.PositiveIntegerField()
    format = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=255, blank=True)
    passages = models.JSONField(default=list)
    leftovers = models.JSONField(default=list)
    source_html = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    section = models.ForeignKey("handbook.SectionPage", models.SET_NULL, null=True, related_name="+")
    page = models.ForeignKey("handbook.GuidancePage", models.SET_NULL, null=True, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("Files brought into the handbook, until they are drafts"),
        personal=_("which worker brought the file"),
        retention=Retention(_("90 days; the file itself until a draft is made"), days=90, since="at"),
        readers=_("editors"),
    )

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="refused_says_why"),
        ]

    def __str__(self) -> str:
        return self.filename
