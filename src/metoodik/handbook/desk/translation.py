"""Translation on the desk and in the editorial room."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metoodik.handbook.access import sees
from metoodik.handbook.content import Risk
from metoodik.handbook.desk.people import reader
from metoodik.handbook.desk.rooms import EditorialRoom, register
from metoodik.handbook.language_rules import open_phrases
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.handbook.translations import Standing, standings, works_with_languages
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web import slots
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
        waiting=lambda user: len(to_translate(user)) + len(to_agree(user)),
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


def to_agree(user: User) -> list[Version]:
    """Safety pages in clearance whose phrases wait for this language reviewer's agreement."""
    if not user.can(Permission.REVIEW_LANGUAGE):
        return []
    waiting = Version.objects.in_clearance().filter(
        locale=SOURCE_LANGUAGE, target=Target.PAGE, risk=Risk.SAFETY, withdraws=False
    )
    found = waiting.select_related("page").prefetch_related("authors", "requests")
    return [
        each
        for each in found
        if sees(user, each)
        and not each.is_written_by(user.pk)
        and any(phrase.state(language) != "missing" for _place, phrase, language, _words in open_phrases(each))
    ]


@desk_card
def phrases_to_agree(request: HttpRequest) -> DeskCard | None:
    """Words to say that wait for a language reviewer."""
    user = reader(request)
    versions = to_agree(user) if user is not None else []
    if not versions:
        return None
    return DeskCard(
        key="phrases",
        title=ngettext(
            "page has words to say that wait for you", "pages have words to say that wait for you", len(versions)
        ),
        sentence=_("The first is “%(title)s”.") % {"title": versions[0].title},
        number=len(versions),
        action_label=_("Look at them"),
        action_url=reverse("handbook:phrases", args=[versions[0].pk]),
        order=12,
    )


@slots.register("version-tools", order=60)
def languages_of_version(request: HttpRequest, version: Version) -> SafeString | None:
    """From a version to its words beside the Estonian, or to its words to say."""
    user = reader(request)
    if user is None or version.target != Target.PAGE:
        return None
    if version.locale != SOURCE_LANGUAGE:
        if not works_with_languages(user):
            return None
        address = reverse("handbook:translate", args=[version.key, version.locale])
        return format_html('<p><a href="{}">{}</a></p>', address, _("See it beside the Estonian"))
    decides = user.can(Permission.REVIEW_LANGUAGE) or user.can(Permission.APPROVE_GUIDANCE)
    if not decides or version.risk != Risk.SAFETY or version.state != State.CLEARANCE:
        return None
    address = reverse("handbook:phrases", args=[version.pk])
    return format_html('<p><a href="{}">{}</a></p>', address, _("Words to say in each language"))
