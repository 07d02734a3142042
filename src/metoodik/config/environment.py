"""Every setting an operator may make, in one table.

Read by `settings.py`, printed by `metoodik check --settings` and shown in `docs/operations.md`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, what it defaults to, and what it is for."""

    name: str
    default: str
    purpose: str

    @property
    def value(self) -> str:
        """What the environment says, else the default. An empty variable counts as not set."""
        return os.environ.get(self.name, "").strip() or self.default

    @property
    def flag(self) -> bool:
        """The value as yes or no. Raises ValueError for a word that is neither."""
        word = self.value.casefold()
        if word in {"1", "true", "yes", "on", "jah"}:
            return True
        if word in {"0", "false", "no", "off", "ei", ""}:
            return False
        raise ValueError(f"{self.name}={self.value!r}: write 1 or 0")

    @property
    def number(self) -> int:
        """The value as a whole number. Raises ValueError naming the variable."""
        try:
            return int(self.value)
        except ValueError:
            raise ValueError(f"{self.name}={self.value!r}: write a whole number") from None

    @property
    def path(self) -> Path:
        """The value as a path, home folder expanded."""
        return Path(self.value).expanduser()

    @property
    def items(self) -> list[str]:
        """The value as a list, split at commas."""
        return [each.strip() for each in self.value.split(",") if each.strip()]


def gettext_noop(text: str) -> str:
    """Mark words for translation where they are only kept: settings are read before any framework is there."""
    return text


PRODUCTION = Setting(
    "METOODIK_PRODUCTION",
    "0",
    gettext_noop("1 refuses unsafe defaults and sample content. Always 1 where real people work."),
)
DATA = Setting(
    "METOODIK_DATA",
    "var",
    gettext_noop(
        "Folder for the SQLite database, unpacked editions and generated keys. Relative to the working folder."
    ),
)
DATABASE_URL = Setting(
    "METOODIK_DATABASE_URL",
    "",
    gettext_noop("postgresql://user:password@host:5432/name; empty means SQLite in the data folder."),
)
SECRET_KEY = Setting(
    "METOODIK_SECRET_KEY",
    "",
    gettext_noop(
        "Signs sessions and read passes; at least 50 characters. Generated into the data folder when "
        "empty, except in production."
    ),
)
AUDIT_KEY = Setting(
    "METOODIK_AUDIT_KEY",
    "",
    gettext_noop(
        "Keys of the audit chain, comma-separated, the newest first; keep a copy apart from backups. "
        "Generated like the secret key."
    ),
)
FIELD_KEYS = Setting(
    "METOODIK_FIELD_KEYS",
    "",
    gettext_noop(
        "Keys of encrypted fields, `id:base64 of 32 bytes`, comma-separated, the newest first. Generated "
        "like the secret key."
    ),
)
HOSTS = Setting(
    "METOODIK_HOSTS",
    "127.0.0.1,localhost",
    gettext_noop("Host names that the site answers to, comma-separated."),
)
BASE_URL = Setting(
    "METOODIK_BASE_URL",
    "http://127.0.0.1:8000",
    gettext_noop("The address people type; used in e-mail and print. https in production."),
)
EMAIL_URL = Setting(
    "METOODIK_EMAIL_URL",
    "",
    gettext_noop("smtp://user:password@host:587; empty prints e-mail to the server's output."),
)
EMAIL_FROM = Setting(
    "METOODIK_EMAIL_FROM",
    "Metoodik <metoodik@localhost>",
    gettext_noop("The sender of e-mail."),
)
TIME_ZONE = Setting(
    "METOODIK_TIME_ZONE",
    "Europe/Tallinn",
    gettext_noop("The clock by which editions enter into force."),
)
LANGUAGE = Setting(
    "METOODIK_LANGUAGE",
    "et",
    gettext_noop("The language of the command line: et, ru or en. People choose theirs on screen."),
)
REQUIRE_MFA = Setting(
    "METOODIK_REQUIRE_MFA",
    "0",
    gettext_noop("1 asks everybody for a second step at sign-in. Always 1 in production."),
)
ADMIN_MINUTES = Setting(
    "METOODIK_ADMIN_MINUTES",
    "60",
    gettext_noop("How long an administrator's mode lasts, in minutes."),
)
OVERLAY_SECONDS = Setting(
    "METOODIK_OVERLAY_SECONDS",
    "15",
    gettext_noop("How often a node looks for warnings and withdrawals, in seconds; connected readers ask every 30."),
)
PASS_HOURS = Setting(
    "METOODIK_PASS_HOURS",
    "12",
    gettext_noop("How long reading works when the database is lost, in hours."),
)
IMPORT_MB = Setting(
    "METOODIK_IMPORT_MB",
    "20",
    gettext_noop("Largest file taken by import, in megabytes."),
)
CHECK_LINKS = Setting(
    "METOODIK_CHECK_LINKS",
    "0",
    gettext_noop(
        "1 asks at night whether the addresses outside that guidance names still answer."
        " Otherwise nothing leaves the server."
    ),
)
AUDIT_YEARS = Setting(
    "METOODIK_AUDIT_YEARS",
    "5",
    gettext_noop("How many years audit segments are kept."),
)

SETTINGS: tuple[Setting, ...] = tuple(each for each in list(globals().values()) if isinstance(each, Setting))
