"""Everything that changes guidance: to clearance, reviewed, approved, returned, withdrawn, handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.models import Page, Revision

from metoodik.handbook import facts
from metoodik.handbook.access import reviewable, sees
from metoodik.handbook.actions.comments import carry_comments
from metoodik.handbook.actions.extending import carry_extensions, decline_extensions, drop_extensions, waiting_on
from metoodik.handbook.actions.language import after_approval
from metoodik.handbook.actions.requests import Asking, ask
from metoodik.handbook.content import Access, Risk, fingerprint
from metoodik.handbook.language_rules import language_findings, may_send, source_of
from metoodik.handbook.models import GuidancePage, Release, Review, SectionPage, Version
from metoodik.handbook.models.releases import ReleaseState
from metoodik.handbook.models.reviews import Part
from metoodik.handbook.models.versions import Change, State, Target, Verdict
from metoodik.handbook.validation import NotReady, findings, target_of
from metoodik.people.actions import notify
from metoodik.people.models import User, with_roles
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record


@transaction.atomic
def submit_version(
    *,
    page: Page,
    by: User,
    change_kind: str,
    change_sentence: str,
    withdraws: bool = False,
    replaced_by: UUID | None = None,
    asking: Asking | None = None,
) -> Version:
    """Send the page's latest draft to clearance, exactly as it is now; an earlier one still in clearance is closed.

    Its risk is the draft's, or that of the version in force when that is a safety page.
    With `withdraws` the version asks to take the page out of force; the addresses of a withdrawn page lead to the page
    with the key `replaced_by`. `asking` names whose word is wanted and by when. Open comments on earlier versions, and
    the earlier one's place in a package, come along. Raises PermissionDenied, NotReady.
    """
    revision = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    if revision is None:
        raise NotReady([_("Save a draft first.")])
    draft: GuidancePage | SectionPage = revision.as_object()
    if not may_send(by, draft) or (withdraws and not by.can(Permission.WRITE_GUIDANCE)):
        raise PermissionDenied
    found = [] if withdraws else findings(draft)
    if (change_kind == Change.SAFETY or getattr(draft, "risk", "") == Risk.SAFETY) and not reviewable(draft):
        found.append(
            _(
                "A counsellor has to review a safety page or a safety fix, and no counsellor may see this page. "
                "Change its readers, its risk or the kind of change."
            )
        )
    if not change_sentence.strip():
        found.append(_("Say in one sentence what changes."))
    if replaced_by and not (withdraws and Version.objects.has_in_force(replaced_by, instead_of=page)):
        found.append(_("The page used instead is not in force. Choose another, or approve it first."))
    if found:
        raise NotReady(found)
    release = _close_clearance(page=page, by=by)
    version = _pinned(draft, revision, by)
    version.withdraws = withdraws
    version.replaced_by = replaced_by
    if withdraws:
        version.effective_from = None
    before = version.predecessor()
    if before is not None and before.content.get("risk") == Risk.SAFETY:
        version.risk = Risk.SAFETY  # Whoever makes a safety page ordinary, or ends it, asks a counsellor first too.
    version.change_kind = Change(change_kind)
    version.change_sentence = change_sentence.strip()
    version.release = release
    version.save()
    version.authors.set(_authors(page, since=before) | {by.pk})
    carry_comments(page_id=page.pk, to=version)
    carry_extensions(to=version, by=by)
    record("handbook.version_submitted", by=by, subject=version, hash=version.content_hash, withdraws=withdraws)
    if asking is not None:
        ask(version=version, by=by, **vars(asking))
    _tell_reviewers(version)
    return version


@transaction.atomic
def note_read(*, version: Version, by: User) -> None:
    """Put a read of an AK version, or of a change to an AK page, into the audit trail."""
    before = version.predecessor()
    shown = [version, *([before] if before is not None and sees(by, before) else [])]
    if any(_shows_restricted(each, by) for each in shown):
        record("handbook.restricted_version_read", by=by, subject=version)


def _shows_restricted(version: Version, by: User) -> bool:
    """Whether this person reads something AK in it: the page, or a passage that is not left out for them."""
    if version.content.get("access") == Access.RESTRICTED:
        return True
    marked = any("restriction" in each for each in version.content.get("passages", ()))
    return marked and by.can(Permission.READ_RESTRICTED)


@transaction.atomic
def review_version(*, version: Version, by: User, verdict: str, comment: str = "") -> Review:
    """Give or change one's word on a version. Raises PermissionDenied, NotReady."""
    version = _locked(version)
    if not version.may_be_reviewed_by(by):
        raise PermissionDenied
    _refuse_edited(version)
    if verdict == Verdict.CHANGE and not comment.strip():
        raise NotReady([_("Say what needs a change.")])
    review, _created = Review.objects.update_or_create(
        version=version,
        reviewer=by,
        defaults={
            "verdict": Verdict(verdict),
            "comment": comment.strip(),
            "at": timezone.now(),
            "as_counsellor": by.can(Permission.REVIEW_GUIDANCE),
        },
    )
    record("handbook.version_reviewed", by=by, subject=version, verdict=review.verdict)
    notify(version.submitted_by, f"version_reviewed_{review.verdict}", _words(version, by), _url(version))
    if review.verdict == Verdict.AGREES:
        _tell_approvers(version)
    return review


@transaction.atomic
def approve_version(*, version: Version, by: User) -> Version:
    """Put a version in force with the next edition. The exact revision, whole, current and reviewed, or nothing.

    Raises PermissionDenied for an author or somebody without the right, NotReady with what is missing.
    """
    version = _locked(version)
    if not version.may_be_approved_by(by):
        raise PermissionDenied
    _refuse_edited(version)
    if version.release is not None and version.release.is_open:
        words = _("It is approved together with the package “%(name)s”. Approve that, or take this page out of it.")
        raise NotReady([words % {"name": version.release.name}])
    return approve_locked(version, by)


def approve_locked(version: Version, by: User) -> Version:
    """Approve a version that is locked, in the caller's transaction, by somebody who may. Raises NotReady."""
    if found := approval_findings(version):
        raise NotReady(found)
    version.state = State.APPROVED
    version.approved_by = by
    version.approved_in_stead_of_id = stead = version.stead_of(by)
    version.decided_at = timezone.now()
    version.save()
    detail = {"in_stead_of": stead} if stead else {}
    record("handbook.version_approved", by=by, subject=version, hash=version.content_hash, **detail)
    after_approval(version)
    makers = [each for each in User.objects.allowed(Permission.MAKE_EDITION) if sees(each, version)]
    for person in {version.submitted_by, *makers}:
        notify(person, "version_approved", _words(version, by), _url(version))
    return version


def approval_findings(version: Version) -> list[Any]:
    """What keeps a version in clearance from approval, apart from who asks."""
    found: list[Any] = []
    if not version.is_intact or fingerprint(_content(version.revision.as_object())) != version.content_hash:
        found.append(_("The revision is not what was sent to clearance. Send the page again."))
    elif not version.withdraws:
        found += findings(version.revision.as_object())
        if version.target == Target.PAGE:
            found += facts.approval_findings(version.page_content)
    if waiting_on(version).exists():
        found.append(_("It extends a restriction of access. That is decided on the list of restrictions."))
    found += language_findings(version)
    if version.needs_counsellor and not version.agreed_by_counsellor:
        found.append(_("A practising counsellor has to review it first."))
    if version.waits_for_replacement:
        found.append(_("A change of the page used instead is in clearance. Approve that first."))
    if version.objections:
        found.append(_("A reviewer wants a change. Settle it, or return the version."))
    if count := len(version.open_comments):
        words = ngettext_lazy(
            "%d comment is open. It has to be settled first.", "%d comments are open. They have to be settled first."
        )
        found.append(words % count)
    return found


@transaction.atomic
def return_version(*, version: Version, by: User, answer: str) -> Version:
    """Send a version back to its author with a reason. Raises PermissionDenied, NotReady."""
    version = _locked(version)
    if not version.may_be_approved_by(by):
        raise PermissionDenied
    if not answer.strip():
        raise NotReady([_("Say what the author should do.")])
    version.state = State.RETURNED
    version.answer = answer.strip()
    version.decided_at = timezone.now()
    version.save()
    record("handbook.version_returned", by=by, subject=version)
    decline_extensions(version=version, by=by, answer=version.answer)
    notify(version.submitted_by, "version_returned", _words(version, by), _url(version))
    return version


@transaction.atomic
def take_back(*, version: Version, by: User) -> Version:
    """Take one's own version out of clearance. Raises PermissionDenied when it is decided or somebody else's."""
    version = _locked(version)
    if version.state != State.CLEARANCE or by.pk != version.submitted_by_id:
        raise PermissionDenied
    drop_extensions(version=version, by=by)
    return _void(version, by)


def hand_over_pages(*, leaver: User, successor: User, by: User | None) -> int:
    """Give a leaver's pages to a successor, in the caller's transaction; returns how many. Approvals stay theirs."""
    pages = list(GuidancePage.objects.filter(keeper=leaver))
    for page in pages:
        record("handbook.keeper_changed", by=by, subject=page, keeper=successor.pk)
    GuidancePage.objects.filter(keeper=leaver).update(keeper=successor)
    Version.objects.filter(keeper=leaver).update(keeper=successor)
    return len(pages)


def hand_over_clearance(*, leaver: User, successor: User, by: User | None) -> int:
    """Take a leaver's undecided versions out of clearance and tell the successor; returns how many."""
    versions = list(Version.objects.in_clearance().select_for_update().filter(submitted_by=leaver))
    for version in versions:
        drop_extensions(version=version, by=by)
        _void(version, by)
        notify(successor, "version_handed_over", _words(version, leaver), _url(version))
    return len(versions)


def _pinned(draft: GuidancePage | SectionPage, revision: Revision, by: User) -> Version:
    written = _content(draft)
    last = Version.objects.filter(page_id=draft.pk).aggregate(last=models.Max("number"))["last"]
    return Version(
        page_id=draft.pk,
        revision=revision,
        number=(last or 0) + 1,
        target=target_of(draft),
        key=draft.translation_key,
        locale=draft.locale.language_code,
        title=draft.title,
        content=written,
        content_hash=fingerprint(written),
        risk=getattr(draft, "risk", "ordinary"),
        effective_from=getattr(draft, "effective_from", None),
        keeper=getattr(draft, "keeper", None) or by,
        submitted_by=by,
        translates=source_of(draft),
    )


def _content(draft: GuidancePage | SectionPage) -> dict[str, Any]:
    return draft.to_content().to_data()


def _authors(page: Page, *, since: Version | None) -> set[int]:
    revisions = Revision.page_revisions.filter(object_id=str(page.pk))
    if since is not None:
        revisions = revisions.filter(pk__gt=since.revision_id)
    return {number for number in revisions.values_list("user_id", flat=True) if number}


def _close_clearance(*, page: Page, by: User) -> Release | None:
    """Void what is in clearance of the page; its place in an open package goes to the version sent now."""
    release: Release | None = None
    for version in Version.objects.filter(page=page, release__state=ReleaseState.OPEN).select_related("release"):
        release, version.release = version.release, None
        version.save(update_fields=["release"])
    for version in Version.objects.in_clearance().select_for_update().filter(page=page):
        _void(version, by)
    return release


def _void(version: Version, by: User | None) -> Version:
    version.state = State.VOIDED
    version.decided_at = timezone.now()
    version.save()
    record("handbook.version_voided", by=by, subject=version)
    return version


def _locked(version: Version) -> Version:
    return Version.objects.select_for_update().get(pk=version.pk)


def _refuse_edited(version: Version) -> None:
    if version.edited_since:
        raise NotReady([_("The page has been edited since it was sent. The author sends it again.")])


def _need(user: User, permission: Permission) -> None:
    if not user.can(permission):
        raise PermissionDenied


def _words(version: Version, by: User) -> dict[str, str | int]:
    return {"title": version.title, "person": by.name}


def _url(version: Version) -> str:
    return version.get_absolute_url()


def _tell_reviewers(version: Version) -> None:
    """Tell everybody who could act when nobody was named for it; who was named has been told."""
    named = version.requests.filter(withdrawn_at=None)
    if version.needs_counsellor:
        if not named.filter(as_counsellor=True).exists():
            _tell_all(version, Permission.REVIEW_GUIDANCE, "version_to_review")
    elif not named.exists():
        _tell_all(version, Permission.APPROVE_GUIDANCE, "version_to_approve")


def _tell_approvers(version: Version) -> None:
    """Tell who decides once everybody asked has agreed."""
    named = version.named_approver
    waiting = any(each.waits and each.part == Part.REVIEW for each in version.asked)
    if version.objections or waiting or not (version.needs_counsellor or version.asked):
        return
    if named is not None:
        notify(named.person, "version_to_approve", _words(version, version.submitted_by), _url(version))
    else:
        _tell_all(version, Permission.APPROVE_GUIDANCE, "version_to_approve")


def _tell_all(version: Version, wanted: Permission, key: str) -> None:
    may = version.may_be_reviewed_by if wanted == Permission.REVIEW_GUIDANCE else version.may_be_approved_by
    rights = (wanted,) if wanted == Permission.REVIEW_GUIDANCE else version.approving
    for person in {each for right in rights for each in with_roles(User.objects.allowed(right))}:
        if may(person) and sees(person, version):
            notify(person, key, _words(version, version.submitted_by), _url(version))
