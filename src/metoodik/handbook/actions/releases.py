"""Packages: versions put together, approved as one or not at all, taken out, dissolved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.access import sees
from metoodik.handbook.actions.clearance import approval_findings, approve_locked
from metoodik.handbook.models import Release, Version
from metoodik.handbook.models.releases import ReleaseState
from metoodik.handbook.models.versions import State
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


@transaction.atomic
def make_release(*, name: str, sentence: str, effective_from: datetime | None = None, by: User) -> Release:
    """Begin a package. Raises PermissionDenied, NotReady."""
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    words = _checked(name, sentence, effective_from)
    release = Release.objects.create(**words, effective_from=effective_from, made_by=by)
    record("handbook.release_made", by=by, subject=release)
    return release


@transaction.atomic
def change_release(
    *, release: Release, name: str, sentence: str, effective_from: datetime | None = None, by: User
) -> Release:
    """Correct the name, the sentence or the day. Raises PermissionDenied, NotReady."""
    found = _open(release, by, Permission.WRITE_GUIDANCE)
    words = _checked(name, sentence, effective_from)
    found.name, found.sentence, found.effective_from = words["name"], words["sentence"], effective_from
    found.save(update_fields=["name", "sentence", "effective_from"])
    record("handbook.release_changed", by=by, subject=found)
    return found


@transaction.atomic
def add_to_release(*, release: Release, version: Version, by: User) -> None:
    """Put a version in clearance into an open package. Raises PermissionDenied, NotReady."""
    found = _open(release, by, Permission.WRITE_GUIDANCE)
    added = _locked_version(version)
    if not sees(by, added):
        raise PermissionDenied
    if added.state != State.CLEARANCE or added.edited_since:
        raise NotReady([_("“%(title)s” is not in clearance any more. Send it again first.") % {"title": added.title}])
    if added.release is not None and added.release.is_open and added.release_id != found.pk:
        words = _("“%(title)s” is in the package “%(name)s”. Take it out of there first.")
        raise NotReady([words % {"title": added.title, "name": added.release.name}])
    if added.release_id == found.pk:
        return
    added.release = found
    added.save(update_fields=["release"])
    record("handbook.release_version_added", by=by, subject=found, version=added.pk)


@transaction.atomic
def remove_from_release(*, release: Release, version: Version, by: User) -> None:
    """Take a version out of an open package: by who writes, or by who may decide. Raises PermissionDenied."""
    found = _open(release, by, Permission.WRITE_GUIDANCE, Permission.APPROVE_GUIDANCE)
    removed = _locked_version(version)
    if removed.release_id != found.pk or not sees(by, removed):
        raise PermissionDenied
    removed.release = None
    removed.save(update_fields=["release"])
    record("handbook.release_version_removed", by=by, subject=found, version=removed.pk)
    values: dict[str, str | int] = {"title": found.name, "page": removed.title, "person": by.name}
    for person in {found.made_by, removed.submitted_by}:
        if person.pk != by.pk and sees(person, removed):
            notify(person, "release_changed", values, found.get_absolute_url())


@transaction.atomic
def approve_release(*, release: Release, by: User) -> Release:
    """Approve every version of the package, or none. Raises PermissionDenied, NotReady naming each page that fails."""
    found = _open(release, by, Permission.APPROVE_GUIDANCE)
    versions = list(
        found.versions.select_for_update(of=("self",)).select_related("page__latest_revision").order_by("pk")
    )
    failing = [(version, missing) for version in versions if (missing := missing_of(version, by))]
    problems: list[Any] = [f"{version.title}: {sentence}" for version, missing in failing for sentence in missing]
    if not versions:
        problems.append(_("The package is empty. Put at least one version into it."))
    if found.effective_from is not None and found.effective_from <= timezone.now():
        problems.append(_("The day from which it is in force has passed. Its author sets another or none."))
    if problems:
        raise NotReady(problems)
    for version in versions:
        version.effective_from = found.effective_from or version.effective_from
        approve_locked(version, by)
    found.state, found.decided_by, found.decided_at = ReleaseState.APPROVED, by, timezone.now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    record("handbook.release_approved", by=by, subject=found, versions=len(versions))
    if found.made_by_id != by.pk:
        values: dict[str, str | int] = {"title": found.name, "person": by.name}
        notify(found.made_by, "release_approved", values, found.get_absolute_url())
    return found


@transaction.atomic
def dissolve_release(*, release: Release, by: User) -> Release:
    """End an open package without approving it; its versions stay in clearance, each by itself."""
    found = _open(release, by, Permission.WRITE_GUIDANCE)
    freed = found.versions.update(release=None)
    found.state, found.decided_by, found.decided_at = ReleaseState.DISSOLVED, by, timezone.now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    record("handbook.release_dissolved", by=by, subject=found, versions=freed)
    return found


def missing_of(version: Version, by: User | None) -> list[Any]:
    """What keeps a version of a package from approval, by this person if one is given; empty when nothing does."""
    if version.state != State.CLEARANCE:
        return [_("It is not in clearance any more. Send it again, or take it out.")]
    if version.edited_since:
        return [_("The page has been edited since it was sent. The author sends it again, or take it out.")]
    found = approval_findings(version)
    if by is not None and not (version.may_be_approved_by(by) and sees(by, version)):
        found.append(_("You may not approve this page: you wrote it, or stand in for who did, or may not read it."))
    return found


def _checked(name: str, sentence: str, effective_from: datetime | None) -> dict[str, str]:
    words = {"name": " ".join(name.split()), "sentence": " ".join(sentence.split())}
    found: list[Any] = []
    if not words["name"]:
        found.append(_("Name the package."))
    if not words["sentence"]:
        found.append(_("Say in one sentence what changes."))
    if effective_from is not None and effective_from <= timezone.now():
        found.append(_("The day from which it is in force has passed. Choose a later one or leave it empty."))
    if found:
        raise NotReady(found)
    return words


def _open(release: Release, by: User, *permissions: Permission) -> Release:
    if not any(by.can(each) for each in permissions):
        raise PermissionDenied
    found = Release.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=release.pk)
    if not found.is_open:
        raise NotReady([_("The package is decided already.")])
    return found


def _locked_version(version: Version) -> Version:
    return Version.objects.select_for_update(of=("self",)).select_related("release", "submitted_by").get(pk=version.pk)
