"""What the worker remembers: when each tick last ran, and which workers are alive. Nothing about people."""

from __future__ import annotations

from django.db import models


class Tick(models.Model):
    """A repeated job and when it last began. One row a job, kept for ever."""

    name = models.CharField(max_length=200, unique=True)
    last_run = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="web_tick_has_a_name")]

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A worker process and when it last said that it lives.

    Removed when the worker stops, or a day after it fell silent.
    """

    worker_id = models.CharField(max_length=64, unique=True)
    seen = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(worker_id=""), name="web_workerbeat_has_an_id")]

    def __str__(self) -> str:
        return self.worker_id
