"""The desk's standing furniture: languages, the handbook's roots, who may edit where. Nobody may publish.

Run after each migrate and safe to run again.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Collection, GroupPagePermission, Locale, Page, Site

from metoodik.handbook.content import LANGUAGES
from metoodik.handbook.models import HandbookPage

TOP = "Metoodik"
WAGTAILS_WELCOME = "Welcome to your new Wagtail site!"
TITLES = {"et": "Käsiraamat", "ru": "Руководство", "en": "Handbook"}
EDITORS = {"methods_expert": LANGUAGES}
"""Roles that work at the writing desk, and in which languages. The desk shows every draft, so only a role that may read
pages for internal use belongs here."""


@transaction.atomic
def prepare_desk() -> None:
    """Make what is missing of languages, page roots, the site, the editors' rights and the grounds of restrictions."""
    from metoodik.handbook.actions.restrictions import seed_grounds  # Actions know the desk's roots.

    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    top = _top(locales["et"])
    roots = _roots(top, locales)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": roots["et"], "site_name": "Metoodik"}
    )
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    _grant(roots)
    seed_grounds()


def handbook(language: str) -> HandbookPage:
    """The handbook's root in a language. Raises HandbookPage.DoesNotExist before `prepare_desk`."""
    root: HandbookPage = HandbookPage.objects.get(locale__language_code=language)
    return root


def _top(locale: Locale) -> Page:
    top = Page.get_first_root_node() or Page.add_root(title=TOP, slug="root", locale=locale)
    if top.title != TOP:
        Page.objects.filter(pk=top.pk).update(title=TOP, draft_title=TOP)
    return top


def _roots(top: Page, locales: dict[str, Locale]) -> dict[str, HandbookPage]:
    roots = {page.locale.language_code: page for page in HandbookPage.objects.select_related("locale")}
    key = roots["et"].translation_key if "et" in roots else None
    for code in LANGUAGES:
        if code not in roots:
            page = HandbookPage(title=TITLES[code], slug=f"kasiraamat-{code}", locale=locales[code], live=False)
            if key:
                page.translation_key = key
            top.add_child(instance=page)
            top.refresh_from_db()
            roots[code] = page
            key = key or page.translation_key
    return roots


def _grant(roots: dict[str, HandbookPage]) -> None:
    for label in ("wagtailadmin", "wagtailcore"):
        config = apps.get_app_config(label)
        create_permissions(config, verbosity=0)
    admin = Permission.objects.get(
        content_type=ContentType.objects.get(app_label="wagtailadmin", model="admin"), codename="access_admin"
    )
    for role, languages in EDITORS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.add(admin)
        for code in languages:
            for codename in ("add_page", "change_page"):
                permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
                GroupPagePermission.objects.get_or_create(group=group, page=roots[code], permission=permission)
    # Wagtail's own groups, and any right to publish, delete in bulk or unlock, have no place here.
    GroupPagePermission.objects.exclude(permission__codename__in=["add_page", "change_page"]).delete()
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    for welcome in Page.objects.filter(depth=2, slug="home", title=WAGTAILS_WELCOME, numchild=0):
        welcome.delete()
