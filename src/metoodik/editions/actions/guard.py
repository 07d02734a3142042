"""What every write of editions asks first: the right, its turn, and words on one line."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from metoodik.people.models import User
from metoodik.people.permissions import Permission

LOCK = 0x65646974696F6E73  # "editions": PostgreSQL's advisory lock on numbering editions and the overlay.
LONGEST_SENTENCE = 500


def need(user: User, permission: Permission) -> None:
    if not user.can(permission):
        raise PermissionDenied(_("Your roles do not allow this: %s.") % permission.label)


def lock() -> None:
    """Let one transaction at a time number editions and overlay entries. SQLite's write lock does it there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def one_line(note: str) -> str:
    return " ".join(note.split())[:LONGEST_SENTENCE]
