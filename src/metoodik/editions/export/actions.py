"""What is written down when guidance leaves the house: files, cards on walls, answers to information requests."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from metoodik.editions import reading
from metoodik.editions.audiences import audience_of
from metoodik.editions.export.cards import Card, words_hash
from metoodik.editions.export.document import (
    Chapter,
    Document,
    Format,
    edition_document,
    section_document,
    sheet_of,
)
from metoodik.editions.export.pdf import PdfMissing
from metoodik.editions.export.withholding import withheld
from metoodik.editions.export.writing import written
from metoodik.editions.models_export import (
    WRITING_TAKES_AT_MOST,
    ExportJob,
    ExportState,
    InformationRequest,
    Outcome,
    Paper,
    PrintedCard,
)
from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record
from metoodik.trust.free_text import refuse_personal_data

logger = logging.getLogger(__name__)
REFERENCE = re.compile(r"[\w./ -]{0,40}")
ANSWERS = (Permission.DECIDE_RESTRICTION, Permission.READ_RESTRICTED)
"""What a person needs to answer an information request: what is withheld is decided by who decides on restrictions."""


def may_answer(user: User) -> bool:
    """Whether the person answers information requests."""
    return all(user.can(each) for each in ANSWERS)


def may_end_any(user: User) -> bool:
    """Whether the person may say of any card that it was taken down."""
    return user.can(Permission.WRITE_GUIDANCE) or user.can(Permission.ACT_ON_OVERLAY)


@transaction.atomic
def note_export(*, by: User, document: Document, kind: Format) -> None:
    """Put into the audit trail that a document left the house, and every AK page and passage whose words are in it."""
    for sheet in document.sheets:
        parts = [each for each in sheet.page.passages if each.restriction and each.key not in sheet.withheld]
        if not sheet.withheld_whole and (sheet.restriction or parts):
            key, locale = sheet.page.key, sheet.page.locale
            record("editions.restricted_read", by=by, page=key, locale=locale, edition=document.edition)
    pages = len(document.sheets)
    record("editions.document_written", by=by, edition=document.edition, format=kind.value, pages=pages)


@transaction.atomic
def request_export(*, by: User, edition: OpenEdition, locale: str, kind: Format, section: str = "") -> ExportJob:
    """Have a large file written by the worker. Returns the job to watch; the same one that is under way is returned.

    Raises PermissionDenied without READ_HANDBOOK, ValidationError when these readers have nothing in that language.
    """
    audience = audience_of(by)
    if not audience or audience.key != edition.audience.key:
        raise PermissionDenied
    if not edition.pages(locale):
        raise ValidationError(_("This edition has no page for you in that language."))
    same = {"by": by, "number": edition.number, "locale": locale, "format": kind.value, "section": section}
    _give_up_stuck()
    for job in ExportJob.objects.filter(**same, audience=audience.key, state__in=["waiting", "running"]):
        return job
    job = ExportJob.objects.create(**same, audience=audience.key, most=len(edition.pages(locale)), at=timezone.now())
    record("editions.export_requested", by=by, subject=job, edition=edition.number, format=kind.value)
    transaction.on_commit(lambda: _enqueue(job.pk))
    return job


def _enqueue(job_pk: int) -> None:
    from metoodik.editions.tasks import write_export

    write_export.enqueue(job_pk)


def _give_up_stuck() -> None:
    old = timezone.now() - WRITING_TAKES_AT_MOST
    ExportJob.objects.filter(state__in=["waiting", "running"], at__lt=old).update(
        state=ExportState.FAILED, finished_at=timezone.now(), reason="stopped"
    )


def write_export(*, job: ExportJob) -> ExportJob:
    """Write the file that somebody asked for, with what they may see now and might see then, and tell them.

    A job that is finished stays as it is.
    """
    open_job = ExportJob.objects.filter(pk=job.pk, state__in=["waiting", "running"])
    if not open_job.update(state=ExportState.RUNNING):
        return job
    try:
        document = _document_of(job)
        data = written(document, Format(job.format))
    except PdfMissing:
        return _failed(job, "pdf-missing")
    except _Gone:
        return _failed(job, "rights")
    except Exception as error:
        # The message could quote guidance, and a task's traceback is kept: only the kind of error is.
        logger.error("Export %s could not be written: %s", job.pk, type(error).__name__)
        return _failed(job, "broken")
    return _done(job, document, data)


class _Gone(Exception):
    """The person may no longer see what they asked for."""


def _document_of(job: ExportJob) -> Document:
    user = User.objects.get(pk=job.by_id)
    audience = audience_of(user)
    may = audience.key == job.audience
    edition = reading.numbered(job.number, audience, pending=user.can(Permission.MAKE_EDITION)) if may else None
    if edition is None:
        raise _Gone
    overlay = reading.overlay(audience, edition)
    if job.section:
        found = section_document(edition, job.locale, job.section, overlay)
        if found is None:
            raise _Gone
        return found

    def heard(done: int, most: int) -> None:
        ExportJob.objects.filter(pk=job.pk).update(done=done, most=most)

    return edition_document(edition, job.locale, overlay, heard)


@transaction.atomic
def _failed(job: ExportJob, reason: str) -> ExportJob:
    job.state, job.finished_at, job.reason = ExportState.FAILED, timezone.now(), reason
    job.save(update_fields=["state", "finished_at", "reason"])
    notify(job.by, "export_failed", {"number": job.number}, job_address(job))
    return job


@transaction.atomic
def _done(job: ExportJob, document: Document, data: bytes) -> ExportJob:
    job.state, job.finished_at, job.data = ExportState.DONE, timezone.now(), data
    job.filename = document.filename(Format(job.format))
    job.save(update_fields=["state", "finished_at", "data", "filename"])
    note_export(by=job.by, document=document, kind=Format(job.format))
    notify(job.by, "export_done", {"number": job.number}, job_address(job))
    return job


def job_address(job: ExportJob) -> str:
    """Where its reader watches and takes it."""
    return f"/laadi/too/{job.pk}/"


@transaction.atomic
def take_export(*, by: User, job: ExportJob) -> bytes:
    """The written file, for the one who asked, as long as they are in the same circles.

    Raises PermissionDenied for anybody else and once the circles have changed.
    """
    if job.by_id != by.pk or audience_of(by).key != job.audience or job.data is None:
        raise PermissionDenied
    record("editions.export_taken", by=by, subject=job, edition=job.number, format=job.format)
    return bytes(job.data)


@transaction.atomic
def register_card(
    *, by: User, card: Card, paper: str, place: str, copies: int, printed_on: date, replaces: PrintedCard | None = None
) -> PrintedCard:
    """Write down a card that was printed and hung up. A card it `replaces` is ended with it.

    Raises PermissionDenied without READ_HANDBOOK, ValidationError for a day to come, no place, or personal data in it.
    """
    if not by.can(Permission.READ_HANDBOOK):
        raise PermissionDenied
    place = " ".join(place.split())
    refuse_personal_data(place)
    if printed_on > timezone.localdate():
        raise ValidationError({"printed_on": _("A card cannot have been printed on a day to come.")})
    if not place or copies < 1 or paper not in Paper.values:
        raise ValidationError({"place": _("Write where the card hangs.")})
    page = card.sheet.page
    made = PrintedCard.objects.create(
        page_key=page.key,
        passage_key=card.passage.key if card.passage else None,
        locale=page.locale,
        edition=card.edition.number,
        words_hash=words_hash(card),
        title=card.title[:400],
        paper=paper,
        place=place[:120],
        copies=copies,
        printed_on=printed_on,
        by=by,
        at=timezone.now(),
    )
    record("editions.card_registered", by=by, subject=made, edition=made.edition, copies=copies)
    if replaces is not None:
        end_card(by=by, card=replaces, outcome=Outcome.REPLACED, ended_on=timezone.localdate())
    return made


@transaction.atomic
def end_card(*, by: User, card: PrintedCard, outcome: str, ended_on: date) -> PrintedCard:
    """Say that a card hangs no more. The one who hung it up may, and those who answer for guidance.

    Raises PermissionDenied for others, ValidationError for a card that is down already or an impossible day.
    """
    if card.by_id != by.pk and not may_end_any(by):
        raise PermissionDenied
    locked = PrintedCard.objects.select_for_update().get(pk=card.pk)
    if locked.outcome:
        raise ValidationError(_("This card has been taken down already."))
    if not locked.printed_on <= ended_on <= timezone.localdate():
        raise ValidationError({"ended_on": _("The day is before the card was printed, or still to come.")})
    locked.outcome, locked.ended_on, locked.ended_by = outcome, ended_on, by
    locked.save(update_fields=["outcome", "ended_on", "ended_by"])
    record("editions.card_ended", by=by, subject=locked, outcome=outcome)
    return locked


def answer_document(
    *, edition: OpenEdition, chosen: Sequence[ReadPage], instant: datetime, reference: str, keeps_headings: bool
) -> Document:
    """The chosen pages as they were in force, with the restricted parts taken out."""
    locale = chosen[0].content.locale
    with translation.override(locale):
        title = _("Answer to an information request")
        remark = _("Text in force on %(moment)s.") % {"moment": f"{timezone.localtime(instant):%d.%m.%Y %H:%M}"}
        if reference:
            said = _("Reference number %(number)s.") % {"number": reference}
            remark = f"{remark} {said}"
    sheets = tuple(sheet_of(edition, each, None) for each in chosen)
    slug = "-".join(filter(None, ("teabenoue", re.sub(r"\W+", "-", reference).strip("-").lower())))
    whole = Document(
        title=title,
        language=locale,
        chapters=(Chapter("", sheets),),
        slug=slug,
        address=chosen_address(),
        edition=edition.number,
        in_force_from=timezone.localdate(edition.effective_at),
        remark=remark,
    )
    return withheld(whole, keeps_headings=keeps_headings)


def chosen_address() -> str:
    """The handbook's address."""
    from django.conf import settings

    return f"{settings.BASE_URL}/kasiraamat/"


@transaction.atomic
def answer_information_request(
    *,
    by: User,
    edition: OpenEdition,
    chosen: Sequence[ReadPage],
    instant: datetime,
    kind: Format,
    reference: str = "",
    keeps_headings: bool = False,
) -> tuple[InformationRequest, Document, bytes]:
    """Write the document that answers a request, and write down that it was given out.

    Raises PermissionDenied without the rights, ValidationError without pages or with personal data in the reference,
    and what `writing.written` raises.
    """
    if not may_answer(by):
        raise PermissionDenied
    if not chosen:
        raise ValidationError({"pages": _("Choose at least one page.")})
    refuse_personal_data(reference)
    if not REFERENCE.fullmatch(reference):
        raise ValidationError({"reference": _("Write only the number of the request.")})
    document = answer_document(
        edition=edition, chosen=chosen, instant=instant, reference=reference, keeps_headings=keeps_headings
    )
    data = written(document, kind)
    parts = sum(bool(each.withheld_whole) + len(each.withheld) for each in document.sheets)
    row = InformationRequest.objects.create(
        reference=reference,
        instant=instant,
        edition=edition.number,
        locale=document.language,
        format=kind.value,
        pages=[each.content.key for each in chosen],
        keeps_headings=keeps_headings,
        withheld=parts,
        grounds=[each.to_data() for each in document.grounds],
        file_hash=hashlib.sha256(data).hexdigest(),
        by=by,
        at=timezone.now(),
    )
    record("editions.information_request", by=by, subject=row, pages=len(chosen), withheld=parts, format=kind.value)
    return row, document, data


def jobs_of(user: User) -> list[ExportJob]:
    """The person's files, the newest first, without their bytes."""
    return list(ExportJob.objects.filter(Q(by=user)).defer("data")[:20])
