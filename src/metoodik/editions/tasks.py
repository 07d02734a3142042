"""Work that the worker does: making an edition. Arguments carry ids only."""

from __future__ import annotations

import contextlib
import logging

from django.core.exceptions import PermissionDenied, ValidationError
from django.tasks import task

from metoodik.editions.actions import make_edition
from metoodik.editions.build import BuildError
from metoodik.editions.models import BuildAttempt, BuildState

logger = logging.getLogger(__name__)


@task()
def build(attempt_id: int) -> None:
    """Make the edition somebody asked for. Reasons of a failure stand in the attempt, where the desk shows them."""
    attempt = BuildAttempt.objects.select_related("by").filter(pk=attempt_id, state=BuildState.WAITING).first()
    if attempt is None:
        return
    with contextlib.suppress(BuildError, ValidationError, PermissionDenied):
        make_edition(by=attempt.by, attempt=attempt)
