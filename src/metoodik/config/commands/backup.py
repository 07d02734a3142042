"""`metoodik backup FILE`: everything but the keys, in one file."""

from __future__ import annotations

import argparse
from gettext import gettext as _
from pathlib import Path

from metoodik.config.commands import Failure, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"), help=_("the backup to write, such as metoodik.tar.gz"))


def run(args: argparse.Namespace) -> int:
    start_django()
    from metoodik.trust import backup

    try:
        manifest = backup.backup(args.file)
    except backup.BackupError as error:
        raise Failure(str(error)) from error
    size = args.file.stat().st_size / 1_000_000
    print(
        _("%(file)s: %(rows)d rows, %(size).1f MB")
        % {"file": args.file, "rows": sum(manifest.rows.values()), "size": size}
    )
    print(_("The keys are not in it. Keep METOODIK_AUDIT_KEY and METOODIK_FIELD_KEYS: without them it is of no use."))
    return 0
