"""Fixtures for stories about guidance: a section in force and a page that Tiina has drafted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Page

from metoodik.handbook import actions, content
from metoodik.handbook.blocks import phrase_sources, stream_data
from metoodik.handbook.desk_setup import handbook
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import Change
from metoodik.people.models import User


def passage(heading: str, *blocks: content.Block) -> content.Passage:
    """A passage with a fresh key; running text when no blocks are given."""
    body = blocks or (content.Text(str(uuid.uuid4()), f"<p>{heading}: mida siis teha.</p>"),)
    return content.Passage(str(uuid.uuid4()), heading, body)


def draft_section(author: User, title: str = "Ohutus ja risk", language: str = "et", **fields: Any) -> SectionPage:
    """A section drafted at the writing desk."""
    root = handbook(language)
    section = SectionPage(
        title=title,
        draft_title=title,
        summary="Mida teha, kui kellegi elu on ohus.",
        locale=root.locale,
        live=False,
        **fields,
    )
    root.add_child(instance=section)
    section.save_revision(user=author)
    return section


def draft_page(author: User, section: SectionPage, title: str = "Vahetu oht", **fields: Any) -> GuidancePage:
    """A complete page drafted at the writing desk."""
    passages = fields.pop("passages", (passage("Helista 112"), passage("Jää liinile")))
    values: dict[str, Any] = {
        "summary": "Kui kellegi elu on praegu ohus.",
        "audiences": ["counselling"],
        "risk": "ordinary",
        "keeper": author,
        "sources_none": True,
        "legal_basis_none": True,
        "body": stream_data(passages),
        "phrase_sources": phrase_sources(passages),
    }
    page = GuidancePage(title=title, draft_title=title, locale=section.locale, live=False, **(values | fields))
    section.add_child(instance=page)
    page.save_revision(user=author)
    return page


def send(page: SectionPage | GuidancePage, author: User, kind: str = Change.MATERIAL, **fields: Any) -> Version:
    """The page's latest draft in clearance."""
    return actions.submit_version(
        page=Page.objects.get(pk=page.pk), by=author, change_kind=kind, change_sentence="Esimene versioon.", **fields
    )


def latest(page: GuidancePage) -> GuidancePage:
    """The page as its newest draft has it."""
    revision = Page.objects.get(pk=page.pk).get_latest_revision()
    assert revision is not None
    draft: GuidancePage = revision.as_object()
    return draft


@pytest.fixture
def section(tiina: User, rein: User) -> SectionPage:
    """A section in force."""
    drafted = draft_section(tiina)
    actions.approve_version(version=send(drafted, tiina), by=rein)
    return drafted


@pytest.fixture
def danger(tiina: User, section: SectionPage) -> GuidancePage:
    """An ordinary page, drafted."""
    return draft_page(tiina, section)


@pytest.fixture
def in_force(tiina: User, rein: User) -> Callable[..., Version]:
    """Puts a drafted page in force: `in_force(page)`."""

    def put(page: SectionPage | GuidancePage, **fields: Any) -> Version:
        return actions.approve_version(version=send(page, tiina, **fields), by=rein)

    return put
