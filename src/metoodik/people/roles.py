"""Roles: what a person is here, what they may do, and which circles of readers they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.people.permissions import Permission as P  # noqa: N817 - a table of them stands below


class Role:
    """A role is a class: `key` is stored, `name` and `sentence` are shown, `permissions` and `circles` take effect.

    `circles` are names of reader circles (the handbook's audiences): they decide what is seen, permissions what done.
    """

    key: ClassVar[str]
    name: ClassVar[str | Promise]
    sentence: ClassVar[str | Promise]
    permissions: ClassVar[frozenset[P]]
    circles: ClassVar[frozenset[str]]


class MethodsExpert(Role):
    key = "methods_expert"
    name = _("Methods expert")
    sentence = _("Writes the guidance, sends it to clearance and makes editions; cannot approve.")
    permissions = frozenset(
        {
            P.READ_HANDBOOK,
            P.READ_RESTRICTED,
            P.WRITE_GUIDANCE,
            P.TRANSLATE_GUIDANCE,
            P.MAKE_EDITION,
            P.ACT_ON_OVERLAY,
        }
    )
    circles = frozenset({"staff", "counselling", "groups", "leadership"})


class Counsellor(Role):
    key = "counsellor"
    name = _("Counsellor")
    sentence = _("Reads the handbook in calls and reviews safety pages before they are approved.")
    permissions = frozenset({P.READ_HANDBOOK, P.REVIEW_GUIDANCE})
    circles = frozenset({"staff", "counselling"})


class TeamLead(Role):
    key = "team_lead"
    name = _("Team lead")
    sentence = _("Leads the counsellors; may warn on a passage or withdraw it when somebody could come to harm.")
    permissions = frozenset({P.READ_HANDBOOK, P.READ_RESTRICTED, P.ACT_ON_OVERLAY})
    circles = frozenset({"staff", "counselling", "leadership"})


class Coach(Role):
    key = "coach"
    name = _("Coach")
    sentence = _("Coaches counsellors in the methods; reads what they read.")
    permissions = frozenset({P.READ_HANDBOOK})
    circles = frozenset({"staff", "counselling"})


class ServiceOwner(Role):
    key = "service_owner"
    name = _("Service owner")
    sentence = _("Approves guidance and answers for the service; never approves what they wrote.")
    permissions = frozenset(
        {P.READ_HANDBOOK, P.READ_RESTRICTED, P.APPROVE_GUIDANCE, P.DECIDE_RESTRICTION, P.ACT_ON_OVERLAY, P.READ_AUDIT}
    )
    circles = frozenset({"staff", "counselling", "groups", "leadership"})


class Facilitator(Role):
    key = "facilitator"
    name = _("Facilitator")
    sentence = _("Leads support groups; reads what is written for facilitators and for all staff.")
    permissions = frozenset({P.READ_HANDBOOK})
    circles = frozenset({"staff", "groups"})


class Translator(Role):
    key = "translator"
    name = _("Translator")
    sentence = _("Keeps Russian and English right; reads what counsellors and facilitators read.")
    permissions = frozenset({P.READ_HANDBOOK, P.TRANSLATE_GUIDANCE})
    circles = frozenset({"staff", "counselling", "groups"})


class LanguageReviewer(Role):
    key = "language_reviewer"
    name = _("Language reviewer")
    sentence = _("Approves translations that somebody else made, and agrees with the words to say in each language.")
    permissions = frozenset({P.READ_HANDBOOK, P.REVIEW_LANGUAGE})
    circles = frozenset({"staff", "counselling", "groups"})


class Administrator(Role):
    key = "administrator"
    name = pgettext_lazy("role", "Administrator")
    sentence = _(
        "Invites people and keeps the system running; sees more only in a reasoned, time-limited, recorded mode."
    )
    permissions = frozenset({P.MANAGE_PEOPLE, P.ENTER_ADMIN_MODE, P.OPERATE})
    circles = frozenset({"staff"})


ROLES: dict[str, type[Role]] = {
    role.key: role
    for role in (
        MethodsExpert,
        Counsellor,
        TeamLead,
        Coach,
        ServiceOwner,
        Facilitator,
        Translator,
        LanguageReviewer,
        Administrator,
    )
}

NEVER_SUBSTITUTED = frozenset({P.MANAGE_PEOPLE, P.ENTER_ADMIN_MODE, P.REVIEW_GUIDANCE, P.DECIDE_RESTRICTION})
"""What a substitute never receives: rights that exercise public authority or keep the house secure, and a counsellor's
word, which rests on that person's own practice."""


def may_be_substituted(role: type[Role]) -> bool:
    """Whether anybody may stand in for a holder of the role: not where it is the keys of the house."""
    return P.MANAGE_PEOPLE not in role.permissions


ADMIN_MODE_PERMISSIONS = frozenset({P.READ_HANDBOOK, P.READ_RESTRICTED, P.READ_AUDIT})
"""What an administrator gains for the time of the mode, and nothing else: seeing, never writing or approving."""

ADMIN_MODE_CIRCLES = frozenset({"staff", "counselling", "groups", "leadership"})
