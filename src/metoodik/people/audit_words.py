"""What the audit page says for this room's actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.people.roles import ROLES
from metoodik.trust.naming import name_actions, name_detail

name_actions(
    people__created=_("account made"),
    people__invitation_sent=_("invitation sent"),
    people__role_granted=_("role given"),
    people__role_ended=_("role ended"),
    people__admin_mode_entered=_("entered the administrator's mode"),
    people__admin_mode_left=_("left the administrator's mode"),
    people__substitution_given=_("substitute named"),
    people__substitution_ended=_("substitution ended early"),
    people__left=_("left the service, account closed"),
    people__changed=_("name or e-mail corrected"),
    people__second_step_removed=_("second step removed"),
    people__signed_in=_("signed in"),
    people__sign_in_failed=_("sign-in failed"),
    people__password_changed=_("password changed"),
    people__second_step_added=_("second step added"),
)
name_detail("role", _("role"), lambda key: ROLES[key].name if key in ROLES else key)
name_detail("limited", _("for a time"))
name_detail("reason", _("reason"))
name_detail("successor", _("successor's number"))
name_detail("handed", _("handed over"))
name_detail("sessions", _("sessions ended"))
name_detail("removed", _("removed"))
name_detail("kind", _("kind"))
name_detail("name_changed", _("name changed"))
name_detail("email_changed", _("e-mail changed"))
name_detail("absent", _("number of the person who is away"))
name_detail("substitute", _("substitute's number"))
name_detail("in_stead_of", _("in the stead of the person with the number"))
name_detail("standing_in_for", _("while standing in for the person with the number"))
