"""Puts the sample handbook through the same doors as real guidance: drafted, reviewed, approved."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from metoodik.handbook import actions, content, sample
from metoodik.handbook.access import sees
from metoodik.handbook.actions.phrases import agree_with_phrases
from metoodik.handbook.blocks import phrase_sources, stream_data
from metoodik.handbook.desk_setup import handbook, prepare_desk
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.handbook.models.versions import Change, Verdict
from metoodik.handbook.sample_facts import load_sample_facts
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.handbook.translation import record_of
from metoodik.people.models import User


@transaction.atomic
def load_sample(*, author: User, counsellor: User, approver: User, language_reviewer: User) -> int:
    """Draft, review and approve every sample section and page that is not there yet; returns how many.

    Real people's rules hold: `author` writes, `counsellor` reviews safety pages, `approver` approves what is in
    Estonian, `language_reviewer` agrees with phrases and approves translations. Raises ImproperlyConfigured in
    production.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("A production installation takes no sample content.")
    prepare_desk()
    load_sample_facts(author=author, approver=approver)
    book = sample.load()
    drafts: list[SectionPage | GuidancePage | None] = [_section(section, author) for section in book.sections]
    drafts += [_page(page, author, _made_from(book, page)) for page in book.pages]
    new = [draft for draft in drafts if draft is not None]
    for draft in new:
        _clear(draft, author, counsellor, approver, language_reviewer)
    return len(new)


def _clear(
    draft: SectionPage | GuidancePage, author: User, counsellor: User, approver: User, language_reviewer: User
) -> None:
    version = actions.submit_version(
        page=Page.objects.get(pk=draft.pk),
        by=author,
        change_kind=Change.MATERIAL,
        change_sentence=_("First version of the sample handbook."),
    )
    if version.needs_counsellor:
        actions.review_version(version=version, by=counsellor, verdict=Verdict.AGREES)
    reviewed = isinstance(draft, GuidancePage) and sees(language_reviewer, version)
    if reviewed:
        agree_with_phrases(version=version, by=language_reviewer)
    actions.approve_version(version=version, by=language_reviewer if reviewed and version.translates else approver)


def _exists(key: str, locale: str) -> bool:
    return bool(Page.objects.filter(translation_key=key, locale__language_code=locale).exists())


def _section(section: content.Section, author: User) -> SectionPage | None:
    if _exists(section.key, section.locale):
        return None
    page = SectionPage(
        title=section.title,
        draft_title=section.title,
        slug=section.slug,
        summary=section.summary,
        translation_key=section.key,
        locale=Locale.objects.get(language_code=section.locale),
        live=False,
    )
    handbook(section.locale).add_child(instance=page)
    page.save_revision(user=author, log_action="wagtail.create")
    return page


def _made_from(book: sample.SampleHandbook, page: content.Page) -> dict[str, list[str]]:
    """A sample translation is made from the Estonian page beside it."""
    if page.locale == SOURCE_LANGUAGE:
        return {}
    return record_of(book.page(page.key, SOURCE_LANGUAGE), page)


def _page(page: content.Page, author: User, made_from: dict[str, list[str]]) -> GuidancePage | None:
    if _exists(page.key, page.locale):
        return None
    section = SectionPage.objects.get(translation_key=page.section, locale__language_code=page.locale)
    restriction = page.restriction
    made = GuidancePage(
        title=page.title,
        draft_title=page.title,
        slug=page.slug,
        summary=page.summary,
        translation_key=page.key,
        locale=section.locale,
        live=False,
        kind=page.kind,
        risk=page.risk,
        access=page.access,
        audiences=[each.value for each in page.audiences],
        keeper=author,
        review_months=page.review_months,
        body=stream_data(page.passages),
        phrase_sources=phrase_sources(page.passages),
        translated_from=made_from,
        sources=_sources(page.sources),
        sources_none=not page.sources,
        legal_basis=_sources(page.legal_basis),
        legal_basis_none=not page.legal_basis,
        restriction_ground=restriction.ground if restriction else "",
        restriction_authority=restriction.authority if restriction else "",
        restriction_since=restriction.since if restriction else None,
        restriction_until=restriction.until if restriction else None,
        sample=page.sample,
    )
    section.add_child(instance=made)
    made.save_revision(user=author, log_action="wagtail.create")
    return made


def _sources(sources: tuple[content.Source, ...]) -> list[dict[str, object]]:
    return [{"type": "source", "value": each.to_data()} for each in sources]
