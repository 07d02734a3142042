"""Which wording of a page each edition held, so that a history need not open every edition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention


class PageInEdition(models.Model):
    """A page of an edition by its hash; written with the edition, never changed."""

    edition = models.ForeignKey("editions.Edition", models.CASCADE, related_name="+", verbose_name=_("edition"))
    key = models.CharField(_("page"), max_length=36)
    locale = models.CharField(_("language"), max_length=5)
    hash = models.CharField(_("content hash"), max_length=64)

    privacy = Privacy(
        purpose=_("In which editions a page changed"),
        personal=None,
        retention=Retention(_("for ever: the record of what counsellors were told")),
        readers=_("the system alone; readers see what their editions hold"),
    )

    class Meta:
        verbose_name = _("page of an edition")
        verbose_name_plural = _("pages of editions")
        constraints = [
            models.UniqueConstraint(fields=["edition", "key", "locale"], name="a_page_once_an_edition"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="a_page_in_an_edition_has_a_hash"),
        ]
        indexes = [models.Index(fields=["key", "locale"], name="editions_of_a_page")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.key} {self.locale}"
