"""The node's files: whole or not there, healed when broken, and enough to read from when the database is gone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.editions_plugin import Clock, Database, Shelf, key, page, passage

from metoodik.editions import reading, store
from metoodik.editions.actions import erase_passage, make_edition
from metoodik.editions.audiences import AudienceClass, audience_of
from metoodik.editions.models import EditionFile
from metoodik.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(shelf: Shelf, tiina: User, liis: User) -> AudienceClass:
    """What a counsellor sees, with one edition made."""
    shelf.put(page(1, "Lein", passage(11, "Kuula", "Kuula rahulikult.")))
    make_edition(by=tiina)
    return audience_of(liis)


def restart() -> None:
    """The process forgets everything it knew, as when it starts."""
    store._nodes.clear()


def file_of(folder: Path, audience: AudienceClass, number: int = 1) -> Path:
    (found,) = folder.glob(f"{number:05}-{audience.key}-*.sqlite3")
    return found


def title(audience: AudienceClass) -> str | None:
    edition = reading.current(audience)
    read = edition.page("et", "leht-1") if edition else None
    return read.content.title if read else None


def test_reading_asks_the_database_nothing(audience: AudienceClass, django_assert_num_queries: object) -> None:
    reading.current(audience)
    with django_assert_num_queries(0):  # type: ignore[operator]
        edition = reading.current(audience)
        assert edition is not None
        edition.page("et", "leht-1")
        edition.search("kuula", locale="et")
        edition.suggest("kuu", locale="et")
        reading.overlay(audience)
        reading.history()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 97):
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("break_it", [truncate, flip, delete, empty])
@pytest.mark.parametrize("process", ["new", "running"])
def test_a_broken_file_heals(audience: AudienceClass, editions_folder: Path, break_it: object, process: str) -> None:
    assert title(audience) == "Lein"
    path = file_of(editions_folder, audience)
    whole = path.read_bytes()
    break_it(path)  # type: ignore[operator]
    if process == "new":
        restart()
    assert title(audience) == "Lein"
    assert path.read_bytes() == whole


def test_an_edition_opened_before_its_file_was_replaced_reads_on(
    audience: AudienceClass, editions_folder: Path
) -> None:
    before = reading.current(audience)
    assert before is not None
    before.search("kuula", locale="et")
    truncate(file_of(editions_folder, audience))
    assert title(audience) == "Lein"
    found: list[int] = []
    other = threading.Thread(target=lambda: found.append(len(before.search("kuula", locale="et"))))
    other.start()
    other.join()
    assert found == [1]
    assert len(before.search("kuula", locale="et")) == 1


def test_a_broken_file_heals_in_the_middle_of_a_question(audience: AudienceClass, editions_folder: Path) -> None:
    edition = reading.current(audience)
    assert edition is not None
    node = store.node()
    truncate(file_of(editions_folder, audience))
    node._local.__dict__.clear()
    assert [each.page_title for each in edition.search("rahulikult", locale="et")] == ["Lein"]


def test_a_broken_row_in_the_database_is_made_again_from_the_content(
    audience: AudienceClass, editions_folder: Path
) -> None:
    file_of_row = EditionFile.objects.get(audience=audience.key)
    EditionFile.objects.update(data=b"katki")
    assert title(audience) == "Lein"
    again = EditionFile.objects.get(audience=audience.key)
    assert again.sha256 == file_of_row.sha256
    assert bytes(again.data) != b"katki"


def test_what_is_written_is_whole_or_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "väljaanne"
    store.write_whole(path, b"enne")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        store.write_whole(path, b"pooleli")
    assert path.read_bytes() == b"enne"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_edition_before(
    audience: AudienceClass, shelf: Shelf, tiina: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert title(audience) == "Lein"
    shelf.put(page(1, "Lein teisiti"))
    clock.on(hours=1)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_whole", full)
    make_edition(by=tiina)
    edition = reading.current(audience)
    assert edition is not None
    assert edition.number == 1
    assert not edition.is_current


def test_reading_survives_the_loss_of_the_database_and_says_how_old_it_is(
    audience: AudienceClass, clock: Clock, database: Database
) -> None:
    assert title(audience) == "Lein"
    database.lose()
    clock.on(hours=2)
    assert title(audience) == "Lein"
    assert reading.age_seconds() == pytest.approx(7200, abs=1)
    assert reading.overlay(audience).age_seconds == pytest.approx(7200, abs=1)
    database.find()
    clock.on(minutes=1)
    assert title(audience) == "Lein"
    assert reading.age_seconds() == 0


def test_a_new_process_reads_without_the_database(audience: AudienceClass, database: Database) -> None:
    assert title(audience) == "Lein"
    restart()
    database.lose()
    assert title(audience) == "Lein"
    age = reading.age_seconds()
    assert age is not None
    assert age < 60


def test_a_lost_database_is_not_asked_on_every_page(
    audience: AudienceClass, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert title(audience) == "Lein"
    database.lose()
    asked: list[int] = []
    monkeypatch.setattr(store, "_from_database", lambda: asked.append(1) or (_ for _ in ()).throw(store.LOST[0]()))
    for _ in range(20):
        clock.on(seconds=1)
        assert title(audience) == "Lein"
    assert len(asked) <= 2


def test_a_broken_index_is_made_again(audience: AudienceClass, editions_folder: Path) -> None:
    assert title(audience) == "Lein"
    index = editions_folder / store.INDEX
    whole = index.read_bytes()
    index.write_bytes(whole.replace(b'"number":1', b'"number":2'))
    restart()
    assert title(audience) == "Lein"
    assert index.read_bytes() == whole


def test_without_file_and_database_the_edition_before_is_read_as_an_old_one(
    audience: AudienceClass, shelf: Shelf, tiina: User, clock: Clock, database: Database, editions_folder: Path
) -> None:
    assert title(audience) == "Lein"
    clock.on(hours=1)
    shelf.put(page(1, "Lein teisiti"))
    make_edition(by=tiina)
    assert title(audience) == "Lein teisiti"
    database.lose()
    delete(file_of(editions_folder, audience, number=2))
    edition = reading.current(audience)
    assert edition is not None
    assert edition.number == 1
    assert not edition.is_current


def test_with_neither_there_is_nothing_rather_than_an_error(
    audience: AudienceClass, database: Database, editions_folder: Path
) -> None:
    assert title(audience) == "Lein"
    database.lose()
    delete(file_of(editions_folder, audience))
    assert reading.current(audience) is None
    assert reading.numbered(1, audience) is None


def test_another_process_takes_up_a_new_edition_within_the_time_set(
    audience: AudienceClass, shelf: Shelf, tiina: User, clock: Clock, settings: object
) -> None:
    other = store.Node(store.node().folder)
    assert other.state().in_force_at(clock.moment) is not None
    clock.on(hours=1)
    shelf.put(page(1, "Lein teisiti"))
    other.state()
    make_edition(by=tiina)
    clock.on(seconds=settings.OVERLAY_SECONDS)  # type: ignore[attr-defined]
    entry = other.state().in_force_at(clock.moment)
    assert entry is not None
    assert entry.number == 2


def test_a_file_too_young_to_go_when_it_was_replaced_goes_later(
    audience: AudienceClass, editions_folder: Path, tiina: User, clock: Clock
) -> None:
    assert title(audience) == "Lein"
    replaced = file_of(editions_folder, audience)
    os.utime(replaced, times=(clock.moment.timestamp(), clock.moment.timestamp()))
    erase_passage(by=tiina, page_key=key(1), passage_key=key(11), reason="Nimi")
    store.node().refresh()
    assert replaced.exists()
    clock.on(minutes=2)
    store.node().refresh()
    assert not replaced.exists()


def test_files_cannot_be_written_through_an_open_edition(audience: AudienceClass) -> None:
    edition = reading.current(audience)
    assert edition is not None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        edition._query("UPDATE page SET title = 'Muu'", ())


_WRITER = """
import sys
from pathlib import Path
from metoodik.editions import store
data = {{b"a": b"a" * 400_000, b"b": b"b" * 400_000}}[sys.argv[1].encode()]
for _ in range(30):
    store.write_whole(Path({path!r}), data)
"""


def test_two_processes_write_the_same_file_at_once_and_readers_never_see_half(tmp_path: Path) -> None:
    path = tmp_path / "väljaanne.sqlite3"
    store.write_whole(path, b"a" * 400_000)
    script = "import django,os\nos.environ['DJANGO_SETTINGS_MODULE']='metoodik.config.settings'\ndjango.setup()\n"
    script += _WRITER.format(path=str(path))
    environment = {"METOODIK_DATA": str(tmp_path / "andmed"), "PATH": "/usr/bin:/bin"}
    writers = [subprocess.Popen([sys.executable, "-c", script, name], env=environment) for name in "ab"]
    seen: set[bytes] = set()
    deadline = time.monotonic() + 60
    while any(each.poll() is None for each in writers) and time.monotonic() < deadline:
        data = path.read_bytes()
        seen.add(data[:1])
        assert data == data[:1] * 400_000
    assert [each.wait(timeout=60) for each in writers] == [0, 0]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["andmed", path.name]


def test_threads_read_the_same_edition_at_once(audience: AudienceClass) -> None:
    edition = reading.current(audience)
    assert edition is not None
    found: list[int] = []

    def ask() -> None:
        for _ in range(20):
            found.append(len(edition.search("kuula", locale="et")))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [1] * 80


def test_opening_a_page_is_quick(audience: AudienceClass) -> None:
    """Only a guard against a file opened or hashed on every page; `bench_editions` measures."""
    started = time.perf_counter()
    for _ in range(200):
        title(audience)
    assert time.perf_counter() - started < 2


@pytest.fixture
def beside_a_server(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a server runs: a thread looks for news, here only when the test says `store.look()`."""
    settings.TESTING = False  # type: ignore[attr-defined]
    monkeypatch.setattr(store, "_watch", lambda: None)
    # The test's own connection stands in a transaction; the thread's would be its own.
    monkeypatch.setattr(store, "close_old_connections", lambda: None)


def test_beside_a_server_no_reader_waits_for_the_database(
    audience: AudienceClass,
    shelf: Shelf,
    tiina: User,
    clock: Clock,
    beside_a_server: None,
    django_assert_num_queries: object,
) -> None:
    assert title(audience) == "Lein"
    shelf.put(page(1, "Lein teisiti"))
    clock.on(hours=1)
    make_edition(by=tiina)
    store.node()._stale = False
    clock.on(hours=1)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert title(audience) == "Lein"
    store.look()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert title(audience) == "Lein teisiti"


def test_beside_a_server_a_new_process_begins_with_what_the_last_one_left(
    audience: AudienceClass, beside_a_server: None, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert title(audience) == "Lein"
    restart()
    monkeypatch.setattr(store, "FIRST_LOOK_SECONDS", 0)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert title(audience) == "Lein"


def test_a_failing_look_does_not_end_looking(
    audience: AudienceClass, beside_a_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert title(audience) == "Lein"
    with monkeypatch.context() as patch:
        patch.setattr(store, "_from_database", lambda: 1 / 0)
        store.look()
    assert title(audience) == "Lein"
    store.look()
    assert reading.age_seconds() is not None


def test_the_thread_is_started_once_a_process(
    settings: object, monkeypatch: pytest.MonkeyPatch, audience: AudienceClass
) -> None:
    started: list[object] = []
    settings.TESTING = False  # type: ignore[attr-defined]
    monkeypatch.setattr(store.threading.Thread, "start", lambda thread: started.append(thread))
    monkeypatch.setattr(store, "_watcher", [])
    store.node()
    store.node()
    assert len(started) == 1
