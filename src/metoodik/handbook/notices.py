"""The words of this room's notices."""

from django.utils.translation import gettext_lazy as _

from metoodik.people.notices import register

register("version_to_review", _("%(person)s asks you to review “%(title)s”."))
register("version_to_approve", _("“%(title)s” waits for your approval."))
register("version_reviewed_agrees", _("%(person)s agrees with “%(title)s”."))
register("version_reviewed_change", _("%(person)s wants a change in “%(title)s”."))
register("version_approved", _("%(person)s approved “%(title)s”. It is in the next edition."))
register("version_returned", _("%(person)s returned “%(title)s” with a reason."))
register("version_handed_over", _("“%(title)s” was taken out of clearance because its sender left. It is yours now."))
