"""How django-allauth behaves here: nobody signs up, secrets of the second step are encrypted."""

from __future__ import annotations

import time
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from metoodik.people import trail
from metoodik.people.second_step import STRONG
from metoodik.trust.fields import decrypt, encrypt

PLACE = "mfa.authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address and the password do not match. Check both and try again."),
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes and try again."),
        "account_inactive": _("This account is closed. Ask an administrator if it should not be."),
        "incorrect_password": _("The password is not right. Try again."),
        "incorrect_code": _("The code is not right. Wait for the next one and try again."),
        "enter_current_password": _("The current password is not right. Try again."),
        "rate_limited": _("There were too many attempts. Wait a few minutes and try again."),
        "invalid_password_reset": _("The link does not work any more. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the package's signature
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: a new person sets up the second step and sees the codes in one go."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not self._just_signed_in()

    def _just_signed_in(self) -> bool:
        user = self.request.user
        if not user.is_authenticated:
            return False
        records = get_authentication_records(self.request, user)
        return any(time.time() - record["at"] < REAUTHENTICATION_TIMEOUT for record in records)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        trail.sign_in_failed(str(credentials.get("email", "")))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """None of the package's own messages: our pages say what happened."""


class SecondStepAdapter(DefaultMFAAdapter):
    """Authenticator secrets and recovery code seeds are encrypted with the keys of METOODIK_FIELD_KEYS."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Wait for the next one and try again."),
        "cannot_delete_authenticator": _("The last second step cannot be removed. Add another one first."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The key as a picture, on white of its own: a phone reads it in the dark theme too."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(picture.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last strong one, where a second step is required."""
        if not settings.REQUIRE_MFA or authenticator.type not in STRONG:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        return encrypt(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, place=PLACE)
