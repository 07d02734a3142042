"""How django-allauth behaves here: nobody signs up, secrets of the second step are encrypted."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from metoodik.trust.fields import decrypt, encrypt

PLACE = "mfa.authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondStepAdapter(DefaultMFAAdapter):
    """Authenticator secrets and recovery code seeds are encrypted with the keys of METOODIK_FIELD_KEYS."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, place=PLACE)
