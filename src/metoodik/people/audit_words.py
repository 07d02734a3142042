"""What the audit page says for this room's actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.trust.naming import name_actions

name_actions(
    people__created=_("account made"),
    people__invitation_sent=_("invitation sent"),
    people__role_granted=_("role given"),
    people__role_ended=_("role ended"),
    people__admin_mode_entered=_("entered the administrator's mode"),
    people__admin_mode_left=_("left the administrator's mode"),
    people__left=_("left the service, account closed"),
    people__changed=_("name or e-mail corrected"),
    people__second_step_removed=_("second step removed"),
    people__signed_in=_("signed in"),
    people__sign_in_failed=_("sign-in failed"),
    people__password_changed=_("password changed"),
    people__second_step_added=_("second step added"),
)
