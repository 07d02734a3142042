"""Editions and their files, attempts to build them, erased passages, and the overlay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.editions.build import Facts, Imprint, Projector, facts_from_data
from metoodik.editions.content import EditionContent
from metoodik.handbook.addresses import Address
from metoodik.trust.privacy import Privacy, Retention

BUILD_TAKES_AT_MOST = timedelta(minutes=10)


class EditionQuerySet(models.QuerySet["Edition"]):
    def standing(self) -> EditionQuerySet:
        """Editions that came into force or will: not replaced before their time."""
        return self.filter(superseded_at__isnull=True)

    def in_force_at(self, at: datetime) -> Edition | None:
        """The edition in force at an instant: of those effective by then the latest, by effect and then by number."""
        return self.standing().filter(effective_at__lte=at).order_by("-effective_at", "-number").first()

    def pending_at(self, at: datetime) -> EditionQuerySet:
        """Editions that wait for their time, the soonest first."""
        return self.standing().filter(effective_at__gt=at).order_by("effective_at", "number")


class Edition(models.Model):
    """An immutable, numbered, hashed snapshot of all guidance in force from `effective_at`.

    `content` is kept for ever (compressed canonical bytes, see `editions.content`); only an erased passage's words ever
    leave it. `facts` stand beside the content: how each page came to be and since when its words are in force.
    `superseded_at` marks one that was replaced before its time and so never came into force.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    content_hash = models.CharField(_("content hash"), max_length=64)
    content = models.BinaryField()
    facts = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    effective_at = models.DateTimeField(_("in force from"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = EditionQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Guidance in force on any past day, exactly as it was"),
        personal=_("names of the workers who wrote, reviewed and approved a page"),
        retention=Retention(_("for ever: the record of what counsellors were told")),
        readers=_("staff, each within the circles their roles belong to"),
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="editions_count_from_one"),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="edition_has_a_hash"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__lte=F("effective_at")),
                name="only_a_waiting_edition_is_superseded",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(superseded_at__isnull=False),
                name="a_superseded_edition_says_when",
            ),
        ]
        indexes = [models.Index(fields=["effective_at", "number"], name="editions_by_effect")]

    def __str__(self) -> str:
        return str(_("Edition %d") % self.number)

    def read_content(self) -> EditionContent:
        """The content from its bytes. Raises ContentError when they are not whole."""
        return EditionContent.from_bytes(bytes(self.content))

    def read_facts(self) -> Facts:
        """What stands beside each page."""
        return facts_from_data(self.facts)

    def projector(self) -> Projector:
        """What projects this edition for classes of readers."""
        imprint = Imprint(self.number, self.effective_at)
        addresses = tuple(Address.from_data(each) for each in self.addresses)
        return Projector(self.read_content(), self.read_facts(), imprint, addresses)


class EditionFile(models.Model):
    """The SQLite file that one class of readers opens, compressed; may be dropped: the content makes it again."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files")
    audience = models.CharField(max_length=120)
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    privacy = Privacy(
        purpose=_("What each reading machine unpacks"),
        personal=_("names of the workers who wrote, reviewed and approved a page"),
        retention=Retention(_("of the newest editions; older ones are made again when somebody opens them")),
        readers=_("staff, each within the circles their roles belong to"),
    )

    class Meta:
        verbose_name = _("edition file")
        verbose_name_plural = _("edition files")
        constraints = [
            models.UniqueConstraint(fields=["edition", "audience"], name="one_file_a_class"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="edition_file_has_a_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.audience}"


class BuildState(models.TextChoices):
    """How an attempt to make an edition stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class BuildAttempt(models.Model):
    """One attempt to make an edition. A failed one says why in `reasons`: rows of (title, sentence).

    Done without an edition means that there was nothing new; done with reasons, that a coming edition was not made.
    """

    state = models.CharField(max_length=10, choices=BuildState, default=BuildState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = Privacy(
        purpose=_("Whether an edition could be made, and why not"),
        personal=_("which worker asked for an edition"),
        retention=Retention(_("one year"), days=365, since="at"),
        readers=_("those who may make editions"),
    )

    class Meta:
        verbose_name = _("making of an edition")
        verbose_name_plural = _("makings of editions")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BuildState.values), name="build_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="a_finished_build_says_when",
            ),
            models.CheckConstraint(
                condition=Q(edition__isnull=True) | Q(state="done"), name="only_a_done_build_has_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs, and not for longer than a build can take."""
        young = timezone.now() - self.at < BUILD_TAKES_AT_MOST
        return self.state in {BuildState.WAITING, BuildState.RUNNING} and young

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(title, sentence) of each reason why it failed."""
        return [(str(title), str(sentence)) for title, sentence in self.reasons]


class ErasedPassage(models.Model):
    """A passage whose words were erased from every edition: the hash that stays, why, and who did it.

    A build keeps it erased if the handbook still holds it.
    """

    passage_hash = models.CharField(max_length=64, unique=True)
    page_key = models.CharField(max_length=36)
    passage_key = models.CharField(max_length=36)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("Proof that a passage was erased, and that nothing else was"),
        personal=_("which worker erased it"),
        retention=Retention(_("for ever: without it past editions could not be verified")),
        readers=_("those who may make editions"),
    )

    class Meta:
        verbose_name = _("erased passage")
        verbose_name_plural = _("erased passages")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="erasing_has_a_reason"),
            models.CheckConstraint(
                condition=Q(passage_hash__regex=r"^[0-9a-f]{64}$"), name="erased_passage_has_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_key}/{self.passage_key}"


class OverlayKind(models.TextChoices):
    """What an overlay entry does to the page or passage it stands over."""

    WARNING = "warning", _("warning")
    WITHDRAWAL = "withdrawal", _("withdrawn")
    CORRECTION = "correction", _("corrected number")
    LIFT = "lift", _("lifted")


class AppendOnlyError(Exception):
    """An overlay entry is never changed or deleted: lift it with another."""


class OverlayQuerySet(models.QuerySet["OverlayEntry"]):
    def update(self, **values: Any) -> int:  # noqa: ARG002
        raise AppendOnlyError

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:  # noqa: ARG002
        raise AppendOnlyError

    def standing(self) -> OverlayQuerySet:
        """Warnings, withdrawals and corrections that nobody has lifted, oldest first."""
        lifted = OverlayEntry.objects.filter(kind=OverlayKind.LIFT).values("lifts")
        return self.exclude(kind=OverlayKind.LIFT).exclude(pk__in=lifted).order_by("pk")


class OverlayEntry(models.Model):
    """A line of the overlay: drawn over every edition, old ones too. Signed; the database refuses change and deletion.

    `passage_key` None means the whole page, `locale` None every language. A corrected fact has no page: it stands
    wherever the fact is named, with its values and the number of the version they are from. The id counts from one and
    is signed too; `previous` is the signature of the entry before. Written by `editions.actions` alone.
    """

    id = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=OverlayKind)
    page_key = models.CharField(max_length=36, blank=True)
    passage_key = models.CharField(max_length=36, null=True, blank=True)
    fact_key = models.CharField(max_length=64, blank=True)
    fact_version = models.PositiveIntegerField(null=True, blank=True)
    value_et = models.CharField(max_length=300, blank=True)
    value_ru = models.CharField(max_length=300, blank=True)
    value_en = models.CharField(max_length=300, blank=True)
    locale = models.CharField(max_length=5, null=True, blank=True)
    sentence_et = models.CharField(max_length=500, blank=True)
    sentence_ru = models.CharField(max_length=500, blank=True)
    sentence_en = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifts = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="lifted_by")
    previous = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64)

    objects: ClassVar[OverlayQuerySet] = OverlayQuerySet.as_manager()  # type: ignore[assignment]
    privacy = Privacy(
        purpose=_("Warnings and withdrawals that act within a minute"),
        personal=_("which worker warned or withdrew"),
        retention=Retention(_("for ever: part of what counsellors were shown")),
        readers=_("staff who may see the page it stands over"),
    )

    class Meta:
        verbose_name = _("warning or withdrawal")
        verbose_name_plural = _("warnings and withdrawals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OverlayKind.values), name="overlay_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="lift", lifts__isnull=False) | (~Q(kind="lift") & Q(lifts__isnull=True)),
                name="only_a_lift_lifts",
            ),
            models.CheckConstraint(
                condition=Q(kind="lift") | ~Q(sentence_et=""), name="an_overlay_entry_says_why_in_estonian"
            ),
            models.CheckConstraint(
                condition=Q(locale__isnull=True) | Q(locale__in=["et", "ru", "en"]), name="overlay_locale_is_known"
            ),
            models.CheckConstraint(condition=~Q(signature=""), name="overlay_entry_is_whole"),
            models.CheckConstraint(
                condition=Q(fact_key="") & ~Q(page_key="") | Q(page_key="") & ~Q(fact_key=""),
                name="overlay_entry_is_over_a_page_or_a_fact",
            ),
            models.CheckConstraint(
                condition=Q(fact_key="", fact_version__isnull=True, value_et="")
                | Q(kind="lift", fact_version__isnull=True, value_et="")
                | Q(kind="correction", fact_version__isnull=False) & ~Q(fact_key="") & ~Q(value_et=""),
                name="a_corrected_fact_says_its_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.page_key or self.fact_key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry. Raises AppendOnlyError for one that is already written."""
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ARG002
        raise AppendOnlyError


from metoodik.editions.models_export import ExportJob, InformationRequest, PrintedCard  # noqa: E402, F401
from metoodik.editions.models_health import EditionHealth  # noqa: E402, F401
from metoodik.editions.models_history import PageInEdition  # noqa: E402, F401
