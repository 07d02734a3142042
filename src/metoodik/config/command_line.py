"""A table of commands, each kept in the room that knows it and loaded only when called.

Help speaks Estonian unless METOODIK_LANGUAGE says otherwise. It comes from the same catalogues as the interface,
read by Python's own gettext, so that `metoodik --help` need not start Django.
"""

from __future__ import annotations

import argparse
import gettext as catalogues
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import Any

SETTINGS = "metoodik.config.settings"


def gettext_noop(text: str) -> str:
    """Mark words for translation where they are only kept."""
    return text


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `module` has `add_arguments(parser)` and `run(args) -> int`.

    With `help_needs_django` the module may import models; without it, it must not before `run`.
    """

    name: str
    module: str
    summary: str
    help_needs_django: bool = False


COMMANDS = (
    Command(
        "demo", "metoodik.config.commands.demo", gettext_noop("try it out: sample handbook and people, in your browser")
    ),
    Command("serve", "metoodik.config.commands.serve", gettext_noop("serve the site, with a worker beside it")),
    Command("worker", "metoodik.config.commands.worker", gettext_noop("do the background work only")),
    Command("check", "metoodik.config.commands.check", gettext_noop("say what is wrong and what to do about it")),
    Command(
        "import", "metoodik.config.commands.importing", gettext_noop("bring documents into the handbook as drafts")
    ),
    Command("export", "metoodik.config.commands.export", gettext_noop("write a page or an edition to a file")),
    Command(
        "edition", "metoodik.editions.commands", gettext_noop("list, build, verify, open and compare editions"), True
    ),
    Command("user", "metoodik.people.commands", gettext_noop("add people, give and end roles, hand over work"), True),
    Command("backup", "metoodik.config.commands.backup", gettext_noop("write everything but the keys into one file")),
    Command(
        "restore", "metoodik.config.commands.restore", gettext_noop("bring back what a backup holds, and verify it")
    ),
    Command(
        "django", "metoodik.config.commands.django", gettext_noop("run a Django command, such as migrate or shell")
    ),
)

# What argparse itself says, for the catalogue.
ARGPARSE = (
    gettext_noop("usage: "),
    gettext_noop("positional arguments"),
    gettext_noop("options"),
    gettext_noop("show this help message and exit"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("expected one argument"),
    gettext_noop("expected at least one argument"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("unrecognized arguments: %s"),
    gettext_noop("invalid choice: %(value)r (choose from %(choices)s)"),
    gettext_noop("invalid %(type)s value: %(value)r"),
    gettext_noop("one of the arguments %s is required"),
    gettext_noop("not allowed with argument %s"),
    gettext_noop("%(prog)s: error: %(message)s\n"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 something is wrong, 2 the command line is not understood."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak()
    chosen = next((each for each in COMMANDS if given[:1] == [each.name]), None)
    if chosen is None:
        parser = _overview()
        parser.parse_args(given)
        parser.print_help()
        return 0 if not given else 2
    return _run(chosen, given[1:])


def _speak() -> None:
    """Let Python's gettext, which argparse also uses, speak the chosen language."""
    from metoodik.config import environment

    os.environ["LANGUAGE"] = environment.LANGUAGE.value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    catalogues.bindtextdomain("django", Path(environment.__file__).parent / "locale")
    catalogues.textdomain("django")


def _overview() -> argparse.ArgumentParser:
    width = max(len(each.name) for each in COMMANDS)
    table = "\n".join(f"  {each.name:<{width}}  {_(each.summary)}" for each in COMMANDS)
    parser = argparse.ArgumentParser(
        prog="metoodik",
        description=_("Metoodik keeps a helpline's guidance current, approved and at hand."),
        epilog=_("Commands:") + f"\n{table}\n\n" + _("`metoodik COMMAND --help` tells more about one of them."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="metoodik [-h] [--version] " + _("COMMAND") + " …",
    )
    parser.add_argument("--version", action="version", version=_version(), help=_("show the version and exit"))
    parser.add_argument("command", choices=[each.name for each in COMMANDS], nargs="?", help=argparse.SUPPRESS)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"metoodik {version('metoodik')}"


def _run(command: Command, given: list[str]) -> int:
    from metoodik.config.commands import Failure

    if command.help_needs_django:
        _start_django()
    module: Any = importlib.import_module(command.module)
    parser = argparse.ArgumentParser(prog=f"metoodik {command.name}", description=_capital(_(command.summary)))
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(given)))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever was reading, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _start_django() -> None:
    from metoodik.config.commands import start_django

    start_django()


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:] + "."
