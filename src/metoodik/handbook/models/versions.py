"""Versions: exact revisions sent to clearance, reviewed, approved.

State belongs to a version, not to a page: a page in force can have a draft, and a draft changes nothing that is pinned.
The content is kept here with its hash, so the version stays what it was even if the revision is lost or rewritten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.query import PageQuerySet

from metoodik.handbook.content import Page as PageContent
from metoodik.handbook.content import Risk, fingerprint
from metoodik.handbook.content import Section as SectionContent
from metoodik.handbook.models.reviews import Part, PassageComment, ReviewRequest
from metoodik.handbook.models.reviews import Review as Review
from metoodik.handbook.models.reviews import Verdict as Verdict
from metoodik.handbook.models.version_queries import Change as Change
from metoodik.handbook.models.version_queries import State as State
from metoodik.handbook.models.version_queries import Target as Target
from metoodik.handbook.models.version_queries import VersionQuerySet as VersionQuerySet
from metoodik.people.permissions import Permission
from metoodik.trust.privacy import Privacy, Retention

if TYPE_CHECKING:
    from metoodik.people.models import User


def with_newest_version(pages: PageQuerySet) -> PageQuerySet:
    """The same pages, whose state in a list then costs no query each."""
    newest = Version.objects.filter(page=models.OuterRef("page")).order_by("-number").values("pk")[:1]
    known = Version.objects.filter(pk=models.Subquery(newest)).only("state", "revision_id", "withdraws", "page_id")
    return pages.prefetch_related(models.Prefetch("versions", queryset=known, to_attr="newest_versions"))


class Version(models.Model):
    """One revision of one page, pinned: what it says, who wrote it, who answers for it."""

    page = models.ForeignKey("wagtailcore.Page", models.PROTECT, related_name="versions")
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    target = models.CharField(max_length=10, choices=Target)
    key = models.UUIDField()
    locale = models.CharField(max_length=10)
    title = models.CharField(max_length=255)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    risk = models.CharField(max_length=20, default=Risk.ORDINARY.value)
    withdraws = models.BooleanField(default=False)
    translates = models.ForeignKey("self", models.PROTECT, null=True, related_name="translations")
    replaced_by = models.UUIDField(null=True, blank=True)
    """The key of the page that is used instead of a withdrawn one: its addresses lead there."""
    change_kind = models.CharField(max_length=20, choices=Change)
    change_sentence = models.CharField(max_length=300)
    effective_from = models.DateTimeField(null=True, blank=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="authored_versions")
    state = models.CharField(max_length=20, choices=State, default=State.CLEARANCE)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="submitted_versions")
    submitted_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approved_versions"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    approved_in_stead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved in the stead of"),
    )
    release = models.ForeignKey(
        "handbook.Release", models.PROTECT, null=True, blank=True, related_name="versions", verbose_name=_("package")
    )
    overtaken_at = models.DateTimeField(_("voided by an edit at"), null=True, blank=True)
    overtaken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose edit voided it"),
    )

    objects = VersionQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("What was approved, word for word, by whom and when"),
        personal=_("which worker wrote, sent and approved"),
        retention=Retention(_("for ever: guidance in force on any past day can be shown")),
        readers=_("editors, reviewers, approvers; names of approvers are seen by readers"),
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["page"], condition=Q(state="clearance"), name="one_version_in_clearance_a_page"
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_by__isnull=False)
                | ~Q(state="approved") & Q(approved_by__isnull=True),
                name="approved_means_approver",
            ),
            models.CheckConstraint(
                condition=Q(state="clearance", decided_at__isnull=True)
                | ~Q(state="clearance") & Q(decided_at__isnull=False),
                name="decided_means_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")), name="author_is_not_approver"
            ),
            models.CheckConstraint(condition=~Q(change_sentence=""), name="change_has_a_sentence"),
            models.CheckConstraint(
                condition=Q(approved_in_stead_of__isnull=True)
                | Q(approved_by__isnull=False)
                & ~Q(approved_in_stead_of=F("submitted_by"))
                & ~Q(approved_in_stead_of=F("approved_by")),
                name="nobody_approves_in_the_authors_stead",
            ),
            models.CheckConstraint(
                condition=Q(overtaken_by__isnull=True) | Q(overtaken_at__isnull=False), name="overtaken_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(withdraws=True) & ~Q(replaced_by=F("key")),
                name="only_a_withdrawn_page_is_replaced",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(answer=""), name="returned_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["state", "page", "-number"], name="version_in_force"),
            models.Index(fields=["-decided_at", "-id"], name="version_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("handbook:version", args=[self.pk])

    hides_restricted = False
    """Whether whoever looks at it has no AK right: its restricted passages are then left out wherever it is shown."""

    @property
    def page_content(self) -> PageContent:
        """The content of a page version. Raises KeyError for a section's."""
        page = PageContent.from_data(self.content)
        if self.hides_restricted:
            return replace(page, passages=tuple(each for each in page.passages if each.restriction is None))
        return page

    @property
    def hides_something(self) -> bool:
        """Whether whoever looks at it does not see it whole."""
        return self.hides_restricted and any("restriction" in each for each in self.content.get("passages", ()))

    def shows(self, comment: PassageComment) -> bool:
        """Whether whoever looks at it may read the comment: without the AK right, only one on a passage they read."""
        if not self.hides_restricted or not comment.passage_key:
            return True
        passages = self.content.get("passages", ())
        return any(each["key"] == comment.passage_key and "restriction" not in each for each in passages)

    @property
    def section_content(self) -> SectionContent:
        """The content of a section version."""
        return SectionContent.from_data(self.content)

    @property
    def is_intact(self) -> bool:
        """Whether the stored content is still what was pinned."""
        return fingerprint(self.content) == self.content_hash

    @property
    def edited_since(self) -> bool:
        """Whether the page has a newer draft: a version in clearance is then void and cannot be approved."""
        latest = self.page.latest_revision_id
        return self.state == State.CLEARANCE and latest is not None and latest != self.revision_id

    @property
    def replaces_coming(self) -> Version | None:
        """A version approved for a later day that this one would replace for good, or None: deciders must see it."""
        approved = Version.objects.filter(page=self.page, state=State.APPROVED, number__lt=self.number)
        coming = approved.filter(effective_from__gt=timezone.now()).order_by("-effective_from")
        return coming.first() if self.state == State.CLEARANCE else None

    @property
    def needs_author(self) -> bool:
        """Whether the author must act: it was returned, edited after sending, or somebody objects or has commented."""
        if self.state == State.RETURNED:
            return bool(self.page.latest_revision_id == self.revision_id)
        return self.state == State.CLEARANCE and (
            self.edited_since or bool(self.objections) or bool(self.open_comments)
        )

    @property
    def needs_counsellor(self) -> bool:
        """Whether a practising counsellor's agreement is wanted before approval."""
        return self.risk == Risk.SAFETY or self.change_kind == Change.SAFETY

    @property
    def agreed_by_counsellor(self) -> bool:
        """Whether a practising counsellor who did not write it agrees with it."""
        return any(review.verdict == Verdict.AGREES and review.as_counsellor for review in self.reviews.all())

    @property
    def waits_for_replacement(self) -> bool:
        """Whether the page used instead has a change in clearance, outside this package, that may hold the text."""
        if self.replaced_by is None:
            return False
        waiting = Version.objects.filter(key=self.replaced_by, locale=self.locale, state=State.CLEARANCE)
        return waiting.exclude(release=self.release_id).exists() if self.release_id else waiting.exists()

    @property
    def objections(self) -> list[Review]:
        """Reviews that want changes."""
        return [review for review in self.reviews.all() if review.verdict == Verdict.CHANGE]

    def predecessor(self) -> Version | None:
        """The version approved before this one, or None; it hides what this one hides."""
        found = (
            Version.objects.filter(page=self.page, state=State.APPROVED, number__lt=self.number)
            .order_by("-number")
            .first()
        )
        if found is not None:
            found.hides_restricted = self.hides_restricted
        return found

    @property
    def open_comments(self) -> list[PassageComment]:
        """Comments on it that nobody has settled."""
        return [each for each in self.comments.all() if each.is_open]

    @property
    def asked(self) -> list[ReviewRequest]:
        """Requests to named people that stand."""
        return [each for each in self.requests.all() if each.withdrawn_at is None]

    @property
    def named_approver(self) -> ReviewRequest | None:
        """The request to whoever was asked by name to approve it, or None."""
        return next((each for each in self.asked if each.part == Part.APPROVE), None)

    @property
    def edited_by(self) -> User | None:
        """Whose edit voided it, when it is known."""
        if self.overtaken_at is not None:
            return self.overtaken_by
        editor: User | None = self.page.latest_revision.user if self.edited_since else None
        return editor

    @property
    def edited_at(self) -> datetime | None:
        """When an edit voided it."""
        if self.overtaken_at is not None:
            return self.overtaken_at
        return self.page.latest_revision.created_at if self.edited_since else None

    def is_written_by(self, number: int) -> bool:
        """Whether the person with this number sent it or wrote something of it."""
        return number == self.submitted_by_id or any(author.pk == number for author in self.authors.all())

    @property
    def approving(self) -> tuple[Permission, ...]:
        """The rights that approve it, one being enough.

        A translation of an approved page may be approved by a language reviewer; that of a safety page by nobody else.
        """
        if self.translates_id is None or self.withdraws:
            return (Permission.APPROVE_GUIDANCE,)
        if self.risk == Risk.SAFETY:
            return (Permission.REVIEW_LANGUAGE,)
        return Permission.REVIEW_LANGUAGE, Permission.APPROVE_GUIDANCE

    def stead_of(self, user: User) -> int | None:
        """In whose stead this person may approve it: None for one's own right. Raises PermissionDenied if in nobody's.

        Nobody approves what they wrote, nor what was written by the person in whose stead they hold the right.
        """
        steads = [user.stead_for(each) for each in self.approving if user.can(each)]
        if self.is_written_by(user.pk):
            raise PermissionDenied
        if None in steads:
            return None
        fit = sorted({number for stead in steads for number in stead or () if not self.is_written_by(number)})
        if not fit:
            raise PermissionDenied
        return fit[0]

    def may_be_approved_by(self, user: User) -> bool:
        """Whether this person may decide: the right, and four eyes."""
        if self.state != State.CLEARANCE or not any(user.can(each) for each in self.approving):
            return False
        try:
            self.stead_of(user)
        except PermissionDenied:
            return False
        return True

    def may_be_reviewed_by(self, user: User) -> bool:
        """Whether this person may review: a counsellor or asked by name, and not an author."""
        asked = any(each.person_id == user.pk and each.part == Part.REVIEW for each in self.asked)
        return (
            self.state == State.CLEARANCE
            and (user.can(Permission.REVIEW_GUIDANCE) or asked)
            and not self.is_written_by(user.pk)
        )

    def waits_for(self, user: User) -> bool:
        """Whether this person's word is what the version waits for now."""
        return self.waits_for_review_by(user) or (
            not (self.release and self.release.is_open) and self.waits_for_approval_by(user)
        )

    def waits_for_review_by(self, user: User) -> bool:
        """Whether this person is asked by name, or a counsellor's word is wanted and nobody else was named."""
        reviewed = any(review.reviewer_id == user.pk for review in self.reviews.all())
        if self.edited_since or reviewed or not self.may_be_reviewed_by(user):
            return False
        waiting = [each for each in self.asked if each.part == Part.REVIEW and each.waits]
        if any(each.person_id == user.pk for each in waiting):
            return True
        named = any(each.as_counsellor and not each.late for each in waiting)
        return (
            self.needs_counsellor
            and not self.agreed_by_counsellor
            and not named
            and user.can(Permission.REVIEW_GUIDANCE)
        )

    def waits_for_approval_by(self, user: User) -> bool:
        """Whether everybody asked has answered or is late, nothing is open, and this person decides."""
        if self.edited_since or self.objections or self.open_comments or not self.may_be_approved_by(user):
            return False
        if self.needs_counsellor and not self.agreed_by_counsellor:
            return False
        if any(each.part == Part.REVIEW and each.waits and not each.late for each in self.asked):
            return False
        named = self.named_approver
        return named is None or named.late or named.person_id == user.pk
