"""The words of notices: kept by key, so that each reader gets them in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from metoodik.people.models import Notice

_sentences: dict[str, str | Promise] = {}


def register(key: str, sentence: str | Promise) -> str:
    """Register a notice and return its key. `sentence` is lazy and may take values, as `%(title)s`."""
    _sentences[key] = sentence
    return key


def is_registered(key: str) -> bool:
    """Whether some room has given words for the key."""
    return key in _sentences


def sentence(notice: Notice) -> str:
    """The notice in the language that is active now."""
    words = _sentences.get(notice.key)
    if words is None:
        return gettext("This notice was written by an older version and has no words any more.")
    said: str = str(words) % notice.values
    return said


WELCOME = register("people.welcome", _("Welcome. Your roles: %(roles)s."))
ROLE_GRANTED = register("people.role_granted", _("You now have the role %(role)s."))
ROLE_ENDED = register("people.role_ended", _("You no longer have the role %(role)s."))
HANDED_OVER = register("people.handed_over", _("%(leaver)s left. Their work is now yours: %(count)s items."))
ADDRESS_CHANGED = register(
    "people.address_changed", _("The e-mail address of %(name)s was changed by an administrator.")
)
ADMIN_MODE = register(
    "people.admin_mode", _("%(name)s entered the administrator's mode. The reason is in the audit trail.")
)
STANDS_IN = register(
    "people.stands_in", _("You stand in for %(absent)s from %(first)s to %(last)s. The role: %(role)s.")
)
STOOD_IN_FOR = register(
    "people.stood_in_for", _("%(substitute)s stands in for you from %(first)s to %(last)s. The role: %(role)s.")
)
SUBSTITUTION_ENDED = register(
    "people.substitution_ended", _("%(substitute)s no longer stands in for %(absent)s: it was ended early.")
)
