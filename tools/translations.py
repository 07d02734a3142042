"""Translation files of every room: `extract`, `compile` and `check`.

    uv run python tools/translations.py extract web      collect the strings of one room (or `all`); needs GNU gettext
    uv run python tools/translations.py compile web      write the .mo files of one room (or `all`)
    uv run python tools/translations.py check            nothing missing, nothing doubtful, every .mo up to date
    uv run python tools/translations.py desk             what of the writing desk is not said in Estonian

The English source stands in the code; each room keeps `locale/et` and `locale/ru`. Files carry no line numbers and no
dates, and their entries are sorted, so that equal strings give equal files.
"""

from __future__ import annotations

import argparse
import importlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

HOUSE = Path(__file__).resolve().parent.parent / "src" / "metoodik"
LANGUAGES = {
    "et": "nplurals=2; plural=(n != 1);",
    "ru": ("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"),
}
OVERLAYS = ("handbook/desk_locale",)
PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]|\{(\w*)\}")


def rooms() -> list[str]:
    """Every room that has a translation folder or strings to translate, by name."""
    return sorted(path.parent.name for path in HOUSE.glob("*/apps.py"))


def files(room: str) -> Iterator[Path]:
    """The translation files of a room that exist."""
    yield from sorted((HOUSE / room / "locale").glob("*/LC_MESSAGES/*.po"))


def overlays() -> Iterator[Path]:
    """Estonian written over other packages' strings: compiled and checked, never extracted."""
    for folder in OVERLAYS:
        yield from sorted((HOUSE / folder).glob("*/LC_MESSAGES/*.po"))


def extract(room: str) -> None:
    """Collect the room's strings into its files; translations that stand are kept, strings no longer used are dropped.

    Exits with a sentence when GNU gettext is missing.
    """
    if shutil.which("xgettext") is None:
        sys.exit("xgettext is missing. Install it: apt-get install gettext")
    found = _found(HOUSE / room)
    for language in LANGUAGES:
        path = HOUSE / room / "locale" / language / "LC_MESSAGES" / "django.po"
        if not found and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        book = _merged(found, polib.pofile(str(path)) if path.exists() else polib.POFile(), language)
        path.write_text(str(book) + "\n", encoding="utf-8")
        empty = len(book.untranslated_entries())
        print(f"{path.relative_to(HOUSE)}: {len(book)} strings, {empty} without a translation")


def _found(room: Path, without: tuple[str, ...] = ()) -> polib.POFile:
    """What Django's own extraction finds in the room, run in a copy so that it writes nothing here."""
    import os

    import django
    from django.conf import settings
    from django.core.management import call_command

    if not settings.configured:
        settings.configure(INSTALLED_APPS=[], USE_I18N=True)
        django.setup()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / room.name
        shutil.copytree(
            room, copy, ignore=shutil.ignore_patterns("locale", "desk_locale", "__pycache__", "vendor", *without)
        )
        (copy / "locale").mkdir()
        before = Path.cwd()
        try:
            os.chdir(copy)
            call_command(
                "makemessages", locale=["et"], no_location=True, no_wrap=True, ignore_patterns=["gallery*"], verbosity=0
            )
        finally:
            os.chdir(before)
        written = copy / "locale" / "et" / "LC_MESSAGES" / "django.po"
        return polib.pofile(str(written)) if written.exists() else polib.POFile()


def _merged(found: polib.POFile, old: polib.POFile, language: str) -> polib.POFile:
    """The strings found, with the translations already there."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in old if not entry.obsolete}
    book = polib.POFile(wrapwidth=0)
    book.metadata = {
        "Project-Id-Version": "Metoodik",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language],
    }
    for entry in sorted(found, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        if entry.obsolete:
            continue
        book.append(_kept(entry, known.get((entry.msgctxt, entry.msgid)), language))
    return book


def _kept(found: polib.POEntry, old: polib.POEntry | None, language: str) -> polib.POEntry:
    """One string with the translation it had, or with none."""
    entry = polib.POEntry(
        msgid=found.msgid,
        msgid_plural=found.msgid_plural,
        msgctxt=found.msgctxt,
        flags=[flag for flag in found.flags if flag != "fuzzy"],
        comment=found.comment,
    )
    if found.msgid_plural:
        count = int(LANGUAGES[language].split("nplurals=")[1].split(";")[0])
        had = old.msgstr_plural if old is not None else {}
        entry.msgstr_plural = {number: had.get(number, "") for number in range(count)}
    elif old is not None:
        entry.msgstr = old.msgstr
    return entry


def compiled(path: Path) -> bytes:
    """The .mo that stands for a .po file."""
    book = polib.pofile(str(path))
    return book.to_binary()


def compile_files(paths: list[Path]) -> None:
    """Write the .mo beside each .po."""
    for path in paths:
        path.with_suffix(".mo").write_bytes(compiled(path))
        print(f"{path.with_suffix('.mo').relative_to(HOUSE)}: written")


def problems(path: Path) -> Iterator[str]:
    """What is wrong with one file, each as a line that names the string."""
    name = path.relative_to(HOUSE)
    book = polib.pofile(str(path))
    for entry in book:
        if entry.obsolete:
            continue
        if "fuzzy" in entry.flags:
            yield f"{name}: doubtful: {entry.msgid!r}"
        if not entry.translated():
            yield f"{name}: no translation: {entry.msgid!r}"
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            wanted = _placeholders(entry.msgid) | _placeholders(entry.msgid_plural)
            if text and not _placeholders(text) <= wanted:
                yield f"{name}: a placeholder that the source does not have: {text!r}"
    machine = path.with_suffix(".mo")
    if not machine.exists() or _said(polib.mofile(str(machine))) != _said(book):
        yield f"{name}: its .mo is old. Run: uv run python tools/translations.py compile all"


def _said(book: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
    """What a file says, whichever program wrote it: every translated string and how plurals are counted."""
    said: dict[tuple[str | None, str], object] = {}
    for entry in book:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if all(texts) and not entry.obsolete and "fuzzy" not in entry.flags:
            said[entry.msgctxt, entry.msgid] = texts
    said[None, ""] = book.metadata.get("Plural-Forms")
    return said


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text or "")}


def missing_strings(room: str) -> Iterator[str]:
    """Strings of the code that a room's files do not hold yet. Silent where GNU gettext is missing."""
    if shutil.which("xgettext") is None:
        return
    found = {(entry.msgctxt, entry.msgid) for entry in _found(HOUSE / room) if not entry.obsolete}
    if not found:
        return
    for language in LANGUAGES:
        path = HOUSE / room / "locale" / language / "LC_MESSAGES" / "django.po"
        held = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path))} if path.exists() else set()
        for _, msgid in sorted(found - held, key=str):
            yield f"{room}/locale/{language}: not extracted: {msgid!r}"


def check() -> int:
    """Print everything that is missing or old; 0 when nothing is, else 1."""
    found: list[str] = []
    for room in rooms():
        found.extend(missing_strings(room))
        for path in files(room):
            found.extend(problems(path))
    for path in overlays():
        found.extend(problems(path))
    for line in found:
        print(line)
    print(f"{len(found)} to mend" if found else "All translations are there.")
    return 1 if found else 0


def desk() -> int:
    """Print what an editor would read in English; 0 when there is nothing, else 1."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    desk_strings = importlib.import_module("desk_strings")
    found = list(desk_strings.missing(_found))
    for line in found:
        print(line)
    print(
        f"{len(found)} strings of the writing desk are not in Estonian" if found else "The writing desk is in Estonian."
    )
    return 1 if found else 0


def main() -> int:
    """Read the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["extract", "compile", "check", "desk"])
    parser.add_argument("room", nargs="?", default="all", help="a room's name, or all")
    asked = parser.parse_args()
    if asked.room != "all" and asked.room not in rooms():
        parser.error(f"no room called {asked.room!r}; there are {', '.join(rooms())}")
    chosen = rooms() if asked.room == "all" else [asked.room]
    if asked.what == "check":
        return check()
    if asked.what == "desk":
        return desk()
    if asked.what == "extract":
        for room in chosen:
            extract(room)
        return 0
    compile_files([path for room in chosen for path in files(room)] + (list(overlays()) if asked.room == "all" else []))
    return 0


if __name__ == "__main__":
    sys.exit(main())
