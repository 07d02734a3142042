"""`metoodik restore FILE`: what a backup holds comes back, and is proven."""

from __future__ import annotations

import argparse
from gettext import gettext as _
from pathlib import Path

from metoodik.config.commands import Failure, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"), help=_("a file written by `metoodik backup`"))
    parser.add_argument(
        "--replace", action="store_true", help=_("put it in place of the data that are here; those are kept beside")
    )


def run(args: argparse.Namespace) -> int:
    start_django()
    from metoodik.trust import backup

    try:
        restored = backup.restore(args.file, replace=args.replace)
    except backup.BackupError as error:
        raise Failure(str(error)) from error
    rows = sum(restored.manifest.rows.values())
    print(
        _("Restored %(rows)d rows from the backup of %(when)s.") % {"rows": rows, "when": restored.manifest.created_at}
    )
    for path in restored.set_aside:
        print(_("The old data are kept in %s.") % path)
    if restored.audit.ok:
        print(_("The audit trail holds: %d entries.") % restored.audit.checked)
    else:
        bad = {"number": restored.audit.bad, "why": restored.audit.why}
        print(_("The audit trail does not hold at entry %(number)s: %(why)s") % bad)
    for problem in restored.problems:
        print(problem)
    if restored.pending_migrations:
        print(_("The backup is of an older version. Now run `metoodik django migrate`."))
    return 0 if restored.ok else 1
