"""How fast files become drafts: `uv run python tests/benchmarks/bench_import.py`. A page is 300 words."""

import os
import platform
import time
from pathlib import Path

import pypandoc

from metoodik.handbook.importing import read_document

ACT = Path(__file__).parents[1] / "fixtures" / "imports" / "AvTS-2026-03-16.md"
WORDS_A_PAGE = 300
ROUNDS = 5


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.machine()


def _as(ending: str, text: str, folder: Path) -> bytes:
    target = folder / f"act.{ending}"
    pypandoc.convert_text(text, ending, format="gfm", outputfile=str(target))
    return target.read_bytes()


def _files(folder: Path) -> dict[str, bytes]:
    text = ACT.read_text(encoding="utf-8")
    return {
        "act.docx": _as("docx", text, folder),
        "act.odt": _as("odt", text, folder),
        "act.html": _as("html", text, folder),
        "act.md": text.encode(),
        "act.txt": text.encode(),
    }


def _best(data: bytes, name: str) -> tuple[float, int]:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        document = read_document(data, name)
        times.append(time.perf_counter() - start)
    return sorted(times)[ROUNDS // 2], document.words


def main(folder: Path) -> None:
    """Print the table."""
    lines = [f"{_processor()}, {os.cpu_count()} cores; median of {ROUNDS}", ""]
    lines += ["| File | Words | Pages | Seconds | Pages a second |", "|---|---:|---:|---:|---:|"]
    for name, data in _files(folder).items():
        seconds, words = _best(data, name)
        pages = words / WORDS_A_PAGE
        lines.append(f"| {name} | {words} | {pages:.0f} | {seconds:.2f} | {pages / seconds:.0f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
