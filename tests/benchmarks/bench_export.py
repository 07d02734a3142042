"""How long documents take to write: `uv run python -m tests.benchmarks.bench_export`.

The whole sample handbook in Estonian, and 300 pages made by repeating it under other keys. Seconds are of the clock,
memory is the most that the process held. Each file is written in a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from uuid import UUID

PAGES = (0, 300)
"""Numbers of pages measured; 0 is the sample handbook as it is."""
KINDS = ("pdf", "docx", "html")


def main() -> None:
    """Print the table."""
    print("| Pages of the handbook | File | Seconds | Size, MB | Sheets of A4 | Memory, MB |")
    print("|---:|---|---:|---:|---:|---:|")
    for number in PAGES:
        for kind in KINDS:
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.bench_export", str(number), kind],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            it = json.loads(done.stdout)
            print(
                f"| {it['pages']} | {kind.upper()} | {it['seconds']:.1f} | {it['size'] / 1e6:.2f}"
                f" | {it['sheets'] or ''} | {it['memory'] / 1024:,.0f} |"
            )


def measure(number: int, kind: str) -> dict[str, float]:
    """Write one file; what it took."""
    from metoodik.editions.export.document import Format
    from metoodik.editions.export.writing import written

    document = _document(number)
    written(replace(document, chapters=document.chapters[:1]), Format(kind))  # Libraries and templates are loaded.
    started = time.perf_counter()
    data = written(document, Format(kind))
    seconds = time.perf_counter() - started
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sheets = _sheets(data) if kind == "pdf" else 0
    return {
        "pages": len(document.sheets),
        "seconds": seconds,
        "size": len(data),
        "sheets": sheets,
        "memory": max(own, children),
    }


def _sheets(data: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        return len(file.pages)


def _document(number: int) -> object:
    from metoodik.editions.export.document import Chapter, Document, Sheet
    from metoodik.handbook import sample

    book = sample.load()
    pages = [each for each in book.pages if each.locale == "et"]
    if number:
        pages = [_copy(pages[place % len(pages)], place) for place in range(number)]
    chapters = []
    for section in book.sections:
        own = [each for each in pages if section.locale == "et" and each.section == section.key]
        sheets = tuple(
            Sheet(each, section.title, "Rein Mets", date(2026, 11, 1), ("Liis Tamm",), date(2026, 11, 2))
            for each in own
        )
        if sheets:
            chapters.append(Chapter(section.title, sheets))
    address = "https://metoodik.example/kasiraamat/"
    return Document("Metoodikakäsiraamat", "et", tuple(chapters), "kasiraamat-et", address, 41, date(2026, 11, 2))


def _copy(page: object, place: int) -> object:
    passages = tuple(
        replace(each, key=str(UUID(int=place * 1000 + number))) for number, each in enumerate(page.passages)
    )
    return replace(page, key=str(UUID(int=place + 10**9)), passages=passages)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        with tempfile.TemporaryDirectory() as data_folder:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metoodik.config.settings")
            os.environ["METOODIK_DATA"] = data_folder
            import django

            django.setup()
            print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
            sys.stdout.flush()
