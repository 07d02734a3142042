"""What a leaver has in hand here: pages kept and versions in clearance."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metoodik.handbook import actions
from metoodik.handbook.actions.facts import hand_over_facts
from metoodik.handbook.actions.requests import hand_over_requests, in_hand
from metoodik.handbook.models import Fact, GuidancePage, Version
from metoodik.people.handover import handover
from metoodik.people.models import User
from metoodik.people.permissions import Permission


@handover(_("pages kept"))
def pages(leaver: User, successor: User | None, by: User | None) -> int:
    """Pages of which the leaver is the keeper."""
    if successor is None:
        return int(GuidancePage.objects.filter(keeper=leaver).count())
    _refuse_reader(leaver, successor)
    return actions.hand_over_pages(leaver=leaver, successor=successor, by=by)


@handover(_("facts kept"))
def facts(leaver: User, successor: User | None, by: User | None) -> int:
    """Facts of the register of which the leaver is the keeper."""
    kept = Fact.objects.filter(keeper=leaver)
    if successor is None:
        return kept.count()
    if kept.exists() and not successor.can(Permission.WRITE_GUIDANCE):
        raise ValidationError(_("The successor cannot write guidance. Choose somebody who can, or give them the role."))
    return hand_over_facts(leaver=leaver, successor=successor, by=by)


@handover(_("versions in clearance"))
def versions(leaver: User, successor: User | None, by: User | None) -> int:
    """Versions that the leaver sent and nobody has decided yet: taken back, for the successor to send anew."""
    if successor is None:
        return Version.objects.in_clearance().filter(submitted_by=leaver).count()
    return actions.hand_over_clearance(leaver=leaver, successor=successor, by=by)


@handover(_("reviews and approvals asked of the person by name"))
def asked_of(leaver: User, successor: User | None, by: User | None) -> int:
    """What the leaver was asked for: the successor is asked where they may answer; elsewhere the asker is told."""
    if successor is None:
        return in_hand(leaver)
    return hand_over_requests(leaver=leaver, successor=successor, by=by)


@handover(_("approvals that waited for this person alone"))
def approvals(leaver: User, successor: User | None, by: User | None) -> int:  # noqa: ARG001 - the registry's signature
    """Versions that would have nobody left to approve them."""
    others = User.objects.allowed(Permission.APPROVE_GUIDANCE).exclude(pk=leaver.pk)
    if not leaver.can(Permission.APPROVE_GUIDANCE) or others.exists():
        return 0
    waiting = Version.objects.in_clearance().count()
    if waiting and successor is not None and not successor.can(Permission.APPROVE_GUIDANCE):
        raise ValidationError(_("Nobody else can approve guidance. Give the successor a role that approves first."))
    return waiting


def _refuse_reader(leaver: User, successor: User) -> None:
    keeps = GuidancePage.objects.filter(keeper=leaver).exists()
    if keeps and not successor.can(Permission.WRITE_GUIDANCE):
        raise ValidationError(_("The successor cannot write guidance. Choose somebody who can, or give them the role."))
