"""How translated the handbook is, for those who translate: every Estonian page in force beside each language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models.fields.json import KeyTextTransform
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from metoodik.handbook import content
from metoodik.handbook.access import sees_whole
from metoodik.handbook.models import GuidancePage, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.staleness import SOURCE_LANGUAGE, stale_passages
from metoodik.handbook.translation import LANGUAGES
from metoodik.people.models import User
from metoodik.people.permissions import Permission

RISKS = {content.Risk.SAFETY: 0, content.Risk.ELEVATED: 1, content.Risk.ORDINARY: 2}
STATES = ("missing", "stale", "draft", "clearance", "current")
MOST_REMEMBERED = 20_000

_compared: dict[tuple[str, str], tuple[int, int]] = {}
"""(hash of the Estonian content, hash of the translation) to (current passages, all passages): neither ever changes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One page in one language. `state`: missing, stale, draft (a newer one is not sent), clearance, current."""

    key: str
    title: str
    risk: str
    locale: str
    state: str
    current: int
    passages: int
    in_force: bool

    @property
    def url(self) -> str:
        return reverse("handbook:translate", args=[self.key, self.locale])

    @property
    def share(self) -> int:
        """Passages that say what the Estonian ones say, in per cent."""
        return 100 * self.current // self.passages if self.passages else 0

    @property
    def needs_work(self) -> bool:
        """Whether a translator has something to do."""
        return self.state in {"missing", "stale", "draft"}


def works_with_languages(user: User) -> bool:
    """Whether translations are a room of this person's."""
    return user.can(Permission.TRANSLATE_GUIDANCE) or user.can(Permission.REVIEW_LANGUAGE)


def get_source_for(user: User, key: UUID | str) -> tuple[Version, bool]:
    """The Estonian page to translate and whether it is still in force. Raises Http404 for what one may not know of."""
    in_force = Version.objects.newest_in_force(key, SOURCE_LANGUAGE)
    approved = Version.objects.filter(key=key, locale=SOURCE_LANGUAGE, state=State.APPROVED, target=Target.PAGE)
    found = in_force or approved.filter(withdraws=False).order_by("-number").first()
    if found is None or found.target != Target.PAGE or not sees_whole(user, found):
        raise Http404
    return found, in_force is not None


def visible_keys(user: User) -> set[str]:
    """Keys of Estonian pages in force that this person reads whole: memory does not say which passage its words had."""
    found = {str(each.key) for each in _in_force(user, SOURCE_LANGUAGE)}
    if user.can(Permission.READ_RESTRICTED):
        return found
    marked = Version.objects.approved_at(timezone.now()).filter(target=Target.PAGE, key__in=found)
    with_marks = marked.annotate(written=KeyTextTransform("passages", "content"))
    return found - {
        str(key) for key in with_marks.filter(written__contains='"restriction"').values_list("key", flat=True)
    }


def standings(user: User, languages: Iterable[str] = LANGUAGES) -> list[Standing]:
    """Every Estonian page in force that this person may see, in each language, the riskiest and worst first."""
    sources = _in_force(user, SOURCE_LANGUAGE)
    found = []
    for language in languages:
        translated = {each.key: each for each in _in_force(user, language)}
        pairs = [(each, translated[each.key]) for each in sources if each.key in translated]
        _compare([pair for pair in pairs if _pair(*pair) not in _compared])
        drafts = _drafts(language)
        for source in sources:
            found.append(_standing(source, language, translated.get(source.key), drafts.get(source.key)))
    return sorted(found, key=lambda each: (RISKS[content.Risk(each.risk)], STATES.index(each.state), each.title))


def _standing(source: Version, language: str, translated: Version | None, draft: str | None) -> Standing:
    current, passages = _compared[_pair(source, translated)] if translated else (0, 0)
    if draft == "clearance":
        state = "clearance"
    elif draft == "draft":
        state = "draft"
    elif translated is None:
        state = "missing"
    else:
        state = "current" if current == passages else "stale"
    return Standing(
        str(source.key), source.title, source.risk, language, state, current, passages, translated is not None
    )


def _in_force(user: User, language: str) -> list[Version]:
    newest: dict[int, Version] = {}
    approved = Version.objects.approved_at(timezone.now()).visible_to(user).filter(target=Target.PAGE, locale=language)
    fields = ("key", "title", "risk", "locale", "withdraws", "content_hash", "page_id", "number", "revision_id")
    for version in approved.only(*fields):
        newest.setdefault(version.page_id, version)
    return [each for each in newest.values() if not each.withdraws]


def _drafts(language: str) -> dict[UUID, str]:
    """Keys of pages in a language with something newer than what is approved: `draft` or `clearance`."""
    found: dict[UUID, str] = {}
    newest = Version.objects.filter(target=Target.PAGE, locale=language).order_by("page_id", "number")
    sent = {page: (state, revision) for page, state, revision in newest.values_list("page_id", "state", "revision_id")}
    pages = GuidancePage.objects.filter(locale__language_code=language)
    for pk, key, latest in pages.values_list("pk", "translation_key", "latest_revision_id"):
        state, revision = sent.get(pk, ("", None))
        if revision != latest or state in {State.RETURNED, State.VOIDED}:
            found[key] = "draft"
        elif state == State.CLEARANCE:
            found[key] = "clearance"
    return found


def _pair(source: Version, translated: Version) -> tuple[str, str]:
    return source.content_hash, translated.content_hash


def _compare(pairs: list[tuple[Version, Version]]) -> None:
    """Compare contents that have not been compared before, a hundred pairs at a time."""
    if len(_compared) > MOST_REMEMBERED:
        _compared.clear()
    for start in range(0, len(pairs), 100):
        some = pairs[start : start + 100]
        held = Version.objects.in_bulk([each.pk for pair in some for each in pair])
        for source, translated in some:
            estonian, said = held[source.pk].page_content, held[translated.pk].page_content
            stale = stale_passages(said, estonian)
            kept = {each.key for each in said.passages if each.source and each.key not in stale}
            wanted = {each.key for each in estonian.passages}
            _compared[_pair(source, translated)] = (len(kept & wanted), len(wanted))
