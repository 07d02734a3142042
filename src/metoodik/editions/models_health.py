"""How the handbook stood in each edition: counted once from its content, which never changes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention


class EditionHealth(models.Model):
    """Figures of one edition for one class of readers: by measure, how many of how many."""

    edition = models.ForeignKey("editions.Edition", models.CASCADE, related_name="health")
    audience = models.CharField(max_length=120)
    figures = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("How the handbook stood in each edition, without counting anew"),
        personal=None,
        retention=Retention(_("as long as the edition; it can be counted anew")),
        readers=_("editors and leaders"),
    )

    class Meta:
        verbose_name = _("figures of an edition")
        verbose_name_plural = _("figures of editions")
        constraints = [
            models.UniqueConstraint(fields=["edition", "audience"], name="figures_once_an_edition_and_class"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.audience}"
