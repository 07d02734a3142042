"""`metoodik worker`: background work without a web server; run as many as needed over one PostgreSQL."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_args: argparse.Namespace) -> int:
    from metoodik.config import processes
    from metoodik.config.commands import start_django

    start_django()
    processes.worker()
    return 0
