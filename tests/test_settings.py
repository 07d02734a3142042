"""Settings come from the environment, each with a sentence, and first keys are made once."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from metoodik.config import environment, keys
from metoodik.config.commands.check import settings_table
from metoodik.config.environment import Setting
from metoodik.config.settings import database, email

ROOT = Path(__file__).parent.parent


def test_operations_page_shows_every_setting_as_the_command_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    page = (ROOT / "docs" / "operations.md").read_text()

    assert settings_table(values=False) in page, "copy the table from `METOODIK_LANGUAGE=en metoodik check --settings`"


def test_every_setting_is_in_the_table_once() -> None:
    names = [each.name for each in environment.SETTINGS]

    assert len(names) == len(set(names))
    assert all(name.startswith("METOODIK_") for name in names)
    assert all(each.purpose.endswith(".") for each in environment.SETTINGS)


class TestReading:
    setting = Setting("METOODIK_EXAMPLE", "3", "Only for this test.")

    def test_default_when_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("METOODIK_EXAMPLE", " ")

        assert self.setting.number == 3

    @pytest.mark.parametrize(
        ("word", "meaning"), [("1", True), ("jah", True), ("On", True), ("0", False), ("ei", False)]
    )
    def test_yes_and_no(self, monkeypatch: pytest.MonkeyPatch, word: str, meaning: bool) -> None:
        monkeypatch.setenv("METOODIK_EXAMPLE", word)

        assert self.setting.flag is meaning

    def test_word_that_is_neither_names_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("METOODIK_EXAMPLE", "vahel")

        with pytest.raises(ValueError, match="METOODIK_EXAMPLE='vahel'"):
            _ = self.setting.flag
        with pytest.raises(ValueError, match="METOODIK_EXAMPLE='vahel'"):
            _ = self.setting.number

    def test_list(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("METOODIK_EXAMPLE", "a.ee, b.ee,")

        assert self.setting.items == ["a.ee", "b.ee"]


class TestKeys:
    def test_made_once_and_readable_by_the_owner_alone(self, tmp_path: Path) -> None:
        first = keys.generated(tmp_path)

        assert keys.generated(tmp_path) == first
        assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
        assert len(first["secret"]) >= 50

    def test_two_processes_starting_at_once_agree(self, tmp_path: Path) -> None:
        program = (
            "import json, sys; from pathlib import Path; from metoodik.config import keys; "
            "print(json.dumps(keys.generated(Path(sys.argv[1]))))"
        )
        command = [sys.executable, "-c", program, str(tmp_path)]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _process in range(2)]

        said = [json.loads(each.communicate(timeout=30)[0]) for each in both]

        assert said[0] == said[1]
        assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]

    def test_production_makes_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for setting in (environment.SECRET_KEY, environment.AUDIT_KEY, environment.FIELD_KEYS):
            monkeypatch.delenv(setting.name, raising=False)

        assert keys.configured(tmp_path, production=True) == {"secret": "", "audit": "", "field": ""}
        assert not list(tmp_path.iterdir())


def test_postgresql_address_is_taken_apart() -> None:
    taken = database("postgresql://metoodik:p%40rool@db.sisevork:6432/kasiraamat")

    assert taken["ENGINE"] == "django.db.backends.postgresql"
    assert (taken["USER"], taken["PASSWORD"]) == ("metoodik", "p@rool")
    assert (taken["HOST"], taken["PORT"], taken["NAME"]) == ("db.sisevork", "6432", "kasiraamat")


def test_sqlite_takes_its_lock_when_a_transaction_begins() -> None:
    assert database("")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_mail_server_address_is_taken_apart() -> None:
    options = email("smtp://saatja:v%C3%B5ti@post.naidis.ee:2525")["OPTIONS"]

    assert (options["host"], options["port"]) == ("post.naidis.ee", 2525)
    assert (options["username"], options["password"]) == ("saatja", "võti")
    assert options["use_tls"] is True
