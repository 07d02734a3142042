"""Users, the roles they hold, an administrator's mode, and notices to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.people.permissions import Permission
from metoodik.people.roles import ADMIN_MODE_CIRCLES, ADMIN_MODE_PERMISSIONS, ROLES, Role
from metoodik.trust.privacy import Privacy, Retention


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; nobody is ever a superuser."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def holding(self, role: type[Role]) -> models.QuerySet[User]:
        """Active people who hold the role now."""
        now = timezone.now()
        return self.filter(
            Q(role_grants__until__isnull=True) | Q(role_grants__until__gt=now),
            is_active=True,
            role_grants__role=role.key,
            role_grants__since__lte=now,
        ).distinct()

    def allowed(self, permission: Permission) -> models.QuerySet[User]:
        """Active people some role of whom grants the permission now (an administrator's mode does not count)."""
        keys = [key for key, role in ROLES.items() if permission in role.permissions]
        now = timezone.now()
        return self.filter(
            Q(role_grants__until__isnull=True) | Q(role_grants__until__gt=now),
            is_active=True,
            role_grants__role__in=keys,
            role_grants__since__lte=now,
        ).distinct()


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
        """Roles held now, in the order of `ROLES`. One query, remembered for this object's life."""
        if not hasattr(self, "_roles"):
            known: list[RoleGrant] | None = self.__dict__.get("grants_in_force")
            if known is not None:
                held = {grant.role for grant in known}
            else:
                held = set(self.role_grants.in_force().values_list("role", flat=True)) if self.pk else set()
            self._roles = [role for key, role in ROLES.items() if key in held] if self.is_active else []
        return self._roles

    def forget_rights(self) -> None:
        """Let roles and the administrator's mode be read again: they have just changed."""
        for name in ("_roles", "_admin_mode", "_role_permissions", "grants_in_force"):
            self.__dict__.pop(name, None)

    @property
    def admin_mode(self) -> AdminMode | None:
        """The administrator's mode that this person is in now, if any. One query, remembered."""
        if not hasattr(self, "_admin_mode"):
            may = any(Permission.ENTER_ADMIN_MODE in role.permissions for role in self.roles)
            self._admin_mode = self.admin_modes.open().first() if may else None
        return self._admin_mode

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this person may do now, from roles and, for its time, the administrator's mode."""
        granted: frozenset[Permission] = frozenset().union(*(role.permissions for role in self.roles))
        return granted | ADMIN_MODE_PERMISSIONS if self.admin_mode else granted

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
    grants = RoleGrant.objects.in_force()
    return people.prefetch_related(models.Prefetch("role_grants", queryset=grants, to_attr="grants_in_force"))


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
