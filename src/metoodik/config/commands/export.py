"""`metoodik export`: a page or a whole edition to a file, as one person may read it and with the overlay drawn in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metoodik.config.commands import Failure, person, start_django

if TYPE_CHECKING:
    from metoodik.editions.audiences import AudienceClass
    from metoodik.editions.reading import OpenEdition, OverlayView, ReadPage

WHOLE = "edition"
FORMAT = 1
"""Of the JSON written here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = _("a page's address (slug), or `edition` for all of it as JSON")
    parser.add_argument("what", metavar=_("PAGE"), help=what)
    parser.add_argument("--as", dest="reader", required=True, metavar=_("E-MAIL"), help=_("whose eyes to read with"))
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar=_("DATE"), help=_("as it stood at the end of that day")
    )
    parser.add_argument("--language", default="et", choices=("et", "ru", "en"), help=_("language of the page"))
    parser.add_argument("--format", default="html", choices=("html", "md", "json"), help=_("form of a page"))
    parser.add_argument(
        "-o", "--output", type=Path, metavar=_("FILE"), help=_("the file to write; without it, the screen")
    )


def run(args: argparse.Namespace) -> int:
    start_django()
    from metoodik.editions import reading
    from metoodik.editions.audiences import audience_of

    reader = person(args.reader)
    audience = audience_of(reader)
    if not audience:
        raise Failure(_("%s may not read the handbook.") % reader.email)
    edition = _edition(args.on, audience)
    overlay = reading.overlay(audience, edition)
    if args.what == WHOLE:
        text, key = _json(_whole(edition, overlay)), ""
    else:
        page = edition.page(args.language, args.what)
        if page is None:
            raise Failure(_("This reader has no page %(slug)s in that language.") % {"slug": args.what})
        text, key = WRITERS[args.format](edition, page, overlay), page.content.key
    _note_in_audit_trail(edition, reader.pk, key)
    _write(text, args.output)
    return 0


def _edition(on: date | None, audience: AudienceClass) -> OpenEdition:
    from django.utils import timezone

    from metoodik.editions import reading

    if on is None:
        found = reading.current(audience)
    else:
        after = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
        found = reading.on(after - timedelta(microseconds=1), audience)
    if found is None:
        raise Failure(_("No edition was in force then.") if on else _("There is no edition yet."))
    return found


def _whole(edition: OpenEdition, overlay: OverlayView) -> dict[str, Any]:
    pages = [
        _page(page, overlay)
        for locale in ("et", "ru", "en")
        for entry in edition.pages(locale)
        if (page := edition.page(locale, entry.slug)) is not None
    ]
    sections = [section.to_data() for locale in ("et", "ru", "en") for section in edition.sections(locale)]
    return _about(edition) | {"sections": sections, "pages": pages}


def _about(edition: OpenEdition) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "edition": edition.number,
        "effective_at": edition.effective_at.isoformat(),
        "content_hash": edition.content_hash,
        "audience": edition.audience.key,
    }


def _page(page: ReadPage, overlay: OverlayView) -> dict[str, Any]:
    marks = [each.to_data() for each in overlay.entries if each.covers(page.content.key, page.content.locale)]
    return {
        "content": page.content.to_data(),
        "hash": page.hash,
        "passage_hashes": page.passage_hashes,
        "in_force_since": page.in_force_since.isoformat(),
        "review_due": page.provenance.review_due.isoformat(),
        "overlay": marks,
    }


def _page_json(edition: OpenEdition, page: ReadPage, overlay: OverlayView) -> str:
    return _json(_about(edition) | {"page": _page(page, overlay)})


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _html(edition: OpenEdition, page: ReadPage, overlay: OverlayView) -> str:
    from django.conf import settings
    from django.template.loader import render_to_string
    from django.utils import timezone, translation

    from metoodik.editions.places import Place
    from metoodik.editions.rendering import draw_page

    place = Place(None if edition.is_current else edition.number)
    with translation.override(page.content.locale):
        drawn = draw_page(edition, page, overlay, place, today=timezone.localdate())
        number = translation.gettext("Edition %d") % edition.number
        text = render_to_string("config/export.html", {"page": drawn, "edition": number})
    # Links lead back to the site from wherever the file is read.
    return text.replace('<a href="/', f'<a href="{settings.BASE_URL}/')


def _markdown(edition: OpenEdition, page: ReadPage, overlay: OverlayView) -> str:
    import pypandoc

    text: str = pypandoc.convert_text(
        _html(edition, page, overlay), "gfm-raw_html", format="html", extra_args=["--wrap=none"]
    )
    return text


WRITERS: dict[str, Callable[[OpenEdition, ReadPage, OverlayView], str]] = {
    "html": _html,
    "md": _markdown,
    "json": _page_json,
}


def _note_in_audit_trail(edition: OpenEdition, reader: int, page_key: str) -> None:
    from django.db import transaction

    from metoodik.trust.audit import record

    with transaction.atomic():
        record("editions.exported", by=None, edition=edition.number, reader=reader, page=page_key)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(_("%(file)s cannot be written: %(why)s") % {"file": output, "why": error.strerror}) from error
    print(output)
