"""Users, the roles they hold, an administrator's mode, and notices to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_CIRCLES, ADMIN_MODE_PERMISSIONS, NEVER_SUBSTITUTED, ROLES, Role
from metoodik.trust.privacy import Privacy, Retention


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; nobody is ever a superuser."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def holding(self, role: type[Role]) -> models.QuerySet[User]:
        """Active people who hold the role now, or stand in for somebody who does."""
        return self._with([role.key], passed_on=[role.key])

    def allowed(self, permission: Permission) -> models.QuerySet[User]:
        """Active people some role of whom grants the permission now (an administrator's mode does not count).

        Roles held in somebody's stead count, but for what is `NEVER_SUBSTITUTED`.
        """
        keys = [key for key, role in ROLES.items() if permission in role.permissions]
        return self._with(keys, passed_on=[] if permission in NEVER_SUBSTITUTED else keys)

    def _with(self, keys: list[str], *, passed_on: list[str]) -> models.QuerySet[User]:
        held = RoleGrant.objects.in_force().filter(role__in=keys)
        stood = Substitution.objects.in_force().filter(role__in=passed_on)
        return self.filter(Q(pk__in=held.values("user")) | Q(pk__in=stood.values("substitute")), is_active=True)


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's managers have no types.
    """A worker of the service. Signs in by e-mail; what they may do comes from roles alone."""

    username = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language of e-mail"), max_length=2, choices=settings.LANGUAGES, default="et")
    mail_notices = models.BooleanField(_("send notices by e-mail too"), default=True)
    left_at = models.DateTimeField(_("left the service"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    privacy = Privacy(
        purpose=_("Sign-in, roles and responsibility for guidance"),
        personal=_("name and work e-mail of a worker"),
        retention=Retention(_("while working here; afterwards the name stays beside what the person approved")),
        readers=_("administrators; names beside approvals are seen by readers"),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_in_lower_case"),
            models.CheckConstraint(condition=Q(left_at__isnull=True) | Q(is_active=False), name="a_leaver_is_inactive"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:  # type: ignore[override]
        """What the writing desk calls a person beside their picture."""
        return self.get_short_name()

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def roles(self) -> list[type[Role]]:
        """Roles that count now, one's own and those held in somebody's stead, in the order of `ROLES`.

        One query, remembered for this object's life.
        """
        own, stead = self._standing
        return [role for key, role in ROLES.items() if key in own or key in stead]

    @property
    def own_roles(self) -> list[type[Role]]:
        """Roles held in one's own right now."""
        own, _stead = self._standing
        return [role for key, role in ROLES.items() if key in own]

    @property
    def in_stead_of(self) -> dict[str, set[int]]:
        """Roles that this person holds in others' stead now: the role's key, and the numbers of who is absent."""
        return self._standing[1]

    @property
    def stands_in_for(self) -> str:
        """Numbers of the people in whose stead this person holds roles now, as the audit trail keeps them; or ""."""
        return ", ".join(str(each) for each in sorted(set().union(*self.in_stead_of.values())))

    @property
    def _standing(self) -> tuple[set[str], dict[str, set[int]]]:
        if "_held" not in self.__dict__:
            self.__dict__["_held"] = self._read_standing() if self.is_active and self.pk else (set(), {})
        held: tuple[set[str], dict[str, set[int]]] = self.__dict__["_held"]
        return held

    def _read_standing(self) -> tuple[set[str], dict[str, set[int]]]:
        known: list[RoleGrant] | None = self.__dict__.get("grants_in_force")
        if known is not None:
            rows = [(grant.role, self.pk) for grant in known]
            rows += [(each.role, each.absent_id) for each in self.__dict__["substitutions_in_force"]]
        else:
            rows = list(RoleGrant.objects.in_force().counting_for(self).values_list("role", "user_id"))
        own: set[str] = set()
        stead: dict[str, set[int]] = {}
        for role, holder in rows:
            if holder == self.pk:
                own.add(role)
            else:
                stead.setdefault(role, set()).add(holder)
        return own, stead

    def forget_rights(self) -> None:
        """Let roles and the administrator's mode be read again: they have just changed."""
        for name in ("_held", "_admin_mode", "_role_permissions", "grants_in_force", "substitutions_in_force"):
            self.__dict__.pop(name, None)

    @property
    def admin_mode(self) -> AdminMode | None:
        """The administrator's mode that this person is in now, if any. One query, remembered."""
        if not hasattr(self, "_admin_mode"):
            may = any(Permission.ENTER_ADMIN_MODE in role.permissions for role in self.own_roles)
            self._admin_mode = self.admin_modes.open().first() if may else None
        return self._admin_mode

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this person may do now, from roles and, for its time, the administrator's mode."""
        granted: frozenset[Permission] = frozenset().union(*(role.permissions for role in self.own_roles))
        for key in self.in_stead_of:
            granted |= ROLES[key].permissions - NEVER_SUBSTITUTED if key in ROLES else frozenset()
        return granted | ADMIN_MODE_PERMISSIONS if self.admin_mode else granted

    def stead_for(self, permission: Permission) -> frozenset[int] | None:
        """Whose right this is: None when one's own, else the numbers of the absent people whose right it is.

        Empty for somebody who has not the right at all.
        """
        if any(permission in role.permissions for role in self.own_roles):
            return None
        if permission in NEVER_SUBSTITUTED:
            return frozenset()
        steads = (who for key, who in self.in_stead_of.items() if permission in ROLES[key].permissions)
        return frozenset().union(*steads)

    def can(self, permission: Permission) -> bool:
        """Whether this person may do that now."""
        return permission in self.permissions

    @property
    def circles(self) -> frozenset[str]:
        """Reader circles that this person belongs to now."""
        own: frozenset[str] = frozenset().union(*(role.circles for role in self.roles))
        return own | ADMIN_MODE_CIRCLES if self.admin_mode else own


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, at: datetime | None = None) -> RoleGrantQuerySet:
        """Grants that hold at an instant (now when not said)."""
        moment = at or timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)

    def counting_for(self, user: User) -> RoleGrantQuerySet:
        """Grants of these that a person acts by: their own, and those of people in whose stead they stand now."""
        stood = Substitution.objects.standing().filter(substitute=user)
        absent = stood.filter(absent=models.OuterRef("user"), role=models.OuterRef("role"))
        return self.filter(Q(user=user) | Q(models.Exists(absent), user__is_active=True))


class RoleGrant(models.Model):
    """A role held by a person for a time; past grants stay as the record of who could do what."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=40, choices=[(key, role.name) for key, role in ROLES.items()])
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Who could do what, and when"),
        personal=_("a worker's roles"),
        retention=Retention(_("kept for five years after the role ended"), days=5 * 365, since="until"),
        readers=_("the person and administrators"),
    )

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(until__isnull=True), name="one_open_grant_a_role"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="grant_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


def with_roles(people: models.QuerySet[User]) -> models.QuerySet[User]:
    """The same people, whose `roles` then cost no query each."""
    grants, stood = RoleGrant.objects.in_force(), Substitution.objects.in_force().select_related("absent")
    return people.prefetch_related(
        models.Prefetch("role_grants", queryset=grants, to_attr="grants_in_force"),
        models.Prefetch("substitutions_given", queryset=stood, to_attr="substitutions_in_force"),
    )


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def standing(self, at: datetime | None = None) -> SubstitutionQuerySet:
        """Those whose time it is (now when not said), whether or not the absent person still holds the role."""
        moment = at or timezone.now()
        return self.filter(since__lte=moment, until__gt=moment, ended_at__isnull=True)

    def in_force(self) -> SubstitutionQuerySet:
        """Those that count now: the absent person is still here and holds the role in their own right."""
        held = RoleGrant.objects.in_force().filter(user=models.OuterRef("absent"), role=models.OuterRef("role"))
        return self.standing().filter(models.Exists(held), absent__is_active=True, substitute__is_active=True)

    def to_come_or_in_force(self) -> SubstitutionQuerySet:
        """Those that count now or will, the next one first."""
        return self.filter(until__gt=timezone.now(), ended_at__isnull=True).order_by("since", "pk")


class Substitution(models.Model):
    """One person standing in for another in one role for a time. Why somebody is absent is never kept."""

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions_had", verbose_name=_("who is away")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions_given", verbose_name=_("who stands in")
    )
    role = models.CharField(_("role"), max_length=40, choices=[(key, role.name) for key, role in ROLES.items()])
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    objects = SubstitutionQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Who could do what in whose stead, and when"),
        personal=_("that a worker is away, not why"),
        retention=Retention(_("kept for five years after it ended"), days=5 * 365, since="until"),
        readers=_("both people and administrators"),
    )

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="nobody_stands_in_for_oneself"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="substitution_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__lte=F("until")), name="substitution_ends_early"
            ),
        ]
        indexes = [models.Index(fields=["substitute", "until"], name="substitution_now")]

    def __str__(self) -> str:
        return f"{self.substitute} / {self.absent}: {self.role}"

    @property
    def last_day(self) -> datetime:
        """A moment of the last whole day it holds: `until` is that day's end."""
        return timezone.localtime(self.until) - timedelta(seconds=1)


class AdminModeQuerySet(models.QuerySet["AdminMode"]):
    def open(self) -> AdminModeQuerySet:
        """Modes that run now."""
        now = timezone.now()
        return self.filter(ended_at__isnull=True, started_at__lte=now, expires_at__gt=now)


class AdminMode(models.Model):
    """A stretch of time in which an administrator sees more, with the reason."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="admin_modes")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AdminModeQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("Why and when an administrator saw more than the role allows"),
        personal=_("a worker's actions"),
        retention=Retention(_("five years"), days=5 * 365, since="started_at"),
        readers=_("the service owner and administrators"),
    )

    class Meta:
        verbose_name = _("administrator's mode")
        verbose_name_plural = _("administrator's modes")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="admin_mode_has_a_reason"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="admin_mode_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%Y-%m-%d %H:%M}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        """Notices not marked as read."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something a person should know, shown on the desk and, when they wish, sent by e-mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()
    privacy = Privacy(
        purpose=_("What a person should know"),
        personal=_("which work waits for a worker"),
        retention=Retention(_("90 days"), days=90, since="at"),
        readers=_("the person alone"),
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notices_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
