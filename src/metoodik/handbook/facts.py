"""What is known of facts: values for drawing, where each is used, typed numbers that are facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from metoodik.handbook import content, fact_values
from metoodik.handbook.content import FactKind
from metoodik.handbook.drawing import Facts, Said, lasting
from metoodik.handbook.fact_marks import MARK, Value, facts_of_page, facts_of_passage, is_broken, mark
from metoodik.handbook.models import Fact, FactVersion, GuidancePage, Version
from metoodik.handbook.models.versions import Target
from metoodik.people.models import User
from metoodik.people.permissions import Permission

DIGITS = re.compile(r"(?<![\w.,/+§-])(?<!§ )(?:\+|00)?\d(?:[ \u00a0()-]{0,2}\d){2,14}(?![\w/]|[.,]\d)")
LINKS = re.compile(r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"'“”„)]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """Typed words that say what a fact says: from `start` to `end` (not included) of the text."""

    start: int
    end: int
    words: str
    fact: content.Fact

    @property
    def mark(self) -> str:
        """What should stand there instead."""
        return mark(self.fact.key)


@dataclass(frozen=True, slots=True)
class Use:
    """A passage that names a fact: in force, in the newest draft, or both. `passage` is empty for title and summary."""

    title: str
    passage: str
    locale: str
    page_pk: int
    page_key: str
    in_force: bool
    in_draft: bool
    content: content.Page

    def is_for(self, user: User) -> bool:
        """Whether the page is written for this person's eyes."""
        restricted = self.content.access is content.Access.RESTRICTED
        if restricted and not user.can(Permission.READ_RESTRICTED):
            return False
        if not user.can(Permission.READ_RESTRICTED) and self._is_in_marked_passage:
            return False
        return any(each.value in user.circles for each in self.content.audiences)

    @property
    def _is_in_marked_passage(self) -> bool:
        return any(each.heading == self.passage and each.restriction for each in self.content.passages)

    @property
    def url(self) -> str:
        """The page at the writing desk."""
        return reverse("wagtailadmin_pages:edit", args=[self.page_pk])

    @property
    def reading_url(self) -> str:
        """The page as it is read, where it is in force."""
        return lasting(self.page_key, "")


def confirmed() -> dict[str, content.Fact]:
    """Every confirmed fact that is not retired, by key, as it stands now. One query."""
    return {each.fact.key: each.to_content() for each in FactVersion.objects.confirmed_at(timezone.now())}


def values_in(language: str, facts: Mapping[str, content.Fact] | None = None) -> Value:
    """What each mark says in a language, for `fact_marks.filled`."""
    known = confirmed() if facts is None else facts
    return lambda key: known[key].value(language) if key in known else None


def said_now() -> Facts:
    """What stands in place of marks where drafts and versions are looked at: confirmed values as they are now."""
    known = confirmed()

    def said(key: str, language: str) -> Said | None:
        return Said(known[key].kind, known[key].value(language)) if key in known else None

    return said


def offers(text: str, facts: Iterable[content.Fact] | None = None) -> list[Offer]:
    """Numbers, links and amounts typed in plain text that stand in the register, in order, none inside another."""
    known = list(confirmed().values() if facts is None else facts)
    hidden = MARK.sub(lambda match: "\x00" * len(match[0]), text)
    found: list[Offer] = []
    for each in sorted(_matches(hidden, known), key=lambda offer: (offer.start, -offer.end)):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found


def with_facts(text: str, accepted: Iterable[Offer]) -> str:
    """The text with the mark in place of each accepted offer; `accepted` were made of this very text."""
    for each in sorted(accepted, key=lambda offer: -offer.start):
        text = text[: each.start] + each.mark + text[each.end :]
    return text


def _matches(text: str, facts: list[content.Fact]) -> Iterator[Offer]:
    numbers = _forms(facts, FactKind.PHONE)
    links = _forms(facts, FactKind.LINK)
    for match in DIGITS.finditer(text) if numbers else ():
        if fact := numbers.get(fact_values.bare_number(match[0])):
            yield Offer(match.start(), match.end(), match[0], fact)
    for match in LINKS.finditer(text) if links else ():
        words = match[0].rstrip(".,;:!?")
        if fact := links.get(fact_values.same_form(FactKind.LINK, words)):
            yield Offer(match.start(), match.start() + len(words), words, fact)
    yield from _amounts(text, [each for each in facts if each.kind is FactKind.AMOUNT])


def _forms(facts: list[content.Fact], kind: FactKind) -> dict[str, content.Fact]:
    chosen = (each for each in facts if each.kind is kind)
    return {fact_values.same_form(kind, value): each for each in chosen for value in each.values.values()}


def _amounts(text: str, facts: list[content.Fact]) -> Iterator[Offer]:
    for fact in facts:
        for value in set(fact.values.values()):
            words = r"\s?".join(re.escape(char) for char in re.sub(r"\s", "", value))
            for match in re.finditer(rf"(?<![\w.,]){words}(?!\w|[.,]\d)", text, re.IGNORECASE):
                yield Offer(match.start(), match.end(), match[0], fact)


def is_public(words: str) -> bool:
    """Whether a number as it was typed stands in the register, confirmed: it is no person's then."""
    number = fact_values.bare_number(words)
    phones = (each for each in confirmed().values() if each.kind is FactKind.PHONE)
    return any(number == fact_values.bare_number(value) for each in phones for value in each.values.values())


def where_used(key: str) -> list[Use]:
    """Every passage that names the fact, in force or in the newest draft, by title and language. A few queries."""
    wanted = mark(key)
    found: dict[tuple[int, str], Use] = {}
    for page_pk, page in _pages_in_force(wanted):
        for passage in _naming(page, key):
            found[page_pk, passage] = Use(page.title, passage, page.locale, page_pk, page.key, True, False, page)
    for page_pk, page in _drafts(wanted):
        for passage in _naming(page, key):
            known = found.get((page_pk, passage))
            in_force = known is not None and known.in_force
            found[page_pk, passage] = Use(page.title, passage, page.locale, page_pk, page.key, in_force, True, page)
    return sorted(found.values(), key=lambda use: (use.title, use.locale, use.passage))


def used_keys() -> set[str]:
    """Keys of every fact that some page names, in force or in its newest draft."""
    pages = [page for _pk, page in (*_pages_in_force("{{fact:"), *_drafts("{{fact:"))]
    return {key for page in pages for key in facts_of_page(page)}


def is_used(key: str) -> bool:
    """Whether a page in force or a draft names the fact."""
    return bool(where_used(key))


def unknown_marks(page: content.Page) -> list[str]:
    """Keys that the page names and the register does not have, or has retired."""
    named = facts_of_page(page)
    if not named:
        return []
    standing = set(Fact.objects.standing().filter(key__in=named).values_list("key", flat=True))
    return [each for each in named if each not in standing]


def unconfirmed_marks(page: content.Page) -> list[str]:
    """Names of facts that the page uses and nobody has confirmed yet."""
    named = facts_of_page(page)
    known = confirmed() if named else {}
    waiting = [each for each in named if each not in known]
    return list(Fact.objects.standing().filter(key__in=waiting).values_list("name_et", flat=True))


def findings(page: content.Page) -> Iterator[str | Promise]:
    """What keeps a page that names facts from clearance."""
    for key in unknown_marks(page):
        yield (
            _("The text names the fact “%s”, which is not in the register. Choose another or add it to the register.")
            % key
        )
    for passage in page.passages:
        if is_broken(passage):
            yield (
                _("A fact's mark in the passage “%s” is broken. Delete it and choose the fact anew.") % passage.heading
            )


def approval_findings(page: content.Page) -> Iterator[str | Promise]:
    """What keeps a page that names facts from approval."""
    for name in unconfirmed_marks(page):
        yield _("The fact “%s” is not confirmed yet. A second person confirms it in the register first.") % name


def _pages_in_force(text: str) -> list[tuple[int, content.Page]]:
    in_force = Version.objects.in_force_at(timezone.now())
    pages = (each for each in in_force if each.target == Target.PAGE)
    found = ((each.page_id, each.page_content) for each in pages)
    return [(pk, page) for pk, page in found if any(mark(key).startswith(text) for key in facts_of_page(page))]


def _drafts(text: str) -> list[tuple[int, content.Page]]:
    newest = GuidancePage.objects.filter(latest_revision__isnull=False).values("latest_revision")
    holding = Revision.objects.filter(pk__in=newest).annotate(words=Cast("content", TextField()))
    drafts = (each.as_object() for each in holding.filter(words__contains=text))
    return [(draft.pk, draft.to_content()) for draft in drafts]


def _naming(page: content.Page, key: str) -> list[str]:
    named = [each.heading for each in page.passages if key in facts_of_passage(each)]
    return named if named or key not in facts_of_page(page) else [""]
