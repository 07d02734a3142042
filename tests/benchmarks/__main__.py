"""Run every measure and write `docs/performance.md`: `uv run python -m tests.benchmarks`. Takes some minutes."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import django
import wagtail

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "performance.md"
PARTS = (
    ("Reading", "tests.benchmarks.bench_reading", "READING"),
    ("Making an edition", "tests.benchmarks.bench_editions", "EDITIONS"),
    ("Import", "tests.benchmarks.bench_import", "IMPORT"),
    ("Documents", "tests.benchmarks.bench_export", "EXPORT"),
    ("Lists", "tests.benchmarks.bench_lists", "LISTS"),
)
WORDS = {
    "READING": (
        "The sample page on suicide risk, asked for by a signed-in counsellor over kept connections on one machine, so "
        "that the client takes its share of the processors. Both sites run on granian with one process and four "
        "threads. Plain Wagtail serves the same page from its StreamField in the same shell, behind Wagtail's own "
        "sign-in restriction; its menu is given to it for free. Processor time is that of all the server's processes "
        "over all requests; memory is their proportional share. An edition never changes, so a page once drawn "
        "is kept for the next reader; plain Wagtail has no such certainty and draws it anew. "
        "Aim: at most 1.5 ms a page, an eighth of plain Wagtail's."
    ),
    "EDITIONS": (
        "From pinned content to files for every class of readers. Aim: at most 5 s for 1,000 passages, linear."
    ),
    "IMPORT": "A page is 300 words. Aim: at least 50 pages a second after start.",
    "EXPORT": (
        "The whole sample handbook in Estonian, and 300 pages made by repeating it. A page or a small section is "
        "written while one waits, an edition in the background. Memory is the most that the writing process held. "
        "Aim: the sample handbook as PDF within 10 s, 300 pages within 2 minutes."
    ),
    "LISTS": (
        "What editors and deciders open, each asked for in turn over a handbook of many pages, a tenth of them in "
        "clearance; the median of seven visits after a first one, which reads every page once after a start. "
        "Aim: 100 ms, and 300 ms for the handbook's health, with as many queries however many pages there are."
    ),
}


def main() -> None:
    parts = [f"## {title}\n\n{WORDS[key]}\n\n{_measured(module)}" for title, module, key in PARTS]
    measured = f"Measured on {datetime.now(UTC):%d.%m.%Y} by `uv run python -m tests.benchmarks`: {_machine()}."
    head = f"# Performance\n\n{measured}\n"
    PAGE.write_text("\n".join([head, *(f"{part}\n" for part in parts)]), encoding="utf-8")
    print(PAGE.read_text())


def _measured(module: str) -> str:
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def _machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    cores = os.cpu_count() or 1
    versions = f"Python {platform.python_version()}, Django {django.__version__}, Wagtail {wagtail.__version__}"
    return f"{model}, {cores} cores, {platform.system()}, {versions}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    main()
