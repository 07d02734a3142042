"""A small load client: threads that each keep one connection and ask again and again, a bounded number of times."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Answered:
    """How a number of requests went: latencies in milliseconds, `per_second` over the whole time."""

    requests: int
    p50: float
    p95: float
    p99: float
    per_second: float


def ask(port: int, path: str, *, cookies: str, connections: int, requests: int) -> Answered:
    """Ask for `path` on this machine `requests` times over that many kept connections.

    Raises RuntimeError for an answer other than 200: a redirect to sign-in is quick and would measure nothing.
    """
    latencies: list[float] = []
    failures: list[str] = []
    share = max(1, requests // connections)
    start = threading.Barrier(connections + 1)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        own = []
        start.wait()
        for _request in range(share):
            began = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookies, "Accept-Language": "et"})
            answer = connection.getresponse()
            answer.read()
            own.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                failures.append(f"{path} answered {answer.status}")
                break
        connection.close()
        latencies.extend(own)

    threads = [threading.Thread(target=client) for _connection in range(connections)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        raise RuntimeError(failures[0])
    cuts = quantiles(latencies, n=100)
    return Answered(len(latencies), cuts[49], cuts[94], cuts[98], len(latencies) / seconds)
