"""A look at the handbook as another role, in another language, on another day."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from metoodik.editions import preview, reading, words
from metoodik.editions.audiences import audience_of, class_of_role
from metoodik.editions.passes import Reader
from metoodik.editions.reads import note_restricted_read
from metoodik.editions.rendering import fresh_html
from metoodik.editions.views.common import never_kept
from metoodik.editions.views.reading import shelves
from metoodik.handbook.access import takes_part_in_clearance
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.roles import ROLES
from metoodik.web.forms import DayInput
from metoodik.web.templatetags.web import moment


class PreviewForm(forms.Form):
    """As whom, in which language and when."""

    roll = forms.ChoiceField(label=gettext_lazy("As"))
    keel = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(words.LANGUAGE_NAMES.items()))
    paev = forms.DateField(label=gettext_lazy("Day"), widget=DayInput, required=False)
    kell = forms.TimeField(
        label=gettext_lazy("Time"), required=False, input_formats=["%H.%M", "%H:%M"], help_text="12.00"
    )
    koos = forms.BooleanField(label=gettext_lazy("With what waits in clearance"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = [(key, role.name) for key, role in ROLES.items() if class_of_role(key)]
        self.fields["roll"].choices = readers  # type: ignore[attr-defined]

    @property
    def wish(self) -> preview.Wish:
        """What was asked, valid."""
        said = self.cleaned_data
        zone = timezone.get_default_timezone()
        at = datetime.combine(said["paev"], said["kell"] or time(12), zone) if said["paev"] else None
        return preview.Wish(said["roll"], said["keel"], at, said["koos"])


def _asked(request: HttpRequest) -> PreviewForm:
    plain = {"roll": "counsellor", "keel": translation.get_language() or "et"}
    return PreviewForm(plain | {name: value for name, value in request.GET.items() if value})


def _looker(request: HttpRequest) -> User:
    user = get_user(request)
    if not takes_part_in_clearance(user):
        raise PermissionDenied
    return user


@require(None)
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """The contents list as those readers would see it, and the choice of readers, language and day."""
    user, form = _looker(request), _asked(request)
    context: dict[str, object] = {"form": form, "shelves": []}
    if form.is_valid():
        place = preview.place_of(_query(form))
        with preview.open_preview(user, form.wish, now=timezone.now()) as edition:
            if edition is not None:
                with translation.override(form.wish.language):
                    context["shelves"] = shelves(edition, place)
        context["banner"] = _banner(form.wish)
    return _kept_nowhere(render(request, "editions/preview.html", context))


@require(None)
@require_safe
def page(request: HttpRequest, locale: str, slug: str) -> HttpResponse:
    """One page as those readers would see it."""
    user, form = _looker(request), _asked(request)
    if not form.is_valid():
        raise Http404
    place = preview.place_of(_query(form))
    with preview.open_preview(user, form.wish, now=timezone.now()) as edition:
        if edition is None:
            raise Http404
        with translation.override(form.wish.language):
            overlay = reading.overlay(edition.audience, edition)
            html = fresh_html(edition, locale, slug, overlay, place)
        context = {"form": form, "html": html, "banner": _banner(form.wish), "place": place}
        if html is not None and html.is_restricted:
            by = Reader(audience_of(user), user.pk)
            note_restricted_read(by=by, page_key=html.key, locale=locale, edition=edition.number)
    return _kept_nowhere(render(request, "editions/preview_page.html", context, status=200 if html else 404))


@require(None)
@require_safe
def section(request: HttpRequest, locale: str, slug: str) -> HttpResponseBase:  # noqa: ARG001 - the address names it
    """A section of the previewed handbook: the contents list has them all."""
    return contents(request)


def _query(form: PreviewForm) -> dict[str, str]:
    said = {name: str(form.data.get(name) or "") for name in form.fields}
    return said | {"koos": "1" if form.cleaned_data["koos"] else ""}


def _banner(wish: preview.Wish) -> str:
    said = {
        "role": ROLES[wish.role].name,
        "language": words.LANGUAGE_NAMES[wish.language],
        "moment": moment(wish.at or timezone.now()),
    }
    if wish.with_clearance:
        return _("Preview: %(role)s, %(language)s, %(moment)s, with what waits in clearance") % said
    return _("Preview: %(role)s, %(language)s, %(moment)s") % said


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return never_kept(response)
