"""What `check` refuses in production, each with what to do about it; and what it refuses everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from metoodik.trust import triggers
from metoodik.trust.keys import field_keys

SHORTEST_KEY = 50
SHORTEST_AUDIT_KEY = 32

Check = Callable[[], Iterator[CheckMessage]]


@register(Tags.security)
def keys_are_usable(**_kwargs: Any) -> list[CheckMessage]:
    """Everywhere: the audit chain and encrypted fields have keys that work."""
    return [*_audit_key(), *_field_keys()]


@register(Tags.security)
def production_is_safe(**_kwargs: Any) -> list[CheckMessage]:
    """In production alone: no default, no shortcut, nothing over plain http."""
    if not getattr(settings, "PRODUCTION", False):
        return []
    return [message for check in _PRODUCTION for message in check()]


@register(Tags.database)
def trail_is_guarded(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """On each database asked about: the triggers that guard the audit trail are there. `migrate` heals it."""
    return [
        Warning(
            f"The audit trail is not guarded: triggers are missing ({', '.join(missing)}).",
            hint="Run `metoodik django migrate`; it puts them back. Then verify the trail.",
            id="trust.W003",
        )
        for alias in databases or ()
        if (missing := triggers.missing(alias))
    ]


def _audit_key() -> Iterator[CheckMessage]:
    keys = [each.strip() for each in settings.AUDIT_KEY.split(",") if each.strip()]
    if not keys or min(map(len, keys)) < SHORTEST_AUDIT_KEY:
        yield Critical(
            f"The audit chain's key is missing or shorter than {SHORTEST_AUDIT_KEY} characters.",
            hint="Set METOODIK_AUDIT_KEY to a long random text and keep a copy apart from backups.",
            id="trust.E001",
        )


def _field_keys() -> Iterator[CheckMessage]:
    try:
        field_keys()
    except ImproperlyConfigured as problem:
        yield Critical(
            str(problem),
            hint="Set METOODIK_FIELD_KEYS to `id:base64 of 32 random bytes`, as `a1:$(openssl rand -base64 32)`.",
            id="trust.E002",
        )


def _secret_key() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < 10 or key.startswith("production-without-a-key"):
        yield Critical(
            f"The secret key is missing, shorter than {SHORTEST_KEY} characters or too regular.",
            hint="Set METOODIK_SECRET_KEY to a random text of 50 characters or more.",
            id="trust.E003",
        )


def _keys_differ() -> Iterator[CheckMessage]:
    if settings.AUDIT_KEY and settings.AUDIT_KEY == settings.SECRET_KEY:
        yield Error(
            "The audit chain uses the secret key.",
            hint="Set METOODIK_AUDIT_KEY to a key of its own.",
            id="trust.E004",
        )


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Critical("Debug pages show the inside of the system.", hint="Set DEBUG to False.", id="trust.E005")


def _base_url() -> Iterator[CheckMessage]:
    if not settings.BASE_URL.startswith("https://"):
        yield Critical(
            f"The site's address is {settings.BASE_URL}, not https.",
            hint="Set METOODIK_BASE_URL to the https address that people type.",
            id="trust.E006",
        )


def _hosts() -> Iterator[CheckMessage]:
    open_names = [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]
    if open_names or not settings.ALLOWED_HOSTS:
        yield Critical(
            f"The site answers to any name ({', '.join(open_names) or 'none is set'}).",
            hint="Set METOODIK_HOSTS to the exact host names, comma-separated.",
            id="trust.E007",
        )


def _second_step() -> Iterator[CheckMessage]:
    if not settings.REQUIRE_MFA:
        yield Critical(
            "Sign-in asks for a password alone.",
            hint="Set METOODIK_REQUIRE_MFA to 1.",
            id="trust.E008",
        )


def _mail() -> Iterator[CheckMessage]:
    backend = settings.MAILERS["default"]["BACKEND"]
    if not backend.endswith("smtp.EmailBackend"):
        yield Critical(
            "E-mail goes nowhere: invitations and password links would be lost or printed.",
            hint="Set METOODIK_EMAIL_URL to smtp://user:password@host:587.",
            id="trust.E009",
        )
    if "@localhost" in settings.DEFAULT_FROM_EMAIL:
        yield Error(
            "E-mail is sent from an address at localhost.",
            hint="Set METOODIK_EMAIL_FROM to the service's own address.",
            id="trust.E010",
        )


def _cookies() -> Iterator[CheckMessage]:
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT):
        yield Critical(
            "Session cookies could travel over plain http.",
            hint="Let config/settings.py set SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE and SECURE_SSL_REDIRECT.",
            id="trust.E011",
        )


def _database() -> Iterator[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield Warning(
            "The database is SQLite: right for one machine, and no more than one.",
            hint="Set METOODIK_DATABASE_URL to PostgreSQL before adding a second machine.",
            id="trust.W001",
        )


def _generated_keys() -> Iterator[CheckMessage]:
    if (Path(settings.DATA_DIR) / "keys.json").exists():
        yield Warning(
            "Keys made for trying things out lie in the data folder.",
            hint=f"Production does not use them; remove {Path(settings.DATA_DIR) / 'keys.json'} if nothing needs it.",
            id="trust.W002",
        )


_PRODUCTION: tuple[Check, ...] = (
    _secret_key,
    _keys_differ,
    _debug,
    _base_url,
    _hosts,
    _second_step,
    _mail,
    _cookies,
    _database,
    _generated_keys,
)
