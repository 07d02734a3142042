"""What this room does in the background."""

from __future__ import annotations

import logging

from django.conf import settings
from django.tasks import task

from metoodik.handbook.importing import Reason
from metoodik.handbook.models import ImportBatch, ImportedFile
from metoodik.people.models import User
from metoodik.web.worker import retry_once

logger = logging.getLogger(__name__)


@retry_once
@task()
def read_imported_file(number: int) -> str:
    """Read a waiting file; returns the state it came to."""
    from metoodik.handbook.actions import imports as import_actions

    imported = ImportedFile.objects.get(pk=number)
    try:
        return import_actions.read_file(imported=imported).state
    except Exception as error:
        # The message could quote the file, and a task's traceback is kept: only the kind of error is.
        logger.error("Imported file %s could not be read: %s", number, type(error).__name__)
    return import_actions.refuse(imported=imported, reason=Reason.BROKEN.value).state


@retry_once
@task()
def draft_batch(number: int, files: list[int], user: int, facts: bool) -> int:
    """Make drafts of files of a batch; returns how many. A second run finds the drafted ones drafted."""
    from metoodik.handbook.actions import import_batches

    batch, by = ImportBatch.objects.get(pk=number), User.objects.get(pk=user)
    return import_batches.draft_files(batch=batch, files=files, by=by, facts=facts)


@retry_once
@task()
def undo_batch(number: int, user: int) -> int:
    """Undo a batch; returns how many files stay because their drafts are on their way to readers."""
    from metoodik.handbook.actions import import_batches

    return import_batches.undo_files(batch=ImportBatch.objects.get(pk=number), by=User.objects.get(pk=user))


@retry_once
@task()
def remind_of_reviews() -> int:
    """Remind keepers of reviews that come due; returns how many reminders were sent."""
    from metoodik.handbook.actions import upkeep

    return upkeep.remind()


@task()
def look_at_links() -> int:
    """Ask some addresses outside whether they answer; returns how many. Nothing happens where it is switched off."""
    from metoodik.handbook.actions import links

    return links.look_at_some() if settings.CHECK_LINKS else 0


@retry_once
@task()
def look_after_clearance() -> int:
    """Note edits that void what waits, remind people of what they were asked; returns how many were told."""
    from metoodik.handbook.actions.overtaking import note_edits
    from metoodik.handbook.actions.requests import remind_asked

    return note_edits() + remind_asked()
