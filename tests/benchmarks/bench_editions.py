"""How fast an edition is built, opened and searched: `uv run python -m tests.benchmarks.bench_editions`.

Pages of eight passages of about 90 words each, words taken from the sample handbook as often as they stand in it. One
build makes the content hash, the index, and a file for each class of readers that roles make. Seconds and milliseconds
are processor time: all of it runs on one core and waits for nothing.
"""

import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

PASSAGES = (300, 1000, 3000)
WORDS = 90
PASSAGES_A_PAGE = 8
ASKED = 400
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def main() -> None:
    """Print the table."""
    rows = [_measure(count) for count in PASSAGES]
    print(f"{_processor()}, {os.cpu_count()} cores; one process, processor time\n")
    print(
        "| Passages | Pages | Classes of readers | Build, s | of it hash | index | files | s per 1,000 passages"
        " | Largest file, KB | Open a page, ms | Search p50, ms | p99, ms |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def _measure(count: int) -> list[str]:
    from metoodik.editions import build, content
    from metoodik.editions.audiences import role_classes

    chooser = random.Random(count)  # Sample text, the same at each run.
    sections, pages = _handbook(count, chooser)
    started = time.process_time()
    made = content.content_of(sections, pages)
    made.to_bytes()
    facts = {page.place: build.PageFacts(_provenance(), NOW) for page in made.pages}
    projector = build.Projector(made, facts, build.Imprint(1, NOW))
    projector.content_hash  # noqa: B018 - computed once, here
    hashed = time.process_time()
    projector.index  # noqa: B018 - computed once, here
    indexed = time.process_time()
    files = {audience: projector.project(audience) for audience in role_classes()}
    done = time.process_time()
    audience, data = max(files.items(), key=lambda each: len(each[1]))
    opening, asking = _read(audience.key, data, chooser)
    total = done - started
    return [
        f"{count:,}",
        str(len(pages)),
        str(len(files)),
        f"{total:.2f}",
        f"{hashed - started:.2f}",
        f"{indexed - hashed:.2f}",
        f"{done - indexed:.2f}",
        f"{total / count * 1000:.2f}",
        f"{len(data) / 1024:,.0f}",
        f"{opening * 1000:.3f}",
        f"{statistics.median(asking) * 1000:.2f}",
        f"{statistics.quantiles(asking, n=100)[98] * 1000:.2f}",
    ]


def _read(key: str, data: bytes, chooser: random.Random) -> tuple[float, list[float]]:
    """Seconds to open a page for the first time (mean), and of each search, from a store's file."""
    from metoodik.editions import store
    from metoodik.editions.audiences import AudienceClass

    with tempfile.TemporaryDirectory() as folder:
        entry, node = _node(Path(folder), key, data)
        edition = node.open(entry, AudienceClass.from_key(key))
        pages = edition.pages("et")
        opening = _seconds(lambda: [edition.page("et", each.slug) for each in pages]) / len(pages)
        edition.search("algus", locale="et")
        asking = []
        for _ in range(ASKED):
            page = edition.page("et", chooser.choice(pages).slug)
            words = chooser.choice(page.content.passages).heading.split() if page else []
            text = " ".join(chooser.sample(words, k=min(len(words), chooser.randint(1, 2))))
            cut = text[: chooser.randint(1, len(text))]
            asking.append(_seconds(lambda cut=cut: edition.search(cut, locale="et")))
        store._nodes.clear()
    return opening, asking


def _node(folder: Path, key: str, data: bytes) -> tuple[object, object]:
    import hashlib

    from metoodik.editions import store

    file_hash = hashlib.sha256(data).hexdigest()
    entry = store.EditionEntry(1, NOW, NOW, "", "", None, superseded=False, files={key: file_hash})
    node = store.Node(folder)
    store.write_whole(node._path(1, key, file_hash), data)
    return entry, node


def _handbook(count: int, chooser: random.Random) -> tuple[list, list]:
    from metoodik.handbook import content, sample
    from metoodik.handbook.texts import words_of

    book = sample.load()
    passages = [passage for page in book.pages if page.locale == "et" for passage in page.passages]
    known = [
        word for passage in passages for block in passage.blocks for text in words_of(block) for word in text.split()
    ]
    section = next(each for each in book.sections if each.locale == "et")

    def some(number: int) -> str:
        return " ".join(chooser.choices(known, k=number)).replace("<", "").replace("&", "")

    def passage(number: int) -> content.Passage:
        steps = content.Steps(_key(number, 2), tuple(some(10) for _ in range(3)))
        text = content.Text(_key(number, 1), f"<p>{some(WORDS - 45)}</p>")
        phrase = content.Phrase(_key(number, 3), some(15))
        return content.Passage(_key(number, 0), some(3), (text, steps, phrase))

    audiences = [(content.Audience.STAFF,), (content.Audience.COUNSELLING,), (content.Audience.GROUPS,)]
    pages = [
        content.Page(
            key=_key(start, 9),
            locale="et",
            slug=f"leht-{start}",
            section=section.key,
            title=some(3),
            summary=some(12),
            kind=content.Kind.METHOD,
            audiences=chooser.choices(audiences, weights=[5, 4, 1])[0],
            risk=content.Risk.ORDINARY,
            access=content.Access.INTERNAL,
            review_months=12,
            passages=tuple(passage(number) for number in range(start, min(start + PASSAGES_A_PAGE, count))),
        )
        for start in range(0, count, PASSAGES_A_PAGE)
    ]
    return [section], pages


def _key(number: int, part: int) -> str:
    return str(UUID(int=number * 16 + part))


def _provenance() -> object:
    from metoodik.handbook.content import ChangeKind
    from metoodik.handbook.pinned import Provenance

    people = ("Tiina Kask", "Rein Mets", NOW, ("Liis Tamm",), "Tiina Kask", date(2027, 5, 20))
    return Provenance(1, ChangeKind.MATERIAL, "Uus leht.", *people)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.machine()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data_folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metoodik.config.settings")
        os.environ["METOODIK_DATA"] = data_folder
        import django

        django.setup()
        main()
        sys.stdout.flush()
