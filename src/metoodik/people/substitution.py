"""Standing in for somebody who is away: given for a time, in one role, ended early by either."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from metoodik.people import notices
from metoodik.people.actions import notify
from metoodik.people.groups import sync
from metoodik.people.models import RoleGrant, Substitution, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import Role, may_be_substituted
from metoodik.trust.audit import record
from metoodik.web.templatetags.web import day


def substitutable_roles(user: User) -> list[type[Role]]:
    """The roles of this person's own that somebody else may hold in their stead."""
    return [role for role in user.own_roles if may_be_substituted(role)]


@transaction.atomic
def give_substitution(
    *, absent: User, substitute: User, role: type[Role], first: date, last: date, by: User
) -> Substitution:
    """Let somebody hold a role in an absent person's stead from the morning of `first` to the end of `last`.

    Given by the absent person or by who manages people, never by the substitute. Raises PermissionDenied,
    ValidationError that says which of the choices does not do.
    """
    if by.pk != absent.pk and not by.can(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    User.objects.select_for_update().get(pk=absent.pk)
    since, until = _morning(first), _morning(last + timedelta(days=1))
    _refuse_unfit(absent, substitute, role, by)
    _refuse_times(absent, role, since, until)
    given = Substitution.objects.create(
        absent=absent, substitute=substitute, role=role.key, since=max(since, timezone.now()), until=until, given_by=by
    )
    record("people.substitution_given", by=by, subject=given, role=role.key, absent=absent.pk, substitute=substitute.pk)
    _take_effect(substitute)
    for person, key in ((substitute, notices.STANDS_IN), (absent, notices.STOOD_IN_FOR)):
        if person.pk != by.pk:
            with override(person.language):
                values: dict[str, str | int] = {"absent": absent.name, "substitute": substitute.name}
                values |= {"role": str(role.name), "first": day(given.since), "last": day(last)}
                notify(person, key, values, reverse("people:substitution"))
    return given


@transaction.atomic
def end_substitution(*, substitution: Substitution, by: User) -> None:
    """End it now. Raises PermissionDenied for a third person who does not manage people."""
    found = Substitution.objects.select_for_update().select_related("absent", "substitute").get(pk=substitution.pk)
    if by.pk not in {found.absent_id, found.substitute_id} and not by.can(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    if found.ended_at is not None or found.until <= timezone.now():
        return
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    record("people.substitution_ended", by=by, subject=found, role=found.role)
    _take_effect(found.substitute)
    for person in (found.substitute, found.absent):
        if person.pk != by.pk:
            values: dict[str, str | int] = {"absent": found.absent.name, "substitute": found.substitute.name}
            notify(person, notices.SUBSTITUTION_ENDED, values)


def _refuse_unfit(absent: User, substitute: User, role: type[Role], by: User) -> None:
    if by.pk == substitute.pk:
        raise ValidationError({"substitute": _("Nobody makes themselves a substitute. Ask somebody else to do it.")})
    if absent.pk == substitute.pk:
        raise ValidationError({"substitute": _("Choose somebody else: nobody stands in for oneself.")})
    if not substitute.is_active:
        raise ValidationError({"substitute": _("Choose somebody who works here.")})
    if not RoleGrant.objects.in_force().filter(user=absent, role=role.key).exists():
        raise ValidationError({"role": _("The person who is away does not hold this role.")})
    if not may_be_substituted(role):
        raise ValidationError({"role": _("Nobody stands in in this role. An administrator gives it to somebody else.")})
    if RoleGrant.objects.in_force().filter(user=substitute, role=role.key).exists():
        raise ValidationError({"substitute": _("This person holds the role already.")})


def _refuse_times(absent: User, role: type[Role], since: datetime, until: datetime) -> None:
    if until <= since:
        raise ValidationError({"last": _("The last day is before the first.")})
    if until <= timezone.now():
        raise ValidationError({"last": _("Choose today or a later day.")})
    others = Substitution.objects.filter(absent=absent, role=role.key, ended_at=None, since__lt=until, until__gt=since)
    if (other := others.select_related("substitute").first()) is not None:
        raise ValidationError(
            _("%(name)s stands in in this role until %(day)s. End that first or choose other days.")
            % {"name": other.substitute.name, "day": day(other.last_day)}
        )


def _take_effect(substitute: User) -> None:
    sync(substitute)
    substitute.forget_rights()


def _morning(of: date) -> datetime:
    return timezone.make_aware(datetime.combine(of, time.min))
