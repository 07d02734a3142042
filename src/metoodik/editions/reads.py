"""The trail of AK reads: who opened which restricted page of which edition."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError, transaction

from metoodik.editions.passes import Reader
from metoodik.people.models import User
from metoodik.trust.audit import record

logger = logging.getLogger(__name__)


def note_restricted_read(*, by: Reader, page_key: str, locale: str, edition: int) -> None:
    """Put a read of an AK page into the audit trail.

    Reading goes on when the database is lost; the server's log then keeps the ids.
    """
    try:
        with transaction.atomic():
            user = User.objects.filter(pk=by.user_id).first()
            record("editions.restricted_read", by=user, page=page_key, locale=locale, edition=edition)
    except (DatabaseError, InterfaceError):
        logger.warning("AK page %s of edition %s read by user %s without the database", page_key, edition, by.user_id)
