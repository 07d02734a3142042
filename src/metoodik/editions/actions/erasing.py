"""Erasing a passage's words from every edition, so that hashes still verify."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from metoodik.editions import store
from metoodik.editions.actions.guard import lock, need, one_line
from metoodik.editions.build import BuildError
from metoodik.editions.models import (
    Edition,
    ErasedPassage,
)
from metoodik.editions.models_export import ExportJob, ExportState, PrintedCard
from metoodik.handbook import erasure, pinned
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


def erase_passage(*, by: User, page_key: str, passage_key: str, reason: str, passage_hash: str | None = None) -> int:
    """Erase a passage's words from every edition and from the writing desk, in every language; hashes still verify.

    Every wording goes but the one that is approved and in force now; `passage_hash` erases only that wording. `reason`
    says why without repeating what was erased. Returns how many editions were touched. Files are made again without the
    words; nodes drop theirs at the next look. Raises PermissionDenied without MAKE_EDITION, ValidationError without a
    reason or when the words stand nowhere, NotReady while the page in force or its newest draft holds them.
    """
    need(by, Permission.MAKE_EDITION)
    reason = one_line(reason)[:300]
    if not reason:
        raise ValidationError({"reason": _("Write why the passage is erased.")})
    with transaction.atomic():
        lock()
        found = _hashes_of(page_key, passage_key, passage_hash)
        in_force = erasure.passages_in_force(page_key=page_key, passage_key=passage_key)
        hashes = found - {each.hash for each in in_force} if passage_hash is None else found
        emptied = erasure.erase_passage_words(
            page_key=page_key, passage_key=passage_key, hashes=None if passage_hash is None else {passage_hash}, by=by
        )
        if not hashes and not emptied:
            if found:
                raise NotReady([_("Only the wording in force is left. Write and approve the page without it first.")])
            raise ValidationError(_("No edition holds the words of that passage."))
        known = set(ErasedPassage.objects.filter(passage_hash__in=hashes).values_list("passage_hash", flat=True))
        ErasedPassage.objects.bulk_create(
            ErasedPassage(passage_hash=each, page_key=page_key, passage_key=passage_key, reason=reason, by=by)
            for each in sorted(hashes - known)
        )
        touched = [each for each in Edition.objects.order_by("number").iterator() if _erase_from(each, hashes)]
        ExportJob.objects.filter(state=ExportState.DONE).delete()  # Files hold the words; they are written anew.
        PrintedCard.objects.filter(page_key=page_key, passage_key=passage_key).update(title="–")
        record("editions.passage_erased", by=by, page=page_key, passage=passage_key, editions=len(touched))
        store.node().mark_stale()
        transaction.on_commit(store.node().mark_stale)
    return len(touched)


def _hashes_of(page_key: str, passage_key: str, wanted: str | None) -> set[str]:
    found: set[str] = set()
    for edition in Edition.objects.iterator():
        for page in edition.read_content().pages:
            if page.page.key == page_key and passage_key not in page.erased:
                found |= {each for key, each in page.passage_hashes.items() if key == passage_key}
    return found if wanted is None else found & {wanted}


def _erase_from(edition: Edition, hashes: set[str]) -> bool:
    content = edition.read_content()
    erased = content.without(hashes)
    if erased == content:
        return False
    if erased.hash != edition.content_hash:
        raise BuildError([pinned.Problem(str(edition), _("Its content does not fit its hash: nothing is erased."))])
    Edition.objects.filter(pk=edition.pk).update(content=erased.to_bytes())
    edition.files.all().delete()
    return True
