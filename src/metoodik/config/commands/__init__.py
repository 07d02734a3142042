"""The commands that need to know every room. Each module has `add_arguments(parser)` and `run(args) -> int`.

None of them imports Django before `run`, so that help is instant.
"""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metoodik.people.models import User


class Failure(Exception):
    """The command cannot go on. The message, in the operator's language, says what is wrong and what to do."""


def start_django() -> None:
    """Load settings and applications, make the data folder, and speak the operator's language.

    Raises Failure for a setting that cannot be read and a folder that cannot be made.
    """
    import django
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    from metoodik.config import environment

    try:
        if not apps.ready:
            django.setup()
    except ValueError as error:
        raise Failure(str(error)) from error
    translation.activate(environment.LANGUAGE.value)
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = _("The data folder %(folder)s cannot be made: %(why)s")
        raise Failure(sentence % {"folder": settings.DATA_DIR, "why": error.strerror}) from error


def person(email: str) -> User:
    """The active person of that e-mail address. Raises Failure when there is none."""
    from metoodik.people.models import User

    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise Failure(_("Nobody here has the address %s. `metoodik user list` shows who there is.") % email)
    return found
