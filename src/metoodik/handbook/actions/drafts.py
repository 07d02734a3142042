"""What changes a draft outside the desk's own editor."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from metoodik.handbook import passages
from metoodik.handbook.content import Access
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


@transaction.atomic
def save_draft(*, page: GuidancePage | SectionPage, by: User) -> Revision:
    """Save what the page says now as a new draft revision, outside the desk's own editor."""
    revision: Revision = page.save_revision(user=by, log_action=True)
    record("handbook.draft_saved", by=by, subject=page, revision=revision.pk)
    return revision


@transaction.atomic
def note_draft_read(*, page: GuidancePage, by: User) -> None:
    """Put a read of a draft that is AK, as a whole or in a passage, into the audit trail."""
    if page.access == Access.RESTRICTED or any(each.restriction for each in page.to_content().passages):
        record("handbook.restricted_draft_read", by=by, subject=page)


@transaction.atomic
def split_passage(*, page: GuidancePage, block_key: str, heading: str, by: User) -> Revision:
    """Save a draft in which a passage is split before a block. Raises PermissionDenied, NotReady."""
    return _rearranged(page, by, lambda written: passages.split(written, block_key, heading))


@transaction.atomic
def join_passage(*, page: GuidancePage, key: str, by: User) -> Revision:
    """Save a draft in which a passage is joined to the one before it. Raises PermissionDenied, NotReady."""
    return _rearranged(page, by, lambda written: passages.join(written, key))


@transaction.atomic
def move_passage(*, page: GuidancePage, key: str, place: int, by: User) -> Revision:
    """Save a draft in which a passage stands at another place, counted from 0. Raises PermissionDenied, NotReady."""
    return _rearranged(page, by, lambda written: passages.move(written, key, place))


@transaction.atomic
def undo_draft(*, page: GuidancePage, revision: int, by: User) -> Revision:
    """Save the draft before the newest one (`revision`) anew, the newest kept in the history.

    Raises PermissionDenied, NotReady when another draft was saved meanwhile or there is none before it.
    """
    _need(by, Permission.WRITE_GUIDANCE)
    newest = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    if newest is None or newest.pk != revision:
        raise NotReady([_("The draft has changed meanwhile. Look at it anew and try again.")])
    before = Revision.page_revisions.filter(object_id=newest.object_id, pk__lt=newest.pk).order_by("-pk").first()
    if before is None:
        raise NotReady([_("There is no earlier draft.")])
    saved = save_draft(page=before.as_object(), by=by)
    record("handbook.draft_undone", by=by, subject=page, revision=saved.pk)
    return saved


@transaction.atomic
def confirm_phrase(*, page: GuidancePage, block_key: str, language: str, by: User) -> Revision:
    """Say that a phrase's translation still means the same though the Estonian words changed; a draft keeps it.

    Raises PermissionDenied, NotReady when the draft has no such phrase or translation.
    """
    _need(by, Permission.WRITE_GUIDANCE)
    revision = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    draft: GuidancePage | None = revision.as_object() if revision else None
    phrase = draft.phrase(block_key) if draft else None
    if draft is None or phrase is None or language not in {"ru", "en"} or phrase.state(language) == "missing":
        raise NotReady([_("The draft has changed meanwhile. Look at it anew and try again.")])
    draft.confirm_now = {block_key: {language}}
    saved = save_draft(page=draft, by=by)
    record("handbook.phrase_confirmed", by=by, subject=page, block=block_key, language=language)
    return saved


def _rearranged(page: GuidancePage, by: User, rearrange: Callable[[passages.Passages], passages.Passages]) -> Revision:
    _need(by, Permission.WRITE_GUIDANCE)
    revision = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    if revision is None:
        raise NotReady([_("Save a draft first.")])
    draft: GuidancePage = revision.as_object()
    try:
        draft.write_passages(rearrange(draft.to_content().passages))
    except passages.DifferentRestrictions:
        raise NotReady(
            [_("Only one of the two passages is restricted. Restrict both alike before you join them.")]
        ) from None
    except ValueError:
        raise NotReady([_("The draft has changed meanwhile. Look at it anew and try again.")]) from None
    return save_draft(page=draft, by=by)


def _need(user: User, permission: Permission) -> None:
    if not user.can(permission):
        raise PermissionDenied
