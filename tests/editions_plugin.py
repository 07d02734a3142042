"""Gives each test a folder of editions of its own, and small handbooks made of values.

The triggers that keep the past step aside while Django empties the database between tests; `post_migrate` puts them
back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

from metoodik.editions import triggers
from metoodik.handbook import pinned
from metoodik.handbook.addresses import Address
from metoodik.handbook.content import Access, Audience, ChangeKind, Kind, Page, Passage, Risk, Section, Text
from metoodik.handbook.pinned import PinnedHandbook, PinnedPage, Problem, Provenance


@pytest.fixture(autouse=True, scope="session")
def flush_past_edition_triggers() -> Iterator[None]:
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> Any:
        triggers.remove(self.connection.alias)
        return plain(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def editions_folder(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    """An empty folder of editions; nothing of another test is in it."""
    folder = Path(str(tmp_path_factory.getbasetemp())) / "editions" / f"{next(_numbers)}"
    settings.EDITIONS_DIR = folder
    return folder


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


_numbers = _count()


def key(number: int) -> str:
    """A page or passage key that is easy to tell apart."""
    return f"00000000-0000-4000-8000-{number:012}"


SECTION = Section(key(900), "et", "ohutus", "Ohutus", "Esimesed sammud ohu korral.", 1)


def passage(number: int, heading: str, words: str) -> Passage:
    """A passage of one paragraph."""
    return Passage(key(number), heading, (Text(key(number + 500), f"<p>{words}</p>"),))


def page(number: int, title: str, *passages: Passage, **details: Any) -> Page:
    """A page for counsellors; `details` replace any field."""
    plain = Page(
        key=key(number),
        locale="et",
        slug=f"leht-{number}",
        section=SECTION.key,
        title=title,
        summary=f"Kokkuvõte: {title}.",
        kind=Kind.METHOD,
        audiences=(Audience.COUNSELLING,),
        risk=Risk.ORDINARY,
        access=Access.INTERNAL,
        review_months=12,
        passages=passages or (passage(number * 10, f"{title}: esimene lõik", "Kuula rahulikult."),),
        sample=True,
    )
    return replace(plain, **details)


def provenance(approved_at: datetime) -> Provenance:
    """How a page came to be, with the sample people."""
    return Provenance(
        1, ChangeKind.MATERIAL, "Uus leht.", "Tiina Kask", "Rein Mets", approved_at, (), "Tiina Kask", date(2027, 5, 1)
    )


@dataclass
class Shelf:
    """A handbook as tests put it together: what is approved from which instant, without the writing desk."""

    sections: list[Section] = field(default_factory=lambda: [SECTION])
    pages: list[tuple[datetime | None, Page]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)

    def put(self, *pages: Page, since: datetime | None = None) -> None:
        """Approve pages, in force from an instant (None: always); a page replaces the one of its key and language."""
        self.pages += [(since, each) for each in pages]

    def pinned_handbook(self, at: datetime) -> PinnedHandbook:
        held: dict[tuple[str, str], Page] = {}
        for since, each in sorted(self.pages, key=lambda row: (row[0] is not None, row[0] or at)):
            if since is None or since <= at:
                held[each.key, each.locale] = each
        pages = tuple(PinnedPage(each, provenance(at)) for each in held.values())
        return PinnedHandbook(at, tuple(self.sections), pages, tuple(self.problems), tuple(self.addresses))

    def coming_instants(self, after: datetime) -> list[datetime]:
        return sorted({since for since, _ in self.pages if since is not None and since > after})


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A handbook to build editions of, in place of the writing desk's."""
    found = Shelf()
    monkeypatch.setattr(pinned, "pinned_handbook", found.pinned_handbook)
    monkeypatch.setattr(pinned, "coming_instants", found.coming_instants)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The hour as the product sees it; `clock.set(…)` moves it, for times of day and for waiting alike."""
    return Clock(monkeypatch)


class Clock:
    """Moves time for everything under test."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment = datetime(2031, 11, 20, 8, 0, tzinfo=UTC)
        patch.setattr("django.utils.timezone.now", lambda: self.moment)
        patch.setattr("time.monotonic", lambda: self.moment.timestamp())
        patch.setattr("time.time", lambda: self.moment.timestamp())

    def set(self, moment: datetime) -> None:
        """It is that moment."""
        self.moment = moment

    def on(self, **time: float) -> datetime:
        """That much later: `clock.on(minutes=5)`. Returns the moment it is then."""
        self.moment += timedelta(**time)
        return self.moment


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    """The main database: `database.lose()` makes every query fail as when its machine is gone."""
    return Database(monkeypatch)


class Database:
    """Takes the main database away and gives it back."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._whole = BaseDatabaseWrapper.cursor

    def lose(self) -> None:
        """Nobody answers."""

        def gone(wrapper: BaseDatabaseWrapper, *args: Any, **kwargs: Any) -> Any:
            raise OperationalError("the server closed the connection")

        self._patch.setattr(BaseDatabaseWrapper, "cursor", gone)

    def find(self) -> None:
        """It is back."""
        self._patch.setattr(BaseDatabaseWrapper, "cursor", self._whole)
