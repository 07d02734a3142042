"""The web server and the worker, side by side: started, watched, started again when they fall, stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

logger = logging.getLogger(__name__)

THREADS = 4
"""Blocking threads of a web process: the figure at which reading cost least on two cores."""
PATIENCE = 10.0
"""Seconds given to a part to stop by itself."""
LONGEST_PAUSE = 30.0
"""Seconds between attempts to start a part that keeps falling, at most."""
SETTLED = 60.0
"""Seconds after which a part counts as running well and its next fall is its first."""

# A forked child need not load the applications again; elsewhere than on Linux forking is not safe.
_CONTEXT: ForkContext | SpawnContext = ForkContext() if sys.platform == "linux" else SpawnContext()


@dataclass(slots=True)
class Part:
    """A process to keep running. `target` is a module's function; it returns when it gets SIGTERM."""

    name: str
    target: Callable[..., None]
    args: tuple[Any, ...] = ()
    process: BaseProcess | None = None
    started: float = 0.0
    falls: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start the process."""
        self.process = _CONTEXT.Process(name=self.name, target=_child, args=(self.target, self.args))
        self.process.start()
        self.started = time.monotonic()

    def fell(self) -> None:
        """Note that the process ended unasked, and when to start it again."""
        now = time.monotonic()
        self.falls = 1 if now - self.started > SETTLED else self.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.falls - 1))
        code = self.process.exitcode if self.process else None
        logger.error("%s ended with code %s; starting it again in %d s", self.name, code, pause)
        self.process, self.due = None, now + pause


def keep_running(parts: Sequence[Part], *, ready: Callable[[], None] | None = None) -> None:
    """Run the parts until SIGINT or SIGTERM; `ready` is called once they are started."""
    stopping = threading.Event()

    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        for part in parts:
            part.start()
        if ready:
            ready()
        while not stopping.is_set():
            _watch(parts, stopping)
    finally:
        _stop(parts)
        for each, handler in before.items():
            signal.signal(each, handler)


def run_once(target: Callable[..., None], *args: Any) -> int:
    """Run a function in a process of its own, so that its connections and memory end with it. Returns its exit code."""
    process = _CONTEXT.Process(target=_child, args=(target, args))
    process.start()
    try:
        process.join()
    except KeyboardInterrupt:
        process.terminate()
        raise
    return process.exitcode or 0


def _watch(parts: Sequence[Part], stopping: threading.Event) -> None:
    wait([each.process.sentinel for each in parts if each.process], timeout=0.3)
    for part in parts:
        if stopping.is_set():
            return
        if part.process and not part.process.is_alive():
            part.fell()
        elif part.process is None and time.monotonic() >= part.due:
            part.start()


def _stop(parts: Sequence[Part]) -> None:
    running = [each.process for each in parts if each.process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        process.join(max(0.1, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def _child(target: Callable[..., None], args: tuple[Any, ...]) -> None:
    from metoodik.config.commands import start_django

    os.setsid()  # A Ctrl-C reaches the parent alone, and each part is asked to stop once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start_django()
    target(*args)


def _end_with_parent() -> None:
    """Wait for the parent to vanish, however that happens, and then ask this process to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def web(host: str, port: int, workers: int) -> None:
    """Serve the site. There is no access log: addresses of pages read in a call are nobody's business."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "metoodik.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=int(PATIENCE / 2),
    ).serve()


def worker() -> None:
    """Do background work until SIGINT or SIGTERM."""
    from metoodik.web.worker import run

    stopping = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _signum, _frame: stopping.set())
    run(stopping)


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
