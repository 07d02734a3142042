"""Work that the worker does: making an edition, writing large files. Arguments carry ids only."""

from __future__ import annotations

import contextlib
import logging

from django.core.exceptions import PermissionDenied, ValidationError
from django.tasks import task

from metoodik.editions import figures
from metoodik.editions.actions import make_edition
from metoodik.editions.audiences import known_classes
from metoodik.editions.build import BuildError
from metoodik.editions.export import actions as export_actions
from metoodik.editions.models import BuildAttempt, BuildState
from metoodik.editions.models_export import ExportJob
from metoodik.handbook.upkeep import LEADERSHIP
from metoodik.web.worker import retry_once

COUNTED_AT_ONCE = 5
logger = logging.getLogger(__name__)


@task()
def build(attempt_id: int) -> None:
    """Make the edition somebody asked for. Reasons of a failure stand in the attempt, where the desk shows them."""
    attempt = BuildAttempt.objects.select_related("by").filter(pk=attempt_id, state=BuildState.WAITING).first()
    if attempt is None:
        return
    with contextlib.suppress(BuildError, ValidationError, PermissionDenied):
        make_edition(by=attempt.by, attempt=attempt)


@retry_once
@task()
def write_export(job_id: int) -> str:
    """Write a large file; returns the state it came to."""
    job = ExportJob.objects.select_related("by").filter(pk=job_id, state__in=["waiting", "running"]).first()
    return "gone" if job is None else export_actions.write_export(job=job).state


@retry_once
@task()
def count_figures() -> int:
    """Count some editions for those who lead; returns how many."""
    classes = {each for each in known_classes() if LEADERSHIP in each.circles}
    return sum(figures.count_missing(audience=each, most=COUNTED_AT_ONCE) for each in classes)
