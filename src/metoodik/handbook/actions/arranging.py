"""Moving, ordering, merging and deleting what stands in the handbook, without losing an address or a link."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from metoodik.handbook import passages
from metoodik.handbook.actions.clearance import submit_version
from metoodik.handbook.actions.drafts import save_draft
from metoodik.handbook.content import Access, Risk
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import State
from metoodik.handbook.validation import Finding, NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

OPENNESS = (Access.RESTRICTED, Access.INTERNAL, Access.PUBLIC)
RISKS = (Risk.ORDINARY, Risk.ELEVATED, Risk.SAFETY)


@transaction.atomic
def move_page(*, page: GuidancePage, section: SectionPage, by: User) -> list[GuidancePage]:
    """Move a page's draft to another section, its translations to that section's; returns what was moved.

    The page in force stays where it is until the draft is approved; a version in clearance is void, as after any edit.
    A translation stays where it is while the section has no page in its language.
    Raises PermissionDenied, NotReady when it stands there already or its address is taken there.
    """
    _need(by)
    variants = list(Page.objects.select_for_update().filter(translation_key=page.translation_key).order_by("pk"))
    moved = []
    for variant in variants:
        if variant.alias_of_id is not None:
            continue
        shelf = _in_language(section, variant)
        if shelf is not None and variant.get_parent().pk != shelf.pk:
            moved.append(_moved(variant, shelf, by))
    if not moved:
        raise NotReady([_("The page stands in that section already.")])
    return moved


def _in_language(section: SectionPage, page: Page) -> SectionPage | None:
    found: SectionPage | None = SectionPage.objects.filter(
        translation_key=section.translation_key, locale_id=page.locale_id
    ).first()
    return found


def _moved(page: Page, section: SectionPage, by: User) -> GuidancePage:
    if section.get_children().filter(slug=page.slug).exists():
        raise NotReady([_("The section has another page with the address “%s”. Change one of them first.") % page.slug])
    page.move(section, pos="last-child", user=by)
    draft = _draft(page)
    save_draft(page=draft, by=by)
    record("handbook.page_moved", by=by, subject=page, section=section.pk)
    return draft


@transaction.atomic
def order_page(*, section: SectionPage, key: str, place: int, by: User) -> Revision:
    """Put a page of a section at a place, counted from 0, in a draft of the section; it goes to clearance like any.

    Raises PermissionDenied, NotReady when the page is not in the section.
    """
    _need(by)
    draft = _section_draft(section)
    keys = [each for each in pages_in_order(draft) if each != key]
    if len(keys) == len(pages_in_order(draft)):
        raise NotReady([_("The page is in the section no more. Look at the list anew.")])
    keys.insert(max(0, min(place, len(keys))), key)
    draft.page_order = keys
    return save_draft(page=draft, by=by)


def pages_in_order(section: SectionPage) -> list[str]:
    """Keys of the section's pages as its draft orders them: the chosen ones first, then by title."""
    titles = {str(key): title for key, title in section.get_children().values_list("translation_key", "draft_title")}
    chosen = [key for key in section.page_order if key in titles]
    rest = sorted((title.casefold(), key) for key, title in titles.items() if key not in chosen)
    return [*chosen, *(key for _title, key in rest)]


@transaction.atomic
def order_section(*, section: SectionPage, place: int, by: User) -> None:
    """Put a section at a place among its sisters, counted from 0, for the next edition. Raises PermissionDenied.

    The order of sections is that of the desk's tree and asks nobody: no word of guidance changes.
    """
    _need(by)
    sisters = [each for each in section.get_parent().get_children().order_by("path") if each.pk != section.pk]
    if not sisters:
        return
    place = max(0, min(place, len(sisters)))
    moving = Page.objects.get(pk=section.pk)
    if place == len(sisters):
        moving.move(sisters[-1], pos="right", user=by)
    else:
        moving.move(sisters[place], pos="left", user=by)
    record("handbook.section_ordered", by=by, subject=section, place=place + 1)


@transaction.atomic
def delete_draft(*, page: GuidancePage | SectionPage, by: User) -> None:
    """Delete a page or an empty section that was never sent to clearance. Raises PermissionDenied, NotReady."""
    _need(by)
    fresh = Page.objects.select_for_update().get(pk=page.pk)
    if found := deletion_findings(fresh):
        raise NotReady(found)
    record("handbook.draft_deleted", by=by, subject=page, title=page.title)
    fresh.specific.delete(user=by)


def deletion_findings(page: Page) -> list[Finding]:
    """Why a page cannot be deleted."""
    if Version.objects.filter(page__in=page.get_descendants(inclusive=True)).exists():
        return [_("It has been sent to clearance, so it is part of the record. Withdraw it from force instead.")]
    if page.get_children().exists():
        return [_("The section still has pages. Move or delete them first.")]
    return []


@transaction.atomic
def merge_pages(*, page: GuidancePage, into: GuidancePage, change_kind: str, change_sentence: str, by: User) -> Version:
    """Append a page's passages to another's draft and send both to clearance: the change and the withdrawal.

    Passages keep their keys; the page's addresses lead to the other once the withdrawal is approved, which waits for
    the other's approval. Sources and legal basis come along, the higher risk stays.
    Returns the version of the page that stays. Raises PermissionDenied, NotReady.
    """
    _need(by)
    list(Page.objects.select_for_update().filter(pk__in=[page.pk, into.pk]))
    gone, stays = _draft(page), _draft(into)
    if found := merge_findings(gone, stays):
        raise NotReady(found)
    merged(gone, stays)
    save_draft(page=stays, by=by)
    change = {"change_kind": change_kind, "change_sentence": change_sentence, "by": by}
    version = submit_version(page=Page.objects.get(pk=into.pk), **change)  # type: ignore[arg-type]
    submit_version(
        page=Page.objects.get(pk=page.pk),
        withdraws=True,
        replaced_by=into.translation_key,
        **change,  # type: ignore[arg-type]
    )
    record("handbook.pages_merged", by=by, subject=page, page=into.pk)
    return version


def merged(gone: GuidancePage, stays: GuidancePage) -> None:
    """Write what the page that goes says into the draft of the one that stays; nothing is saved."""
    stays.write_passages(passages.append(stays.to_content().passages, gone.to_content().passages))
    for name in ("sources", "legal_basis"):
        known = {(each.value["title"], each.value["url"]) for each in getattr(stays, name)}
        more = [each for each in getattr(gone, name) if (each.value["title"], each.value["url"]) not in known]
        if more:
            raw = [*getattr(stays, name).get_prep_value(), *({**each.get_prep_value(), "id": None} for each in more)]
            setattr(stays, name, raw)
            setattr(stays, f"{name}_none", False)
    stays.risk = max(stays.risk, gone.risk, key=lambda each: RISKS.index(Risk(each)))


def merge_findings(gone: GuidancePage, stays: GuidancePage) -> list[Finding]:
    """Why two pages cannot become one."""
    if gone.pk == stays.pk or gone.locale_id != stays.locale_id:
        return [_("Choose another page in the same language.")]
    found: list[Finding] = []
    for each in (gone, stays):
        newest = Version.objects.filter(page_id=each.pk, state=State.APPROVED).order_by("-number").first()
        if newest is None or newest.withdraws:
            found.append(_("“%s” is not in force. Only pages in force are merged.") % each.title)
    wider = set(stays.audiences) - set(gone.audiences)
    if wider or OPENNESS.index(Access(stays.access)) > OPENNESS.index(Access(gone.access)):
        found.append(
            _("“%(stays)s” is read by people who may not read “%(gone)s”. Change the readers or the access first.")
            % {"stays": stays.title, "gone": gone.title}
        )
    return found


def _draft(page: Page) -> GuidancePage:
    revision = Page.objects.get(pk=page.pk).get_latest_revision()
    if revision is None:
        raise NotReady([_("Save a draft first.")])
    draft: GuidancePage = revision.as_object()
    return draft


def _section_draft(section: SectionPage) -> SectionPage:
    revision = Page.objects.select_for_update().get(pk=section.pk).get_latest_revision()
    if revision is None:
        raise NotReady([_("Save a draft first.")])
    draft: SectionPage = revision.as_object()
    return draft


def _need(user: User) -> None:
    if not user.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
