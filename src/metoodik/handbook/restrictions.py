"""Markings for internal use (AK): what they must say, what stands marked now, and what of a page a person may read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.handbook import content
from metoodik.handbook.access import sees_page
from metoodik.handbook.blocks import half_marked
from metoodik.handbook.content import Access, Restriction
from metoodik.handbook.days import add_months
from metoodik.handbook.front_matter import front_matter_of
from metoodik.handbook.models import GuidancePage, RestrictionExtension, RestrictionGround, Version
from metoodik.handbook.models.restrictions import ExtensionState
from metoodik.handbook.models.versions import Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE
from metoodik.people.models import User
from metoodik.people.permissions import Permission

type Finding = str | Promise

ENDING_SOON = timedelta(days=60)


def ground_of(words: str, day: date) -> RestrictionGround | None:
    """The ground that a marking names on a day: the longest citation it begins with; more words may follow it."""
    said = " ".join(words.split())
    fitting = [each for each in RestrictionGround.objects.valid_on(day) if _names(said, each.citation)]
    return max(fitting, key=lambda each: len(each.citation), default=None)


def _names(said: str, citation: str) -> bool:
    rest = said.removeprefix(citation)
    return rest != said and (not rest or not (rest[0].isalnum() or rest[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def findings(page: GuidancePage) -> Iterator[Finding]:
    """What keeps the page's AK markings from clearance, the page's own first."""
    if page.access == Access.RESTRICTED:
        if not (page.restriction_ground.strip() and page.restriction_authority.strip()):
            yield _("A page for internal use names the ground of the restriction and the authority.")
        if page.restriction is None:
            yield _("A page for internal use says from when and until when it is restricted.")
        else:
            yield from _marking_findings(str(page.translation_key), "", page.restriction)
    for heading in half_marked(page.body):
        yield _("The restriction of the passage “%s” names its ground, the authority and both dates.") % heading
    yield from _passage_findings(page.to_content())
    yield from _translation_findings(page)


def _passage_findings(page: content.Page) -> Iterator[Finding]:
    for passage in page.passages:
        marking = passage.restriction
        if marking is None:
            continue
        if page.access == Access.PUBLIC:
            yield _("A public page has no restricted passage. Make the page one for staff, or open “%s”.") % (
                passage.heading
            )
        if marking.since != date.min and marking.until != date.max and marking.ground and marking.authority:
            for each in _marking_findings(page.key, passage.key, marking):
                yield _("Passage “%(heading)s”: %(finding)s") % {"heading": passage.heading, "finding": each}


def _marking_findings(key: str, passage_key: str, marking: Restriction) -> Iterator[Finding]:
    today = timezone.localdate()
    if marking.until <= marking.since:
        yield _("The restriction ends before it begins. Check the two dates.")
        return
    if marking.until <= today:
        yield _("The restriction has already ended. Extend it, or make the page open to staff.")
    if not marking.ground.strip():
        return
    ground = ground_of(marking.ground, max(marking.since, today))
    if ground is None:
        yield _("“%s” is no ground in force on that day. Choose one from the register of grounds.") % marking.ground
        return
    last = ground.last_day(marking.since)
    if last and marking.until > last and not _extended(key, passage_key, marking.until):
        yield _("By %(ground)s a restriction lasts at most %(years)d years; it can be extended later.") % {
            "ground": ground.citation,
            "years": ground.longest_years,
        }


def _extended(key: str, passage_key: str, until: date) -> bool:
    """Whether a decision, made or asked for, lets the restriction last until then."""
    found = RestrictionExtension.objects.filter(key=key, passage_key=passage_key, until__gte=until)
    return found.exclude(state=ExtensionState.DECLINED).exists()


def _translation_findings(page: GuidancePage) -> Iterator[Finding]:
    """A passage that is AK in Estonian is AK in every language."""
    if page.locale.language_code == SOURCE_LANGUAGE:
        return
    source = Version.objects.newest_in_force(page.translation_key, SOURCE_LANGUAGE)
    if source is None:
        return
    marked = {each.key for each in source.page_content.passages if each.restriction}
    for passage in page.to_content().passages:
        if passage.key in marked and passage.restriction is None:
            yield _("The passage “%s” is for internal use in Estonian. Restrict it here too.") % passage.heading


def has_restricted(page: content.Page) -> bool:
    """Whether anything on the page is AK."""
    return page.access is Access.RESTRICTED or any(each.restriction for each in page.passages)


def open_part(page: content.Page) -> content.Page:
    """The page without its restricted passages."""
    return replace(page, passages=tuple(each for each in page.passages if each.restriction is None))


@dataclass(frozen=True, slots=True)
class Marked:
    """One AK marking of a page or passage in force."""

    version: int
    key: str
    locale: str
    passage_key: str
    title: str
    heading: str
    audiences: tuple[str, ...]
    restriction: Restriction
    keeper_id: int | None
    url: str

    @property
    def days_left(self) -> int:
        """Days until its last day; below zero when it has ended."""
        return (self.restriction.until - timezone.localdate()).days

    @property
    def has_ended(self) -> bool:
        return self.days_left <= 0

    @property
    def ends_soon(self) -> bool:
        return not self.has_ended and self.days_left <= ENDING_SOON.days

    def is_for(self, user: User) -> bool:
        """Whether this person may read what is marked."""
        return sees_page(user, self.audiences, Access.RESTRICTED)


def marked_in_force() -> list[Marked]:
    """Every AK marking in force, the one that ends first at the top. Two queries; only marked pages are read whole."""
    newest: dict[int, tuple[int, str, bool]] = {}
    approved = Version.objects.approved_at(timezone.now()).filter(target=Target.PAGE)
    for pk, page, content_hash, withdraws in approved.values_list("pk", "page_id", "content_hash", "withdraws"):
        newest.setdefault(page, (pk, content_hash, withdraws))
    front = front_matter_of([(pk, content_hash) for pk, content_hash, withdraws in newest.values() if not withdraws])
    with_marks = Version.objects.filter(pk__in=[pk for pk, each in front.items() if each.is_marked])
    found = [each for version in with_marks for each in _marked(version)]
    return sorted(found, key=lambda each: (each.restriction.until, each.title, each.passage_key, each.locale))


def _marked(version: Version) -> Iterator[Marked]:
    page = version.page_content
    whole = [("", "", page.restriction)] if page.access is Access.RESTRICTED else []
    parts = [(each.key, each.heading, each.restriction) for each in page.passages]
    for key, heading, restriction in (*whole, *parts):
        if restriction is not None:
            yield Marked(
                version=version.pk,
                key=page.key,
                locale=page.locale,
                passage_key=key,
                title=page.title,
                heading=heading,
                audiences=tuple(each.value for each in page.audiences),
                restriction=restriction,
                keeper_id=version.keeper_id,
                url=version.get_absolute_url(),
            )


def marked_for(user: User) -> list[Marked]:
    """AK markings in force that this person may know of."""
    if not user.can(Permission.READ_RESTRICTED):
        return []
    return [each for each in marked_in_force() if each.is_for(user)]


def get_marked_for(user: User, version: int, passage_key: str) -> Marked | None:
    """One marking in force, if this person may know of it."""
    return next((each for each in marked_for(user) if (each.version, each.passage_key) == (version, passage_key)), None)


def may_ask_extension(user: User, marked: Marked) -> bool:
    """Whether this person may ask that it lasts longer: who writes guidance, and only by a ground that allows it."""
    return user.can(Permission.WRITE_GUIDANCE) and marked.is_for(user) and latest_end(marked) is not None


def latest_end(marked: Marked) -> date | None:
    """The last day to which the marking may be extended by its ground as it stands today, once; None if it may not."""
    ground = ground_of(marked.restriction.ground, timezone.localdate())
    if ground is None or not ground.longest_years or not ground.extendable_years:
        return None
    years = ground.longest_years + ground.extendable_years
    last = add_months(marked.restriction.since, 12 * years)
    return last if last > marked.restriction.until else None


def extensions_of(key: str | uuid.UUID, passage_key: str) -> list[RestrictionExtension]:
    """Everything asked and decided about one marking, the latest first."""
    found = RestrictionExtension.objects.filter(key=key, passage_key=passage_key)
    return list(found.select_related("asked_by", "decided_by", "version"))


def waiting_for(user: User) -> list[RestrictionExtension]:
    """Extensions that this person decides now."""
    if not user.can(Permission.DECIDE_RESTRICTION):
        return []
    asked = RestrictionExtension.objects.filter(state=ExtensionState.ASKED).select_related("asked_by", "version")
    return [each for each in asked if each.waits_for(user) and may_know_of(user, each)]


def may_know_of(user: User, extension: RestrictionExtension) -> bool:
    """Whether what the extension is about was written for this person."""
    return sees_page(user, extension.version.content["audiences"], Access.RESTRICTED)
