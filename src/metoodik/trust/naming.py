"""The words by which the audit page names what was done. Rooms add theirs with `name_actions`, in `audit_words.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

_names: dict[str, str | Promise] = {}
_details: dict[str, tuple[str | Promise, Callable[[Any], object]]] = {}


def name_actions(**names: str | Promise) -> None:
    """Name actions of the trail; the dot is written as two underscores: `people__left=_("left the service")`."""
    _names.update({key.replace("__", ".", 1): words for key, words in names.items()})


def action_name(action: str) -> str:
    """What people read for an action; its key when no room has named it."""
    return str(_names.get(action, action))


def name_detail(name: str, words: str | Promise, value: Callable[[Any], object] = str) -> None:
    """Name a detail of entries; `value` turns what is stored into what people read."""
    _details[name] = (words, value)


def detail_said(name: str, stored: Any) -> str:
    """A detail as people read it; as it stands when no room has named it."""
    words, value = _details.get(name, (name, str))
    if isinstance(stored, bool):
        return f"{words}: {say('yes') if stored else say('no')}"
    return f"{words}: {'–' if stored is None else value(stored)}"


name_actions(
    audit__read=_("read the audit trail"),
    audit__exported=_("downloaded the audit trail"),
    audit__verified=_("verified the whole audit trail"),
    audit__dropped=_("a month of the audit trail was dropped"),
    backup__made=_("backup made"),
    backup__restored=_("backup restored"),
    retention__enforced=_("old rows deleted"),
)
name_detail("entries", _("entries"))
name_detail("checked", _("entries read"))
name_detail("holds", _("holds"))
name_detail("rows", _("rows"))
name_detail("table", _("table"))
name_detail("sequence", _("up to entry"))
