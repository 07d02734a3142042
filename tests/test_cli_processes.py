"""The web server and the worker are kept running side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metoodik.config import processes

PROGRAM = """
import sys, time
from metoodik.config import processes

def faithful(folder):
    note(folder, "faithful")
    time.sleep(60)

def frail(folder):
    note(folder, "frail")
    sys.exit(7)

def note(folder, name):
    import os
    with open(f"{folder}/{name}", "a") as file:
        file.write(f"{os.getpid()}\\n")

if __name__ == "__main__":
    parts = [processes.Part("faithful", faithful, (sys.argv[1],)), processes.Part("frail", frail, (sys.argv[1],))]
    processes.keep_running(parts)
"""


def wait_for(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it has happened; fail when it has not in that time."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def noted(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {"METOODIK_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "metoodik.config.settings"}
    with subprocess.Popen(
        [sys.executable, str(program), str(tmp_path)],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
class TestSupervisor:
    def test_fallen_part_is_started_again_and_ctrl_c_ends_all(
        self, supervisor: subprocess.Popen[bytes], tmp_path: Path
    ) -> None:
        wait_for(lambda: len(noted(tmp_path, "frail")) >= 2)

        os.killpg(supervisor.pid, signal.SIGINT)

        assert supervisor.wait(20) == 0
        assert len(noted(tmp_path, "faithful")) == 1, "the part that did not fall was left alone"
        assert not any(map(is_running, noted(tmp_path, "faithful") + noted(tmp_path, "frail")))

    def test_parts_do_not_outlive_a_killed_supervisor(
        self, supervisor: subprocess.Popen[bytes], tmp_path: Path
    ) -> None:
        wait_for(lambda: bool(noted(tmp_path, "faithful")))

        supervisor.kill()
        supervisor.wait(20)

        wait_for(lambda: not any(map(is_running, noted(tmp_path, "faithful"))))


def test_pause_grows_with_each_fall_and_has_a_limit(caplog: pytest.LogCaptureFixture) -> None:
    part = processes.Part("worker", print)
    part.started = time.monotonic()
    pauses = []
    for _fall in range(8):
        part.fell()
        pauses.append(round(part.due - time.monotonic()))

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_taken_port_is_noticed() -> None:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        assert not processes.port_is_free("127.0.0.1", port)
    assert processes.port_is_free("127.0.0.1", port)
