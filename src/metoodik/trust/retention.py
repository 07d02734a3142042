"""Deletes what has been kept long enough, as each table's privacy declaration says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from metoodik.trust.audit import record
from metoodik.trust.privacy import Privacy, declarations

logger = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Enforced:
    """What was done with one table: rows deleted, and rows that are due but held by others that point at them."""

    label: str
    deleted: int
    held: int


def enforce(now: datetime | None = None) -> list[Enforced]:
    """Delete due rows of every declared table, a batch a transaction, each with its count in the audit trail.

    Returns the tables where something was due.
    """
    moment = now or timezone.now()
    results = []
    for model, privacy in declarations():
        if privacy is not None and privacy.retention.period is not None and not model._meta.auto_created:
            result = _enforce(model, privacy, moment)
            if result.deleted or result.held:
                results.append(result)
    return results


def due(model: type[models.Model], privacy: Privacy, now: datetime) -> models.QuerySet[models.Model]:
    """Rows kept past their time. Rows whose `since` is empty have not begun to count."""
    period = privacy.retention.period
    if period is None:
        return model._base_manager.none()
    since = model._meta.get_field(privacy.retention.since)
    limit = now - period
    value = limit if isinstance(since, models.DateTimeField) else timezone.localdate(limit)
    return model._base_manager.filter(**{f"{since.name}__lt": value}).order_by("pk")


def _enforce(model: type[models.Model], privacy: Privacy, now: datetime) -> Enforced:
    deleted = 0
    held: set[object] = set()
    while True:
        keys = list(due(model, privacy, now).exclude(pk__in=held).values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        gone, kept = _delete(model, keys)
        deleted += gone
        held |= kept
    if held:
        logger.warning(
            "%s: %s rows past their retention are held by rows that point at them", model._meta.label, len(held)
        )
    return Enforced(model._meta.label_lower, deleted, len(held))


def _delete(model: type[models.Model], keys: list[object]) -> tuple[int, set[object]]:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).delete()
            record("retention.enforced", by=None, table=model._meta.label_lower, rows=len(keys))
        return len(keys), set()
    except (ProtectedError, RestrictedError):
        if len(keys) == 1:
            return 0, set(keys)
        middle = len(keys) // 2
        first, second = _delete(model, keys[:middle]), _delete(model, keys[middle:])
        return first[0] + second[0], first[1] | second[1]
