"""The words by which the audit page names what was done. Rooms add theirs with `name_actions`, in `audit_words.py`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_names: dict[str, str | Promise] = {}


def name_actions(**names: str | Promise) -> None:
    """Name actions of the trail; the dot is written as two underscores: `people__left=_("left the service")`."""
    _names.update({key.replace("__", ".", 1): words for key, words in names.items()})


def action_name(action: str) -> str:
    """What people read for an action; its key when no room has named it."""
    return str(_names.get(action, action))


name_actions(
    audit__read=_("read the audit trail"),
    audit__exported=_("downloaded the audit trail"),
    audit__verified=_("verified the whole audit trail"),
    audit__dropped=_("a month of the audit trail was dropped"),
    backup__made=_("backup made"),
    backup__restored=_("backup restored"),
    retention__enforced=_("old rows deleted"),
)
