"""What a version changes, passage by passage, in words."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from metoodik.handbook import content
from metoodik.handbook.access import sees_page
from metoodik.handbook.desk_forms import AUDIENCE_NAMES
from metoodik.handbook.fact_marks import facts_of_page, read_page
from metoodik.handbook.facts import confirmed
from metoodik.handbook.models import GuidancePage, Version
from metoodik.handbook.models.versions import Target
from metoodik.handbook.texts import words_of
from metoodik.people.models import User
from metoodik.web.difference import Change, change
from metoodik.web.templatetags.web import day

AROUND = 1
ELSE = "…"
RESTRICTION = ("restriction_ground", "restriction_authority", "restriction_since", "restriction_until")


def of_version(version: Version, *, by: User | None = None) -> list[Change]:
    """The version against the one approved before it; every passage is new when there is none.

    A section's order names only pages that `by` may know of.
    """
    before = version.predecessor()
    if version.target == Target.SECTION:
        return _of_section(version, before, by)
    old = before.page_content if before and not before.withdraws else None
    return of_pages(old, version.page_content)


def of_pages(old: content.Page | None, new: content.Page) -> list[Change]:
    """Only what differs: title, summary, what is said about the page, passages by key in the new order, gone last.

    A fact stands as its value, with a word that it is one: a typed number made a fact is a change.
    """
    old, new = _with_facts(old) if old else None, _with_facts(new)
    found = [
        change(old.title if old else "", new.title, _("Title")),
        change(old.summary if old else "", new.summary, _("Summary")),
    ]
    found += _details(old, new) if old else []
    before = {passage.key: passage for passage in old.passages} if old else {}
    for passage in new.passages:
        found.append(_changed(_lines(before.pop(passage.key, None)), _lines(passage), passage.heading))
    found += [_changed(_lines(gone), [], gone.heading) for gone in before.values()]
    return [each for each in found if each.kind != "same"]


def _with_facts(page: content.Page) -> content.Page:
    if not facts_of_page(page):
        return page
    known = confirmed()

    def value(key: str, language: str) -> str | None:
        return _("%(value)s [fact]") % {"value": known[key].value(language)} if key in known else None

    return read_page(page, value)


def _details(old: content.Page, new: content.Page) -> list[Change]:
    """What is said about the page, under the names that the author filled in."""
    before, after = _about(old), _about(new)
    return [change(before[name], after[name], _label(name)) for name in after]


def _about(page: content.Page) -> dict[str, str]:
    marks = page.restriction
    restricted = (marks.ground, marks.authority, day(marks.since), day(marks.until)) if marks else ("",) * 4
    return {
        "kind": _choice("kind", page.kind),
        "audiences": "\n".join(sorted(str(AUDIENCE_NAMES[each]) for each in page.audiences)),
        "risk": _choice("risk", page.risk),
        "access": _choice("access", page.access),
        **dict(zip(RESTRICTION, restricted, strict=True)),
        "sources": _sources(page.sources),
        "legal_basis": _sources(page.legal_basis),
        "review_months": str(page.review_months),
        "slug": page.slug,
    }


def _choice(name: str, value: str) -> str:
    return str(dict(GuidancePage._meta.get_field(name).choices)[value])


def _sources(sources: tuple[content.Source, ...]) -> str:
    return "\n".join(f"{each.title} {each.url}".strip() for each in sources)


def _label(name: str) -> str:
    return capfirst(str(GuidancePage._meta.get_field(name).verbose_name))


def _of_section(version: Version, before: Version | None, by: User | None) -> list[Change]:
    old = before.section_content if before and not before.withdraws else None
    new = version.section_content
    found = [
        change(old.title if old else "", new.title, _("Title")),
        change(old.summary if old else "", new.summary, _("Summary")),
        change(_in_order(old.order if old else (), by), _in_order(new.order, by), _("Order of pages")),
    ]
    return [each for each in found if each.kind != "same"]


def _in_order(keys: tuple[str, ...], by: User | None) -> str:
    """Titles of pages in their chosen order, a line each."""
    if by is None:
        return ""
    pages = GuidancePage.objects.filter(translation_key__in=keys).order_by("-locale__language_code")
    rows = pages.values_list("translation_key", "draft_title", "audiences", "access")
    titles = {str(key): title for key, title, audiences, access in rows if sees_page(by, audiences, access)}
    return "\n".join(titles[key] for key in keys if key in titles)


def _changed(before: list[str], after: list[str], place: str) -> Change:
    """The change of a passage with one unchanged line around it; longer unchanged stretches become an ellipsis."""
    if not before or not after:
        return change("\n".join(before), "\n".join(after), place)
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    first, last = max(start - AROUND, 0), max(end - AROUND, 0)
    lead, trail = [ELSE] if first else [], [ELSE] if last else []
    old, new = (lead + lines[first : len(lines) - last] + trail for lines in (before, after))
    return change("\n".join(old), "\n".join(new), place)


def _same(before: list[str], after: list[str]) -> int:
    """How many lines are equal from the start."""
    same = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        same += 1
    return same


def _marking(marks: content.Restriction | None) -> list[str]:
    """A passage's AK marking as a line, so that one taken away or changed is seen before it is approved."""
    if marks is None:
        return []
    said = _("For internal use only (AK): %(ground)s, %(authority)s, %(since)s–%(until)s")
    return [said % {**marks.to_data(), "since": day(marks.since), "until": day(marks.until)}]


def _lines(passage: content.Passage | None) -> list[str]:
    if passage is None:
        return []
    return [
        passage.heading,
        *_marking(passage.restriction),
        *(words for block in passage.blocks for words in words_of(block)),
    ]
