"""`metoodik django …`: Django's own commands with our settings, for those who know them."""

from __future__ import annotations

import argparse
from gettext import gettext as _

from metoodik.config.commands import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar=_("WORDS"), help=_("the Django command and its options")
    )


def run(args: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    start_django()
    execute_from_command_line(["metoodik django", *args.words])
    return 0
