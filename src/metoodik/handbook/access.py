"""Who may see which version: the reader's circles and the AK right decide here too, not only in an edition."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from metoodik.handbook.content import Access
from metoodik.handbook.models import GuidancePage, ImportBatch, ImportedFile, ReviewRequest, SectionPage, Version
from metoodik.handbook.models.versions import Target, VersionQuerySet
from metoodik.people.models import User, with_roles
from metoodik.people.permissions import Permission

CLEARANCE = (
    Permission.WRITE_GUIDANCE,
    Permission.REVIEW_GUIDANCE,
    Permission.APPROVE_GUIDANCE,
    Permission.TRANSLATE_GUIDANCE,
    Permission.REVIEW_LANGUAGE,
)
APPROVING = (Permission.APPROVE_GUIDANCE, Permission.REVIEW_LANGUAGE)
"""Rights one of which approves a version; which one, the version says."""


def takes_part_in_clearance(user: User) -> bool:
    """Whether clearance is a room of this person's."""
    return any(user.can(each) for each in CLEARANCE)


def was_asked(user: User) -> bool:
    """Whether somebody has asked this person by name for a word on a version."""
    return ReviewRequest.objects.filter(person=user, withdrawn_at__isnull=True).exists()


def sees(user: User, version: Version) -> bool:
    """Whether the version is for this person's eyes: who takes part in clearance, and who was asked by name."""
    if not takes_part_in_clearance(user) and all(each.person_id != user.pk for each in version.asked):
        return False
    return reads(user, version)


def sees_whole(user: User, version: Version) -> bool:
    """Whether the version is for this person's eyes with every passage: AK ones ask for the right, as AK pages do."""
    marked = any("restriction" in each for each in version.content.get("passages", ()))
    return sees(user, version) and (not marked or user.can(Permission.READ_RESTRICTED))


def reads(user: User, version: Version) -> bool:
    """Whether the version's content was written for this person: the reader's circles and the AK right."""
    if version.target == Target.SECTION:
        return True
    return sees_page(user, version.content["audiences"], version.content["access"])


def sees_page(user: User, audiences: Iterable[str], access: str) -> bool:
    """Whether a page for these circles of readers with that access, draft or not, is for this person's eyes."""
    if access == Access.RESTRICTED and not user.can(Permission.READ_RESTRICTED):
        return False
    return bool(set(audiences) & user.circles)


def versions_for(user: User) -> VersionQuerySet:
    """Every version that this person sees, as `sees` says, decided by the database."""
    found = Version.objects.visible_to(user)
    if takes_part_in_clearance(user):
        return found
    asked = ReviewRequest.objects.filter(person=user, withdrawn_at__isnull=True)
    return found.filter(pk__in=asked.values("version"))


def may_be_asked(version: Version) -> list[User]:
    """People who could review the version if they were asked: here, readers of it, and not its writers."""
    people = with_roles(User.objects.filter(is_active=True).order_by("name"))
    return [each for each in people if reads(each, version) and not version.is_written_by(each.pk)]


def could_be_asked(draft: GuidancePage | SectionPage, *, by: User) -> tuple[list[User], list[User]]:
    """Who could be named reviewers of a draft that this person sends, and who could be named its approver."""
    people = list(with_roles(User.objects.filter(is_active=True).exclude(pk=by.pk).order_by("name")))
    if isinstance(draft, GuidancePage):
        people = [each for each in people if sees_page(each, draft.audiences, draft.access)]
    return people, [each for each in people if any(_in_fit_stead(each, right, by) for right in APPROVING)]


def _in_fit_stead(person: User, right: Permission, writer: User) -> bool:
    """Whether the person has the right, and not only in the writer's stead."""
    stead = person.stead_for(right)
    return stead is None or bool(stead - {writer.pk})


def _allowed(rights: Iterable[Permission]) -> QuerySet[User]:
    holders = Q()
    for right in rights:
        holders |= Q(pk__in=User.objects.allowed(right).values("pk"))
    return User.objects.filter(holders)


def approvers_of(version: Version) -> list[User]:
    """People who may approve the version as things stand: the right, four eyes, and written for their eyes."""
    people = with_roles(_allowed(version.approving).order_by("name"))
    return [each for each in people if version.may_be_approved_by(each) and sees(each, version)]


def without_approver(*, sent_by: User | None = None) -> list[Version]:
    """Versions in clearance that nobody may approve as things stand, the oldest first; one sender's, if one is given.

    One query for each person who may approve something: they are few.
    """
    waiting = Version.objects.in_clearance().defer("content").select_related("submitted_by").prefetch_related("authors")
    if sent_by is not None:
        waiting = waiting.filter(submitted_by=sent_by)
    found = list(waiting)
    for person in with_roles(_allowed(APPROVING)) if found else ():
        seen = set(Version.objects.in_clearance().visible_to(person).values_list("pk", flat=True))
        found = [each for each in found if each.pk not in seen or not each.may_be_approved_by(person)]
    return found


def get_version_for(user: User, pk: int) -> Version:
    """The version, if this person may see it. Raises Http404 otherwise, so that nobody learns that it exists."""
    people = ("submitted_by", "approved_by", "approved_in_stead_of", "overtaken_by", "keeper")
    versions = Version.objects.select_related("page__latest_revision__user", "revision", "release", *people)
    said = ("reviews__reviewer", "authors", "requests__person", "comments__author", "comments__settled_by")
    version = versions.prefetch_related(*said).filter(pk=pk).first()
    if version is None or not sees(user, version):
        raise Http404
    version.hides_restricted = not user.can(Permission.READ_RESTRICTED)
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


def get_batch_for(user: User, pk: int) -> ImportBatch:
    """The batch of imported files, if this person writes guidance. Raises PermissionDenied or Http404."""
    if not user.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    found = ImportBatch.objects.select_related("section", "by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
