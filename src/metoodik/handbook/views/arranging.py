"""Where-used, and what is done after looking at it: move, order, merge, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from metoodik.handbook import actions
from metoodik.handbook.actions.arranging import deletion_findings, merge_findings, merged, pages_in_order
from metoodik.handbook.difference import of_pages
from metoodik.handbook.forms.arranging import MergeForm, MovePageForm, PlaceForm, WithdrawForm
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import State
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.common import A_PAGE, draft_of, opened_draft, status_of
from metoodik.handbook.where_used import Uses, where_used
from metoodik.people.access import get_user, require
from metoodik.people.permissions import Permission


@require_GET
@require(Permission.WRITE_GUIDANCE)
def used(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Everything that leads to a page, passage by passage."""
    draft = opened_draft(request, page_pk)
    uses = _uses(request, draft)
    headings = {key: each.heading for each in draft.to_content().passages for key in (each.key, *each.formerly)}
    rows = [(each, headings.get(each.passage_key, "")) for each in uses.seen]
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("leht"))
    return render(request, "handbook/arranging_used.html", {"draft": draft, "uses": uses, "rows": shown})


@require(Permission.WRITE_GUIDANCE)
def move(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Move a page to another section, after seeing what links to it."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    form = MovePageForm(request.POST or None, page=draft)
    missing: list[Any] = []
    if request.method == "POST" and form.is_valid():
        section = form.cleaned_data["section"]
        try:
            actions.move_page(page=draft, section=section, by=user)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            words = _("The draft of “%(page)s” is in the section “%(section)s”. Send it to clearance.")
            messages.success(request, words % {"page": draft.title, "section": section.draft_title})
            return redirect("handbook:submit", page_pk)
    context = {"draft": draft, "form": form, "missing": missing, "uses": _uses(request, draft)}
    return render(request, "handbook/arranging_move.html", context, status=status_of(request, form, missing))


@require(Permission.WRITE_GUIDANCE)
def withdraw(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Ask for a page to leave force, with the page used instead; the same clearance as for any change."""
    user, draft = get_user(request), draft_of(page_pk)
    in_force = Version.objects.filter(page_id=page_pk, state=State.APPROVED).order_by("-number").first()
    if in_force is None or in_force.withdraws:
        messages.info(request, _("“%(title)s” is not in force.") % {"title": draft.title})
        return redirect("wagtailadmin_pages:edit", page_pk)
    form = WithdrawForm(request.POST or None, page=draft)
    missing: list[Any] = []
    if request.method == "POST" and form.is_valid():
        page = Page.objects.get(pk=page_pk)
        try:
            sent = actions.submit_version(page=page, by=user, withdraws=True, **form.cleaned_data)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("The withdrawal of “%(title)s” is in clearance.") % {"title": sent.title})
            return redirect(sent)
    uses = _uses(request, draft) if isinstance(draft, GuidancePage) else Uses(())
    context = {"draft": draft, "form": form, "missing": missing, "uses": uses}
    return render(request, "handbook/withdraw.html", context, status=status_of(request, form, missing))


@require(Permission.WRITE_GUIDANCE)
def delete(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Delete a draft that was never sent to clearance, after seeing what links to it."""
    user, draft = get_user(request), draft_of(page_pk)
    missing = deletion_findings(Page.objects.get(pk=page_pk))
    parent = draft.get_parent()
    if request.method == "POST" and not missing:
        title = draft.title
        try:
            actions.delete_draft(page=draft, by=user)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("The draft “%(title)s” is deleted.") % {"title": title})
            return redirect("wagtailadmin_explore", parent.pk)
    uses = _uses(request, draft) if isinstance(draft, GuidancePage) else Uses(())
    context = {"draft": draft, "missing": missing, "uses": uses}
    return render(request, "handbook/arranging_delete.html", context, status=409 if missing else 200)


@require(Permission.WRITE_GUIDANCE)
def merge(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Merge a page into another: choose it, see the outcome, send both to clearance."""
    user, draft = get_user(request), opened_draft(request, page_pk)
    chosen = request.POST.get("into") or request.GET.get("into")
    form = MergeForm(request.POST or ({"into": chosen} if chosen else None), page=draft)
    form.ask_for_change(asked=request.method == "POST")
    missing: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.merge_pages(page=draft, by=user, **form.cleaned_data)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("The change and the withdrawal are in clearance."))
            return redirect(version)
    context = {"draft": draft, "form": form, "missing": missing, "uses": _uses(request, draft)}
    context |= _outcome(request, draft, form)
    return render(request, "handbook/arranging_merge.html", context, status=status_of(request, form, missing))


def _outcome(request: HttpRequest, gone: GuidancePage, form: MergeForm) -> dict[str, Any]:
    """What the page that stays will say, once it is chosen."""
    chosen = form.chosen
    if chosen is None:
        return {}
    stays = opened_draft(request, chosen.pk)
    if found := merge_findings(gone, stays):
        return {"into": stays, "hindered": found}
    before = stays.to_content()
    merged(gone, stays)
    return {"into": stays, "changes": of_pages(before, stays.to_content())}


@require_GET
@require(Permission.WRITE_GUIDANCE)
def sections(request: HttpRequest) -> HttpResponse:
    """The sections of every language in order, to be arranged."""
    found = SectionPage.objects.select_related("locale").order_by("locale__language_code", "path")
    languages: dict[str, list[SectionPage]] = {"et": []}
    for each in found:
        languages.setdefault(each.locale.language_code, []).append(each)
    chosen = request.GET.get("keel", "et")
    if chosen not in languages:
        raise Http404
    context = {"languages": list(languages), "chosen": chosen, "sections": languages[chosen]}
    return render(request, "handbook/arranging_sections.html", context)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def order_section(request: HttpRequest) -> HttpResponse:
    """Put a section at another place."""
    user, form = get_user(request), PlaceForm(request.POST)
    section = _section(form.data.get("key", "")) if form.is_valid() else None
    if section is None:
        raise Http404
    actions.order_section(section=section, place=form.cleaned_data["place"], by=user)
    messages.success(request, _("“%(title)s” stands at its new place in the next edition.") % {"title": section.title})
    return redirect(f"{reverse('handbook:sections')}?keel={section.locale.language_code}#item-{section.pk}")


def _section(number: str) -> SectionPage | None:
    if not number.isdecimal():
        return None
    found: SectionPage | None = SectionPage.objects.select_related("locale").filter(pk=int(number)).first()
    return found


@require_GET
@require(Permission.WRITE_GUIDANCE)
def pages(request: HttpRequest, page_pk: int) -> HttpResponse:
    """A section's pages in order, to be arranged."""
    section = _section_of(page_pk)
    known = {str(each.translation_key): each for each in section.get_children().defer_streamfields()}
    keys = pages_in_order(section)
    context = {"section": section, "pages": [(key, known[key]) for key in keys]}
    return render(request, "handbook/arranging_pages.html", context)


@require_POST
@require(Permission.WRITE_GUIDANCE)
def order_page(request: HttpRequest, page_pk: int) -> HttpResponse:
    """Put a page at another place in its section."""
    user, section, form = get_user(request), _section_of(page_pk), PlaceForm(request.POST)
    if not form.is_valid():
        raise Http404
    done = _("The order is in the section's draft. Send the section to clearance when it is right.")
    _act(request, done, lambda: actions.order_page(section=section, by=user, **form.cleaned_data))
    return redirect(f"{reverse('handbook:page-order', args=[page_pk])}#item-{form.cleaned_data['key']}")


def _section_of(page_pk: int) -> SectionPage:
    draft = draft_of(page_pk)
    if not isinstance(draft, SectionPage):
        raise Http404
    return draft


def _act(request: HttpRequest, done: str, act: Callable[[], object]) -> None:
    try:
        act()
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
    else:
        messages.success(request, done)


def _uses(request: HttpRequest, draft: GuidancePage) -> Uses:
    return where_used(str(draft.translation_key), by=get_user(request))
