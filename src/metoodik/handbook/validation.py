"""What a page must have before somebody is asked to approve it. Drafts may be anything; versions may not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from metoodik.engines.language import personal_data
from metoodik.engines.language.personal_data import Kind
from metoodik.handbook import content, facts, restrictions, richtext
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.texts import html_of, words_of

REVIEW_MONTHS = range(1, 61)

Finding = str | Promise


class NotReady(Exception):
    """A page cannot be sent to clearance or approved yet; `findings` say what is missing, in the editor's words."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(str(each) for each in findings))
        self.findings = findings


def findings(page: GuidancePage | SectionPage) -> list[Finding]:
    """Everything that keeps a draft from clearance, in the order in which an author meets the fields."""
    if isinstance(page, SectionPage):
        return list(_section_findings(page))
    found = list(_text_findings(page.to_content()))
    found += _about_findings(page)
    found += restrictions.findings(page)
    found += _link_findings(page.to_content())
    found += _slug_findings(page)
    found += _personal_findings(page.to_content())
    found += facts.findings(page.to_content())
    return found


def _section_findings(section: SectionPage) -> Iterator[Finding]:
    if not section.title.strip():
        yield _("Give the section a title.")
    if not section.summary.strip():
        yield _("Say in one sentence what one finds in the section.")
    yield from _slug_findings(section)


def _text_findings(page: content.Page) -> Iterator[Finding]:
    if not page.title:
        yield _("Give the page a title.")
    if not page.summary:
        yield _("Say in one sentence when one needs the page.")
    if not page.passages:
        yield _("Write at least one passage.")
    empty = sum(1 for passage in page.passages if not passage.blocks)
    if empty:
        yield ngettext_lazy("%d passage has no contents.", "%d passages have no contents.", empty) % empty
    if any(not passage.heading for passage in page.passages):
        yield _("Give every passage a heading.")
    yield from _block_findings(page)


def _block_findings(page: content.Page) -> Iterator[Finding]:
    for passage in page.passages:
        missing = (_missing(block, passage.heading) for block in passage.blocks)
        yield from dict.fromkeys(each for each in missing if each)


def _missing(block: content.Block, heading: str) -> Finding | None:
    """What a block of the passage under `heading` lacks, if anything."""
    if isinstance(block, content.Phrase) and not block.et:
        return _("The phrase in the passage “%s” has no Estonian words.") % heading
    if isinstance(block, content.Table) and not block.header:
        return _("The table in the passage “%s” has no columns.") % heading
    if isinstance(block, content.Contact) and not block.name:
        return _("The contact in the passage “%s” has no name.") % heading
    if not any(words_of(block)):
        return _("Something in the passage “%s” is empty. Fill it in or delete it.") % heading
    return None


def _about_findings(page: GuidancePage) -> Iterator[Finding]:
    if not page.audiences:
        yield _("Choose who reads the page.")
    if page.keeper is None or not page.keeper.is_active:
        yield _("Name a keeper who works here.")
    if bool(len(page.sources)) == page.sources_none:
        yield _("Name the sources, or tick that there are none.")
    if bool(len(page.legal_basis)) == page.legal_basis_none:
        yield _("Name the legal basis, or tick that there is none.")
    if page.review_months not in REVIEW_MONTHS:
        yield _("The review interval is between 1 and 60 months.")


def _link_findings(page: content.Page) -> Iterator[Finding]:
    for passage in page.passages:
        for key, anchor in sorted(set(_links(passage))):
            if not _exists(key):
                yield _("The passage “%s” links to a page that is not there.") % passage.heading
            elif anchor and not _has_passage(page, key, anchor):
                yield _("The passage “%s” links to a passage that is no longer there.") % passage.heading


def _exists(key: str) -> bool:
    try:
        return bool(GuidancePage.objects.filter(translation_key=uuid.UUID(key)).exists())
    except ValueError:
        return False


def _has_passage(page: content.Page, key: str, anchor: str) -> bool:
    """Whether a page has the passage, or one that it was joined into: in this draft, in force, or in a newer draft."""
    if key == page.key:
        return _names(page, anchor)
    approved = Version.objects.filter(key=key, state="approved", withdraws=False, target="page").order_by("-number")
    newest = {version.page_id: version for version in reversed(approved)}
    if any(_names(version.page_content, anchor) for version in newest.values()):
        return True
    drafts = (each.latest_revision for each in GuidancePage.objects.filter(translation_key=key, latest_revision__gt=0))
    return any(_names(each.as_object().to_content(), anchor) for each in drafts if each is not None)


def _names(page: content.Page, passage_key: str) -> bool:
    return any(passage_key == each.key or passage_key in each.formerly for each in page.passages)


def _links(passage: content.Passage) -> Iterator[tuple[str, str]]:
    for block in passage.blocks:
        for html in html_of(block):
            yield from richtext.page_links(html)


def _personal_findings(page: content.Page) -> Iterator[Finding]:
    """A service's numbers and addresses belong in guidance; a person's codes, accounts and cards never do."""
    for passage in page.passages:
        text = "\n".join([passage.heading, *(words for block in passage.blocks for words in words_of(block))])
        if any(each.kind in {Kind.PERSONAL_CODE, Kind.ACCOUNT, Kind.CARD} for each in personal_data.findings(text)):
            yield _("The passage “%s” seems to hold a person's code or account. Take it out.") % passage.heading


def _slug_findings(page: GuidancePage | SectionPage) -> Iterator[Finding]:
    """An address names one page of a language, whatever section it stands in."""
    same = Version.objects.filter(
        state="approved", content__slug=page.slug, locale=page.locale.language_code, target=target_of(page)
    )
    if same.exclude(page_id=page.pk).filter(withdraws=False).exists():
        yield _("Another page already has the address “%s”. Choose another one.") % page.slug


def target_of(page: GuidancePage | SectionPage) -> str:
    """`section` or `page`."""
    return "section" if isinstance(page, SectionPage) else "page"
