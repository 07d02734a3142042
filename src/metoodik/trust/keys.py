"""The keys of the audit chain and of encrypted fields, from settings; each has an id, so that keys can be changed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FIELD_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class AuditKey:
    """One key of the audit chain. `fingerprint` stands beside each entry and tells nothing of the key."""

    secret: bytes
    fingerprint: str

    def sign(self, text: bytes) -> str:
        """HMAC-SHA256 of `text`, in hex (64 characters)."""
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()


def audit_key(secret: str) -> AuditKey:
    """An audit key made of its text."""
    raw = secret.encode()
    return AuditKey(raw, hmac.new(raw, b"metoodik audit key", hashlib.sha256).hexdigest()[:12])


def audit_keys() -> list[AuditKey]:
    """Keys in `settings.AUDIT_KEY`, split at commas, the newest first. Raises ImproperlyConfigured without any."""
    keys = [audit_key(each.strip()) for each in settings.AUDIT_KEY.split(",") if each.strip()]
    if not keys:
        raise ImproperlyConfigured("The audit chain has no key: set METOODIK_AUDIT_KEY.")
    return keys


def field_keys() -> dict[str, bytes]:
    """Keys in `settings.FIELD_KEYS` by id, the newest first.

    Raises ImproperlyConfigured when there is none, an id repeats, or a key is not base64 of 32 bytes.
    """
    keys: dict[str, bytes] = {}
    for part in filter(None, (each.strip() for each in settings.FIELD_KEYS.split(","))):
        name, colon, text = part.partition(":")
        try:
            raw = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if not colon or not name.isalnum() or len(raw) != FIELD_KEY_BYTES:
            raise ImproperlyConfigured(
                "METOODIK_FIELD_KEYS: each key is `id:base64 of 32 bytes`, the id letters and digits."
            )
        if name in keys:
            raise ImproperlyConfigured(f"METOODIK_FIELD_KEYS: the id {name} stands there twice.")
        keys[name] = raw
    if not keys:
        raise ImproperlyConfigured("Encrypted fields have no key: set METOODIK_FIELD_KEYS.")
    return keys
