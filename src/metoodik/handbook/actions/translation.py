"""What translators do: begin a translation, save its words, say that it still means the same, send it to clearance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, Revision

from metoodik.handbook import content, translation
from metoodik.handbook.access import sees_whole
from metoodik.handbook.actions.clearance import submit_version
from metoodik.handbook.actions.drafts import save_draft
from metoodik.handbook.desk_setup import handbook
from metoodik.handbook.models import GuidancePage, SectionPage, SegmentTranslation, Version
from metoodik.handbook.models.pages import address_of
from metoodik.handbook.models.translation import Deed
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.handbook.translation import Segment
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: how many segments changed, and those that somebody else changed meanwhile, left theirs."""

    changed: int
    conflicts: frozenset[str] = frozenset()


def base_of(segment: Segment) -> str:
    """What a translator's form was filled from: differs as soon as the source or the translation has changed."""
    return content.fingerprint([segment.source, segment.words, segment.was])[:16]


@transaction.atomic
def begin_translation(*, source: Version, locale: str, by: User) -> GuidancePage:
    """The draft page that translates `source`, made when it is not there yet, its section too.

    Keys, readers, access and the like are the source's. Raises PermissionDenied, NotReady when it is not in force.
    """
    _need(by, source)
    if locale not in translation.LANGUAGES:
        raise NotReady([_("Guidance is translated into Russian and English.")])
    now = Version.objects.newest_in_force(source.key, SOURCE_LANGUAGE)
    if now is None or source.target != Target.PAGE:
        raise NotReady([_("The Estonian page is not in force, so there is nothing to translate.")])
    if found := translation_page(str(source.key), locale):
        return found
    section = _section(now.page_content.section, locale, by)
    page = GuidancePage(
        title=now.title, draft_title=now.title, translation_key=source.key, locale=section.locale, live=False
    )
    page.keeper = now.keeper
    _copy_details(page, now)
    section.add_child(instance=page)
    save_draft(page=page, by=by)
    record("handbook.translation_begun", by=by, subject=page, language=locale)
    return page


@transaction.atomic
def save_translation(
    *,
    page: GuidancePage,
    source: Version,
    by: User,
    words: Mapping[str, str],
    bases: Mapping[str, str],
    same: Collection[str] = (),
) -> Saved:
    """Save a translator's words by segment, as `translation.to_marked` writes them, into a new draft.

    `bases` says what each field was filled from (`base_of`): a segment that somebody has changed since is left as it is
    and named. Segments in `same` are confirmed to mean the same still. Raises PermissionDenied.
    """
    _need(by, source)
    revision = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    draft: GuidancePage = revision.as_object() if revision else page
    before = draft.to_content()
    segments = [each for part in parts_of(source, draft) for each in part.segments]
    kept, deeds, conflicts = [], [], set()
    for segment in segments:
        wanted, deed = _wanted(segment, words.get(segment.id), segment.id in same)
        if deed and bases.get(segment.id) != base_of(segment):
            conflicts.add(segment.id)
            wanted, deed = segment, None
        kept.append(wanted)
        if deed:
            deeds.append(_row(wanted, deed, source, draft, by))
    written, made = translation.composed(source.page_content, kept)
    if deeds or written.passages != _bare(before):
        _write(draft, written, made, source)
        save_draft(page=draft, by=by)
    SegmentTranslation.objects.bulk_create(deeds)
    if deeds:
        record(
            "handbook.translation_saved", by=by, subject=page, segments=len(deeds), language=page.locale.language_code
        )
    return Saved(len(deeds), frozenset(conflicts))


@transaction.atomic
def send_translation(
    *, page: GuidancePage, source: Version, by: User, change_kind: str, change_sentence: str
) -> Version:
    """Send the translation to clearance, with its section when that is not in force.

    Raises PermissionDenied, NotReady.
    """
    _need(by, source)
    revision = Page.objects.get(pk=page.pk).get_latest_revision()
    draft: GuidancePage = revision.as_object() if revision else page
    if found := translation_findings(source, draft):
        raise NotReady(found)
    section = draft.get_parent()
    if Version.objects.newest_in_force(section.translation_key, page.locale.language_code) is None:
        waiting = Version.objects.in_clearance().filter(page_id=section.pk)
        if not waiting.exists():
            submit_version(page=section, by=by, change_kind=change_kind, change_sentence=change_sentence)
    return submit_version(
        page=Page.objects.get(pk=page.pk), by=by, change_kind=change_kind, change_sentence=change_sentence
    )


@transaction.atomic
def save_section_words(*, section: SectionPage, by: User, title: str, summary: str) -> Revision:
    """Save a section's title and summary in a language. Raises PermissionDenied."""
    if not by.can(Permission.TRANSLATE_GUIDANCE) or section.locale.language_code == SOURCE_LANGUAGE:
        raise PermissionDenied
    revision = Page.objects.select_for_update().get(pk=section.pk).get_latest_revision()
    draft: SectionPage = revision.as_object() if revision else section
    draft.title = draft.draft_title = title.strip()
    draft.summary = summary.strip()
    return save_draft(page=draft, by=by)


def translation_page(key: str, locale: str) -> GuidancePage | None:
    """The page that translates the one of that key, drafted or in force, or None."""
    found: GuidancePage | None = GuidancePage.objects.filter(translation_key=key, locale__language_code=locale).first()
    return found


def parts_of(source: Version, draft: GuidancePage | None) -> list[translation.Part]:
    """The source beside the draft (None: nothing is translated yet), as the side-by-side page shows it."""
    if draft is None:
        return translation.parts(source.page_content, None, {}, None)
    approved = Version.objects.newest_in_force(source.key, draft.locale.language_code)
    in_force = approved.page_content if approved else None
    return translation.parts(source.page_content, draft.to_content(), draft.translated_from, in_force)


def translation_findings(source: Version, draft: GuidancePage) -> list[Any]:
    """What keeps a translation from clearance: pieces not translated, links and facts left out, another structure."""
    found: list[Any] = []
    for part in parts_of(source, draft):
        name = part.heading or _("Title and summary")
        missing = sum(1 for each in part.segments if each.state == "missing")
        if missing:
            found.append(_("“%(passage)s”: %(count)d pieces are not translated.") % {"passage": name, "count": missing})
        for segment in part.segments:
            if segment.lost:
                found.append(
                    _("“%(passage)s”: the translation leaves out %(what)s.")
                    % {"passage": name, "what": ", ".join(segment.lost)}
                )
    written = [each.key for each in draft.to_content().passages]
    if not found and written != [each.key for each in source.page_content.passages]:
        found.append(_("The Estonian page has other passages now. Save the translation once, so that it follows."))
    return found


def _need(by: User, source: Version) -> None:
    if not by.can(Permission.TRANSLATE_GUIDANCE) or not sees_whole(by, source):
        raise PermissionDenied


def _wanted(segment: Segment, marked: str | None, same: bool) -> tuple[Segment, Deed | None]:
    """The segment as the translator wants it, and what was done; None when nothing was."""
    if segment.is_same_everywhere:
        return segment, None
    words = segment.words if marked is None else translation.from_marked(marked, len(segment.links))
    if words != segment.words and marked is not None and translation.to_marked(segment.words) != marked.strip():
        done = Deed.TRANSLATED if words else Deed.CLEARED
        return replace(segment, words=words, was=segment.source if words else ""), done
    if same and segment.words and segment.was != segment.source:
        return replace(segment, was=segment.source), Deed.CONFIRMED
    return segment, None


def _row(segment: Segment, deed: Deed, source: Version, draft: GuidancePage, by: User) -> SegmentTranslation:
    return SegmentTranslation(
        page_key=source.key,
        locale=draft.locale.language_code,
        passage_key=segment.passage,
        segment=segment.id,
        deed=deed,
        source_hash=content.fingerprint(segment.source),
        source_words=segment.source,
        words=segment.words,
        by=by,
    )


def _bare(page: content.Page) -> tuple[content.Passage, ...]:
    return tuple(replace(each, source="") for each in page.passages)


def _write(draft: GuidancePage, written: content.Page, made: dict[str, list[str]], source: Version) -> None:
    draft.title = draft.draft_title = written.title
    draft.summary = written.summary
    draft.write_passages(written.passages)
    draft.translated_from = made
    _copy_details(draft, source)
    if not Version.objects.filter(page_id=draft.pk, state=State.APPROVED).exists():
        draft.slug = draft._get_autogenerated_slug(address_of(written.title))


def _copy_details(page: GuidancePage, source: Version) -> None:
    """What is said about the page is said once, of the Estonian page."""
    of, marks = source.page_content, source.page_content.restriction
    page.kind, page.risk, page.access = of.kind.value, of.risk.value, of.access.value
    page.audiences = [each.value for each in of.audiences]
    page.review_months, page.sample = of.review_months, of.sample
    page.sources = [{"type": "source", "value": each.to_data()} for each in of.sources]
    page.legal_basis = [{"type": "source", "value": each.to_data()} for each in of.legal_basis]
    page.sources_none, page.legal_basis_none = not of.sources, not of.legal_basis
    page.restriction_ground = marks.ground if marks else ""
    page.restriction_authority = marks.authority if marks else ""
    page.restriction_since = marks.since if marks else None
    page.restriction_until = marks.until if marks else None


def _section(key: str, locale: str, by: User) -> SectionPage:
    found: SectionPage | None = SectionPage.objects.filter(translation_key=key, locale__language_code=locale).first()
    if found is not None:
        return found
    source = Version.objects.newest_in_force(key, SOURCE_LANGUAGE)
    if source is None:
        raise NotReady([_("The section of the Estonian page is not in force.")])
    said = source.section_content
    section = SectionPage(
        title=said.title,
        draft_title=said.title,
        summary=said.summary,
        translation_key=key,
        locale=Locale.objects.get(language_code=locale),
        live=False,
    )
    handbook(locale).add_child(instance=section)
    save_draft(page=section, by=by)
    return section
