"""Privacy declarations of tables that come with the framework and its packages, and of the design system's own.

`TrustConfig.ready` reads this module. Tables that join two others are covered by the table that owns them.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention, declare, name_tables

_WHILE_HERE = Retention(_("while the person works here"))
_WITH_PAGE = Retention(_("as long as the page it belongs to"))
_IN_USE = Retention(_("as long as it is in use"))
_MEMORY = Retention(_("as long as guidance is translated"))
_EDITORS = _("those who edit guidance")
_ADMINISTRATORS = _("administrators")
_SYSTEM = _("the system itself")

declare(
    "sessions.Session",
    Privacy(
        purpose=_("Keeps a person signed in"),
        personal=_("that a worker is signed in"),
        retention=Retention(_("a day after the session ends"), days=1, since="expire_date"),
        readers=_SYSTEM,
    ),
)
declare(
    "mfa.Authenticator",
    Privacy(
        purpose=_(
            "The second step of sign-in: authenticator apps, security keys, recovery codes; secrets are encrypted"
        ),
        personal=_("which second steps a worker uses and when last"),
        retention=_WHILE_HERE,
        readers=_("the person; an administrator sees only whether there is one"),
    ),
)
declare(
    "account.EmailAddress",
    Privacy(
        purpose=_("A table of the sign-in package; we keep the address with the person and leave this empty"),
        personal=None,
        retention=_WHILE_HERE,
        readers=_SYSTEM,
    ),
)
declare(
    "account.EmailConfirmation",
    Privacy(
        purpose=_("A table of the sign-in package; unused and empty"),
        personal=None,
        retention=Retention(_("three days"), days=3, since="created"),
        readers=_SYSTEM,
    ),
)
declare(
    "django_tasks_database.DBTaskResult",
    Privacy(
        purpose=_("Background work: what waits, what was done, what failed. Holds ids, never content"),
        personal=None,
        retention=Retention(_("30 days after it was done"), days=30, since="finished_at"),
        readers=_ADMINISTRATORS,
    ),
)

for _label, _purpose in (
    ("auth.Group", _("One group for each role, by which editing rights are given")),
    ("auth.Permission", _("The framework's list of permissions")),
    ("contenttypes.ContentType", _("The framework's list of tables")),
    ("web.Tick", _("When each repeated job last ran")),
    ("web.WorkerBeat", _("Which background workers are alive")),
    ("wagtailcore.Locale", _("Languages of guidance")),
    ("wagtailcore.Site", _("Addresses that the site answers to")),
    ("wagtailcore.Collection", _("Folders of files")),
    ("wagtailcore.ReferenceIndex", _("Where a page or file is used")),
    ("wagtailsearch.IndexEntry", _("Search inside the writing desk")),
    ("wagtailsearch.SQLiteFTSIndexEntry", _("Search inside the writing desk")),
    ("wagtailadmin.Admin", _("Holds the writing desk's own permission; has no rows")),
    ("wagtailimages.Rendition", _("Smaller copies of pictures")),
    ("taggit.Tag", _("Labels of files")),
    ("taggit.TaggedItem", _("Labels of files")),
    ("wagtailcore.GroupPagePermission", _("Which role may edit which pages")),
    ("wagtailcore.GroupCollectionPermission", _("Which role may use which folders of files")),
    ("wagtailcore.GroupSitePermission", _("Which role may change site settings")),
    ("wagtailcore.PageViewRestriction", _("The writing desk's page locks; unused, editions decide who reads")),
    ("wagtailcore.CollectionViewRestriction", _("The writing desk's folder locks")),
    ("wagtailcore.Task", _("The writing desk's own workflow; unused, approval is ours")),
    ("wagtailcore.GroupApprovalTask", _("The writing desk's own workflow; unused, approval is ours")),
    ("wagtailcore.Workflow", _("The writing desk's own workflow; unused, approval is ours")),
    ("wagtailcore.WorkflowTask", _("The writing desk's own workflow; unused, approval is ours")),
    ("wagtailcore.WorkflowPage", _("The writing desk's own workflow; unused, approval is ours")),
    ("wagtailcore.WorkflowContentType", _("The writing desk's own workflow; unused, approval is ours")),
):
    declare(_label, Privacy(purpose=_purpose, personal=None, retention=_IN_USE, readers=_ADMINISTRATORS))

for _label, _purpose, _personal, _retention in (
    ("wagtailcore.Page", _("Drafts of guidance"), _("who wrote and who locked a page"), _IN_USE),
    ("wagtailcore.Revision", _("Versions of guidance; approval binds to one"), _("who saved a version"), _WITH_PAGE),
    ("wagtailcore.Comment", _("Remarks on a draft"), _("who remarked what"), _WITH_PAGE),
    ("wagtailcore.CommentReply", _("Answers to remarks on a draft"), _("who answered what"), _WITH_PAGE),
    ("wagtailcore.PageSubscription", _("Who wants notices of remarks on a page"), _("a worker's choice"), _WITH_PAGE),
    ("wagtailcore.TaskState", _("The writing desk's own workflow; unused, approval is ours"), None, _WITH_PAGE),
    ("wagtailcore.WorkflowState", _("The writing desk's own workflow; unused, approval is ours"), None, _WITH_PAGE),
    ("wagtaildocs.Document", _("Files linked from drafts"), _("who added a file"), _IN_USE),
    ("wagtailimages.Image", _("Pictures in drafts"), _("who added a picture"), _IN_USE),
    ("wagtailusers.UserProfile", _("A person's settings at the writing desk"), _("a worker's settings"), _WHILE_HERE),
    (
        "wagtailcore.PageLogEntry",
        _("What editors did with a page, shown beside it"),
        _("a worker's actions"),
        Retention(_("five years"), days=5 * 365, since="timestamp"),
    ),
    (
        "wagtailcore.ModelLogEntry",
        _("What editors did with files and terms"),
        _("a worker's actions"),
        Retention(_("five years"), days=5 * 365, since="timestamp"),
    ),
    (
        "wagtailadmin.EditingSession",
        _("Who has a page open right now, so that two do not overwrite each other"),
        _("which page a worker has open"),
        Retention(_("a day"), days=1, since="last_seen_at"),
    ),
    (
        "wagtailadmin.FormState",
        _("An unsaved form, kept through an interruption"),
        _("what a worker was writing"),
        Retention(_("30 days"), days=30, since="last_updated_at"),
    ),
    (
        "wagtailcore.APIToken",
        _("Keys for programs at the writing desk; unused"),
        _("who made a key"),
        Retention(_("a year after the key is revoked"), days=365, since="revoked_at"),
    ),
    ("wagtailcore.UploadedFile", _("Files being added, until they are saved"), _("who is adding a file"), _IN_USE),
    ("wagtail_localize.String", _("Sentences of guidance in force, each once a language"), None, _MEMORY),
    ("wagtail_localize.TranslatableObject", _("Which page remembered translations come from"), None, _MEMORY),
    ("wagtail_localize.TranslationContext", _("Which page remembered translations come from"), None, _MEMORY),
    (
        "wagtail_localize.StringTranslation",
        _("Approved translations, offered when the same sentence is met again"),
        _("which worker translated"),
        _MEMORY,
    ),
    *(
        (f"wagtail_localize.{_name}", _("Part of the translation package that is not used here"), None, _IN_USE)
        for _name in (
            "TranslationSource",
            "Translation",
            "TranslationLog",
            "Template",
            "SegmentOverride",
            "StringSegment",
            "TemplateSegment",
            "RelatedObjectSegment",
            "OverridableSegment",
            "LocaleSynchronization",
        )
    ),
):
    declare(_label, Privacy(purpose=_purpose, personal=_personal, retention=_retention, readers=_EDITORS))

name_tables(
    django_tasks_database__DBTaskResult=_("Background tasks"),
    mfa__Authenticator=_("Second steps of sign-in"),
    wagtailadmin__Admin=_("Right to the writing desk"),
    wagtailadmin__EditingSession=_("Pages open for writing"),
    wagtailadmin__FormState=_("Unsaved forms"),
    wagtailcore__APIToken=_("Keys for programs"),
    wagtailcore__Locale=_("Languages of guidance"),
    wagtailcore__PageSubscription=_("Subscriptions to remarks"),
    wagtailcore__ReferenceIndex=_("Uses of pages and files"),
    wagtailcore__UploadedFile=_("Files being added"),
    wagtailcore__WorkflowContentType=_("Workflows of tables"),
    wagtail_localize__String=_("Translation memory: sentences"),
    wagtail_localize__StringTranslation=_("Translation memory: translations"),
    wagtail_localize__TranslatableObject=_("Translation memory: pages"),
    wagtail_localize__TranslationContext=_("Translation memory: places"),
    wagtail_localize__Translation=_("Translation package: translations (not used)"),
    wagtail_localize__TranslationSource=_("Translation package: sources (not used)"),
    wagtail_localize__TranslationLog=_("Translation package: log (not used)"),
    wagtail_localize__Template=_("Translation package: templates (not used)"),
    wagtail_localize__SegmentOverride=_("Translation package: overrides (not used)"),
    wagtail_localize__StringSegment=_("Translation package: strings (not used)"),
    wagtail_localize__TemplateSegment=_("Translation package: templates of text (not used)"),
    wagtail_localize__RelatedObjectSegment=_("Translation package: related things (not used)"),
    wagtail_localize__OverridableSegment=_("Translation package: replaceable parts (not used)"),
    wagtail_localize__LocaleSynchronization=_("Translation package: kept-alike languages (not used)"),
    wagtailimages__Rendition=_("Smaller copies of pictures"),
    wagtailsearch__IndexEntry=_("Search at the writing desk"),
    wagtailsearch__SQLiteFTSIndexEntry=_("Words of the search at the writing desk"),
    web__Tick=_("Recurring work"),
    web__WorkerBeat=_("Background workers at work"),
)
