"""The check that lists what of the writing desk is not in Estonian finds what it should."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import polib
import pytest
from tests.handbook.test_desk_in_estonian import DESK

TOOL = Path(__file__).resolve().parents[2] / "tools" / "desk_strings.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("desk_strings", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue(path: Path, **words: str) -> None:
    """A catalogue of plain strings."""
    path.parent.mkdir(parents=True)
    book = polib.POFile()
    for english, said in words.items():
        book.append(polib.POEntry(msgid=english, msgstr=said))
    book.save(str(path))


def test_a_string_of_catalogue_or_code_that_nobody_says_is_listed(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "desk"
    catalogue(package / "locale/en/LC_MESSAGES/django.po", Own="", Ours="", Nobody="")
    catalogue(package / "locale/et/LC_MESSAGES/django.po", Own="Oma", Nobody="")
    catalogue(tmp_path / "overlay/django.po", Ours="Meie")
    monkeypatch.setattr(tool, "OVERLAY", tmp_path / "overlay")
    monkeypatch.setattr(tool, "PACKAGES", ("desk",))
    monkeypatch.setattr(tool, "folder_of", lambda _name: package)
    monkeypatch.setattr(tool.shutil, "which", lambda _name: "/usr/bin/xgettext")

    def extract(_folder: Path, _without: tuple[str, ...]) -> polib.POFile:
        book = polib.POFile()
        book.append(polib.POEntry(msgid="In code alone", msgctxt="button"))
        return book

    assert set(tool.missing(extract)) == {
        "desk (django): 'Nobody'",
        "desk (django): 'In code alone', context 'button'",
    }


def test_it_looks_through_every_package_that_an_editor_meets(tool: ModuleType) -> None:
    """Of wagtail-localize only the messages of its engine are met: its pages have no address here."""
    assert set(tool.PACKAGES) == {package for package, _domain in DESK} - {"wagtail_localize"}
