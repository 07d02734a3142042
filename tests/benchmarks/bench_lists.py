"""What lists cost with a handbook of 2,000 pages: `uv run python -m tests.benchmarks.bench_lists [pages]`.

Processor time of one request in this process (median of `VISITS` after a first one) and the queries it makes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import Any

VISITS = 7
LISTS = (
    ("Writing desk: a section's pages", "tiina", "/haldus/pages/{section}/"),
    ("Clearance, methods expert", "tiina", "/kooskolastus/"),
    ("Clearance, service owner", "rein", "/kooskolastus/"),
    ("Clearance, counsellor", "liis", "/kooskolastus/"),
    ("Desk, methods expert", "tiina", "/"),
    ("Desk, service owner", "rein", "/"),
    ("Editing", "tiina", "/toimetus/"),
    ("Facts", "tiina", "/faktid/"),
    ("Review cycle", "tiina", "/ulevaatamine/"),
    ("Translations", "tiina", "/tolkimine/"),
    ("Restrictions", "tiina", "/piirangud/"),
    ("Handbook health", "rein", "/seis/"),
    ("Printed cards", "tiina", "/trukised/"),
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with ExitStack() as stack:
        os.environ["METOODIK_DATA"] = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metoodik.config.settings")
        os.environ["METOODIK_REQUIRE_MFA"] = "0"
        import django

        django.setup()
        _measure(count)


def _measure(count: int) -> None:
    from tests.benchmarks.large_handbook import fill

    from metoodik.config import sample_service
    from metoodik.handbook.models import SectionPage
    from metoodik.people.sample import create_people

    sample_service.database()
    people = create_people(password="mitte-keegi-ei-logi-sisse")
    fill(count, author=people["tiina"], approver=people["rein"])
    section = SectionPage.objects.filter(locale__language_code="et").first()
    print(f"{count} pages\n")
    print("| List | Processor time, ms | Queries | KB |")
    print("|---|---:|---:|---:|")
    for name, who, path in LISTS:
        print("| " + " | ".join([name, *_row(people[who], path.format(section=section.pk))]) + " |", flush=True)


def _row(user: object, path: str) -> list[str]:
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)  # type: ignore[arg-type]
    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.get(path)
    if answer.status_code != 200:
        return [f"answers {answer.status_code}", "", ""]
    spent = []
    for _visit in range(VISITS):
        started = time.process_time()
        client.get(path)
        spent.append(time.process_time() - started)
    return [f"{statistics.median(spent) * 1000:.1f}", str(len(asked)), f"{len(answer.content) / 1024:.0f}"]


if __name__ == "__main__":
    main()
