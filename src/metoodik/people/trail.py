"""Sign-ins and changes of passwords and second steps in the audit trail: django-allauth does them and tells of them."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from metoodik.people.models import User
from metoodik.trust.audit import record


@receiver(user_logged_in)
@transaction.atomic
def signed_in(user: User, **_rest: Any) -> None:
    """A person signed in."""
    record("people.signed_in", by=user)


@receiver([password_changed, password_reset, password_set])
@transaction.atomic
def password_was_changed(user: User, **_rest: Any) -> None:
    """A person set or changed their password."""
    record("people.password_changed", by=user, subject=user)


@receiver([authenticator_added, authenticator_reset])
@transaction.atomic
def step_added(user: User, authenticator: Any, **_rest: Any) -> None:
    """A person added or renewed a second step."""
    record("people.second_step_added", by=user, subject=user, kind=str(authenticator.type))


@receiver(authenticator_removed)
@transaction.atomic
def step_removed(user: User, authenticator: Any, **_rest: Any) -> None:
    """A person removed a second step."""
    record("people.second_step_removed", by=user, subject=user, kind=str(authenticator.type))


@transaction.atomic
def sign_in_failed(email: str) -> None:
    """Somebody tried a wrong password for an account that exists; an address of nobody here is not written down."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None:
        record("people.sign_in_failed", by=None, subject=user)
