"""Workers: one of several does a due tick, a dead one's tasks do not stay under way for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.tasks import task
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from metoodik.web import ticks, worker
from metoodik.web.models import Tick, WorkerBeat
from metoodik.web.worker import retry_once

QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
done: list[str] = []


@task()
def say(word: str) -> str:
    """Leaves a word behind."""
    done.append(word)
    return word


@retry_once
@task()
def say_again(word: str) -> None:
    """May run twice."""
    done.append(word)


@task()
def break_down() -> None:
    """Fails."""
    raise ValueError("katki")


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real queue. The worker's habit of dropping tired connections would end the test's own transaction."""
    settings.TASKS = QUEUE
    done.clear()
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


@pytest.fixture
def only_my_ticks(monkeypatch: pytest.MonkeyPatch) -> dict[str, ticks.Repeated]:
    registry: dict[str, ticks.Repeated] = {}
    monkeypatch.setattr(ticks, "_ticks", registry)
    return registry


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """Runs a function in several threads at once, each with a connection of its own; their answers."""

    def run(job: Callable[[], Any], count: int) -> list[Any]:
        answers: list[Any] = []
        gate = threading.Barrier(count)

        def one() -> None:
            gate.wait()
            try:
                answers.append(job())
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return answers

    return run


def taken_by(worker_id: str, result_id: str, ago: timedelta) -> DBTaskResult:
    """The task as a worker took it that long ago and never finished it."""
    row = DBTaskResult.objects.get(pk=result_id)
    row.claim(worker_id)
    DBTaskResult.objects.filter(pk=row.pk).update(started_at=timezone.now() - ago)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
class TestTicks:
    def test_a_tick_runs_when_due_and_not_before(self, only_my_ticks: dict[str, Any]) -> None:
        ran: list[datetime] = []
        ticks.tick(every=timedelta(minutes=5), name="koristus")(lambda: ran.append(timezone.now()))
        now = timezone.now()

        assert ticks.run_due(now) == ["koristus"]
        assert ticks.run_due(now + timedelta(minutes=4)) == []
        assert ticks.run_due(now + timedelta(minutes=5)) == ["koristus"]
        assert len(ran) == 2

    def test_of_two_workers_one_wins(self, only_my_ticks: dict[str, Any]) -> None:
        repeated = ticks.Repeated("kiri", timedelta(minutes=1), lambda: None)
        now = timezone.now()

        assert ticks.claim(repeated, now)
        assert not ticks.claim(repeated, now)
        assert Tick.objects.get(name="kiri").last_run == now

    def test_a_tick_that_fails_does_not_keep_others_from_running(
        self, only_my_ticks: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken() -> None:
            raise ValueError("katki")

        ticks.tick(every=timedelta(minutes=1), name="a")(broken)
        ticks.tick(every=timedelta(minutes=1), name="b")(lambda: done.append("b"))

        assert ticks.run_due() == ["a", "b"]
        assert done == ["b"]
        assert "The tick a failed" in caplog.text

    def test_two_ticks_may_not_share_a_name(self, only_my_ticks: dict[str, Any]) -> None:
        ticks.tick(every=timedelta(minutes=1), name="a")(lambda: None)

        with pytest.raises(ValueError, match="already"):
            ticks.tick(every=timedelta(minutes=1), name="a")(lambda: None)


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_four_workers_racing_run_a_due_tick_once(
        self, only_my_ticks: dict[str, Any], in_threads: Callable[..., list[Any]]
    ) -> None:
        ticks.tick(every=timedelta(hours=1), name="kiri")(lambda: done.append("kiri"))
        Tick.objects.create(name="kiri", last_run=timezone.now() - timedelta(days=1))
        now = timezone.now()

        in_threads(lambda: ticks.run_due(now), 4)

        assert done == ["kiri"]

    def test_two_reapers_bury_a_lost_task_once(self, in_threads: Callable[..., list[Any]]) -> None:
        taken_by("surnud", say.enqueue("tere").id, timedelta(hours=1))
        now = timezone.now()

        buried = in_threads(lambda: worker.reap_at(now), 2)

        assert sum(buried) == 1


@pytest.mark.django_db
class TestTasks:
    def test_a_queued_task_is_run_and_its_answer_kept(self) -> None:
        result = say.enqueue("tere")

        assert worker.run_one("w1")
        assert not worker.run_one("w1")

        assert done == ["tere"]
        assert DBTaskResult.objects.get(pk=result.id).return_value == "tere"

    def test_a_task_that_fails_is_recorded_and_the_worker_lives_on(self) -> None:
        result = break_down.enqueue()
        say.enqueue("edasi")

        assert worker.run_one("w1")
        assert worker.run_one("w1")

        row = DBTaskResult.objects.get(pk=result.id)
        assert row.status == "FAILED"
        assert "katki" in row.traceback
        assert done == ["edasi"]


@pytest.mark.django_db
class TestDeadWorker:
    def test_its_task_fails_with_a_sentence(self) -> None:
        row = taken_by("surnud", say.enqueue("tere").id, timedelta(minutes=10))

        assert worker.reap_at(timezone.now()) == 1

        row.refresh_from_db()
        assert row.status == "FAILED"
        assert row.exception_class_path == "metoodik.web.worker.WorkerLost"
        assert "stopped without finishing" in row.traceback

    def test_a_task_that_may_repeat_runs_once_more_and_no_more(self) -> None:
        row = taken_by("surnud", say_again.enqueue("tere").id, timedelta(minutes=10))

        worker.reap_at(timezone.now())
        row.refresh_from_db()
        assert row.status == "READY"
        taken_by("teine-surnud", str(row.pk), timedelta(minutes=10))
        worker.reap_at(timezone.now())

        row.refresh_from_db()
        assert row.status == "FAILED"

    def test_a_long_task_of_a_living_worker_is_left_alone(self) -> None:
        row = taken_by("elus", say.enqueue("pikk").id, timedelta(hours=2))
        worker.beat("elus")

        assert worker.reap_at(timezone.now()) == 0

        row.refresh_from_db()
        assert row.status == "RUNNING"

    def test_a_worker_that_fell_silent_counts_as_gone(self) -> None:
        taken_by("vaikne", say.enqueue("tere").id, timedelta(hours=2))
        WorkerBeat.objects.create(worker_id="vaikne", seen=timezone.now() - timedelta(minutes=4))

        assert worker.reap_at(timezone.now()) == 1

    def test_a_task_just_taken_gets_its_time(self) -> None:
        taken_by("surnud", say.enqueue("tere").id, timedelta(minutes=1))

        assert worker.reap_at(timezone.now()) == 0

    def test_old_results_and_traces_are_forgotten(self) -> None:
        old = say.enqueue("vana")
        worker.run_one("w1")
        DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=15))
        new = say.enqueue("uus")
        WorkerBeat.objects.create(worker_id="ammune", seen=timezone.now() - timedelta(days=2))

        worker.forget_old()

        assert not DBTaskResult.objects.filter(pk=old.id).exists()
        assert DBTaskResult.objects.filter(pk=new.id).exists()
        assert not WorkerBeat.objects.exists()


@pytest.mark.django_db
class TestRun:
    def test_it_works_until_told_to_stop_and_says_good_bye(
        self, monkeypatch: pytest.MonkeyPatch, only_my_ticks: dict[str, Any]
    ) -> None:
        stop = threading.Event()
        monkeypatch.setattr(worker, "PAUSE", 0.0)
        say.enqueue("esimene")

        ticks.tick(every=timedelta(0), name="lõpp")(lambda: stop.set() if done else None)

        worker.run(stop)

        assert done == ["esimene"]
        assert not WorkerBeat.objects.exists()

    def test_a_lost_database_is_waited_for(
        self, monkeypatch: pytest.MonkeyPatch, only_my_ticks: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        def gone(*_: Any) -> bool:
            raise OperationalError("gone")

        monkeypatch.setattr(worker, "run_one", gone)
        monkeypatch.setattr(connection, "close", lambda: None)

        assert worker._turn("w1") is False

        assert "will try again" in caplog.text
