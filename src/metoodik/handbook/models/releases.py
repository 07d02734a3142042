"""A package: several versions approved as one, or not at all. (An edition is what readers get; see `editions`.)"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.trust.privacy import Privacy, Retention


class ReleaseState(models.TextChoices):
    """Where a package stands."""

    OPEN = "open", pgettext_lazy("package", "being put together")
    APPROVED = "approved", pgettext_lazy("package", "approved")
    DISSOLVED = "dissolved", pgettext_lazy("package", "dissolved")


class Release(models.Model):
    """Versions that enter into force together: a name, a sentence, perhaps a day, one approval for all."""

    name = models.CharField(_("name"), max_length=120)
    sentence = models.CharField(_("what changes"), max_length=300)
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReleaseState, default=ReleaseState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    privacy = Privacy(
        purpose=_("Which pages were approved together, by whom and when"),
        personal=_("which worker put together and approved"),
        retention=Retention(_("for ever: guidance in force on any past day can be shown")),
        readers=_("editors, reviewers, approvers"),
    )

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(sentence=""), name="release_has_a_name_and_sentence"),
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="release_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="release_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("handbook:release", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether versions may still come and go."""
        return self.state == ReleaseState.OPEN
