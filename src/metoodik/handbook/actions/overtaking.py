"""A newer draft of a page voids what waits in clearance: the people asked are told who edited it, once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from metoodik.handbook.access import sees
from metoodik.handbook.models import Version
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.trust.audit import record


@transaction.atomic
def note_edit(*, page_id: int) -> Version | None:
    """Note that the page's version in clearance is void because of a newer draft; None when there is none such.

    Who edited and when is the newest revision's. Called after each save at the writing desk, autosave too, and by the
    clock for drafts saved elsewhere; a second call says nothing more.
    """
    waiting = Version.objects.in_clearance().select_for_update(of=("self",))
    found = (
        waiting.filter(page_id=page_id, overtaken_at__isnull=True)
        .exclude(page__latest_revision=F("revision"))
        .select_related("page__latest_revision__user", "submitted_by")
        .first()
    )
    if found is None or not found.edited_since:
        return None
    revision = found.page.latest_revision
    found.overtaken_at, found.overtaken_by = revision.created_at, revision.user
    found.save(update_fields=["overtaken_at", "overtaken_by"])
    record("handbook.version_overtaken", by=revision.user, subject=found, revision=revision.pk)
    for person in _told(found):
        if person != revision.user:
            values: dict[str, str | int] = {
                "title": found.title,
                "person": revision.user.name if revision.user else "–",
            }
            notify(person, "version_overtaken", values, found.get_absolute_url())
    return found


def note_edits() -> int:
    """Note every edit that nobody has noted yet, by the clock. Returns how many."""
    void = Version.objects.in_clearance().filter(overtaken_at__isnull=True, page__latest_revision__isnull=False)
    pages = list(void.exclude(page__latest_revision=F("revision")).values_list("page_id", flat=True))
    return sum(note_edit(page_id=page) is not None for page in pages)


def _told(version: Version) -> set[User]:
    """Who sent it, who was asked, who has reviewed it."""
    people = {version.submitted_by}
    people |= {each.person for each in version.requests.select_related("person").filter(withdrawn_at=None)}
    people |= {each.reviewer for each in version.reviews.select_related("reviewer")}
    return {each for each in people if each.is_active and sees(each, version)}
