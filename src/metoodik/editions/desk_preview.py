"""The preview in the editorial room, and on a version in clearance."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metoodik.handbook.access import takes_part_in_clearance
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import State, Target
from metoodik.web import slots

register(
    EditorialRoom(
        "preview",
        gettext_lazy("Preview as other readers"),
        gettext_lazy("The handbook as another role reads it, in another language, on another day."),
        "editions:preview-contents",
        70,
        visible=takes_part_in_clearance,
    )
)


@slots.register("version-tools", order=60)
def preview_of_version(_request: HttpRequest, version: Version) -> SafeString | None:
    """To the page as its readers would see it once approved."""
    if version.target != Target.PAGE or version.state != State.CLEARANCE or version.withdraws:
        return None
    address = reverse("editions:preview-page", args=[version.locale, version.content["slug"]])
    query = f"koos=1&keel={version.locale}"
    return format_html('<p><a href="{}?{}">{}</a></p>', address, query, _("See it as its readers"))
