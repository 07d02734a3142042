"""Arranging in the editorial room, and its warning on the way to clearance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.models import GuidancePage
from metoodik.handbook.where_used import lost_passages
from metoodik.people.access import get_user
from metoodik.people.permissions import Permission
from metoodik.web import slots

register(
    EditorialRoom(
        "arranging",
        gettext_lazy("Order of the handbook"),
        gettext_lazy("Put sections and their pages in the order in which people look for them."),
        "handbook:sections",
        50,
        visible=lambda user: user.can(Permission.WRITE_GUIDANCE),
    )
)


@slots.register("submit-notes")
def links_to_lost_passages(request: HttpRequest, draft: Any) -> SafeString | None:
    """Passages that the draft drops while others link to them: the author should know, nothing stops them."""
    if not isinstance(draft, GuidancePage):
        return None
    lost = lost_passages(draft, by=get_user(request))
    return render_to_string("handbook/parts/lost_passages.html", {"lost": lost}) if lost else None
