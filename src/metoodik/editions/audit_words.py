"""What the audit page says for this room's actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.editions.models_export import Outcome
from metoodik.trust.naming import name_actions, name_detail

name_actions(
    editions__build_requested=_("asked for an edition"),
    editions__made=_("edition made"),
    editions__build_failed=_("edition was not made"),
    editions__superseded=_("coming edition replaced"),
    editions__passage_erased=_("passage erased from every edition"),
    editions__exported=_("exported guidance to a file"),
    editions__restricted_read=_("read an AK page"),
    editions__document_written=_("took guidance out as a document"),
    editions__export_requested=_("asked for a large document"),
    editions__export_taken=_("downloaded a large document"),
    editions__card_registered=_("registered a printed card"),
    editions__card_ended=_("took down a printed card"),
    editions__information_request=_("answered an information request"),
    editions__overlay_warning=_("warned on guidance"),
    editions__overlay_withdrawal=_("withdrew guidance at once"),
    editions__overlay_correction=_("corrected a number at once"),
    editions__overlay_lift=_("lifted a warning or withdrawal"),
)
name_detail("format", _("file format"))
name_detail("pages", _("number of pages"))
name_detail("withheld", _("parts withheld"))
name_detail("copies", _("number of copies"))
name_detail(
    "outcome",
    _("what became of the card"),
    lambda stored: Outcome(stored).label if stored in Outcome.values else stored,
)
