"""What of the writing desk is not said in Estonian yet: `uv run python tools/translations.py desk`.

Looks through the installed packages of which an editor of ours meets screens: strings of their Python and templates as
GNU gettext finds them, and those of their English catalogues, which hold the strings of scripts too. A string counts as
said when our overlay (`handbook/desk_locale`) has it, or else the package's own Estonian catalogue.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import polib

OVERLAY = (
    Path(__file__).resolve().parent.parent / "src" / "metoodik" / "handbook" / "desk_locale" / "et" / "LC_MESSAGES"
)
DOMAINS = ("django", "djangojs")
PACKAGES = (
    "wagtail",
    "wagtail.admin",
    "wagtail.contrib.typed_table_block",
    "wagtail.documents",
    "wagtail.embeds",
    "wagtail.images",
    "wagtail.locales",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
    "taggit",
)
"""Packages whose screens an editor of ours can open. wagtail-localize is not among them: its screens have nothing to
show here (docs/adr/0007-translation.md)."""
NOT_LOOKED_THROUGH = (
    "static",
    "static_src",
    "test",
    "tests",
    "migrations",
    "management",
    "contrib",
    "project_template",
)

type Key = tuple[str | None, str]


def folder_of(package: str) -> Path:
    """Where the package is installed. Raises LookupError when it is not."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed")
    return Path(spec.origin).parent


def entries(path: Path) -> dict[Key, polib.POEntry]:
    """The entries of a catalogue; none when it is not there."""
    if not path.exists():
        return {}
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def said(package: Path, domain: str) -> set[Key]:
    """Keys of what an editor reads in Estonian."""
    own = entries(package / "locale" / "et" / "LC_MESSAGES" / f"{domain}.po")
    ours = entries(OVERLAY / f"{domain}.po")
    return {key for known in (own, ours) for key, entry in known.items() if entry.translated()}


def wanted(package: Path, domain: str, extract: Callable[[Path, tuple[str, ...]], polib.POFile]) -> set[Key]:
    """Keys of what the package says: of its English catalogue, and of its code where GNU gettext is there."""
    catalogue = set(entries(package / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"))
    if domain == "djangojs" or shutil.which("xgettext") is None:
        return catalogue
    inner = tuple(each.rpartition(".")[2] for each in PACKAGES if "." in each)
    others = inner if package.name == "wagtail" else ()
    found = extract(package, (*NOT_LOOKED_THROUGH, *others))
    return catalogue | {(entry.msgctxt, entry.msgid) for entry in found if not entry.obsolete}


def missing(extract: Callable[[Path, tuple[str, ...]], polib.POFile]) -> Iterator[str]:
    """A line for each string that an editor would read in English."""
    for name in PACKAGES:
        package = folder_of(name)
        for domain in DOMAINS:
            for context, words in sorted(wanted(package, domain, extract) - said(package, domain), key=str):
                yield f"{name} ({domain}): {words!r}" + (f", context {context!r}" if context else "")
