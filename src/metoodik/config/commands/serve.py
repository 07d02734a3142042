"""`metoodik serve`: the site for real people, with a worker beside it."""

from __future__ import annotations

import argparse
from gettext import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen at (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=_("the port to listen at (default: %(default)s)"))
    parser.add_argument("--workers", type=int, default=1, help=_("web processes, one a core (default: %(default)s)"))
    parser.add_argument("--no-worker", action="store_true", help=_("leave background work to `metoodik worker`"))
    parser.add_argument("--migrate", action="store_true", help=_("bring the database up to date first"))


def run(args: argparse.Namespace) -> int:
    from metoodik.config import processes
    from metoodik.config.commands import Failure, start_django

    start_django()
    if not processes.port_is_free(args.host, args.port):
        raise Failure(port_taken(args.port))
    prepare(migrate=args.migrate)
    parts = [processes.Part("web", processes.web, (args.host, args.port, args.workers))]
    if not args.no_worker:
        parts.append(processes.Part("worker", processes.worker))
    where = f"http://{args.host}:{args.port}/"
    processes.keep_running(
        parts, ready=lambda: print(_("Metoodik listens at %s. Ctrl-C stops it.") % where, flush=True)
    )
    return 0


def port_taken(port: int) -> str:
    """What to say when somebody else listens there."""
    return _("Port %d is taken. Stop what uses it or choose another with --port.") % port


def prepare(*, migrate: bool) -> None:
    """See that everything holds, migrate when asked, collect static files in production. Raises Failure."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from metoodik.config import checking
    from metoodik.config.commands import Failure
    from metoodik.config.commands.check import told

    if migrate:
        call_command("migrate", verbosity=1, interactive=False)
    findings = checking.before_serving()
    if wrong := checking.errors(findings):
        raise Failure(told(wrong))
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)
    connections.close_all()
