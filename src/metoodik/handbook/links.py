"""Dead links of the handbook in force: to pages and passages that are gone, and to addresses that do not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.addresses import KEY, addresses_at
from metoodik.handbook.digests import Digest, Link, digests_of
from metoodik.handbook.models import LinkCheck
from metoodik.handbook.upkeep import Kept, kept_pages
from metoodik.people.models import User
from metoodik.people.permissions import Permission

PAGE_GONE = _("leads to a page that is not in force")
PASSAGE_GONE = _("leads to a passage that is no longer there")
SECTION_GONE = _("leads to a section that is not in force")
ADDRESS_GONE = _("leads to a page of this handbook that is not there")
LANGUAGES = ("et", "ru", "en")
_OWN = re.compile(r"^/kasiraamat/(et|ru|en)/(osa/)?([\w-]+)/$")
_LASTING = re.compile(r"^/p/([0-9a-f-]{36})/$")


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link of a page in force that leads nowhere; `heading` says where it stands, `why` what is wrong."""

    page: Kept
    heading: str
    why: str | Promise
    target: str = ""
    restricted: bool = False


class Shelves:
    """Pages and sections in force, as links ask for them."""

    def __init__(self, pages: Sequence[Kept]) -> None:
        self.digests = digests_of([(each.version, each.content_hash) for each in pages])
        self.by_key: dict[str, dict[str, Digest]] = {}
        for each in pages:
            if each.version in self.digests:
                self.by_key.setdefault(each.key, {})[each.locale] = self.digests[each.version]
        self.slugs = {(each.locale, each.slug): each.key for each in pages}
        addresses = addresses_at(timezone.now())
        self.replaced = {each.name: each.key for each in addresses if each.kind == KEY}
        self.old = {(each.kind, each.locale, each.name) for each in addresses}

    def fault(self, link: Link, locale: str) -> str | Promise | None:
        """What is wrong with a link from a page in a language, or None. An address outside is never judged here."""
        if not link.url:
            return self._guidance(link.key, link.passage, locale)
        parts = urlsplit(link.url)
        if parts.netloc != urlsplit(settings.BASE_URL).netloc:
            return None
        if lasting := _LASTING.match(parts.path):
            return self._guidance(lasting[1], parts.fragment.removeprefix("p-"), locale)
        own = _OWN.match(parts.path)
        return self._address(own[1], own[3], is_section=bool(own[2])) if own else None

    def _guidance(self, key: str, passage: str, locale: str) -> str | Promise | None:
        key = self.replaced.get(key, key)
        variants = self.by_key.get(key)
        if not variants:
            return PAGE_GONE
        shown = next((variants[each] for each in (locale, *LANGUAGES) if each in variants), None)
        return PASSAGE_GONE if passage and shown is not None and passage not in shown.passages else None

    def _address(self, locale: str, slug: str, *, is_section: bool) -> str | Promise | None:
        if is_section:
            return None if slug in section_slugs(locale) or ("section", locale, slug) in self.old else SECTION_GONE
        known = (locale, slug) in self.slugs or ("page", locale, slug) in self.old
        return None if known else ADDRESS_GONE


def section_slugs(locale: str) -> set[str]:
    """Addresses of the sections in force in a language."""
    from metoodik.handbook.models import Version
    from metoodik.handbook.models.versions import Target

    rows = Version.objects.approved_at(timezone.now()).filter(target=Target.SECTION, locale=locale)
    newest: dict[int, tuple[bool, str]] = {}
    for page, withdraws, slug in rows.values_list("page_id", "withdraws", "content__slug"):
        newest.setdefault(page, (withdraws, slug))
    return {slug for withdraws, slug in newest.values() if not withdraws}


def dead_links(pages: Sequence[Kept] | None = None) -> list[DeadLink]:
    """Every dead link between pages in force, the pages with the most urgent review first."""
    every = kept_pages() if pages is None else pages
    shelves = Shelves(every)
    return [found for each in sorted(every, key=Kept.urgency) for found in _of_page(each, shelves)]


def dead_links_for(user: User) -> list[DeadLink]:
    """Those in passages that this person may know of; what they lead to is judged over the whole handbook."""
    whole = user.can(Permission.READ_RESTRICTED)
    return [each for each in dead_links() if each.page.is_for(user) and (whole or not each.restricted)]


def outside_links(pages: Sequence[Kept], *, whole: bool = True) -> dict[str, list[tuple[Kept, str]]]:
    """Addresses outside with the pages and places that name them; unless `whole`, AK passages are left out."""
    digests = digests_of([(each.version, each.content_hash) for each in pages])
    own = urlsplit(settings.BASE_URL).netloc
    found: dict[str, list[tuple[Kept, str]]] = {}
    for page in pages:
        for link in digests[page.version].links if page.version in digests else ():
            if link.url and (whole or not link.restricted) and urlsplit(link.url).netloc != own:
                found.setdefault(link.url, []).append((page, link.heading))
    return found


def dead_outside(pages: Sequence[Kept], *, whole: bool = True) -> list[tuple[LinkCheck, list[tuple[Kept, str]]]]:
    """Addresses that failed on two different days, with the places that name them."""
    named = outside_links(pages, whole=whole)
    checks = LinkCheck.objects.filter(failing_days__gte=2).order_by("failing_since", "url")
    return [(each, named[each.url]) for each in checks if each.url in named]


def _of_page(page: Kept, shelves: Shelves) -> Iterator[DeadLink]:
    digest: Mapping[int, Digest] = shelves.digests
    for link in digest[page.version].links if page.version in digest else ():
        why = shelves.fault(link, page.locale)
        if why is not None:
            yield DeadLink(page, link.heading, why, link.url or link.key, link.restricted)
