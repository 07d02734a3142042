"""An article page from an edition beside the same page by plain Wagtail: processor time, latency, memory.

Run: `uv run python -m tests.benchmarks.bench_reading`. Prints Markdown tables; asserts nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from tests.benchmarks.load import Answered, ask
from tests.benchmarks.servers import Server, serving

CONNECTIONS = (1, 8, 32)
REQUESTS = {"ours": 6000, "plain": 1500}
WARM_UP = 300
APPLICATIONS = {"ours": "metoodik.config.wsgi:application", "plain": "tests.benchmarks.plain_wagtail.wsgi:application"}
NAMES = {"ours": "from the edition", "plain": "plain Wagtail"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One site: processor milliseconds a request, memory in megabytes, bytes of the page, answers by connections."""

    cpu: float
    memory: float
    answers: dict[int, Answered]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"METOODIK_DATA": folder, "METOODIK_DATABASE_URL": "", "METOODIK_PRODUCTION": "0"}
        sites = prepared(environment)
        measured = {name: measure(name, site, environment) for name, site in sites.items()}
    print(report(measured))


def prepared(environment: dict[str, str]) -> dict[str, dict[str, str]]:
    """Path and cookies for each of the two sites."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.prepare_reading"],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    sites: dict[str, dict[str, str]] = json.loads(done.stdout)
    return sites


def measure(name: str, site: dict[str, str], environment: dict[str, str]) -> Measured:
    """Serve one site and ask for the page at each number of connections."""
    with serving(APPLICATIONS[name], environment, "/tervis/") as server:
        run(server, site, 4, WARM_UP)
        answers, cpu, requests = {}, 0.0, 0
        for connections in CONNECTIONS:
            before = server.cpu_seconds()
            answers[connections] = run(server, site, connections, REQUESTS[name])
            cpu += server.cpu_seconds() - before
            requests += answers[connections].requests
        return Measured(cpu / requests * 1000, server.memory_mb(), answers)


def run(server: Server, site: dict[str, str], connections: int, requests: int) -> Answered:
    return ask(server.port, site["path"], cookies=site["cookies"], connections=connections, requests=requests)


def report(measured: dict[str, Measured]) -> str:
    """Two Markdown tables and the factor."""
    lines = [
        "| Page | CPU a request | Memory |",
        "| --- | ---: | ---: |",
        *(f"| {NAMES[name]} | {each.cpu:.2f} ms | {each.memory:.0f} MB |" for name, each in measured.items()),
        "",
        f"Plain Wagtail takes {measured['plain'].cpu / measured['ours'].cpu:.1f} times the processor time.",
        "",
        "| Page | Connections | p50 | p95 | p99 | Requests a second |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, site in measured.items():
        for connections, each in site.answers.items():
            latency = f"{each.p50:.1f} ms | {each.p95:.1f} ms | {each.p99:.1f} ms"
            lines.append(f"| {NAMES[name]} | {connections} | {latency} | {each.per_second:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
