"""What links to a page or a passage, in force and in drafts, in every language; asked before anything moves or goes.

Nothing is stored beside the text: two searches through the newest texts find the few pages that name the key, and only
those are read. Other rooms register what they know (`register`): guides, courses, printed cards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, Revision

from metoodik.handbook import richtext
from metoodik.handbook.access import sees, sees_page
from metoodik.handbook.content import Page as PageContent
from metoodik.handbook.models import GuidancePage, Version
from metoodik.handbook.models.versions import Target
from metoodik.handbook.texts import html_of
from metoodik.people.models import User
from metoodik.people.permissions import Permission

IN_FORCE, DRAFT = _("in force"), _("draft")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that leads to the page, or to its passage `passage_key`. `place` is the passage where the link is.

    `page` is the desk's number of the page that links, None for what is no page of the handbook.
    """

    title: str
    place: str
    locale: str
    state: str | Promise
    url: str
    passage_key: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """What the asker may see, and how many further pages link here that they may not see."""

    seen: tuple[Use, ...]
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.seen or self.hidden)

    def of_passage(self, keys: Iterable[str]) -> Uses:
        """Only what leads to one of these passages."""
        wanted = set(keys)
        return Uses(tuple(each for each in self.seen if each.passage_key in wanted))


type Finder = Callable[[str, User], Iterable[Use]]
"""A page's key and who asks, to what that person may know of its uses."""

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Let a room say where it uses guidance pages."""
    _finders.append(finder)
    return finder


def where_used(page_key: str, *, by: User) -> Uses:
    """Everything that leads to the page or one of its passages, as far as `by` may know of it.

    What is in force comes first, then drafts that say something else than what is in force, then other rooms' uses.
    """
    seen: list[Use] = []
    hidden: set[int] = set()
    whole = by.can(Permission.READ_RESTRICTED)
    for version in _versions(page_key):
        if sees(by, version):
            version.hides_restricted = not whole
            seen += _uses(version.page_content, page_key, IN_FORCE, version.get_absolute_url(), version.page_id)
        else:
            hidden.add(version.page_id)
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    for written, links in _drafts(page_key, whole=whole):
        number = written["pk"]
        if sees_page(by, written["audiences"], written["access"]):
            url = reverse("wagtailadmin_pages:edit", args=[number])
            language = languages[written["locale"]]
            seen += [Use(written["title"], each, language, DRAFT, url, anchor, number) for each, anchor in links]
        else:
            hidden.add(number)
    for finder in _finders:
        seen += finder(page_key, by)
    return Uses(tuple(dict.fromkeys(seen)), len(hidden))


def lost_passages(draft: GuidancePage, *, by: User) -> list[tuple[str, Uses]]:
    """Headings of passages in force that the draft has no more, each with what links to it; a warning, not a stop."""
    before = Version.objects.approved_at(timezone.now()).filter(page_id=draft.pk).first()
    if before is None or before.withdraws:
        return []
    kept = {key for each in draft.to_content().passages for key in (each.key, *each.formerly)}
    gone = [each for each in before.page_content.passages if each.key not in kept]
    if not gone:
        return []
    uses = where_used(str(draft.translation_key), by=by)
    found = ((each.heading, uses.of_passage({each.key, *each.formerly} - kept)) for each in gone)
    return [(heading, led) for heading, led in found if led]


def _versions(page_key: str) -> list[Version]:
    """Versions in force that name the key."""
    own = Version.objects.approved_at(timezone.now()).order_by()
    newest = own.filter(page=OuterRef("page")).order_by("-number").values("number")[:1]
    in_force = own.filter(number=Subquery(newest), withdraws=False, target=Target.PAGE).exclude(key=page_key)
    named = in_force.alias(text=Cast("content", TextField())).filter(text__contains=richtext.PAGE_LINK + page_key)
    return list(named.order_by("locale", "title", "pk"))


def _drafts(page_key: str, *, whole: bool) -> Iterator[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """Newest drafts that link to the page and are not what is in force, each with (heading, passage key) of its links.

    What is stored is read as it is: building a page of each draft would cost ten queries a draft. AK passages are left
    out unless the `whole` draft is asked for.
    """
    numbers = list(Page.objects.filter(translation_key=page_key).values_list("pk", flat=True))
    named = Q(text__contains=page_key)
    for number in numbers:
        for written in _escaped(f'id="{number}"'):
            named |= Q(text__contains=written)
    pages = GuidancePage.objects.exclude(translation_key=page_key).exclude(latest_revision=None)
    approved = Version.objects.filter(state="approved", revision=OuterRef("pk")).values("pk")
    drafts = Revision.objects.filter(pk__in=pages.values("latest_revision")).alias(
        text=Cast("content", TextField()), pinned=Subquery(approved[:1])
    )
    keys = dict.fromkeys(numbers, page_key)
    for content in drafts.filter(named, pinned__isnull=True).order_by("pk").values_list("content", flat=True):
        body = [each for each in json.loads(content["body"]) if whole or not _is_marked(each)]
        if links := list(_links_in(body, page_key, keys)):
            yield content, links


def _links_in(body: list[Any], page_key: str, keys: dict[int, str]) -> Iterator[tuple[str, str]]:
    """(heading, passage key or "") of each link to the page in a draft's stored passages."""
    for passage in body:
        for text in _strings(passage["value"].get("body", [])):
            if "<a" in text:
                html = richtext.canonical(text, page_key=keys.get)
                for key, anchor in richtext.page_links(html):
                    if key == page_key:
                        yield passage["value"].get("heading", ""), anchor


def _is_marked(passage: dict[str, Any]) -> bool:
    return any((passage["value"].get("restriction") or {}).values())


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _strings(each)


def _escaped(text: str) -> Iterator[str]:
    """The text as it stands in JSON within JSON: a draft's body is a string in the revision's own."""
    for _level in range(2):
        text = json.dumps(text)[1:-1]
        yield text


def _uses(page: PageContent, page_key: str, state: str | Promise, url: str, number: int) -> Iterator[Use]:
    for heading, key, anchor in _links(page):
        if key == page_key:
            yield Use(page.title, heading, page.locale, state, url, anchor, number)


def _links(page: PageContent) -> Iterator[tuple[str, str, str]]:
    """(heading, page key, passage key or "") of each link to guidance."""
    for passage in page.passages:
        for block in passage.blocks:
            for html in html_of(block):
                for key, anchor in richtext.page_links(html):
                    yield passage.heading, key, anchor
