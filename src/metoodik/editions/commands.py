"""`metoodik edition`: list, build, verify, open, compare and erase in editions from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from metoodik.editions import actions, reading
from metoodik.editions.audiences import AudienceClass, audience_of
from metoodik.editions.build import BuildError
from metoodik.editions.comparison import PageChange, compare
from metoodik.editions.models import Edition
from metoodik.editions.opened import OpenEdition
from metoodik.editions.verification import verify_editions, verify_overlay
from metoodik.handbook import erasure
from metoodik.handbook.texts import words_of
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission


class Refused(Exception):
    """Why a command was not carried out, as a sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be done, each with its own arguments."""
    todo = parser.add_subparsers(dest="todo", metavar=_("WHAT"), required=True)
    todo.add_parser("list", help=_("list editions: number, in force since, content hash, note"))
    build = todo.add_parser("build", help=_("make an edition of everything that is approved"))
    build.add_argument("--by", required=True, metavar="EMAIL", help=_("who makes it"))
    build.add_argument("--note", default="", metavar=_("NOTE"), help=_("a sentence for readers on what is new"))
    build.add_argument("--dry-run", action="store_true", help=_("only show what would change"))
    verify = todo.add_parser("verify", help=_("prove editions, their files and the overlay against their hashes"))
    verify.add_argument("number", nargs="?", type=int, metavar=_("NUMBER"))
    opened = todo.add_parser("open", help=_("list the pages of an edition as one person sees them"))
    opened.add_argument(
        "--on", type=_day, metavar=_("DATE"), help=_("in force on that day (2026-11-20); by default now")
    )
    opened.add_argument("--as", dest="reader", required=True, metavar="EMAIL", help=_("whose eyes to read with"))
    differ = todo.add_parser("compare", help=_("show what differs between two editions as one person sees them"))
    differ.add_argument("before", type=int, metavar="A")
    differ.add_argument("after", type=int, metavar="B")
    differ.add_argument("--as", dest="reader", required=True, metavar="EMAIL", help=_("whose eyes to read with"))
    erase = todo.add_parser("erase", help=_("erase the words of a passage for good, where a name slipped in"))
    erase.add_argument("page", metavar="PAGE_KEY", help=_("the page's key"))
    erase.add_argument("passage", metavar="PASSAGE_KEY", help=_("the passage's key"))
    erase.add_argument("--reason", required=True, metavar=_("REASON"), help=_("why, without repeating the words"))
    erase.add_argument("--by", required=True, metavar="EMAIL", help=_("who erases"))
    erase.add_argument("--yes", action="store_true", help=_("do not ask"))


def run(args: argparse.Namespace) -> int:
    """Do it. Returns 0, or 1 with a sentence on standard error when it was refused or something does not hold."""
    try:
        return _TODO[args.todo](args)
    except Refused as refusal:
        sentences = [str(refusal)]
    except ValidationError as refusal:
        sentences = list(refusal.messages)
    except NotReady as refusal:
        sentences = [str(each) for each in refusal.findings]
    except PermissionDenied as refusal:
        sentences = [str(refusal)]
    except BuildError as failure:
        sentences = [_("The edition was not made; the one before stays in force.")]
        sentences += [f"  {each.title}: {each.sentence}" for each in failure.problems]
    except User.DoesNotExist:
        sentences = [_("There is nobody here with that e-mail address.")]
    sys.stderr.write("\n".join(sentences) + "\n")
    return 1


def _list(_args: argparse.Namespace) -> int:
    now = timezone.now()
    current = Edition.objects.in_force_at(now)
    editions = Edition.objects.order_by("number")
    for edition in editions:
        shown = (_moment(edition), edition.content_hash[:16], _state(edition, current), edition.note)
        _say("\t".join((str(edition.number), *shown)))
    if not editions:
        _say(_("There is no edition yet."))
    return 0


def _state(edition: Edition, current: Edition | None) -> str:
    if edition == current:
        return _("in force")
    if edition.superseded_at is not None:
        return _("replaced before its time")
    return _("waits") if edition.effective_at > timezone.now() else _("past")


def _build(args: argparse.Namespace) -> int:
    by = User.objects.get(email=args.by.lower())
    if args.dry_run:
        coming = actions.dry_run(audience=audience_of(by))
        _differences(coming.pages, coming.same)
        for each in coming.problems:
            _say(f"! {each.title}: {each.sentence}")
        return 1 if coming.problems else 0
    edition = actions.make_edition(by=by, note=args.note)
    if edition is None:
        _say(_("Nothing new: the edition in force says it all."))
    else:
        _say(_("Edition %(number)d is in force: %(hash)s") % {"number": edition.number, "hash": edition.content_hash})
    return 0


def _verify(args: argparse.Namespace) -> int:
    found = list(verify_editions(args.number))
    if args.number is not None and not found:
        raise Refused(_("There is no edition %d.") % args.number)
    for each in found:
        counts = {"number": each.number, "passages": each.passages, "erased": each.erased, "files": each.files}
        _say(_("Edition %(number)d: %(passages)d passages (%(erased)d erased), %(files)d files") % counts)
        for problem in each.problems:
            _say(f"  ! {problem}")
    problems = verify_overlay()
    for problem in problems:
        _say(f"! {problem}")
    if problems or any(not each.ok for each in found):
        return 1
    _say(_("Everything holds."))
    return 0


def _open(args: argparse.Namespace) -> int:
    audience = _reader(args)
    editions = [_edition(each.number, audience) for each in reading.of_day(args.on)] if args.on else []
    if not args.on and (current := reading.current(audience)):
        editions.append(current)
    if not editions:
        raise Refused(_("No edition was in force then.") if args.on else _("There is no edition yet."))
    for edition in editions:
        _say(
            _("Edition %(number)d, in force since %(moment)s, %(hash)s")
            % {
                "number": edition.number,
                "moment": _moment(edition),
                "hash": edition.content_hash,
            }
        )
        for locale in ("et", "ru", "en"):
            for page in edition.pages(locale):
                _say(f"  {page.locale}\t{page.slug}\t{page.title}\t{page.hash[:16]}")
    return 0


def _compare(args: argparse.Namespace) -> int:
    audience = _reader(args)
    found = compare(_edition(args.before, audience), _edition(args.after, audience))
    _differences(found.pages, found.same)
    return 0


def _erase(args: argparse.Namespace) -> int:
    by = User.objects.get(email=args.by.lower())
    stays = erasure.passages_in_force(page_key=args.page, passage_key=args.passage)
    for each in stays if by.can(Permission.MAKE_EDITION) else ():
        words = " ".join(word for block in each.blocks for word in words_of(block))
        _say(_("This wording is in force and stays; make sure it holds no name: %s") % f"{each.heading}. {words}")
    if not args.yes and not _agreed():
        raise Refused(_("Nothing was erased."))
    touched = actions.erase_passage(by=by, page_key=args.page, passage_key=args.passage, reason=args.reason)
    _say(_("The words are erased. Editions they stood in: %d") % touched)
    _say(_("Backups made earlier still hold them: make a new backup and delete the old ones."))
    return 0


def _agreed() -> bool:
    """Whether the person at the keyboard says yes; nobody there is no."""
    sys.stdout.write(_("Erased words cannot be brought back. Erase them? Write “yes”: "))
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"yes", _("yes")}


_SIGNS = {"same": " ", "changed": "~", "added": "+", "removed": "-"}


def _differences(pages: tuple[PageChange, ...], same: int) -> None:
    for page in pages:
        _say(f"{_SIGNS[page.state]} {page.locale} {page.title}")
        for detail in page.details:
            _say(f"    {detail.name}: {detail.before} → {detail.after}")
        for passage in page.changed_passages:
            _say(f"    {_SIGNS[passage.state]} {passage.heading}")
            marks = {"same": "{}", "added": "[+{}+]", "removed": "[-{}-]"}
            _say("        " + " ".join("".join(marks[each.kind].format(each.text) for each in passage.parts).split()))
    _say(_("Pages as they were: %d") % same)


def _edition(number: int, audience: AudienceClass) -> OpenEdition:
    edition = reading.numbered(number, audience)
    if edition is None:
        raise Refused(_("There is no edition %d that has come into force.") % number)
    return edition


def _reader(args: argparse.Namespace) -> AudienceClass:
    audience = audience_of(User.objects.get(email=args.reader.lower()))
    if not audience:
        raise Refused(_("That person's roles do not read the handbook."))
    return audience


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write the date as 2026-11-20")) from None


def _moment(edition: Edition | OpenEdition) -> str:
    return date_format(timezone.localtime(edition.effective_at), "Y-m-d H:i")


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")


_TODO: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "build": _build,
    "verify": _verify,
    "open": _open,
    "compare": _compare,
    "erase": _erase,
}
