"""The command line as an operator meets it."""

from __future__ import annotations

import gettext
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from metoodik.config import command_line as cli


@pytest.fixture(autouse=True)
def spoken_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `main` sets for its process is put back."""
    monkeypatch.setenv("LANGUAGE", "")
    before = gettext.textdomain()
    yield
    gettext.textdomain(before)


def test_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0

    shown = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert f"\n  {command.name} " in shown


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda each: each.name)
def test_every_command_has_help(command: cli.Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command.name, "--help"])

    assert ended.value.code == 0
    assert f"metoodik {command.name}" in capsys.readouterr().out


def test_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["teenus"])

    assert ended.value.code == 2
    assert "serve" in capsys.readouterr().err


def test_help_starts_no_framework() -> None:
    plain = [each.name for each in cli.COMMANDS if not each.help_needs_django]
    program = (
        "import sys\n"
        "from metoodik.config import command_line as cli\n"
        "cli.main([])\n"
        f"for name in {plain!r}:\n"
        "    try: cli.main([name, '--help'])\n"
        "    except SystemExit: pass\n"
        "sys.exit('django' in sys.modules)\n"
    )

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_help_speaks_estonian_first(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "metoodik.cli"], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert "Käsud:" in done.stdout
    assert "kasutus: metoodik" in done.stdout


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("metoodik 0.")
