"""Many files at once: taken together, read one by one, drafted and undone together; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook import tasks
from metoodik.handbook.actions.imports import make_draft, take_file, undo_import, wipe
from metoodik.handbook.importing.archive import Brought
from metoodik.handbook.models import ImportBatch, ImportedFile, SectionPage
from metoodik.handbook.models.imports import Doing, ImportState
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

ASKED_ANEW = timedelta(minutes=15)
"""After this long a file that still waits is asked for again: its worker died, or twice."""
ASKED_AT_ONCE = 25


@transaction.atomic
def take_batch(*, by: User, brought: Brought, section: SectionPage) -> ImportBatch:
    """Keep many files to be read in the background. Raises PermissionDenied, NotReady when there is none."""
    _need(by)
    if not brought.files:
        raise NotReady([_("There is no document among these files. Bring .docx, .odt, .html, .md or .txt.")])
    batch = ImportBatch.objects.create(section=section, by=by, left_out=list(brought.left_out))
    for name, data in brought.files:
        take_file(by=by, data=data, filename=name, section=section, batch=batch)
    record("handbook.batch_taken", by=by, subject=batch, files=len(brought.files), left_out=len(brought.left_out))
    return batch


@transaction.atomic
def cancel_batch(*, batch: ImportBatch, by: User) -> int:
    """Stop reading: files that still wait are not taken; those read stay. Returns how many. Raises PermissionDenied."""
    _need(by)
    waiting = list(batch.files.select_for_update().filter(state=ImportState.WAITING))
    for each in waiting:
        each.state = ImportState.UNDONE
        wipe(each)
    ImportBatch.objects.filter(pk=batch.pk).update(cancelled_at=timezone.now())
    record("handbook.batch_cancelled", by=by, subject=batch, files=len(waiting))
    return len(waiting)


@transaction.atomic
def ask_for_drafts(*, batch: ImportBatch, files: Collection[int] | None, by: User, facts: bool = False) -> None:
    """Let a worker make drafts of all files read, or of `files`, with `facts` for typed numbers it knows.

    Raises PermissionDenied, NotReady.
    """
    _need(by)
    chosen = batch.files.filter(state=ImportState.READ)
    numbers = list((chosen if files is None else chosen.filter(pk__in=files)).values_list("pk", flat=True))
    if not numbers:
        raise NotReady([_("Choose at least one file that is read.")])
    _begin(batch, Doing.DRAFTING)
    transaction.on_commit(lambda: tasks.draft_batch.enqueue(batch.pk, numbers, by.pk, facts))


@transaction.atomic
def ask_to_undo(*, batch: ImportBatch, by: User) -> None:
    """Let a worker undo the whole batch; drafts already sent to clearance stay. Raises PermissionDenied."""
    _need(by)
    _begin(batch, Doing.UNDOING)
    record("handbook.batch_undone", by=by, subject=batch)
    transaction.on_commit(lambda: tasks.undo_batch.enqueue(batch.pk, by.pk))


def draft_files(*, batch: ImportBatch, files: Iterable[int], by: User, facts: bool = False) -> int:
    """Make a draft of each file that is still only read, each in its own transaction; returns how many."""
    made = 0
    for imported in ImportedFile.objects.filter(batch=batch, pk__in=files, state=ImportState.READ).order_by("pk"):
        try:
            make_draft(imported=imported, by=by, facts=facts)
        except NotReady:
            continue  # Somebody has drafted or undone it meanwhile.
        made += 1
    ImportBatch.objects.filter(pk=batch.pk).update(doing=Doing.NOTHING)
    return made


def undo_files(*, batch: ImportBatch, by: User) -> int:
    """Undo each file of the batch that can be, each in its own transaction; returns how many stay."""
    kept = 0
    for imported in ImportedFile.objects.filter(batch=batch).exclude(state=ImportState.REFUSED).order_by("pk"):
        if imported.state == ImportState.UNDONE:
            continue
        try:
            undo_import(imported=imported, by=by)
        except NotReady:
            kept += 1
    ImportBatch.objects.filter(pk=batch.pk).update(doing=Doing.NOTHING)
    return kept


def ask_anew() -> int:
    """Ask again for files whose worker died, some at a time; returns how many. Reading twice does no harm."""
    late = ImportedFile.objects.filter(state=ImportState.WAITING, asked_at__lt=timezone.now() - ASKED_ANEW)
    numbers = list(late.order_by("pk").values_list("pk", flat=True)[:ASKED_AT_ONCE])
    with transaction.atomic():
        ImportedFile.objects.filter(pk__in=numbers).update(asked_at=timezone.now())
        for number in numbers:
            tasks.read_imported_file.enqueue(number)
    return len(numbers)


def _begin(batch: ImportBatch, doing: Doing) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(doing=doing)


def _need(user: User) -> None:
    if not user.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
