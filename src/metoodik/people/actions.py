"""Changes to people: inviting, roles, an administrator's mode, leaving, notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from metoodik.people import handover, notices, tasks
from metoodik.people.groups import sync
from metoodik.people.models import AdminMode, Notice, RoleGrant, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import Administrator, Role
from metoodik.trust.audit import record


@transaction.atomic
def invite_person(
    *, by: User | None, email: str, name: str, roles: Iterable[type[Role]] = (), language: str = "et"
) -> User:
    """Make an account and send its owner a link for setting a password.

    Raises ValidationError for an address that is taken or is none, PermissionDenied without MANAGE_PEOPLE.
    """
    user = create_person(by=by, email=email, name=name, roles=roles, language=language)
    notify(user, notices.WELCOME, {"roles": _names(user.roles, language)}, mail=False)
    send_invitation(by=by, user=user)
    return user


@transaction.atomic
def create_person(
    *,
    by: User | None,
    email: str,
    name: str,
    roles: Iterable[type[Role]] = (),
    language: str = "et",
    password: str | None = None,
) -> User:
    """Make an account and send nothing; without `password` nobody can sign in to it. Raises as `invite_person` does."""
    _must_manage(by)
    address, name = email.strip().lower(), " ".join(name.split())
    validate_email(address)
    if not name:
        raise ValidationError({"name": _("Write the person's name.")})
    if User.objects.filter(email=address).exists():
        raise ValidationError({"email": _("Somebody with this e-mail address is already here.")})
    user = User.objects.create_user(address, password, name=name, language=language)
    record("people.created", by=by, subject=user)
    for role in roles:
        _grant(by, user, role)
    return user


@transaction.atomic
def send_invitation(*, by: User | None, user: User) -> None:
    """Send the link for setting a password (again). It works for settings.PASSWORD_RESET_TIMEOUT seconds, once."""
    _must_manage(by)
    _must_be_here(user)
    record("people.invitation_sent", by=by, subject=user)
    transaction.on_commit(lambda: tasks.send_invitation.enqueue(user.pk))


@transaction.atomic
def grant_role(*, by: User | None, user: User, role: type[Role], until: datetime | None = None) -> RoleGrant:
    """Give a role, for ever or `until` an instant. Raises ValidationError when it is held already or is one's own."""
    _must_manage(by)
    _not_oneself(by, user)
    _must_be_here(user)
    grant = _grant(by, user, role, until)
    notify(user, notices.ROLE_GRANTED, {"role": _names([role], user.language)})
    return grant


@transaction.atomic
def end_role(*, by: User | None, user: User, role: type[Role]) -> None:
    """End a role now. Raises ValidationError when it is not held, is one's own, or the last administrator's."""
    _must_manage(by)
    _not_oneself(by, user)
    grants = RoleGrant.objects.in_force().filter(user=user, role=role.key)
    if not grants.exists():
        raise ValidationError(_("This person does not hold the role."))
    if role is Administrator:
        _keep_an_administrator(user)
    _end(by, user, role.key)
    sync(user)
    user.forget_rights()
    notify(user, notices.ROLE_ENDED, {"role": _names([role], user.language)})


@transaction.atomic
def enter_admin_mode(*, by: User, reason: str) -> AdminMode:
    """Let an administrator see more for settings.ADMIN_MODE; other administrators and the audit trail are told.

    Raises PermissionDenied without ENTER_ADMIN_MODE, ValidationError without a reason or when the mode is on already.
    """
    if not by.can(Permission.ENTER_ADMIN_MODE):
        raise PermissionDenied
    why = " ".join(reason.split())
    if len(why) < 10:
        raise ValidationError({"reason": _("Say in a sentence what you need to see and why.")})
    User.objects.select_for_update().get(pk=by.pk)
    if AdminMode.objects.open().filter(user=by).exists():
        raise ValidationError(_("You are in the administrator's mode already."))
    now = timezone.now()
    mode = AdminMode.objects.create(user=by, reason=why[:300], started_at=now, expires_at=now + settings.ADMIN_MODE)
    by.forget_rights()
    readers = User.objects.allowed(Permission.READ_AUDIT).exclude(pk=by.pk)
    for reader in readers:
        notify(reader, notices.ADMIN_MODE, {"name": by.name}, mail=False)
    record("people.admin_mode_entered", by=by, subject=mode, reason=mode.reason)
    return mode


@transaction.atomic
def leave_admin_mode(*, by: User) -> None:
    """End the mode now; does nothing when it is not on."""
    for mode in AdminMode.objects.select_for_update().open().filter(user=by):
        mode.ended_at = timezone.now()
        mode.save(update_fields=["ended_at"])
        record("people.admin_mode_left", by=by, subject=mode)
    by.forget_rights()


@transaction.atomic
def mark_left(*, by: User | None, user: User, successor: User | None = None) -> dict[str, int]:
    """Close a leaver's account and hand their work over. Returns how much was handed over, by kind.

    Ends roles, sessions and second steps; the name stays beside what the person approved. Raises ValidationError when
    work waits and there is no fit successor, for oneself, and for the last administrator.
    """
    _must_manage(by)
    _not_oneself(by, user)
    _must_be_here(user)
    _keep_an_administrator(user)
    handed = _hand_over(by, user, successor)
    for role in list(RoleGrant.objects.in_force().filter(user=user).values_list("role", flat=True)):
        _end(by, user, role)
    AdminMode.objects.open().filter(user=user).update(ended_at=timezone.now())
    user.is_active = False
    user.left_at = timezone.now()
    user.set_unusable_password()
    user.save(update_fields=["is_active", "left_at", "password"])
    Authenticator.objects.filter(user_id=user.pk).delete()
    user.notices.all().delete()
    sync(user)
    user.forget_rights()
    sessions = _end_sessions(user)
    successor_id = None if successor is None else successor.pk
    record("people.left", by=by, subject=user, successor=successor_id, handed=sum(handed.values()), sessions=sessions)
    return handed


@transaction.atomic
def change_person(*, by: User | None, user: User, name: str, email: str) -> None:
    """Correct a person's name and e-mail address; a new address ends links sent to the old one."""
    _must_manage(by)
    _must_be_here(user)
    address, name = email.strip().lower(), " ".join(name.split())
    validate_email(address)
    if not name:
        raise ValidationError({"name": _("Write the person's name.")})
    if User.objects.filter(email=address).exclude(pk=user.pk).exists():
        raise ValidationError({"email": _("Somebody with this e-mail address is already here.")})
    moved, before = address != user.email, user.email
    record("people.changed", by=by, subject=user, name_changed=name != user.name, email_changed=moved)
    user.name, user.email = name, address
    user.save(update_fields=["name", "email"])
    if moved:
        _tell_of_new_address(user, before)


@transaction.atomic
def change_preferences(*, by: User, language: str, mail_notices: bool) -> None:
    """A person's own choices: the language of e-mail, and whether notices come by e-mail too."""
    by.language, by.mail_notices = language, mail_notices
    by.full_clean(exclude=["password"])
    by.save(update_fields=["language", "mail_notices"])


@transaction.atomic
def remove_second_step(*, by: User | None, user: User) -> int:
    """Take off a person's second steps when their phone or key is lost; they set up new ones at the next sign-in."""
    _must_manage(by)
    _not_oneself(by, user)
    count: int = Authenticator.objects.filter(user_id=user.pk).delete()[0]
    sessions = _end_sessions(user)
    record("people.second_step_removed", by=by, subject=user, removed=count, sessions=sessions)
    return count


@transaction.atomic
def notify(
    user: User, key: str, values: dict[str, str | int] | None = None, url: str = "", *, mail: bool = True
) -> Notice:
    """Leave a person a notice, sent by e-mail too when they wish it (after the transaction ends).

    `key` is registered in `people.notices`; `url` is a path of this site. Raises KeyError and ValueError otherwise.
    """
    if not notices.is_registered(key):
        raise KeyError(key)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("A notice leads to a path of this site.")
    notice = Notice.objects.create(user=user, key=key, values=values or {}, url=url)
    if mail and user.mail_notices and user.is_active:
        transaction.on_commit(lambda: tasks.send_notice.enqueue(notice.pk))
    return notice


@transaction.atomic
def mark_read(*, by: User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark one's own notices as read: those of `notice_ids`, or all. Returns how many were unread."""
    unread = Notice.objects.filter(user=by).unread()
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=timezone.now())


def _grant(by: User | None, user: User, role: type[Role], until: datetime | None = None) -> RoleGrant:
    if RoleGrant.objects.in_force().filter(user=user, role=role.key).exists():
        raise ValidationError(_("This person holds the role already."))
    if until is not None and until <= timezone.now():
        raise ValidationError({"until": _("The role would have ended already.")})
    grant = RoleGrant.objects.create(user=user, role=role.key, until=until, granted_by=by)
    record("people.role_granted", by=by, subject=user, role=role.key, limited=until is not None)
    sync(user)
    user.forget_rights()
    return grant


def _end(by: User | None, user: User, role_key: str) -> None:
    now = timezone.now()
    RoleGrant.objects.in_force(now).filter(user=user, role=role_key).update(until=now)
    record("people.role_ended", by=by, subject=user, role=role_key)


def _hand_over(by: User | None, user: User, successor: User | None) -> dict[str, int]:
    if successor is None:
        waiting = handover.in_hand(user)
        if waiting:
            items = ", ".join(f"{label}: {count}" for label, count in waiting.items())
            raise ValidationError({"successor": _("Choose who takes over the work (%(items)s).") % {"items": items}})
        return {}
    if successor.pk == user.pk or not successor.is_active:
        raise ValidationError({"successor": _("Choose somebody who works here.")})
    handed = handover.hand_over(user, successor, by)
    if handed:
        values: dict[str, str | int] = {"leaver": user.name, "count": sum(handed.values())}
        notify(successor, notices.HANDED_OVER, values)
    return handed


def _end_sessions(user: User) -> int:
    """Delete the person's sessions. Their rows name nobody, so each live one is opened; staff are few."""
    mine = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(500)
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=mine).delete()[0]


def _keep_an_administrator(user: User) -> None:
    now = timezone.now()
    endless = RoleGrant.objects.filter(Q(until=None) | Q(until__gt=now), role=Administrator.key, user__is_active=True)
    holders = {grant.user_id for grant in endless.select_for_update(of=("self",)).filter(since__lte=now)}
    if holders and holders <= {user.pk}:
        raise ValidationError(_("This is the last administrator. Give the role to somebody else first."))


def _tell_of_new_address(user: User, before: str) -> None:
    """Whoever may sign in under the old address, and those who watch the trail, learn of the new one at once."""
    transaction.on_commit(lambda: tasks.tell_old_address(user, before))
    for watcher in User.objects.allowed(Permission.READ_AUDIT).exclude(pk=user.pk):
        notify(watcher, notices.ADDRESS_CHANGED, {"name": user.name})


def _must_manage(by: User | None) -> None:
    if by is not None and not by.can(Permission.MANAGE_PEOPLE):
        raise PermissionDenied


def _not_oneself(by: User | None, user: User) -> None:
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Nobody changes their own roles or account here. Ask another administrator."))


def _must_be_here(user: User) -> None:
    if not user.is_active:
        raise ValidationError(_("This person has left the service."))


def _names(roles: Iterable[type[Role]], language: str) -> str:
    with override(language):
        return ", ".join(str(role.name) for role in roles)
