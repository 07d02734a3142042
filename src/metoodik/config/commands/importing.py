"""`metoodik import FILE…`: documents become drafts at the writing desk; what was not understood is listed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING

from metoodik.config.commands import Failure, person, start_django

if TYPE_CHECKING:
    from metoodik.handbook.importing import Leftover
    from metoodik.handbook.models import ImportedFile, SectionPage
    from metoodik.people.models import User

LONGEST_LEFTOVER = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("DOCX, ODT, HTML, Markdown or text"))
    parser.add_argument("--by", metavar=_("E-MAIL"), help=_("who imports: the drafts are theirs"))
    parser.add_argument("--section", metavar=_("SLUG"), help=_("the section that the drafts go to"))
    parser.add_argument("--language", default="et", choices=("et", "ru", "en"), help=_("language of the section"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would come of it; write nothing"))


def run(args: argparse.Namespace) -> int:
    start_django()
    refused = 0
    told = map(_looked_at, args.files) if args.dry_run else _imported(args)
    for path, (fine, sentence) in zip(args.files, told, strict=True):
        print(f"{path}: {sentence}")
        refused += not fine
    return 1 if refused else 0


def _imported(args: argparse.Namespace) -> Iterator[tuple[bool, str]]:
    if not args.by or not args.section:
        raise Failure(_("Say who imports with --by and where to with --section, or look first with --dry-run."))
    by, section = person(args.by), _section(args.section, args.language)
    for path in args.files:
        yield _import(path, by, section)


def _import(path: Path, by: User, section: SectionPage) -> tuple[bool, str]:
    from django.core.exceptions import PermissionDenied

    from metoodik.handbook.actions.imports import import_document
    from metoodik.handbook.models.imports import ImportState

    try:
        done = import_document(by=by, data=_bytes(path), filename=path.name, section=section)
    except PermissionDenied:
        raise Failure(_("%s may not write guidance.") % by.email) from None
    if done.state == ImportState.REFUSED or done.page is None:
        return False, _refusal(done.reason)
    return True, _drafted(done)


def _drafted(done: ImportedFile) -> str:
    passages = ngettext("%d passage", "%d passages", len(done.passages)) % len(done.passages)
    draft = _("draft “%(title)s”, %(passages)s") % {"title": done.title, "passages": passages}
    places = [(each["where"], each["text"]) for each in done.leftovers]
    return "\n".join([draft, *_leftovers(places)])


def _looked_at(path: Path) -> tuple[bool, str]:
    from django.conf import settings

    from metoodik.handbook.importing import DocumentRefused, Limits, read_document

    try:
        read = read_document(_bytes(path), path.name, limits=Limits(file_bytes=settings.IMPORT_BYTES))
    except DocumentRefused as refusal:
        return False, _refusal(refusal.reason.value)
    passages = [f"  {each.heading}" for each in read.passages]
    return True, "\n".join([_("“%s”") % read.title, *passages, *_leftovers(list(map(_place, read.not_understood)))])


def _place(leftover: Leftover) -> tuple[str, str]:
    return leftover.where.value, leftover.text


def _leftovers(found: list[tuple[str, str]]) -> Iterator[str]:
    from django.utils.translation import gettext

    from metoodik.handbook.importing import PLACES, Where

    if found:
        yield "  " + _("Not understood:")
    for where, text in found:
        short = text if len(text) <= LONGEST_LEFTOVER else text[: LONGEST_LEFTOVER - 1] + "…"
        yield f"    {gettext(PLACES[Where(where)])}: {short}"


def _refusal(reason: str) -> str:
    from django.utils.translation import gettext

    from metoodik.handbook.importing import REASONS, Reason

    return gettext(REASONS[Reason(reason)])


def _section(slug: str, language: str) -> SectionPage:
    from metoodik.handbook.models import SectionPage

    sections = SectionPage.objects.filter(locale__language_code=language)
    found: SectionPage | None = sections.filter(slug=slug).first()
    if found is None:
        there = ", ".join(sections.values_list("slug", flat=True)) or "–"
        raise Failure(_("There is no section %(slug)s. There are: %(there)s") % {"slug": slug, "there": there})
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}) from error
