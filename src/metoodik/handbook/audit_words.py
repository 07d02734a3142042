"""What the audit page says for this room's actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.reviews import Part
from metoodik.handbook.models.versions import Verdict
from metoodik.trust.naming import name_actions, name_detail

name_actions(
    handbook__draft_saved=_("draft saved"),
    handbook__draft_deleted=_("draft that was never in clearance deleted"),
    handbook__page_moved=_("page moved to another section"),
    handbook__pages_merged=_("page merged into another"),
    handbook__section_ordered=_("section given another place"),
    handbook__draft_undone=_("draft taken back to the one before"),
    handbook__phrase_confirmed=_("translation of a phrase confirmed"),
    handbook__translation_begun=_("translation begun"),
    handbook__translation_saved=_("translation saved"),
    handbook__phrases_translated=_("words to say translated"),
    handbook__phrases_agreed=_("words to say agreed with"),
    handbook__phrase_excepted=_("phrase excepted from a language"),
    handbook__phrase_exception_ended=_("exception of a phrase ended"),
    handbook__version_submitted=_("version sent to clearance"),
    handbook__version_reviewed=_("version reviewed"),
    handbook__version_approved=_("version approved"),
    handbook__version_returned=_("version returned to its author"),
    handbook__version_overtaken=_("version voided by an edit"),
    handbook__review_asked=_("word on a version asked for"),
    handbook__review_request_withdrawn=_("request for a word withdrawn"),
    handbook__passage_commented=_("comment on a passage written"),
    handbook__passage_comment_settled=_("comment on a passage settled"),
    handbook__release_made=_("package made"),
    handbook__release_changed=_("package corrected"),
    handbook__release_version_added=_("version put into a package"),
    handbook__release_version_removed=_("version taken out of a package"),
    handbook__release_approved=_("package approved"),
    handbook__release_dissolved=_("package dissolved"),
    handbook__version_voided=_("version taken out of clearance"),
    handbook__version_erased=_("passage erased from a version; its hash was another before"),
    handbook__restricted_draft_read=_("opened an AK draft at the writing desk"),
    handbook__restricted_version_read=_("read an AK version that was sent to clearance"),
    handbook__page_still_right=_("page found still right"),
    handbook__review_interval_set=_("interval of review changed"),
    handbook__reviews_reminded=_("keepers reminded of reviews"),
    handbook__links_looked_at=_("links to outside looked at"),
    handbook__keeper_changed=_("page got a new keeper"),
    handbook__batch_taken=_("many files brought for import"),
    handbook__batch_cancelled=_("reading of many files stopped"),
    handbook__batch_undone=_("import of many files undone"),
    handbook__file_merged=_("brought file merged into a page"),
    handbook__file_taken=_("file brought for import"),
    handbook__file_read=_("brought file read"),
    handbook__file_refused=_("brought file refused"),
    handbook__file_drafted=_("brought file made into a draft"),
    handbook__import_undone=_("import undone"),
    handbook__ground_added=_("ground of restrictions put into the register"),
    handbook__ground_ended=_("ground of restrictions ended"),
    handbook__extension_asked=_("extension of a restriction asked for"),
    handbook__extension_agreed=_("restriction of access extended"),
    handbook__extension_declined=_("restriction of access not extended"),
    handbook__extension_dropped=_("wish to extend a restriction taken back"),
    handbook__ends_reminded=_("reminders of ending restrictions sent"),
    handbook__restrictions_listed=_("looked at the list of what is for internal use only"),
    handbook__fact_added=_("fact put into the register"),
    handbook__fact_changed=_("names or keeping of a fact changed"),
    handbook__fact_keeper_changed=_("fact got a new keeper"),
    handbook__fact_set=_("new value of a fact set"),
    handbook__fact_confirmed=_("value of a fact confirmed"),
    handbook__fact_declined=_("value of a fact not confirmed"),
    handbook__fact_checked=_("fact found still right"),
    handbook__fact_retired=_("fact taken out of use"),
    handbook__fact_deleted=_("unconfirmed fact deleted"),
)
name_detail("withdraws", _("takes the page out of force"))
name_detail("verdict", _("view"), lambda stored: Verdict(stored).label if stored in Verdict.values else stored)
name_detail("revision", _("draft's number"))
name_detail("keeper", _("keeper's number"))
name_detail("size", _("bytes"))
name_detail("files", _("files"))
name_detail("left_out", _("left out"))
name_detail("leftovers", _("pieces not understood"))
name_detail("title", _("title"))
name_detail("section", _("section's number"))
name_detail("place", _("place in order"))
name_detail("block", _("part of the page"))
name_detail("language", _("language"))
name_detail("segments", _("pieces"))
name_detail("looked_at", _("what was checked"))
name_detail("months", _("months"))
name_detail("key", _("key"))
name_detail("number", _("number"))
name_detail("person", _("person's number"))
name_detail("part", _("asked for"), lambda stored: Part(stored).label if stored in Part.values else stored)
name_detail("comment", _("comment's number"))
name_detail("version", _("version's number in the records"))
name_detail("versions", _("versions"))
