"""The worker: runs queued tasks, keeps the ticks, and buries tasks whose worker died.

A worker says every 20 seconds that it lives. A task that is under way while the worker that took it has been silent
for three minutes is lost: it is put back once if it was declared safe to repeat, else it fails with a sentence.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from metoodik.web.models import WorkerBeat
from metoodik.web.ticks import run_due, tick

logger = logging.getLogger(__name__)

BACKEND = "default"
PAUSE = 1.0
BEAT = 20.0
SILENCE = timedelta(minutes=3)
KEPT_RESULTS = timedelta(days=14)
KEPT_BEATS = timedelta(days=1)

_repeatable: set[str] = set()


class WorkerLost(Exception):
    """The worker that ran this task stopped without finishing it."""


def retry_once[T](task: T) -> T:
    """Declare a task safe to repeat: when its worker dies, it runs once more. Put it above `@task()`."""
    _repeatable.add(task.module_path)  # type: ignore[attr-defined]
    return task


def run(stop: threading.Event | None = None) -> None:
    """Work until `stop` is set, finishing the task at hand. Without `stop` it works until the process ends."""
    stopping = stop or threading.Event()
    worker_id = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"
    with _alive(worker_id):
        while not stopping.is_set():
            if not _turn(worker_id):
                stopping.wait(PAUSE)


def _turn(worker_id: str) -> bool:
    """Ticks, lost tasks, then one task. True when a task was run, so that the next is asked for at once."""
    try:
        close_old_connections()
        run_due()
        return run_one(worker_id)
    except DatabaseError:
        logger.exception("The worker cannot reach the database and will try again")
        connection.close()
        return False


def run_one(worker_id: str) -> bool:
    """Run the next task that is ready, if there is one. A task's own failure is recorded with the task, not raised."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    if not DBTaskResult.objects.ready().filter(backend_name=BACKEND).exists():
        return False  # Looking takes no write lock; taking a task does.
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name=BACKEND,
        startup_delay=False,
        max_tasks=1,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    worker.run()
    return bool(worker._run_tasks)


@contextmanager
def _alive(worker_id: str) -> Iterator[None]:
    """Say that this worker lives, from a thread of its own, so that a long task does not look like a dead worker."""
    done = threading.Event()
    beat(worker_id)
    thread = threading.Thread(target=_keep_beating, args=(worker_id, done), name="worker-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)
        try:
            WorkerBeat.objects.filter(worker_id=worker_id).delete()
        except DatabaseError:
            logger.warning("The worker stopped without a database to say so")


def _keep_beating(worker_id: str, done: threading.Event) -> None:
    while not done.wait(BEAT):
        beat(worker_id)
    connection.close()


def beat(worker_id: str) -> None:
    """Note that this worker lives now. A database that does not answer is logged and asked again next time."""
    try:
        close_old_connections()
        WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"seen": timezone.now()})
    except DatabaseError:
        logger.warning("The worker could not note that it lives")


@tick(every=timedelta(minutes=1), name="web.lost-tasks")
def reap() -> None:
    """Find tasks whose worker is gone and put them back or mark them failed."""
    reap_at(timezone.now())


def reap_at(now: datetime) -> int:
    """As `reap`, by a given clock. The number of tasks found lost; two reapers never take the same task."""
    from django_tasks_db.models import DBTaskResult

    living = set(WorkerBeat.objects.filter(seen__gt=now - SILENCE).values_list("worker_id", flat=True))
    under_way = DBTaskResult.objects.running().filter(started_at__lte=now - SILENCE)
    lost = [result for result in under_way if not living.intersection(result.worker_ids[-1:])]
    return sum(_bury(result, now) for result in lost)


def _bury(result: Any, now: datetime) -> bool:
    """Put back or fail one lost task, unless somebody else has done so since it was read."""
    again = result.task_path in _repeatable and len(result.worker_ids) < 2
    logger.error("Task %s (%s) lost its worker; %s", result.id, result.task_path, "again" if again else "failed")
    mine = type(result).objects.filter(pk=result.pk, status="RUNNING", started_at=result.started_at)
    if again:
        return bool(mine.update(status="READY", started_at=None))
    return bool(
        mine.update(
            status="FAILED",
            finished_at=now,
            exception_class_path=f"{WorkerLost.__module__}.{WorkerLost.__qualname__}",
            traceback=f"{WorkerLost.__doc__}\n",
        )
    )


@tick(every=timedelta(days=1), name="web.old-results")
def forget_old() -> None:
    """Drop results of tasks finished two weeks ago, and traces of workers silent for a day."""
    from django_tasks_db.models import DBTaskResult

    now = timezone.now()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_RESULTS).delete()
    WorkerBeat.objects.filter(seen__lt=now - KEPT_BEATS).delete()
