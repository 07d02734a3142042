"""The tool that keeps translation files whole."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "translations.py"
HEAD = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool over a house of one room, `kohvik`."""
    spec = importlib.util.spec_from_file_location("translations", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HOUSE", tmp_path)
    room = tmp_path / "kohvik"
    room.mkdir()
    (room / "apps.py").write_text("", encoding="utf-8")
    return module


def book(tool: ModuleType, text: str) -> Path:
    path: Path = tool.HOUSE / "kohvik" / "locale" / "et" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_a_whole_file_has_no_problem(tool: ModuleType) -> None:
    path = book(tool, 'msgid "Tea for %(name)s"\nmsgstr "Tee: %(name)s"\n')
    tool.compile_files([path])

    assert list(tool.problems(path)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('msgid "Tea"\nmsgstr ""\n', "no translation"),
        ('#, fuzzy\nmsgid "Tea"\nmsgstr "Tee"\n', "doubtful"),
        ('msgid "Tea"\nmsgstr "Tee %(name)s"\n', "placeholder"),
        ('msgid "%(n)d cup"\nmsgid_plural "%(n)d cups"\nmsgstr[0] "%(n)d tass"\nmsgstr[1] ""\n', "no translation"),
    ],
)
def test_what_is_missing_or_doubtful_is_named(tool: ModuleType, text: str, told: str) -> None:
    path = book(tool, text)
    tool.compile_files([path])

    assert any(told in line for line in tool.problems(path))


def test_an_old_machine_file_is_noticed(tool: ModuleType) -> None:
    path = book(tool, 'msgid "Tea"\nmsgstr "Tee"\n')
    tool.compile_files([path])
    path.write_text(path.read_text(encoding="utf-8").replace('"Tee"', '"Taimetee"'), encoding="utf-8")

    assert any(".mo is old" in line for line in tool.problems(path))


@pytest.mark.gettext
def test_extracting_keeps_what_is_translated_and_drops_what_is_gone(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tool, 'msgid "Coffee"\nmsgstr "Kohv"\n\nmsgid "Tea"\nmsgstr "Tee"\n')
    views = tool.HOUSE / "kohvik" / "views.py"
    views.write_text("from x import gettext as _\nA = _('Tea')\nB = _('Milk')\n", encoding="utf-8")

    tool.extract("kohvik")
    text = path.read_text(encoding="utf-8")
    tool.extract("kohvik")

    assert 'msgid "Tea"\nmsgstr "Tee"' in text
    assert "Coffee" not in text
    assert text.index('"Milk"') < text.index('"Tea"')
    assert path.read_text(encoding="utf-8") == text
    assert any("no translation" in line for line in tool.problems(path))
