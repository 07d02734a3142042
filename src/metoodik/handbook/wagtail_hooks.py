"""The writing desk, fitted: one door to clearance, no publishing, nothing in force removed by accident."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.query import PageQuerySet

from metoodik.handbook import rich_text_facts as rich_text_facts
from metoodik.handbook.actions.overtaking import note_edit
from metoodik.handbook.desk_words import name_link_fields
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.models.versions import with_newest_version
from metoodik.handbook.restrictions import has_restricted
from metoodik.people.access import get_user
from metoodik.trust.audit import record

name_link_fields()


class SendToClearance(ActionMenuItem):
    """Leads from the editor to the page where the change is named and sent."""

    name = "send-to-clearance"
    label = _("Send to clearance")
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"].specific, GuidancePage | SectionPage)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:submit", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def send_to_clearance() -> ActionMenuItem:
    """The one way from a draft towards readers."""
    return SendToClearance(order=10)


class SplitAndJoin(ActionMenuItem):
    """Leads to the page where passages are moved, split and joined with their keys kept right."""

    name = "split-and-join"
    label = _("Arrange passages")
    icon_name = "cut"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"].specific, GuidancePage)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:passages", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def split_and_join() -> ActionMenuItem:
    """Beside clearance in the editor's menu."""
    return SplitAndJoin(order=20)


class WhereUsed(ActionMenuItem):
    """Leads to what links to the page, and from there to moving, merging and withdrawing it."""

    name = "where-used"
    label = _("Where it is used")
    icon_name = "link"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"].specific, GuidancePage)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:where-used", args=[context["page"].pk])


class MoveToSection(WhereUsed):
    """Leads to moving the page to another section."""

    name = "move-to-section"
    label = _("Move to another section")
    icon_name = "arrow-right-full"

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:move-page", args=[context["page"].pk])


class MergeIntoAnother(WhereUsed):
    """Leads to merging the page into another."""

    name = "merge-into-another"
    label = _("Merge into another page")
    icon_name = "collapse-down"

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:merge-page", args=[context["page"].pk])


class OrderPages(ActionMenuItem):
    """Leads to the order of a section's pages."""

    name = "order-pages"
    label = _("Order of pages")
    icon_name = "order"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"].specific, SectionPage)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("handbook:page-order", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def where_it_is_used() -> ActionMenuItem:
    """Below arranging passages."""
    return WhereUsed(order=30)


@hooks.register("register_page_action_menu_item")
def move_to_section() -> ActionMenuItem:
    """Below where-used."""
    return MoveToSection(order=40)


@hooks.register("register_page_action_menu_item")
def merge_into_another() -> ActionMenuItem:
    """Below moving."""
    return MergeIntoAnother(order=50)


@hooks.register("register_page_action_menu_item")
def order_pages() -> ActionMenuItem:
    """For sections."""
    return OrderPages(order=30)


@hooks.register("construct_page_action_menu")
def only_ours(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Publishing and unpublishing do not exist here, whoever asks."""
    menu_items[:] = [
        item for item in menu_items if item.name not in {"action-publish", "action-unpublish", "action-submit"}
    ]


@hooks.register("construct_main_menu")
def calm_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:  # noqa: ARG001
    """Only what an editor of the handbook uses."""
    menu_items[:] = [item for item in menu_items if item.name in {"explorer", "to-workplace"}]


@hooks.register("register_admin_menu_item")
def to_workplace() -> MenuItem:
    """The way back to the desk."""
    return MenuItem(_("To the desk"), "/", name="to-workplace", icon_name="home", order=1)


@hooks.register("before_edit_page")
def record_restricted_reading(request: HttpRequest, page: Page) -> None:
    """Drafts for internal use are read on record, as their versions and pages in force are."""
    draft = page.get_latest_revision_as_object()
    if request.method == "GET" and isinstance(draft, GuidancePage) and has_restricted(draft.to_content()):
        with transaction.atomic():
            record("handbook.restricted_draft_read", by=get_user(request), subject=page)


@hooks.register("before_edit_page")
def warn_of_clearance(request: HttpRequest, page: Page) -> None:
    """Whoever opens a page that waits for approval learns what an edit does before making it."""
    if request.method != "GET":
        return
    waiting = Version.objects.in_clearance().filter(page_id=page.pk).select_related("page").first()
    if waiting is not None and not waiting.edited_since:
        messages.warning(
            request,
            _("Version %(number)d of this page is in clearance. An edit voids it, reviews too; then send it again.")
            % {"number": waiting.number},
            buttons=[messages.button(waiting.get_absolute_url(), _("Look at it"))],
        )


@hooks.register("before_move_page")
def move_with_links_seen(request: HttpRequest, page: Page, *_where: Any) -> HttpResponse | None:  # noqa: ARG001
    """A page moves on our own page, where one sees what links to it; a section does not move under anything else."""
    if isinstance(page.specific, GuidancePage):
        return redirect("handbook:move-page", page.pk)
    return redirect("handbook:sections")


@hooks.register("after_edit_page")
def tell_of_edit(request: HttpRequest, page: Page) -> None:  # noqa: ARG001 - the hook's signature
    """A saved draft, autosaved too, voids what waits in clearance; those asked learn who edited it."""
    note_edit(page_id=page.pk)


@hooks.register("after_edit_page")
def tell_second_editor(request: HttpRequest, page: Page) -> None:
    """Whoever saves over a draft that somebody else saved meanwhile is told, and led to the two side by side."""
    loaded = request.POST.get("loaded_revision_id", "")
    if request.POST.get("overwrite_revision_id") or not loaded.isdecimal():
        return
    saved = page.revisions.order_by("-created_at", "-pk").first()
    between = page.revisions.filter(pk__gt=int(loaded)).exclude(pk=saved.pk if saved else 0)
    other = between.exclude(user=get_user(request)).select_related("user").order_by("-pk").first()
    if other is None or saved is None:
        return
    messages.warning(
        request,
        _("%(person)s saved this page while you were writing. Your text is the newest draft; theirs is kept beside it.")
        % {"person": other.user.name if other.user else "–"},
        buttons=[
            messages.button(
                reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, other.pk, saved.pk]),
                _("Compare the two"),
            )
        ],
    )


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_what_is_in_force(request: HttpRequest, page: Page) -> HttpResponse:
    """A page that has ever been sent to clearance is not deleted or unpublished, but withdrawn.

    A draft that nobody was asked about is deleted on our own page, after a look at what links to it.
    """
    if not Version.objects.filter(page__in=page.get_descendants(inclusive=True)).exists():
        return redirect("handbook:delete-draft", page.pk)
    messages.warning(
        request,
        _("“%(title)s” has been sent to clearance, so it is part of the record. Withdraw it from force instead.")
        % {"title": page.get_admin_display_title()},
    )
    return redirect("handbook:withdraw", page.pk)


@hooks.register("before_bulk_action")
def keep_in_bulk(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:  # noqa: ARG001
    """The same rule for many pages at once."""
    if action_type not in {"delete", "move", "publish", "unpublish"}:
        return None
    pages = [each for each in objects if isinstance(each, Page)]
    kept = (Version.objects.filter(page__in=each.get_descendants(inclusive=True)).exists() for each in pages)
    if action_type == "publish" or any(kept):
        messages.warning(request, _("Pages that have been sent to clearance are withdrawn one by one."))
        return redirect("wagtailadmin_explore_root")
    return None


@hooks.register("insert_global_admin_css")
def desk_css() -> SafeString:
    """The desk in our colours, and without what nobody here may use."""
    return format_html('<link rel="stylesheet" href="{}">', static("handbook/desk.css"))


@hooks.register("construct_explorer_page_queryset")
def states_at_once(parent_page: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:  # noqa: ARG001
    """A long list of pages asks for their states once."""
    return with_newest_version(pages)
