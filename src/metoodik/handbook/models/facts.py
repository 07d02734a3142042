"""The register of facts: each telephone, address, opening time, amount and link once, with its past and its checks.

A text names a fact by its mark (`fact_marks`); what stands there is the newest confirmed value. Written by
`actions.facts` alone.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook import content
from metoodik.handbook.content import FactKind
from metoodik.handbook.days import add_months
from metoodik.trust.privacy import Privacy, Retention

KEPT = _("as long as the service works by it or answers for it")


class FactState(models.TextChoices):
    """Where a value stands."""

    PROPOSED = "proposed", pgettext_lazy("fact", "waits for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("fact", "confirmed")
    DECLINED = "declined", pgettext_lazy("fact", "not confirmed")


class FactQuerySet(models.QuerySet["Fact"]):
    def standing(self) -> FactQuerySet:
        """Facts that are not retired."""
        return self.filter(retired_at__isnull=True)

    def with_values(self) -> FactQuerySet:
        """The same facts with their keeper and every value, in two queries."""
        every = FactVersion.objects.select_related("set_by", "confirmed_by", "checked_by").order_by("-number")
        return self.select_related("keeper").prefetch_related(models.Prefetch("versions", queryset=every))


class Fact(models.Model):
    """One number, address, time, amount or link. What it says at a time is a `FactVersion`."""

    key = models.SlugField(_("key"), max_length=64, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[
            (FactKind.PHONE.value, pgettext_lazy("fact", "telephone")),
            (FactKind.ADDRESS.value, pgettext_lazy("fact", "address")),
            (FactKind.HOURS.value, pgettext_lazy("fact", "opening time")),
            (FactKind.AMOUNT.value, pgettext_lazy("fact", "amount")),
            (FactKind.LINK.value, pgettext_lazy("fact", "link")),
        ],
    )
    name_et = models.CharField(_("name in Estonian"), max_length=120)
    name_ru = models.CharField(_("name in Russian"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    check_every_months = models.PositiveSmallIntegerField(_("check every (months)"), default=6)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="kept_facts", verbose_name=_("keeper")
    )
    listed = models.BooleanField(_("in every reader's list of numbers"), default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("One place for each number, address and link that guidance names"),
        personal=_("which worker keeps a fact"),
        retention=Retention(KEPT),
        readers=_("staff, where guidance they may read names it"),
    )

    class Meta:
        verbose_name = pgettext_lazy("register", "fact")
        verbose_name_plural = pgettext_lazy("register", "facts")
        ordering = ["name_et", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in FactKind]), name="fact_kind_is_known"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z0-9][a-z0-9-]*$"), name="fact_key_can_stand_in_a_mark"
            ),
            models.CheckConstraint(condition=~Q(name_et=""), name="fact_has_a_name_in_estonian"),
            models.CheckConstraint(
                condition=Q(check_every_months__gte=1, check_every_months__lte=60), name="fact_is_checked_in_five_years"
            ),
        ]

    def __str__(self) -> str:
        return self.name_et

    def get_absolute_url(self) -> str:
        return reverse("handbook:fact", args=[self.key])

    def name(self, language: str) -> str:
        """What the fact is called in a language, else in Estonian."""
        names = {"ru": self.name_ru, "en": self.name_en}
        return names.get(language, "") or self.name_et

    @cached_property
    def value(self) -> FactVersion | None:
        """The newest confirmed value."""
        return next((each for each in self._versions if each.state == FactState.CONFIRMED), None)

    @cached_property
    def proposed(self) -> FactVersion | None:
        """The value that waits for a second person, if it is newer than the confirmed one."""
        newest = self._versions[0] if self._versions else None
        return newest if newest is not None and newest.state == FactState.PROPOSED else None

    @property
    def _versions(self) -> list[FactVersion]:
        return sorted(self.versions.all(), key=lambda each: -each.number)

    @property
    def check_due(self) -> date | None:
        """The day by which the value should be looked at again; None before it is confirmed."""
        return add_months(self.value.checked_on, self.check_every_months) if self.value else None

    def is_due(self, today: date | None = None) -> bool:
        """Whether the day of checking has come."""
        return self.check_due is not None and self.check_due <= (today or timezone.localdate())


class FactVersionQuerySet(models.QuerySet["FactVersion"]):
    def waiting(self) -> FactVersionQuerySet:
        """Values that wait for a second person, the oldest first."""
        proposed = self.filter(state=FactState.PROPOSED, fact__retired_at__isnull=True)
        return proposed.select_related("fact", "set_by").order_by("set_at")

    def confirmed_at(self, instant: datetime) -> list[FactVersion]:
        """One value a fact: the newest confirmed by an instant, of facts not retired by then."""
        newest: dict[int, FactVersion] = {}
        found = self.filter(state=FactState.CONFIRMED, confirmed_at__lte=instant)
        found = found.filter(Q(fact__retired_at__isnull=True) | Q(fact__retired_at__gt=instant))
        for version in found.select_related("fact").order_by("fact", "-number"):
            newest.setdefault(version.fact_id, version)
        return list(newest.values())


class FactVersion(models.Model):
    """What a fact says: a value per language (Russian and English as the Estonian one when empty), and who answers.

    Whoever sets a value does not confirm it. `checked_on` moves when somebody finds the value still right;
    `told_days` is the nearest mark (30, 7 or 0 days before the next check) of which the keeper has been told.
    """

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    value_et = models.CharField(_("value"), max_length=300)
    value_ru = models.CharField(_("value in Russian"), max_length=300, blank=True)
    value_en = models.CharField(_("value in English"), max_length=300, blank=True)
    source = models.CharField(_("where it was checked"), max_length=300)
    checked_on = models.DateField(_("checked on"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=FactState, default=FactState.PROPOSED)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    told_days = models.SmallIntegerField(null=True, blank=True)

    objects = FactVersionQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("What a fact said when, who set it, who confirmed it and who checked it"),
        personal=_("which workers set, confirmed and checked a value"),
        retention=Retention(KEPT),
        readers=_("editors; readers see the value and the day of its check"),
    )

    class Meta:
        verbose_name = _("value of a fact")
        verbose_name_plural = _("values of facts")
        ordering = ["fact", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "number"], name="fact_values_are_numbered"),
            models.UniqueConstraint(
                fields=["fact"], condition=Q(state="proposed"), name="one_value_of_a_fact_waits_at_a_time"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="fact_values_count_from_one"),
            models.CheckConstraint(condition=Q(state__in=FactState.values), name="fact_state_is_known"),
            models.CheckConstraint(condition=~Q(value_et="") & ~Q(source=""), name="fact_value_says_what_and_whence"),
            models.CheckConstraint(
                condition=Q(state="proposed", confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(state__in=["confirmed", "declined"], confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="a_decided_fact_value_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(confirmed_by=F("set_by")), name="a_second_person_confirms_a_fact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.number}"

    def value(self, language: str) -> str:
        """The value as written in a language, else as in Estonian."""
        values = {"ru": self.value_ru, "en": self.value_en}
        return values.get(language, "") or self.value_et

    def may_be_confirmed_by(self, user: object) -> bool:
        """Whether this person is a second one, allowed to approve guidance, and the value still waits.

        Nobody confirms a value in the stead of whoever set it.
        """
        from metoodik.people.models import User
        from metoodik.people.permissions import Permission

        if not isinstance(user, User) or self.state != FactState.PROPOSED or user.pk == self.set_by_id:
            return False
        stead = user.stead_for(Permission.APPROVE_GUIDANCE)
        return user.can(Permission.APPROVE_GUIDANCE) and (stead is None or bool(stead - {self.set_by_id}))

    def to_content(self) -> content.Fact:
        """The fact as an edition carries it."""
        fact = self.fact
        names = {"et": fact.name_et, "ru": fact.name_ru, "en": fact.name_en}
        values = {"et": self.value_et, "ru": self.value_ru, "en": self.value_en}
        return content.Fact(
            key=fact.key,
            kind=FactKind(fact.kind),
            names={code: words for code, words in names.items() if words},
            values={code: words for code, words in values.items() if words},
            version=self.number,
            checked_on=self.checked_on,
            source=self.source,
            listed=fact.listed,
            check_months=fact.check_every_months,
        )


class FactCheck(models.Model):
    """Somebody looked and found a value still right: the day, and where they looked."""

    version = models.ForeignKey(FactVersion, models.PROTECT, related_name="checks")
    on = models.DateField(_("checked on"))
    source = models.CharField(_("where it was checked"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        purpose=_("When a fact was found still right, and where"),
        personal=_("which worker checked it"),
        retention=Retention(KEPT),
        readers=_("editors"),
    )

    class Meta:
        verbose_name = _("check of a fact")
        verbose_name_plural = _("checks of facts")
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="fact_check_says_where")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.on}"
