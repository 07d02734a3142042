"""How the handbook stands, in the editorial room; figures of editions are counted in the background."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy

from metoodik.editions import tasks
from metoodik.handbook.desk.rooms import EditorialRoom
from metoodik.handbook.desk.rooms import register as register_room
from metoodik.handbook.upkeep import keeps_watch
from metoodik.web.assets import add_style
from metoodik.web.ticks import tick

add_style(Path(__file__).resolve().parent / "static" / "editions" / "health.css")

register_room(
    EditorialRoom(
        "health",
        gettext_lazy("How the handbook stands"),
        gettext_lazy("What is in force, up to date, translated and reviewed, and the ten pages to mend first."),
        "editions:health",
        90,
        visible=keeps_watch,
    )
)


@tick(every=timedelta(minutes=10), name="editions.count_figures")
def count_figures() -> None:
    """Editions are counted once, some at a time."""
    tasks.count_figures.enqueue()
