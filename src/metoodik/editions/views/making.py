"""Making an edition: what it would change, what stands in its way, and how the making goes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from metoodik.editions import actions, reading
from metoodik.editions.audiences import audience_of
from metoodik.editions.forms import EditionForm
from metoodik.editions.models import BuildAttempt, BuildState
from metoodik.editions.places import Place
from metoodik.editions.views.common import never_kept
from metoodik.editions.views.differences import shown_pages
from metoodik.handbook.links import dead_links_for
from metoodik.handbook.restrictions import marked_for
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@require(Permission.MAKE_EDITION)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponseBase:
    """The coming edition against the one in force, and the button that makes it."""
    user = get_user(request)
    form = EditionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        asked = actions.request_edition(by=user, note=form.cleaned_data["note"])
        return redirect("editions:attempt", asked.pk)
    audience = audience_of(user)
    coming = actions.dry_run(audience=audience)
    current = reading.current(audience)
    last = BuildAttempt.objects.first()
    under_way = last if last and last.is_open else None
    context = {
        "form": form,
        "may_make": bool(coming) and not coming.problems and under_way is None,
        "problems": coming.problems,
        "dead_links": len(dead_links_for(user)),
        "ended": sum(each.has_ended for each in marked_for(user)),
        "pages": shown_pages(coming, Place() if current else None, None),
        "unchanged": coming.same,
        "facts": coming.facts,
        "current": current,
        "pending": reading.pending(),
        "last_failed": last if last and last.state == BuildState.FAILED else None,
        "under_way": under_way,
    }
    return never_kept(render(request, "editions/making/make.html", context))


@require(Permission.MAKE_EDITION)
@require_safe
def attempt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How one making goes; asked again by the page until it is done."""
    asked = get_object_or_404(BuildAttempt.objects.select_related("edition"), pk=pk)
    if asked.state == BuildState.DONE:
        reading.look_again()
    live = request.headers.get("HX-Request") == "true"
    template = "editions/making/state.html" if live else "editions/making/attempt.html"
    return never_kept(render(request, template, {"attempt": asked}))
