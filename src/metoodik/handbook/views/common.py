"""What views of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.models import Page

from metoodik.handbook.models import GuidancePage, SectionPage

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


def status_of(request: HttpRequest, form: Any, missing: list[Any]) -> int:
    return 422 if request.method == "POST" and (missing or not form.is_valid()) else 200
