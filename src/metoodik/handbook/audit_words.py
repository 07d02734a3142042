"""What the audit page says for this room's actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.versions import Verdict
from metoodik.trust.naming import name_actions, name_detail

name_actions(
    handbook__draft_saved=_("draft saved"),
    handbook__draft_undone=_("draft taken back to the one before"),
    handbook__phrase_confirmed=_("translation of a phrase confirmed"),
    handbook__version_submitted=_("version sent to clearance"),
    handbook__version_reviewed=_("version reviewed"),
    handbook__version_approved=_("version approved"),
    handbook__version_returned=_("version returned to its author"),
    handbook__version_voided=_("version taken out of clearance"),
    handbook__version_erased=_("passage erased from a version; its hash was another before"),
    handbook__restricted_draft_read=_("opened an AK draft at the writing desk"),
    handbook__restricted_version_read=_("read an AK version in clearance"),
    handbook__keeper_changed=_("page got a new keeper"),
    handbook__file_taken=_("file brought for import"),
    handbook__file_read=_("brought file read"),
    handbook__file_refused=_("brought file refused"),
    handbook__file_drafted=_("brought file made into a draft"),
    handbook__import_undone=_("import undone"),
)
name_detail("withdraws", _("takes the page out of force"))
name_detail("verdict", _("view"), lambda stored: Verdict(stored).label if stored in Verdict.values else stored)
name_detail("revision", _("draft's number"))
name_detail("keeper", _("keeper's number"))
name_detail("size", _("bytes"))
name_detail("leftovers", _("pieces not understood"))
name_detail("block", _("part of the page"))
name_detail("language", _("language"))
