"""The life of a page or passage over editions, for one class of readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from metoodik.editions import reading
from metoodik.editions.audiences import AudienceClass
from metoodik.editions.comparison import text_of, words
from metoodik.editions.content import EditionContent
from metoodik.editions.models import Edition
from metoodik.editions.models_history import PageInEdition
from metoodik.editions.opened import OpenEdition, ReadPage
from metoodik.handbook.content import Page, Passage
from metoodik.handbook.fact_marks import read_page
from metoodik.handbook.pinned import Provenance
from metoodik.web.difference import Change, Part, change


def note_pages(edition: Edition, content: EditionContent) -> None:
    """Put on record which wording of each page a new edition holds."""
    PageInEdition.objects.bulk_create(
        PageInEdition(edition=edition, key=key, locale=locale, hash=page_hash)
        for (key, locale), page_hash in _hashes(content).items()
    )


def _hashes(content: EditionContent) -> dict[tuple[str, str], str]:
    return {page.place: page.hash for page in content.pages}


@lru_cache(maxsize=256)
def _hashes_of(number: int, content_hash: str) -> dict[tuple[str, str], str]:
    """Hashes of an edition made before they were put on record: read from its content, remembered."""
    return _hashes(Edition.objects.get(number=number, content_hash=content_hash).read_content())


@dataclass(frozen=True, slots=True)
class Wording:
    """What a page or passage said from one edition to the next that says otherwise.

    `page` is None for a time in which it was not there. `last` is the last edition that held it, `until` None while it
    stands.
    """

    first: int
    last: int
    since: datetime
    until: datetime | None
    page: Page | None
    passage: Passage | None
    provenance: Provenance | None
    address: tuple[str, str]
    changes: tuple[Change, ...]
    erased: bool = False
    restricted: bool = False


def life_of(key: str, locale: str, passage_key: str, audience: AudienceClass) -> list[Wording]:
    """Each wording of the page, or of one passage, the latest first; empty when this class has never had it.

    Editions that hold the same page as the one before are not opened. A passage is found by its former keys too.
    """
    turns = _turns(key, locale)
    found: list[Wording] = []
    before: tuple[object, ...] | None = ()
    for number, since in turns:
        edition = reading.numbered(number, audience)
        read = edition.page_by_key(key, locale) if edition else None
        wording = _wording(number, since, edition, read, passage_key, found[-1] if found else None)
        state = _state(read, wording)
        if state != before:
            found.append(wording)
        before = state
    while found and found[0].page is None:
        found.pop(0)
    return list(reversed(_ended(found)))


def _turns(key: str, locale: str) -> list[tuple[int, datetime]]:
    """Number and beginning of each edition that held another wording of the page than the one before it."""
    noted = dict(PageInEdition.objects.filter(key=key, locale=locale).values_list("edition__number", "hash"))
    known = set(Edition.objects.filter(pk__in=PageInEdition.objects.values("edition")).values_list("number", flat=True))
    turns: list[tuple[int, datetime]] = []
    before: str | None = ""
    for entry in reversed(reading.history()):
        page_hash = noted.get(entry.number)
        if entry.number not in known:
            page_hash = _hashes_of(entry.number, entry.content_hash).get((key, locale))
        if page_hash != before:
            turns.append((entry.number, entry.effective_at))
        before = page_hash
    return turns


def _wording(
    number: int,
    since: datetime,
    edition: OpenEdition | None,
    read: ReadPage | None,
    passage_key: str,
    before: Wording | None,
) -> Wording:
    page = read_page(read.content, edition.value) if read and edition else None
    passage = _passage(page, passage_key) if page and passage_key else None
    gone = page is None or (bool(passage_key) and passage is None)
    return Wording(
        first=number,
        last=number,
        since=since,
        until=None,
        page=None if gone else page,
        passage=passage,
        provenance=read.provenance if read and not gone else None,
        address=(page.locale, page.slug) if page else ("", ""),
        changes=() if gone else tuple(_changes(before, page, passage)),
        erased=bool(read and passage and passage.key in read.erased),
        restricted=bool(page and (page.restriction or (passage.restriction if passage else _has_ak(page)))),
    )


def _has_ak(page: Page) -> bool:
    return any(each.restriction for each in page.passages)


def _passage(page: Page, key: str) -> Passage | None:
    own = next((each for each in page.passages if each.key == key), None)
    return own or next((each for each in page.passages if key in each.formerly), None)


def _state(read: ReadPage | None, wording: Wording) -> tuple[object, ...] | None:
    if wording.page is None or read is None:
        return None
    if wording.passage is None:
        return (read.hash,)
    return (wording.passage.hash, wording.erased)


def _changes(before: Wording | None, page: Page | None, passage: Passage | None) -> list[Change]:
    """Word by word against the wording before; a page names its passages that changed."""
    if before is None or before.page is None or page is None:
        return []
    if passage is not None:
        return [_passage_change(before.passage, passage)]
    old = {each.key: each for each in before.page.passages}
    found = [change(before.page.title, page.title), change(before.page.summary, page.summary)]
    found += [_passage_change(old.pop(each.key, None), each) for each in page.passages]
    found += [_passage_change(each, None) for each in old.values()]
    return [each for each in found if each.kind != "same"]


def _passage_change(old: Passage | None, new: Passage | None) -> Change:
    before, after = (f"{each.heading}\n{text_of(each)}" if each else "" for each in (old, new))
    place = (new or old or Passage("", "")).heading
    if before == after:
        return Change("same", (Part("same", after),), place)
    kind = "changed" if old and new else ("added" if new else "removed")
    return Change(kind, words(before, after), place)  # type: ignore[arg-type]


def _ended(found: list[Wording]) -> list[Wording]:
    """Wordings with their ends, times of absence left out."""
    numbers = [each.number for each in reversed(reading.history())]
    ended = []
    for place, each in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        last = numbers[numbers.index(following.first) - 1] if following else numbers[-1]
        if each.page is not None:
            values = {name: getattr(each, name) for name in Wording.__slots__}
            ended.append(Wording(**(values | {"last": last, "until": following.since if following else None})))
    return ended
