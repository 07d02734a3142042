"""Whether a person has a second step at sign-in, and whether one is asked for."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from metoodik.people.models import User

STRONG = ("totp", "webauthn")


def has_second_step(user: User) -> bool:
    """Whether the person has an authenticator app or a security key; recovery codes alone do not count.

    One query; a yes is remembered for this object's life.
    """
    if not getattr(user, "_second_step", False):
        user._second_step = Authenticator.objects.filter(user_id=user.pk, type__in=STRONG).exists()  # type: ignore[attr-defined]
    return bool(user._second_step)  # type: ignore[attr-defined]


def lacks_second_step(user: User) -> bool:
    """Whether the person must set up a second step before anything else."""
    return bool(settings.REQUIRE_MFA) and not has_second_step(user)
