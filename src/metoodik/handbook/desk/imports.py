"""Import on the desk and in the rail."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.actions import import_batches
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.models import ImportedFile
from metoodik.handbook.models.imports import ImportState
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.ticks import tick

register(
    EditorialRoom(
        "import",
        gettext_lazy("Import"),
        gettext_lazy("Bring documents and compare each draft with its source."),
        "handbook:imports",
        60,
        visible=lambda user: user.can(Permission.WRITE_GUIDANCE),
    )
)


@tick(every=timedelta(minutes=5))
def ask_for_late_files() -> None:
    """Files whose reader was stopped are asked for again."""
    import_batches.ask_anew()


@desk_card
def imports_read(request: HttpRequest) -> DeskCard | None:
    """Files read but not yet made into drafts."""
    user = reader(request)
    if user is None or not user.can(Permission.WRITE_GUIDANCE):
        return None
    waiting = ImportedFile.objects.filter(state=ImportState.READ, by=user)
    count = waiting.count()
    if not count:
        return None
    return DeskCard(
        key="imports",
        title=ngettext("file is read", "files are read", count),
        sentence=_("Compare the draft with its source and keep it or throw it away."),
        number=count,
        action_label=_("Open the import"),
        action_url=reverse("handbook:import", args=[waiting[0].pk]),
        order=40,
    )
