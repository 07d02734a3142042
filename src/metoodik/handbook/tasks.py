"""What this room does in the background."""

from __future__ import annotations

from django.tasks import task

from metoodik.handbook.models import ImportedFile
from metoodik.web.worker import retry_once


@retry_once
@task()
def read_imported_file(number: int) -> str:
    """Read a waiting file; returns the state it came to."""
    from metoodik.handbook import import_actions

    imported = ImportedFile.objects.get(pk=number)
    return import_actions.read_file(imported=imported).state
