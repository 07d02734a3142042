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


class Doing(models.TextChoices):
    """What a worker does with a batch at the moment."""

    NOTHING = "", _("nothing")
    DRAFTING = "drafting", _("making drafts")
    UNDOING = "undoing", _("undoing")


class ImportBatch(models.Model):
    """Many files brought at once for one section: each is read, drafted and undone as any file, and all together."""

    section = models.ForeignKey("handbook.SectionPage", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_batches")
    at = models.DateTimeField(default=timezone.now)
    left_out = models.JSONField(default=list)
    """Names of files in a folder or archive that are no documents, or too many."""
    doing = models.CharField(max_length=10, choices=Doing, default=Doing.NOTHING, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    privacy = Privacy(
        purpose=_("Which files were brought together"),
        personal=_("which worker brought the files"),
        retention=Retention(_("90 days, as its files"), days=90, since="at"),
        readers=_("editors"),
    )

    class Meta:
        verbose_name = _("batch of imported files")
        verbose_name_plural = _("batches of imported files")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"

    def counts(self) -> dict[str, int]:
        """How many files stand in each state, and in all. One query."""
        rows = self.files.order_by().values_list("state").annotate(number=models.Count("pk"))
        found = dict.fromkeys(ImportState.values, 0) | {str(state): number for state, number in rows}
        return found | {"all": sum(found.values())}


class ImportedFile(models.Model):
    """One file somebody brought. The bytes are wiped as soon as a draft is made, the import undone or refused."""

    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="files")
    into_existing = models.BooleanField(default=False)
    """Whether it was merged into a page that was there: undoing then never deletes the page."""
    asked_at = models.DateTimeField(default=timezone.now)
    """When a worker was last asked to read it."""

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
