"""Text kept encrypted in the database: AES-256-GCM, the key's id inside the token, the place's name bound to it."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from metoodik.trust.keys import field_keys

PREFIX = "aes1"
NONCE_BYTES = 12


class UnreadableText(ValueError):
    """A token that no key opens, that belongs to another place, or that is not a token."""


def encrypt(text: str, *, place: str) -> str:
    """The token `aes1:key:base64` of `text` for `place` (for a field `app.Model.field`), under the newest key."""
    key_id, key = next(iter(field_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _bound(place, key_id))
    return f"{PREFIX}:{key_id}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(token: str, *, place: str) -> str:
    """The text of a token made for the same `place`. Raises UnreadableText."""
    key_id, sealed = _parts(token)
    key = field_keys().get(key_id)
    if key is None:
        raise UnreadableText(f"The key {key_id} is not in METOODIK_FIELD_KEYS.")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(place, key_id)).decode()
    except InvalidTag:
        raise UnreadableText("The token was changed, or made for another place or key.") from None


def is_current(token: str) -> bool:
    """Whether the token is under the newest key; one that is not waits for `reencrypted`."""
    return _parts(token)[0] == next(iter(field_keys()))


def reencrypted(token: str, *, place: str) -> str:
    """The same text under the newest key: the token itself when it is already."""
    return token if is_current(token) else encrypt(decrypt(token, place=place), place=place)


def _parts(token: str) -> tuple[str, bytes]:
    parts = token.split(":")
    if len(parts) != 3 or parts[0] != PREFIX:
        raise UnreadableText("Not an encrypted text.")
    try:
        sealed = base64.b64decode(parts[2], altchars=b"-_", validate=True)
    except binascii.Error:
        raise UnreadableText("Not an encrypted text.") from None
    return parts[1], sealed


def _bound(place: str, key_id: str) -> bytes:
    return f"{PREFIX}:{key_id}:{place}".encode()


class EncryptedTextField(models.TextField[str, str]):
    """A text column that holds tokens. Cannot be searched or ordered; null stays null."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return None if text is None else encrypt(text, place=self._place)

    def from_db_value(
        self,
        value: str | None,
        expression: Any,  # noqa: ARG002 - the framework's signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002
    ) -> str | None:
        return None if value is None else decrypt(value, place=self._place)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: equal texts have unequal tokens."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    @property
    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"
