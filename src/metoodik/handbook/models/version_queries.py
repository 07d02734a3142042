"""Which versions: where a version stands, and the questions asked of many of them at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.content import Access, Audience, ChangeKind
from metoodik.handbook.models.reviews import PassageComment, Review, Verdict
from metoodik.people.permissions import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from wagtail.models import Page

    from metoodik.handbook.models.versions import Version
    from metoodik.people.models import User


class Target(models.TextChoices):
    """What a version is a version of."""

    PAGE = "page", _("page of guidance")
    SECTION = "section", _("section")


class State(models.TextChoices):
    """Where a version stands."""

    CLEARANCE = "clearance", _("in clearance")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    VOIDED = "voided", _("taken back or sent anew")


class Change(models.TextChoices):
    """How much a version asks of its readers."""

    EDITORIAL = ChangeKind.EDITORIAL.value, _("editorial: the meaning stays")
    MATERIAL = ChangeKind.MATERIAL.value, _("material: people must do something otherwise")
    SAFETY = ChangeKind.SAFETY.value, _("safety fix: somebody could come to harm")


class VersionQuerySet(models.QuerySet["Version"]):
    def in_clearance(self) -> VersionQuerySet:
        """Versions that wait for reviews or approval, the riskiest and oldest first."""
        urgency = models.Case(models.When(change_kind=Change.SAFETY, then=0), default=1)
        return self.filter(state=State.CLEARANCE).order_by(urgency, "submitted_at")

    def in_clearance_lightly(self) -> VersionQuerySet:
        """The same without their contents, with all that `waits_for` asks: a fixed number of queries for any number."""
        related = ("page__latest_revision__user", "submitted_by", "overtaken_by", "release")
        return (
            self.in_clearance()
            .select_related(*related)
            .defer("content", "page__latest_revision__content")
            .prefetch_related("reviews", "authors", "comments", "requests__person")
        )

    def not_written_by(self, user: User) -> VersionQuerySet:
        """Versions that this person neither sent nor wrote anything of: only these ever wait for their word."""
        wrote = self.model.authors.through.objects.filter(version=models.OuterRef("pk"), user=user)
        return self.exclude(submitted_by=user).filter(~models.Exists(wrote))

    def visible_to(self, user: User) -> VersionQuerySet:
        """Versions whose content is for this person's eyes: `access.reads` as the database decides it."""
        found = self
        if not user.can(Permission.READ_RESTRICTED):
            found = found.filter(Q(target=Target.SECTION) | ~Q(content__access=Access.RESTRICTED.value))
        if missing := {each.value for each in Audience} - user.circles:
            written_for = Q(target=Target.SECTION)
            for circle in {each.value for each in Audience} - missing:
                written_for |= Q(written_for__contains=f'"{circle}"')
            found = found.annotate(written_for=KeyTextTransform("audiences", "content")).filter(written_for)
        return found

    def needing_author(self, user: User) -> list[Version]:
        """This person's newest versions that were returned, met an objection or were edited after sending."""
        newer = self.model.objects.filter(
            page=models.OuterRef("page"), submitted_by=user, number__gt=models.OuterRef("number")
        )
        open_ones = self.filter(submitted_by=user, state__in=[State.RETURNED, State.CLEARANCE])
        mine = open_ones.filter(~models.Exists(newer)).select_related("page").defer("content").order_by("page_id")
        objected = Review.objects.filter(version=models.OuterRef("pk"), verdict=Verdict.CHANGE)
        open_comments = PassageComment.objects.filter(
            version=models.OuterRef("pk"), thread__isnull=True, settled_at__isnull=True
        )
        edited = ~Q(revision=F("page__latest_revision"))
        called = Q(state=State.RETURNED) | edited | models.Exists(objected) | models.Exists(open_comments)
        return [each for each in mine.filter(called).prefetch_related("reviews", "comments") if each.needs_author]

    def approved_at(self, instant: datetime) -> VersionQuerySet:
        """Approved versions that may be in force at an instant, a newer one of the same page first."""
        return (
            self.filter(state=State.APPROVED, decided_at__lte=instant)
            .filter(Q(effective_from__isnull=True) | Q(effective_from__lte=instant))
            .order_by("page_id", "-number")
        )

    def newest_in_force(self, key: UUID | str, locale: str) -> Version | None:
        """The version of that page or section that is in force now in a language, or None."""
        newest = self.approved_at(timezone.now()).filter(key=key, locale=locale).order_by("-decided_at", "-pk").first()
        return None if newest is None or newest.withdraws else newest

    def has_in_force(self, key: UUID, *, instead_of: Page) -> bool:
        """Whether a page of that key, another than `instead_of`, is in force now in some language."""
        if key == instead_of.translation_key:
            return False
        newest: dict[int, bool] = {}
        approved = self.approved_at(timezone.now()).filter(key=key, target=Target.PAGE)
        for page, withdraws in approved.values_list("page_id", "withdraws"):
            newest.setdefault(page, withdraws)
        return not all(newest.values())

    def in_force_at(self, instant: datetime) -> list[Version]:
        """One version a page: the newest approved one in force, withdrawn pages left out."""
        newest: dict[int, Version] = {}
        people = ("submitted_by", "approved_by", "keeper")
        approved = self.approved_at(instant).select_related("page", *people).prefetch_related("reviews__reviewer")
        for version in approved:
            newest.setdefault(version.page_id, version)
        return [version for version in newest.values() if not version.withdraws]
