"""What views of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.models import Page

from metoodik.handbook.actions.drafts import note_draft_read
from metoodik.handbook.content import Access
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.people.access import get_user
from metoodik.people.permissions import Permission

A_PAGE = 25


def draft_of(page_pk: int) -> GuidancePage | SectionPage:
    page = Page.objects.filter(pk=page_pk).first()
    revision = page.get_latest_revision() if page else None
    draft = revision.as_object() if revision else page.specific if page else None
    if not isinstance(draft, GuidancePage | SectionPage):
        raise Http404
    return draft


def guidance_of(page_pk: int) -> GuidancePage:
    draft = draft_of(page_pk)
    if not isinstance(draft, GuidancePage):
        raise Http404
    return draft


def opened_draft(request: HttpRequest, page_pk: int) -> GuidancePage:
    """The draft of a page whose text is about to be shown: AK only to those who may read it, and on record."""
    user, draft = get_user(request), guidance_of(page_pk)
    if draft.access == Access.RESTRICTED and not user.can(Permission.READ_RESTRICTED):
        raise Http404
    if request.method == "GET":
        note_draft_read(page=draft, by=user)
    return draft


def status_of(request: HttpRequest, form: Any, missing: list[Any]) -> int:
    return 422 if request.method == "POST" and (missing or not form.is_valid()) else 200
