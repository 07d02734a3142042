"""`metoodik demo`: a small invented service to try Metoodik with, in a data folder of its own."""

from __future__ import annotations

import argparse
import os
import shutil
import threading
import webbrowser
from gettext import gettext as _
from pathlib import Path

from metoodik.config import environment
from metoodik.config.commands import Failure, start_django

FOLDER = "var/demo"
HOST = "127.0.0.1"
PASSWORD = "proovime-koos-2026"  # noqa: S105 - printed on screen; the people are invented and only this machine is served
BEGUN = "demo-begun"
READY = "demo-ready"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help=_("the port to listen at (default: %(default)s)"))
    parser.add_argument("--fresh", action="store_true", help=_("begin again: what was done in the demo is deleted"))
    parser.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))
    parser.add_argument("--prepare-only", action="store_true", help=_("prepare everything and stop"))


def run(args: argparse.Namespace) -> int:
    _choose_settings(args.port)
    from metoodik.config import processes

    if not args.prepare_only and not processes.port_is_free(HOST, args.port):
        from metoodik.config.commands.serve import port_taken

        raise Failure(port_taken(args.port))
    _make_ready(environment.DATA.path, fresh=args.fresh)
    if args.prepare_only:
        return 0
    parts = [processes.Part("web", processes.web, (HOST, args.port, 1)), processes.Part("worker", processes.worker)]
    processes.keep_running(parts, ready=lambda: _welcome(args.port, browser=not args.no_browser))
    print(_("Stopped. What you did is kept; `metoodik demo --fresh` begins again."))
    return 0


def _choose_settings(port: int) -> None:
    """Settings of a demo: its own folder, SQLite, this machine only. Raises Failure in production."""
    if environment.PRODUCTION.flag:
        raise Failure(_("A demo has sample content and known passwords: it does not run with METOODIK_PRODUCTION=1."))
    os.environ.setdefault(environment.DATA.name, FOLDER)
    os.environ[environment.DATABASE_URL.name] = ""
    os.environ[environment.BASE_URL.name] = f"http://{HOST}:{port}"
    os.environ[environment.REQUIRE_MFA.name] = "0"


def _make_ready(folder: Path, *, fresh: bool) -> None:
    """Fill the folder unless it is ready. Raises Failure for a folder that holds something other than a demo."""
    from metoodik.config import processes

    ours = (folder / BEGUN).exists()
    if (folder / "metoodik.sqlite3").exists() and not ours:
        raise Failure(_("%s holds data that are no demo. Choose another folder with METOODIK_DATA.") % folder)
    unfinished = ours and not (folder / READY).exists()
    if ours and (fresh or unfinished):
        shutil.rmtree(folder)
    start_django()
    if not (folder / READY).exists():
        print(_("Preparing a sample service. This takes some seconds, once."), flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / BEGUN).touch()
        if processes.run_once(fill):
            raise Failure(_("The sample service could not be prepared; the reason stands above."))
        (folder / READY).touch()
    elif processes.run_once(update):
        raise Failure(_("The demo's database could not be brought up to date; `metoodik demo --fresh` begins again."))


def fill() -> None:
    """Database, people, handbook and editions of the sample service."""
    from metoodik.config import sample_service

    sample_service.make(PASSWORD)


def update() -> None:
    """Bring the demo's database up to date with this version of Metoodik."""
    from django.core.management import call_command

    from metoodik.config.checking import unapplied_migrations

    if unapplied_migrations():
        call_command("migrate", verbosity=0, interactive=False)


def _welcome(port: int, *, browser: bool) -> None:
    from django.utils.translation import gettext

    from metoodik.people.sample import PEOPLE

    address = f"http://{HOST}:{port}/"
    print()
    print(_("Metoodik is at %s") % address)
    print(_("The people and texts are invented. Everybody's password: %s") % PASSWORD)
    for key, (name, role) in PEOPLE.items():
        print(f"  {key + '@naidis.ee':<20} {name:<16} {gettext(str(role.name))}")
    print(_("Ctrl-C stops it."), flush=True)
    if browser:
        threading.Timer(1.0, webbrowser.open, (address,)).start()
