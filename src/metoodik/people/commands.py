"""`metoodik user`: people from the command line, where the first administrator comes from."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from metoodik.people import actions
from metoodik.people.models import User, with_roles
from metoodik.people.roles import ROLES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be done, each with its own arguments."""
    todo = parser.add_subparsers(dest="todo", metavar=_("WHAT"), required=True)
    add = todo.add_parser("add", help=_("add a person and send an invitation"))
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, metavar=_("NAME"))
    add.add_argument("--role", action="append", default=[], choices=sorted(ROLES), metavar=_("ROLE"))
    add.add_argument("--language", default="et", choices=["et", "ru", "en"])
    add.add_argument("--password", action="store_true", help=_("ask for a password here and send no e-mail"))
    todo.add_parser("list", help=_("list people and their roles"))
    for name, sentence in (("grant", _("give a role")), ("end", _("end a role"))):
        change = todo.add_parser(name, help=sentence)
        change.add_argument("email", metavar="EMAIL")
        change.add_argument("--role", required=True, choices=sorted(ROLES), metavar=_("ROLE"))
    leave = todo.add_parser("leave", help=_("close a leaver's account and hand their work over"))
    leave.add_argument("email", metavar="EMAIL")
    leave.add_argument("--successor", metavar="EMAIL")


def run(args: argparse.Namespace) -> int:
    """Do it. Returns 0, or 1 with a sentence on standard error when it was refused."""
    try:
        return _TODO[args.todo](args)
    except ValidationError as refusal:
        sys.stderr.write(" ".join(refusal.messages) + "\n")
    except User.DoesNotExist:
        sys.stderr.write(_("There is nobody here with that e-mail address.\n"))
    return 1


def _add(args: argparse.Namespace) -> int:
    roles = [ROLES[key] for key in args.role]
    if not args.password:
        person = actions.invite_person(by=None, email=args.email, name=args.name, roles=roles, language=args.language)
        _say(_("{name}: the invitation is on its way to {email}."), person)
        return 0
    password = getpass.getpass(_("Password: "))
    _check(password)
    person = actions.create_person(
        by=None, email=args.email, name=args.name, roles=roles, language=args.language, password=password
    )
    _say(_("{name} can sign in as {email}."), person)
    return 0


def _list(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes them
    for person in with_roles(User.objects.order_by("name")):
        standing = ", ".join(role.key for role in person.roles) if person.is_active else pgettext("person", "left")
        sys.stdout.write(f"{person.name}\t{person.email}\t{standing or '-'}\n")
    return 0


def _grant(args: argparse.Namespace) -> int:
    person = _person(args.email)
    actions.grant_role(by=None, user=person, role=ROLES[args.role])
    _say(_("{name} now has the role."), person)
    return 0


def _end(args: argparse.Namespace) -> int:
    person = _person(args.email)
    actions.end_role(by=None, user=person, role=ROLES[args.role])
    _say(_("{name} no longer has the role."), person)
    return 0


def _leave(args: argparse.Namespace) -> int:
    person = _person(args.email)
    successor = _person(args.successor) if args.successor else None
    handed = actions.mark_left(by=None, user=person, successor=successor)
    _say(_("{name} has left."), person)
    for label, count in handed.items():
        sys.stdout.write(f"  {label}: {count}\n")
    return 0


def _check(password: str) -> None:
    from django.contrib.auth.password_validation import validate_password

    validate_password(password)


def _person(email: str) -> User:
    return User.objects.get(email=email.strip().lower())


def _say(sentence: str, person: User) -> None:
    sys.stdout.write(sentence.format(name=person.name, email=person.email) + "\n")


_TODO = {"add": _add, "list": _list, "grant": _grant, "end": _end, "leave": _leave}
