"""Who may see which version: the reader's circles and the AK right decide here too, not only in an edition."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import Http404

from metoodik.handbook.content import Access
from metoodik.handbook.models import GuidancePage, ImportedFile, SectionPage, Version
from metoodik.handbook.models.versions import Target
from metoodik.people.models import User, with_roles
from metoodik.people.permissions import Permission

CLEARANCE = (Permission.WRITE_GUIDANCE, Permission.REVIEW_GUIDANCE, Permission.APPROVE_GUIDANCE)


def takes_part_in_clearance(user: User) -> bool:
    """Whether clearance is a room of this person's."""
    return any(user.can(each) for each in CLEARANCE)


def sees(user: User, version: Version) -> bool:
    """Whether the version's content is for this person's eyes."""
    if not takes_part_in_clearance(user):
        return False
    if version.target == Target.SECTION:
        return True
    return sees_page(user, version.content["audiences"], version.content["access"])


def sees_page(user: User, audiences: Iterable[str], access: str) -> bool:
    """Whether a page for these circles of readers with that access, draft or not, is for this person's eyes."""
    if access == Access.RESTRICTED and not user.can(Permission.READ_RESTRICTED):
        return False
    return bool(set(audiences) & user.circles)


def get_version_for(user: User, pk: int) -> Version:
    """The version, if this person may see it. Raises Http404 otherwise, so that nobody learns that it exists."""
    versions = Version.objects.select_related("page", "submitted_by", "approved_by", "keeper", "revision")
    version = versions.prefetch_related("reviews__reviewer", "authors").filter(pk=pk).first()
    if version is None or not sees(user, version):
        raise Http404
    return version


def reviewable(draft: GuidancePage | SectionPage) -> bool:
    """Whether some counsellor may see the draft, to review it."""
    if not isinstance(draft, GuidancePage):
        return True
    counsellors = with_roles(User.objects.allowed(Permission.REVIEW_GUIDANCE))
    restricted = draft.access == Access.RESTRICTED
    return any(
        set(draft.audiences) & person.circles and (not restricted or person.can(Permission.READ_RESTRICTED))
        for person in counsellors
    )


def get_import_for(user: User, pk: int) -> ImportedFile:
    """The imported file, if this person writes guidance. Raises PermissionDenied or Http404."""
    if not user.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    found = ImportedFile.objects.select_related("section", "page", "by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
