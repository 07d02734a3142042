"""Pages of the writing desk: the handbook, its sections, its guidance.

Nothing here is read by people at work. A page becomes guidance when a version of it is approved (`versions.py`) and an
edition is made; `live` is never set, because nobody has the right to publish.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from metoodik.handbook import content
from metoodik.handbook.blocks import PassageBlock, SourceBlock, passages_from_stream
from metoodik.handbook.desk_forms import GuidanceForm
from metoodik.handbook.keys import confirm_phrases, renew_repeated_keys
from metoodik.trust.privacy import Privacy, Retention

GUIDANCE = _("as long as the service works by it or answers for it")


class PinsRevisions(Page):
    """What sections and guidance share: a pinned revision is never written over, and pages are never live."""

    class Meta:
        abstract = True

    def save_revision(self, *, overwrite_revision: Revision | None = None, **kwargs: Any) -> Revision:
        """Save a draft. Autosave may rewrite the latest revision, but not one that somebody is asked to approve."""
        if overwrite_revision is not None and overwrite_revision.versions.exists():
            overwrite_revision = None
        self.prepare_draft()
        revision: Revision = super().save_revision(overwrite_revision=overwrite_revision, **kwargs)
        return revision

    def prepare_draft(self) -> None:
        """Put in order, before a draft is saved, what the editor should not have to think of."""


class HandbookPage(Page):
    """The root of the handbook in one language."""

    privacy = Privacy(_("The handbook's root"), None, Retention(GUIDANCE), _("editors"))
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["handbook.SectionPage"]
    is_creatable = False

    class Meta:
        verbose_name = _("handbook")
        verbose_name_plural = _("handbooks")


class SectionPage(PinsRevisions):
    """A shelf of the handbook."""

    summary = models.CharField(_("summary"), max_length=300, help_text=_("One sentence: what one finds here."))

    privacy = Privacy(_("Sections of the handbook"), None, Retention(GUIDANCE), _("editors"))
    parent_page_types: ClassVar[list[str]] = ["handbook.HandbookPage"]
    subpage_types: ClassVar[list[str]] = ["handbook.GuidancePage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]
    promote_panels: ClassVar[list[Any]] = [FieldPanel("slug")]
    settings_panels: ClassVar[list[Any]] = []

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def to_content(self) -> content.Section:
        """The section as canonical content; its place is its order among its sisters in the tree."""
        return content.Section(
            key=str(self.translation_key),
            locale=self.locale.language_code,
            slug=self.slug,
            title=self.title.strip(),
            summary=self.summary.strip(),
            position=0,
        )


class GuidancePage(PinsRevisions):
    """A page of guidance: a principle, method, instruction or material, in passages."""

    kind = models.CharField(
        _("kind"),
        max_length=20,
        default=content.Kind.INSTRUCTION,
        choices=[
            (content.Kind.PRINCIPLE, _("principle")),
            (content.Kind.METHOD, _("method")),
            (content.Kind.INSTRUCTION, _("instruction")),
            (content.Kind.MATERIAL, _("material")),
        ],
    )
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One sentence: when one needs this page."), blank=True
    )
    body = StreamField([("passage", PassageBlock())], verbose_name=_("passages"), blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kept_guidance",
        verbose_name=_("keeper"),
        help_text=_("Who keeps the page current. You, when left empty."),
    )
    audiences = models.JSONField(_("readers"), default=list, blank=True)
    risk = models.CharField(
        _("risk"),
        max_length=20,
        default=content.Risk.ORDINARY,
        choices=[
            (content.Risk.ORDINARY, _("ordinary")),
            (content.Risk.ELEVATED, _("elevated")),
            (content.Risk.SAFETY, _("safety: a wrong word may cost a life")),
        ],
        help_text=_("A safety page is also reviewed by a practising counsellor before it is approved."),
    )
    access = models.CharField(
        _("access"),
        max_length=20,
        default=content.Access.INTERNAL,
        choices=[
            (content.Access.PUBLIC, _("public")),
            (content.Access.INTERNAL, _("for staff")),
            (content.Access.RESTRICTED, _("internal use only (AK)")),
        ],
    )
    restriction_ground = models.CharField(
        _("ground of the restriction"), max_length=300, blank=True, help_text=_("The clause of the act, word for word.")
    )
    restriction_authority = models.CharField(_("authority"), max_length=200, blank=True)
    restriction_since = models.DateField(_("restricted from"), null=True, blank=True)
    restriction_until = models.DateField(_("restricted until"), null=True, blank=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)
    sources_none = models.BooleanField(_("no sources: this is the service's own practice"), default=False)
    legal_basis = StreamField([("source", SourceBlock())], verbose_name=_("legal basis"), blank=True)
    legal_basis_none = models.BooleanField(_("no legal basis"), default=False)
    review_months = models.PositiveSmallIntegerField(_("review every (months)"), default=12)
    effective_from = models.DateTimeField(
        _("in force from"), null=True, blank=True, help_text=_("Leave empty to enter into force with the next edition.")
    )
    sample = models.BooleanField(_("sample content"), default=False, editable=False)
    phrase_sources = models.JSONField(default=dict, editable=False)

    privacy = Privacy(
        purpose=_("Guidance while it is written"),
        personal=_("which worker keeps a page"),
        retention=Retention(GUIDANCE),
        readers=_("editors"),
    )
    base_form_class = GuidanceForm
    parent_page_types: ClassVar[list[str]] = ["handbook.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    facts_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("risk")]),
        FieldPanel("audiences"),
        FieldPanel("keeper"),
        MultiFieldPanel([FieldPanel("sources"), FieldPanel("sources_none")], heading=_("Sources")),
        MultiFieldPanel([FieldPanel("legal_basis"), FieldPanel("legal_basis_none")], heading=_("Legal basis")),
        FieldRowPanel([FieldPanel("review_months"), FieldPanel("effective_from")]),
        MultiFieldPanel(
            [
                FieldPanel("access"),
                FieldPanel("restriction_ground"),
                FieldPanel("restriction_authority"),
                FieldRowPanel([FieldPanel("restriction_since"), FieldPanel("restriction_until")]),
            ],
            heading=_("Access"),
        ),
        FieldPanel("slug"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(facts_panels, heading=_("About the page")),
        ]
    )

    class Meta:
        verbose_name = _("page of guidance")
        verbose_name_plural = _("pages of guidance")

    def prepare_draft(self) -> None:
        """Renew keys that stand twice, remember which phrase translations match the Estonian, name a keeper."""
        self.body = renew_repeated_keys(self.body)
        previous = self.latest_revision.as_object() if self.latest_revision else None
        self.phrase_sources = confirm_phrases(self, previous)

    def to_content(self) -> content.Page:
        """The page as canonical content. Incomplete drafts give incomplete content; `validation` says what is missing."""
        return content.Page(
            key=str(self.translation_key),
            locale=self.locale.language_code,
            slug=self.slug,
            section=self.section_key,
            title=self.title.strip(),
            summary=self.summary.strip(),
            kind=content.Kind(self.kind),
            audiences=tuple(content.Audience(each) for each in self.audiences),
            risk=content.Risk(self.risk),
            access=content.Access(self.access),
            review_months=self.review_months,
            restriction=self.restriction,
            sources=_sources(self.sources),
            legal_basis=_sources(self.legal_basis),
            sample=self.sample,
            passages=passages_from_stream(self.body, page_key=key_of_page, phrase_sources=self.phrase_sources),
        )

    @property
    def section_key(self) -> str:
        """The key of the section that the page stands in."""
        parent = self.get_parent()
        return str(parent.translation_key) if parent else ""

    @property
    def restriction(self) -> content.Restriction | None:
        """The AK marking when it is whole, else None."""
        if self.access != content.Access.RESTRICTED or not (self.restriction_since and self.restriction_until):
            return None
        return content.Restriction(
            ground=self.restriction_ground.strip(),
            authority=self.restriction_authority.strip(),
            since=self.restriction_since,
            until=self.restriction_until,
        )

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:  # noqa: ARG002 - Wagtail's signature
        return "handbook/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context | {"content": self.to_content()}


def _sources(stream: blocks.StreamValue) -> tuple[content.Source, ...]:
    return tuple(content.Source(child.value["title"].strip(), child.value["url"] or "") for child in stream)


def key_of_page(number: int) -> str | None:
    """The translation key of the desk's page with this number, or None when there is none."""
    found = Page.objects.filter(pk=number).values_list("translation_key", flat=True).first()
    return str(found) if found else None
