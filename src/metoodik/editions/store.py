"""The node's own copy of editions and overlay: files that reading needs, and nothing else.

Each machine unpacks edition files into `settings.EDITIONS_DIR` and keeps there, in `index.json`, which edition is in
force when, and the overlay. From these reading goes on without the database: the clock alone switches editions. A file
is written whole or not at all, is named by its hash, is checked against it when a process first opens it and whenever
it was touched since, and is fetched again when it does not fit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.utils import timezone

from metoodik.editions import overlay
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.content import ContentError
from metoodik.editions.fact_checks import FactChecks, checks_in_database
from metoodik.editions.models import Edition, EditionFile, OverlayEntry
from metoodik.editions.opened import OpenEdition
from metoodik.editions.reviews import Reviews, reviews_in_database
from metoodik.handbook.content import canonical_json

logger = logging.getLogger(__name__)

INDEX = "index.json"
LOST = (DatabaseError, InterfaceError)
"""What Django raises when the database cannot be asked."""
CONNECTIONS_A_THREAD = 16
FIRST_LOOK_SECONDS = 2
"""How long a starting process waits for the database before it begins with what an earlier one left."""
OPEN_EDITIONS = 64
"""Open editions a process remembers, with the pages read of each."""
SPARE_AFTER = 60
"""Seconds after which a file that no edition names is removed."""


class Unavailable(Exception):
    """The edition's file is not on this node, or broken, and the database cannot give it now."""


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """What a node knows of an edition without opening it. `files` are the hashes of its files by class of readers."""

    number: int
    effective_at: datetime
    made_at: datetime
    content_hash: str
    note: str
    predecessor: int | None
    superseded: bool
    files: dict[str, str]

    def to_data(self) -> dict[str, Any]:
        """JSON types."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return data | {"effective_at": self.effective_at.isoformat(), "made_at": self.made_at.isoformat()}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> EditionEntry:
        moments = {name: datetime.fromisoformat(data[name]) for name in ("effective_at", "made_at")}
        return cls(**{**data, **moments})


@dataclass(frozen=True, slots=True)
class State:
    """All that a node knows: editions by number, overlay entries, and when it last saw both in the database."""

    entries: tuple[EditionEntry, ...] = ()
    marks: tuple[overlay.OverlayMark, ...] = ()
    checked_at: datetime | None = None
    reviews: Reviews = field(default_factory=Reviews)
    checks: FactChecks = field(default_factory=FactChecks)

    def in_force_at(self, at: datetime) -> EditionEntry | None:
        """The edition in force at an instant: of those effective by then the latest, by effect and then by number."""
        known = (each for each in self.entries if not each.superseded and each.effective_at <= at)
        return max(known, key=lambda each: (each.effective_at, each.number), default=None)

    def numbered(self, number: int) -> EditionEntry | None:
        """The edition of that number."""
        return next((each for each in self.entries if each.number == number), None)

    def been(self, now: datetime) -> list[EditionEntry]:
        """Editions that have come into force, the latest first."""
        came = [each for each in self.entries if not each.superseded and each.effective_at <= now]
        return sorted(came, key=lambda each: (each.effective_at, each.number), reverse=True)

    def pending(self, now: datetime) -> list[EditionEntry]:
        """Editions that wait for their time, the soonest first."""
        waiting = [each for each in self.entries if not each.superseded and each.effective_at > now]
        return sorted(waiting, key=lambda each: (each.effective_at, each.number))

    def of_day(self, day: date) -> list[EditionEntry]:
        """Editions in force at some time of that day (`settings.TIME_ZONE`), the earliest first."""
        start = timezone.make_aware(datetime.combine(day, clock.min))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), clock.min))
        first = self.in_force_at(start)
        later = [each for each in self.entries if not each.superseded and start < each.effective_at < end]
        ordered = sorted(later, key=lambda each: (each.effective_at, each.number))
        return ([first] if first else []) + ordered

    def to_bytes(self) -> bytes:
        """The index file: one line of hash, one of content."""
        data = {
            "entries": [each.to_data() for each in self.entries],
            "marks": [each.to_data() for each in self.marks],
            "reviews": self.reviews.to_data(),
            "checks": self.checks.to_data(),
        }
        body = canonical_json(data)
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body

    @classmethod
    def from_bytes(cls, data: bytes, checked_at: datetime) -> State:
        """The state of an index file. Raises ValueError when it is not whole."""
        head, _, body = data.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != head:
            raise ValueError("the index is not whole")
        stored = json.loads(body)
        return cls(
            tuple(EditionEntry.from_data(each) for each in stored["entries"]),
            tuple(overlay.OverlayMark.from_data(each) for each in stored["marks"]),
            checked_at,
            Reviews.from_data(stored.get("reviews", [])),
            FactChecks.from_data(stored.get("checks", [])),
        )


class Node:
    """One process's view of one folder of editions. Safe between threads, and beside other processes on the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._state: State | None = None
        self._stale = True
        self._tried = 0.0
        self._looked = threading.Event()
        self._verified: dict[str, tuple[int, int, int]] = {}
        self._paths: dict[tuple[int, str], Path] = {}
        self._opened: dict[tuple[int, str, str], OpenEdition] = {}
        self._local = threading.local()

    # What is in force

    def state(self) -> State:
        """What the node knows now, looked up again when it is older than `settings.OVERLAY_SECONDS`.

        Where a server runs, a thread beside it looks, so that no reader ever waits for the database.
        """
        due = time.monotonic() - self._tried >= settings.OVERLAY_SECONDS
        if self._state is None:
            self._begin()
        elif self._stale or (due and not _in_background()):
            self.refresh()
        return self._state or State()

    def _begin(self) -> None:
        """The first look. Where a thread looks and the database is slow, what an earlier process left must do."""
        if _in_background() and not self._looked.wait(FIRST_LOOK_SECONDS):
            found = self._from_disk()
            if found.entries and self._state is None:
                self._state, self._stale = found, False
        if self._state is None:
            self.refresh()

    def mark_stale(self) -> None:
        """Look again before the next answer: something was written."""
        self._stale = True

    def refresh(self) -> bool:
        """Look into the database now. False when it is lost: then the last known state stands."""
        with self._lock:
            self._stale = False
            self._tried = time.monotonic()
            try:
                found = _from_database()
            except LOST:
                if self._state is None:
                    self._state = self._from_disk()
                self._looked.set()
                return False
            known = self._state if self._state is not None else self._from_disk()
            self._state = found
            self._keep(found, known)
            self._unpack(found)
            self._looked.set()
            return True

    def _from_disk(self) -> State:
        path = self.folder / INDEX
        try:
            checked = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return State.from_bytes(path.read_bytes(), checked)
        except (OSError, ValueError, KeyError, TypeError):
            return State()

    def _keep(self, found: State, known: State) -> None:
        path = self.folder / INDEX
        self._forget_others(found)
        if replace(found, checked_at=None) == replace(known, checked_at=None):
            with contextlib.suppress(OSError):
                os.utime(path)
                return
        with contextlib.suppress(Unavailable):
            _write(path, found.to_bytes())

    def _unpack(self, state: State) -> None:
        now = timezone.now()
        current = state.in_force_at(now)
        for entry in ([current] if current else []) + state.pending(now):
            for key, file_hash in entry.files.items():
                with contextlib.suppress(Unavailable):
                    self._verify(entry, key, file_hash)

    def _forget_others(self, state: State) -> None:
        """Remove files that no edition names any more: replaced ones may hold words that were erased."""
        named = {
            self._path(each.number, key, value).name for each in state.entries for key, value in each.files.items()
        }
        self._opened = {key: each for key, each in self._opened.items() if self._path(*key).name in named}
        for path in self.folder.glob("*.sqlite3*"):
            with contextlib.suppress(OSError):
                if path.name not in named and time.time() - path.stat().st_mtime > SPARE_AFTER:
                    path.unlink()

    # Opening

    def open(self, entry: EditionEntry, audience: AudienceClass) -> OpenEdition:
        """The edition for a class of readers. Raises Unavailable."""
        file_hash = self._file_hash(entry, audience.key)
        file_hash = self._verify(entry, audience.key, file_hash)
        known = (entry.number, audience.key, file_hash)
        edition = self._opened.get(known)
        if edition is None:
            edition = OpenEdition(
                number=entry.number,
                effective_at=entry.effective_at,
                content_hash=entry.content_hash,
                audience=audience,
                in_force=self._number_in_force,
                file_hash=file_hash,
                query=_Query(self, entry, audience.key),
            )
            if len(self._opened) >= OPEN_EDITIONS:
                self._opened = {}
            self._opened[known] = edition
        return edition

    def open_best(self, audience: AudienceClass) -> OpenEdition | None:
        """The edition in force; when its file cannot be had, the latest before it that can, which says it is old."""
        for entry in self.state().been(timezone.now()):
            with contextlib.suppress(Unavailable):
                return self.open(entry, audience)
        return None

    def _number_in_force(self) -> int | None:
        entry = (self._state or State()).in_force_at(timezone.now())
        return entry.number if entry else None

    def _file_hash(self, entry: EditionEntry, key: str) -> str:
        known = entry.files.get(key)
        return known if known is not None else self._obtain(entry, key)[0]

    def _path(self, number: int, key: str, file_hash: str) -> Path:
        return self.folder / f"{number:05}-{key}-{file_hash[:20]}.sqlite3"

    def _verify(self, entry: EditionEntry, key: str, file_hash: str) -> str:
        """Make sure that the file is there and whole; fetch it when not. Returns its hash: a rebuild may change it."""
        path = self._path(entry.number, key, file_hash)
        mark = _mark(path)
        if mark is not None and self._verified.get(path.name) == mark:
            self._paths[entry.number, key] = path
            return file_hash
        with self._lock:
            if mark is None or _hash_of(path) != file_hash:
                if mark is not None:
                    logger.warning("Edition %d for %s was broken on this node; fetching it again.", entry.number, key)
                file_hash, data = self._obtain(entry, key)
                path = self._path(entry.number, key, file_hash)
                _write(path, data)
                mark = _mark(path)
            if mark is not None:
                self._verified[path.name] = mark
            self._paths[entry.number, key] = path
            return file_hash

    def _obtain(self, entry: EditionEntry, key: str) -> tuple[str, bytes]:
        """The file's hash and bytes from the database; projected anew when its row is gone or broken."""
        try:
            row = EditionFile.objects.filter(edition__number=entry.number, audience=key).first()
            if row is not None and (data := _unzipped(row)) is not None:
                file_hash = row.sha256
            else:
                file_hash, data = _project_again(entry.number, AudienceClass.from_key(key))
        except LOST as error:
            raise Unavailable(f"edition {entry.number}") from error
        except (Edition.DoesNotExist, ContentError, ValueError) as error:
            logger.error("Edition %d for %s cannot be made again: %s", entry.number, key, type(error).__name__)
            raise Unavailable(f"edition {entry.number}") from error
        self._learn(entry.number, key, file_hash)
        return file_hash, data

    def _learn(self, number: int, key: str, file_hash: str) -> None:
        with self._lock:
            state = self._state or State()
            entries = tuple(
                replace(each, files={**each.files, key: file_hash}) if each.number == number else each
                for each in state.entries
            )
            if entries != state.entries:
                self._state = replace(state, entries=entries)
                with contextlib.suppress(Unavailable):
                    _write(self.folder / INDEX, self._state.to_bytes())

    def select(self, entry: EditionEntry, key: str, sql: str, values: tuple[object, ...]) -> list[Any]:
        """Run a SELECT on the edition's file; a broken or lost file is fetched and asked once more."""
        path = self._paths[entry.number, key]
        try:
            return self._connection(path).execute(sql, values).fetchall()
        except (sqlite3.Error, OSError):
            self._verified.pop(path.name, None)
            self._verify(entry, key, self._file_hash(entry, key))
        return self._connection(self._paths[entry.number, key]).execute(sql, values).fetchall()

    def _connection(self, path: Path) -> sqlite3.Connection:
        """This thread's read-only connection to the file as it was verified; the least used ones are closed."""
        held: dict[tuple[str, tuple[int, int, int] | None], _File] = self._local.__dict__.setdefault("files", {})
        wanted = (path.name, self._verified.get(path.name))
        file = held.pop(wanted, None)
        if file is None:
            if wanted[1] is None:
                raise FileNotFoundError(path)
            file = _File(path)
        held[wanted] = file
        for other in [each for each in held if self._verified.get(each[0]) != each[1]]:
            del held[other]
        while len(held) > CONNECTIONS_A_THREAD:
            del held[next(iter(held))]
        return file.connection


class _File:
    """A connection that only reads, closed when nobody holds it any more: with its thread at the latest."""

    def __init__(self, path: Path) -> None:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self.connection = sqlite3.connect(address, uri=True, check_same_thread=False)

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()


@dataclass(frozen=True, slots=True)
class _Query:
    """What an open edition asks its file with."""

    node: Node
    entry: EditionEntry
    key: str

    def __call__(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        return self.node.select(self.entry, self.key, sql, values)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever opens it, whenever and after whatever failure, finds all of it or the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        logger.error("The folder of editions cannot be written: %s", error.strerror)
        raise Unavailable(path.name) from error


def save_file(edition: Edition, audience: AudienceClass, data: bytes) -> EditionFile:
    """Keep a projected file in the database; one that is there is replaced."""
    row, _made = EditionFile.objects.update_or_create(
        edition=edition,
        audience=audience.key,
        defaults={"data": zlib.compress(data, 6), "sha256": hashlib.sha256(data).hexdigest()},
    )
    return row


def _project_again(number: int, audience: AudienceClass) -> tuple[str, bytes]:
    edition = Edition.objects.get(number=number)
    data = edition.projector().project(audience)
    with transaction.atomic():
        return save_file(edition, audience, data).sha256, data


def _unzipped(row: EditionFile) -> bytes | None:
    try:
        data = zlib.decompress(bytes(row.data))
    except zlib.error:
        return None
    return data if hashlib.sha256(data).hexdigest() == row.sha256 else None


def _from_database() -> State:
    files: dict[int, dict[str, str]] = {}
    for number, key, file_hash in EditionFile.objects.values_list("edition__number", "audience", "sha256"):
        files.setdefault(number, {})[key] = file_hash
    rows = Edition.objects.order_by("number").values_list(
        "number", "effective_at", "made_at", "content_hash", "note", "predecessor__number", "superseded_at"
    )
    entries = tuple(
        EditionEntry(
            number=number,
            effective_at=effective_at,
            made_at=made_at,
            content_hash=content_hash,
            note=note,
            predecessor=predecessor,
            superseded=superseded_at is not None,
            files=dict(sorted(files.get(number, {}).items())),
        )
        for number, effective_at, made_at, content_hash, note, predecessor, superseded_at in rows
    )
    marks = _true(overlay.mark_of(each) for each in OverlayEntry.objects.order_by("pk"))
    return State(entries, marks, timezone.now(), reviews_in_database(), checks_in_database())


def _true(marks: Iterable[overlay.OverlayMark]) -> tuple[overlay.OverlayMark, ...]:
    every = tuple(marks)
    true = overlay.true_marks(every)
    if len(true) < len(every):
        logger.error("%d entries of the overlay do not carry our signature and are not drawn.", len(every) - len(true))
    return true


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What changes when somebody touches the file: inode, size, time of change in nanoseconds. None when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


# One node a process, and the thread that keeps it fresh

_nodes: dict[str, Node] = {}
_watcher: list[tuple[int, threading.Thread]] = []
_guard = threading.Lock()


def node() -> Node:
    """This process's node on `settings.EDITIONS_DIR`."""
    folder = str(settings.EDITIONS_DIR)
    found = _nodes.get(folder)
    if found is None:
        with _guard:
            found = _nodes.setdefault(folder, Node(Path(folder)))
    if _in_background():
        _watch()
    return found


def _in_background() -> bool:
    return not settings.TESTING


def _watch() -> None:
    """Start the thread that looks every `settings.OVERLAY_SECONDS`, once a process."""
    if _watcher and _watcher[0][0] == os.getpid():
        return
    with _guard:
        if _watcher and _watcher[0][0] == os.getpid():
            return
        thread = threading.Thread(target=_keep_looking, name="editions", daemon=True)
        _watcher[:] = [(os.getpid(), thread)]
        thread.start()


def _keep_looking() -> None:
    while True:
        look()
        time.sleep(settings.OVERLAY_SECONDS)


def look() -> None:
    """One turn of the thread: refresh every node of this process; a failure is logged and tried again later."""
    close_old_connections()
    for each in list(_nodes.values()):
        try:
            each.refresh()
        except Exception:
            logger.exception("Looking for new editions failed.")
    close_old_connections()
