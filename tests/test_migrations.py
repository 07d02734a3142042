"""What a database is after its migrations. `.ci/run` runs these with `--migrations` on both databases."""

from __future__ import annotations

import importlib.util
import lzma
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from wagtail.models import Locale, Site

from metoodik.config import blank
from metoodik.handbook.content import LANGUAGES
from metoodik.handbook.models import HandbookPage
from metoodik.people.models import User
from metoodik.trust.audit import record
from metoodik.trust.models import AuditEntry

pytestmark = [pytest.mark.migrations, pytest.mark.django_db]


def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_desk_has_its_roots_in_three_languages() -> None:
    assert set(Locale.objects.values_list("language_code", flat=True)) == set(LANGUAGES)
    assert HandbookPage.objects.count() == len(LANGUAGES)
    assert Site.objects.get().root_page.specific.locale.language_code == "et"


def test_nobody_is_there_yet() -> None:
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_audit_trail_is_guarded() -> None:
    entry = record("test.happened", by=None)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk)._raw_delete(connection.alias)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE trust_auditentry SET action = 'test.changed'")


class TestBlankDatabase:
    """The prepared database is what migrations make."""

    @pytest.fixture
    def made(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
        folder = tmp_path_factory.mktemp("made")
        path = folder / "made.sqlite3"
        path.write_bytes(_tool().made_by_migrations(folder))
        with closing(sqlite3.connect(path)) as database:
            yield database

    @pytest.fixture
    def prepared(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
        path = tmp_path_factory.mktemp("prepared") / "prepared.sqlite3"
        path.write_bytes(lzma.decompress(blank.PREPARED.read_bytes()))
        with closing(sqlite3.connect(path)) as database:
            yield database

    def test_same_tables_constraints_triggers_and_numbers_of_rows(
        self, made: sqlite3.Connection, prepared: sqlite3.Connection
    ) -> None:
        assert _schema(prepared) == _schema(made), "run `uv run python tools/blank_database.py`"
        assert _counts(prepared) == _counts(made), "run `uv run python tools/blank_database.py`"

    def test_it_is_never_put_over_another(self, tmp_path: Path) -> None:
        blank.place(tmp_path / "uus" / "metoodik.sqlite3")

        with pytest.raises(FileExistsError):
            blank.place(tmp_path / "uus" / "metoodik.sqlite3")


def _schema(database: sqlite3.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


def _tool() -> ModuleType:
    path = Path(__file__).parent.parent / "tools" / "blank_database.py"
    spec = importlib.util.spec_from_file_location("blank_database", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
