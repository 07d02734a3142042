"""Translation on the desk and in the editorial room."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.translations import Standing, standings, works_with_languages
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.desk import DeskCard, desk_card


def to_translate(user: User) -> list[Standing]:
    """Pages begun or in force in a language that are behind, the riskiest first; pages never begun wait quietly."""
    if not user.can(Permission.TRANSLATE_GUIDANCE):
        return []
    return [each for each in standings(user) if each.state in {"stale", "draft"}]


register(
    EditorialRoom(
        "translation",
        gettext_lazy("Translations"),
        gettext_lazy("Keep Russian and English in step with the Estonian, piece by piece."),
        "handbook:translations",
        30,
        visible=works_with_languages,
        waiting=lambda user: len(to_translate(user)),
    )
)


@desk_card
def behind(request: HttpRequest) -> DeskCard | None:
    """Translations that are behind their Estonian page, for translators."""
    user = reader(request)
    if user is None or not user.can(Permission.TRANSLATE_GUIDANCE) or user.can(Permission.WRITE_GUIDANCE):
        return None
    pages = to_translate(user)
    if not pages:
        return None
    return DeskCard(
        key="translation",
        title=ngettext("translation needs you", "translations need you", len(pages)),
        sentence=_("The first is “%(title)s”.") % {"title": pages[0].title},
        number=len(pages),
        action_label=_("Translate it") if len(pages) == 1 else _("See them"),
        action_url=pages[0].url if len(pages) == 1 else f"{reverse('handbook:translations')}?seis=todo",
        order=30,
    )
