"""What `metoodik check` looks at: each finding says what is wrong and what to do.

`serve` asks for `before_serving` only, which is quick; `everything` also proves the audit trail and the editions.
"""

from __future__ import annotations

import ctypes.util
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LANGUAGES = ("et", "ru")
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


class Level(StrEnum):
    """How grave a finding is. Only an error makes `check` fail."""

    FINE = "fine"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it is, and what to do when something is wrong."""

    level: Level
    what: str
    sentence: str
    remedy: str = ""


type Look = Callable[[], Iterator[Finding]]


def everything() -> list[Finding]:
    """All that can be looked at from here."""
    local = (system, data_folder, database, sample_content, translations)
    return _all((*local, audit_trail, editions, guidance, pandoc, pango))


def before_serving() -> list[Finding]:
    """What must hold before anybody is let in."""
    return _all((system, data_folder, database, sample_content))


def errors(findings: list[Finding]) -> list[Finding]:
    """Those that must be put right first."""
    return [each for each in findings if each.level is Level.ERROR]


def _all(looks: tuple[Look, ...]) -> list[Finding]:
    found: list[Finding] = []
    for look in looks:
        try:
            found.extend(look())
        except DatabaseError as error:
            found.append(_broken_database(error))
        except ImproperlyConfigured as error:
            found.append(Finding(Level.ERROR, _("Settings"), str(error)))
    return list(dict.fromkeys(found))


def _broken_database(error: DatabaseError) -> Finding:
    return Finding(
        Level.ERROR,
        _("Database"),
        str(error).strip(),
        _("See that the database is running and METOODIK_DATABASE_URL is right; then run `metoodik django migrate`."),
    )


def system() -> Iterator[Finding]:
    """Settings and applications: Django's checks and our own, the stricter ones in production."""
    messages = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    for message in messages:
        if not message.is_silenced():
            level = Level.ERROR if message.level >= checks.ERROR else Level.WARNING
            yield Finding(level, _("Settings"), f"{message.msg} ({message.id})", message.hint or "")
    if not messages:
        kind = _("for real work") if settings.PRODUCTION else _("for trying out and development")
        yield Finding(Level.FINE, _("Settings"), kind)


def data_folder() -> Iterator[Finding]:
    """The folder that everything local lives in."""
    what, folder = _("Data folder"), Path(settings.DATA_DIR)
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        remedy = _("Give this user the right to write there, or choose another folder with METOODIK_DATA.")
        yield Finding(Level.ERROR, what, _("%(folder)s cannot be written to.") % {"folder": folder}, remedy)
        return
    keys = folder / "keys.json"
    if keys.exists() and stat.S_IMODE(keys.stat().st_mode) & 0o077:
        sentence = _("Others can read %(file)s.") % {"file": keys}
        yield Finding(Level.ERROR, what, sentence, f"chmod 600 {keys}")
    yield Finding(Level.FINE, what, str(folder))


def database() -> Iterator[Finding]:
    """The main database: reachable, and as this version of Metoodik expects it."""
    what = _("Database")
    missing = unapplied_migrations()
    if not missing:
        yield Finding(Level.FINE, what, connection.display_name)
        return
    words = ngettext("%(count)d change has not been made.", "%(count)d changes have not been made.", missing)
    sentence = words % {"count": missing} if connection.introspection.table_names() else _("It is empty.")
    remedy = _("Make a backup if there is anything to lose; then run `metoodik django migrate`.")
    yield Finding(Level.ERROR, what, sentence, remedy)


def unapplied_migrations() -> int:
    """How many migrations of this version the database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def sample_content() -> Iterator[Finding]:
    """Invented pages must not stand where real people work."""
    from metoodik.handbook.models import GuidancePage

    samples = GuidancePage.objects.filter(sample=True).count() if settings.PRODUCTION else 0
    if samples:
        sentence = ngettext("%(count)d sample page is here.", "%(count)d sample pages are here.", samples)
        remedy = _("Begin with an empty database: a production installation has no sample content.")
        yield Finding(Level.ERROR, _("Sample content"), sentence % {"count": samples}, remedy)


def translations() -> Iterator[Finding]:
    """Compiled catalogues of our own applications."""
    what = _("Translations")
    missing = [path.with_suffix(".mo") for path in catalogues() if not path.with_suffix(".mo").exists()]
    for path in missing:
        remedy = _("Install Metoodik again; in a checkout run `python tools/translations.py compile all`.")
        yield Finding(Level.ERROR, what, _("%(file)s is missing.") % {"file": path}, remedy)
    if not missing:
        yield Finding(Level.FINE, what, ", ".join(LANGUAGES))


def catalogues() -> list[Path]:
    """The translation files of our own applications, in a steady order."""
    ours = [Path(each.path) for each in apps.get_app_configs() if each.name.startswith("metoodik.")]
    return sorted(path for app in ours for path in app.glob("*locale/*/LC_MESSAGES/*.po"))


def audit_trail() -> Iterator[Finding]:
    """The audit chain, and its heads written down earlier in the data folder."""
    from metoodik.trust import audit

    what = _("Audit trail")
    found = audit.verify(anchors=audit.exported_heads(Path(settings.DATA_DIR)))
    if found.ok:
        counted = ngettext("%(count)d entry holds", "%(count)d entries hold", found.checked) % {"count": found.checked}
        sentence = _("%(counted)s; head %(number)d %(mac)s") % {
            "counted": counted,
            "number": found.head.sequence,
            "mac": found.head.mac[:16],
        }
        yield Finding(Level.FINE, what, sentence)
        return
    sentence = _("It does not hold at entry %(number)s: %(why)s") % {"number": found.bad, "why": found.why}
    remedy = _("Keep the database as it is, compare it with backups and find out who could write to it.")
    yield Finding(Level.ERROR, what, sentence, remedy)


def editions() -> Iterator[Finding]:
    """Editions against their hashes, and the overlay against its signatures."""
    from metoodik.editions.verification import verify_editions, verify_overlay

    what = _("Editions")
    count, problems = 0, list(map(str, verify_overlay()))
    for edition in verify_editions():
        count += 1
        problems += [
            _("Edition %(number)d: %(why)s") % {"number": edition.number, "why": why} for why in edition.problems
        ]
    for problem in problems:
        remedy = _("Restore the database from a backup in which `metoodik edition verify` holds.")
        yield Finding(Level.ERROR, what, problem, remedy)
    if not problems:
        yield Finding(Level.FINE, what, ngettext("%(count)d holds", "%(count)d hold", count) % {"count": count})


def guidance() -> Iterator[Finding]:
    """Versions in clearance that nobody may approve: four eyes, and nobody else with the right."""
    from metoodik.handbook.access import without_approver

    what = _("Clearance")
    stuck = without_approver()
    for version in stuck:
        sentence = _("Nobody may approve “%(title)s”: whoever has the right wrote it or may not read it.")
        remedy = _("Give somebody else a role that approves, or let the absent person name another substitute.")
        yield Finding(Level.WARNING, what, sentence % {"title": version.title}, remedy)
    if not stuck:
        yield Finding(Level.FINE, what, _("Every version in clearance has somebody who may approve it."))


def pandoc() -> Iterator[Finding]:
    """The converter behind import."""
    import pypandoc

    what = _("Import of documents")
    try:
        yield Finding(Level.FINE, what, f"pandoc {pypandoc.get_pandoc_version()}")
    except OSError:
        remedy = _("Install the package pypandoc_binary again: pandoc comes inside it.")
        yield Finding(Level.ERROR, what, _("pandoc is missing."), remedy)


def pango() -> Iterator[Finding]:
    """The libraries behind PDF. Without them everything but PDF works."""
    what = "PDF"
    missing = [name for name in PANGO if not ctypes.util.find_library(name)]
    if find_spec("weasyprint") is None:
        yield Finding(Level.NOTE, what, _("not installed"), "uv sync --extra pdf")
    elif missing:
        remedy = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        yield Finding(Level.NOTE, what, _("missing: %(names)s") % {"names": ", ".join(missing)}, remedy)
    else:
        yield Finding(Level.FINE, what, "WeasyPrint, Pango")
