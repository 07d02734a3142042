"""Everything a person may be allowed to do, in one list that a manager can read."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Permission(TextChoices):
    """One thing somebody may do. Roles grant them; nothing else does, but an administrator's mode for its time."""

    READ_HANDBOOK = "read_handbook", _("Read the handbook in force and past editions")
    READ_RESTRICTED = "read_restricted", _("Read pages marked for internal use (AK)")
    WRITE_GUIDANCE = "write_guidance", _("Write and import guidance and send it to clearance")
    REVIEW_GUIDANCE = "review_guidance", _("Review guidance as a practising counsellor")
    APPROVE_GUIDANCE = "approve_guidance", _("Approve a version of guidance")
    DECIDE_RESTRICTION = (
        "decide_restriction",
        _("Decide on restrictions of access (AK): their grounds, and whether one lasts longer"),
    )
    TRANSLATE_GUIDANCE = "translate_guidance", _("Translate guidance in force and send the translation to clearance")
    REVIEW_LANGUAGE = "review_language", _("Approve translations by others and agree with phrases to say")
    MAKE_EDITION = "make_edition", pgettext_lazy("permission", "Make an edition")
    ACT_ON_OVERLAY = "act_on_overlay", _("Warn on a passage or withdraw it at once")
    MANAGE_PEOPLE = "manage_people", _("Invite people, give and end roles, hand over a leaver's work")
    ENTER_ADMIN_MODE = "enter_admin_mode", _("Enter the administrator's mode for a stated reason and a limited time")
    READ_AUDIT = "read_audit", _("Read the audit trail")
    OPERATE = "operate", _("See the state of the system: worker, backups, editions on the node")
