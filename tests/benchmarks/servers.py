"""Servers under measurement: each a granian of its own with the settings that `metoodik serve` uses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from metoodik.config.processes import THREADS

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port and the number of its first process."""

    port: int
    process: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes until now, user and system."""
        return sum(_times(each) for each in self.family()) / TICKS

    def memory_mb(self) -> float:
        """Proportional share of memory of all its processes: what is shared counts once."""
        return sum(_proportional(each) for each in self.family()) / 1024

    def family(self) -> list[int]:
        """The process and all that descend from it."""
        parents = {number: _parent(number) for number in _processes()}
        found = [self.process]
        for number in found:
            found.extend(child for child, parent in parents.items() if parent == number)
        return found


@contextmanager
def serving(application: str, environment: dict[str, str], ready: str) -> Iterator[Server]:
    """Serve a WSGI application on a free port until the block ends; `ready` is a path that answers when it is up."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", str(THREADS), "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    command += ["--log-level", "warning"]
    process = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)
    try:
        _wait_until_up(port, ready, process)
        yield Server(port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _wait_until_up(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    import http.client

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not come up in a minute")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]


def _stat(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _parent(number: int) -> int:
    fields = _stat(number)
    return int(fields[1]) if fields else 0


def _times(number: int) -> int:
    fields = _stat(number)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _proportional(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
