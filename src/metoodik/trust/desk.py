"""What this room puts on the desk, in the rail and in the footer."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metoodik.trust import tasks
from metoodik.trust.access import Able
from metoodik.trust.upkeep import broken_at
from metoodik.trust.views import READ_AUDIT
from metoodik.web import slots
from metoodik.web.desk import DeskCard, desk_card
from metoodik.web.navigation import NavItem, register
from metoodik.web.ticks import tick


def _reads_audit(request: HttpRequest) -> bool:
    return request.user.is_authenticated and cast("Able", request.user).can(READ_AUDIT)


register(NavItem("audit", gettext_lazy("Audit trail"), "trust:trail", 90, visible=_reads_audit, icon="lock"))


@desk_card
def broken_trail(request: HttpRequest) -> DeskCard | None:
    """That last night's verification of the audit trail failed."""
    number = broken_at() if _reads_audit(request) else None
    if number is None:
        return None
    return DeskCard(
        key="audit-broken",
        title=_("The audit trail does not hold"),
        sentence=_("Something was changed or removed at entry %(number)s.") % {"number": number},
        action_label=_("Look at it"),
        action_url=reverse("trust:trail"),
        tone="due",
        order=1,
    )


@slots.register("account", order=80)
def data_protection_link(request: HttpRequest, obj: object) -> SafeString:  # noqa: ARG001 - the slot's
    """The way to what is kept of people, in everybody's account menu."""
    return format_html('<a href="{}">{}</a>', reverse("trust:data-protection"), _("Data protection"))


@tick(every=timedelta(days=1))
def nightly() -> None:
    """Let the worker see to the trail and to old rows."""
    tasks.nightly.enqueue()
