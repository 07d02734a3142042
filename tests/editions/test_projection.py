"""A class of readers gets a file in which nothing else can be found, not even by reading its bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.editions_plugin import SECTION, key, page, passage, provenance

from metoodik.editions.audiences import NO_AUDIENCE, AudienceClass, role_classes
from metoodik.editions.build import BuildError, Imprint, PageFacts, Projector, content_from, facts_of
from metoodik.editions.content import EditionContent, content_of
from metoodik.editions.opened import OpenEdition
from metoodik.handbook.content import Access, Audience, Contact, Page, Restriction, Section
from metoodik.handbook.pinned import PinnedHandbook, PinnedPage, Problem

NOON = datetime(2026, 11, 20, 10, tzinfo=UTC)
COUNSELLING = AudienceClass(frozenset({"staff", "counselling"}))
GROUPS = AudienceClass(frozenset({"staff", "groups"}))
LEADERS_AK = AudienceClass(frozenset({"staff", "counselling", "leadership"}), restricted=True)
EVERYONE = AudienceClass(frozenset(each.value for each in Audience), restricted=True)
HIDDEN_SECTION = Section(key(901), "et", "grupid", "Grupiosa Kvantraudtee", "Kokkuvõte Merihobu.", 2)


def handbook(*pages: Page, at: datetime = NOON) -> PinnedHandbook:
    return PinnedHandbook(at, (SECTION, HIDDEN_SECTION), tuple(PinnedPage(each, provenance(at)) for each in pages))


def projector(*pages: Page) -> Projector:
    pinned = handbook(*pages)
    content = content_from(pinned)
    return Projector(content, facts_of(pinned, content, None, {}), Imprint(7, NOON))


connections: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    while connections:
        connections.pop().close()


def opened(data: bytes, audience: AudienceClass) -> OpenEdition:
    connection = sqlite3.connect(":memory:")
    connections.append(connection)
    connection.deserialize(data)
    return OpenEdition(
        number=7,
        effective_at=NOON,
        content_hash="",
        audience=audience,
        in_force=lambda: 7,
        file_hash="",
        query=lambda sql, values: connection.execute(sql, values).fetchall(),
    )


COMMON = page(1, "Kuulamine", passage(11, "Kuula", "Kuula rahulikult helistajat."))
FOR_GROUPS = page(
    2,
    "Ringjuht Zeppelin",
    passage(21, "Päevakava Obelisk", "Tervitus kõigile Papagoi."),
    summary="Kokkuvõte Tsirkus.",
    slug="zeppelin-slug",
    section=HIDDEN_SECTION.key,
    audiences=(Audience.GROUPS,),
)
FOR_LEADERS = page(
    3,
    "Sisekord Vulkaan",
    passage(31, "Ähvardaja Trompet", "Kuula juhti Lumeleopard."),
    audiences=(Audience.COUNSELLING, Audience.LEADERSHIP),
    access=Access.RESTRICTED,
)
MARKERS = {
    COMMON.key: ["kuulamine", "rahulikult"],
    FOR_GROUPS.key: ["zeppelin", "obelisk", "papagoi", "tsirkus", "kvantraudtee", "merihobu", FOR_GROUPS.key],
    FOR_LEADERS.key: ["vulkaan", "trompet", "lumeleopard", FOR_LEADERS.key],
}


@pytest.mark.parametrize(
    ("audience", "sees"),
    [
        (COUNSELLING, {COMMON.key}),
        (GROUPS, {FOR_GROUPS.key}),
        (LEADERS_AK, {COMMON.key, FOR_LEADERS.key}),
        (EVERYONE, {COMMON.key, FOR_GROUPS.key, FOR_LEADERS.key}),
    ],
)
def test_no_word_from_outside_the_circle_is_in_the_bytes(audience: AudienceClass, sees: set[str]) -> None:
    data = projector(COMMON, FOR_GROUPS, FOR_LEADERS).project(audience)
    folded = data.decode("utf-8", errors="replace").casefold()
    for place, markers in MARKERS.items():
        for marker in markers:
            assert (marker in folded) == (place in sees), marker


def test_what_is_outside_the_circle_is_not_found_listed_suggested_or_opened() -> None:
    edition = opened(projector(COMMON, FOR_GROUPS, FOR_LEADERS).project(COUNSELLING), COUNSELLING)
    assert [each.title for each in edition.pages("et")] == ["Kuulamine"]
    assert [each.slug for each in edition.sections("et")] == [SECTION.slug]
    assert edition.page("et", FOR_GROUPS.slug) is None
    assert edition.page_by_key(FOR_LEADERS.key, "et") is None
    assert edition.locales_of(FOR_GROUPS.key) == []
    assert not edition.holds(FOR_GROUPS.key)
    for text in ("zeppelin", "vulk", "p", "obelisk kuula"):
        assert all(hit.page_key == COMMON.key for hit in edition.search(text, locale="et"))
    assert edition.suggest("zep", locale="et") == []


def test_every_class_ranks_what_it_shares_with_another_alike() -> None:
    pages = [
        page(
            number,
            f"Kõne {number % 4}",
            *(
                passage(number * 10 + each, f"Samm {each}", "kuula " * each + "küsi " * (number % 3) + "kõne")
                for each in range(1, 4)
            ),
            audiences=(list(Audience)[number % 4], Audience.COUNSELLING) if number % 3 else (Audience.GROUPS,),
            access=Access.RESTRICTED if number % 5 == 0 else Access.INTERNAL,
        )
        for number in range(1, 25)
    ]
    projected = projector(*pages)
    classes = sorted(role_classes(), key=lambda each: each.key)
    editions = [opened(projected.project(each), each) for each in classes]
    for text in ("kuula", "küsi kõne", "sam", "k", "kuu küs"):
        found = [
            [((hit.page_key, hit.passage_key), hit.score) for hit in edition.search(text, locale="et", limit=500)]
            for edition in editions
        ]
        assert any(found)
        for one in found:
            for other in found:
                shared = {place for place, _ in one} & {place for place, _ in other}
                assert [each for each in one if each[0] in shared] == [each for each in other if each[0] in shared]


MARKED = Restriction("AvTS § 35 lg 1 p 9", "Amet Kuukivi", date(2026, 10, 1), date(2031, 9, 30))


def partly_restricted(words: str = "Paroolid Sõnajalg.", **details: Any) -> Page:
    """A page for counsellors on which one passage is AK."""
    hidden = replace(
        passage(42, "Peidik Samblik", words),
        restriction=MARKED,
        formerly=(key(77),),
        blocks=(*passage(42, "", words).blocks, Contact(key(78), "Valvur", "{{fact:salanumber}}")),
    )
    return page(4, "Avalik osa", passage(41, "Kuula", "Kuula rahulikult."), hidden, **details)


def test_an_ak_passage_is_not_in_the_bytes_of_those_without_the_right() -> None:
    data = projector(partly_restricted()).project(COUNSELLING)
    folded = data.decode("utf-8", errors="replace").casefold()
    hidden = partly_restricted().passages[1]
    for marker in ("samblik", "sõnajalg", "kuukivi", "salanumber", "valvur", hidden.key, key(77), hidden.hash):
        assert marker.casefold() not in folded, marker
    edition = opened(data, COUNSELLING)
    read = edition.page("et", "leht-4")
    assert read is not None
    assert [each.heading for each in read.content.passages] == ["Kuula"]
    assert (read.withheld, read.has_restricted) == (1, False)
    assert edition.search("samblik sõnajalg", locale="et") == []
    assert edition.passage_keys(key(4)) == {key(41)}


def test_those_with_the_right_read_the_ak_passage_with_its_marking() -> None:
    edition = opened(projector(partly_restricted()).project(LEADERS_AK), LEADERS_AK)
    read = edition.page("et", "leht-4")
    assert read is not None
    assert read.content.passages[1].restriction == MARKED
    assert (read.withheld, read.has_restricted) == (0, True)
    hits = edition.search("samblik", locale="et")
    assert [(each.passage_key, each.access) for each in hits] == [(key(42), Access.RESTRICTED)]


def test_a_change_of_the_ak_passage_alone_is_no_change_to_those_without_the_right() -> None:
    first = handbook(partly_restricted())
    before = content_from(first)
    facts = facts_of(first, before, None, {})
    later = handbook(partly_restricted("Uus sõna Metsmaasikas."), at=NOON + timedelta(days=3))
    after = content_from(later)
    facts_after = facts_of(later, after, before, facts)
    old, new = Projector(before, facts, Imprint(7, NOON)), Projector(after, facts_after, Imprint(8, NOON))
    for audience, changed in ((COUNSELLING, False), (LEADERS_AK, True)):
        was, now = (opened(each.project(audience), audience).page("et", "leht-4") for each in (old, new))
        assert was is not None
        assert now is not None
        assert (was.hash != now.hash) == changed
        assert (was.in_force_since != now.in_force_since) == changed
        assert (was.provenance.approved_at != now.provenance.approved_at) == changed


def test_equal_content_gives_equal_bytes() -> None:
    assert projector(COMMON, FOR_GROUPS).project(GROUPS) == projector(FOR_GROUPS, COMMON).project(GROUPS)


def test_a_page_is_in_force_since_its_words_last_changed() -> None:
    first = handbook(COMMON, FOR_GROUPS)
    content = content_from(first)
    facts = facts_of(first, content, None, {})
    later = NOON + timedelta(days=3)
    changed = replace(FOR_GROUPS, title="Ringjuht")
    second = handbook(COMMON, changed, at=later)
    facts = facts_of(second, content_from(second), content, facts)
    assert facts[COMMON.key, "et"].since == NOON
    assert facts[changed.key, "et"].since == later
    assert PageFacts.from_data(facts[COMMON.key, "et"].to_data()) == facts[COMMON.key, "et"]


def test_a_read_page_carries_its_provenance_and_hashes() -> None:
    read = opened(projector(COMMON).project(COUNSELLING), COUNSELLING).page("et", COMMON.slug)
    assert read is not None
    assert read.content == COMMON
    assert read.provenance.approved_by == "Rein Mets"
    assert read.passage_hashes == {COMMON.passages[0].key: COMMON.passages[0].hash}
    assert read.section == SECTION
    assert read.in_force_since == NOON


def test_an_erased_passage_says_so_in_the_pages_language_and_is_not_found() -> None:
    pinned = handbook(COMMON, replace(COMMON, locale="ru", slug="slushat"))
    pinned = replace(pinned, sections=(SECTION, replace(SECTION, locale="ru")))
    content = content_from(pinned, {COMMON.passages[0].hash})
    projected = Projector(content, facts_of(pinned, content, None, {}), Imprint(7, NOON))
    edition = opened(projected.project(COUNSELLING), COUNSELLING)
    read = edition.page("et", COMMON.slug)
    assert read is not None
    assert read.erased == {COMMON.passages[0].key}
    assert read.content.passages[0].heading
    assert read.content.passages[0].blocks == ()
    assert read.passage_hashes == {COMMON.passages[0].key: COMMON.passages[0].hash}
    assert edition.search("rahulikult", locale="et") == []
    assert content.hash == content_of(pinned.sections, (each.content for each in pinned.pages)).hash


def problems(pinned: PinnedHandbook) -> set[str]:
    with pytest.raises(BuildError) as caught:
        content_from(pinned)
    return {each.title for each in caught.value.problems}


def test_every_reason_why_an_edition_cannot_be_made_is_named() -> None:
    assert problems(handbook()) != set()
    assert problems(replace(handbook(COMMON), sections=())) == {"Kuulamine"}
    assert problems(handbook(COMMON, replace(page(5, "Teine"), slug=COMMON.slug))) & {"Kuulamine", "Teine"}
    assert problems(handbook(COMMON, COMMON)) == {"Kuulamine"}
    assert problems(handbook(replace(COMMON, passages=COMMON.passages * 2))) == {"Kuulamine"}
    assert problems(handbook(replace(COMMON, summary="katki \ud800"))) == {"Kuulamine"}
    named = replace(handbook(COMMON), problems=(Problem("Lein", "Viitab lehele, mis ei kehti."),))
    assert problems(named) == {"Lein"}


def test_a_class_that_sees_nothing_gets_an_empty_file() -> None:
    edition = opened(projector(COMMON).project(NO_AUDIENCE), NO_AUDIENCE)
    assert edition.pages("et") == []
    assert edition.search("kuula", locale="et") == []


def test_pages_stand_in_the_order_of_section_and_title() -> None:
    titles = ["Üksi", "Äge", "Zoo", "Sõber", "Šokk"]
    edition = opened(
        projector(*(page(number, title) for number, title in enumerate(titles, start=1))).project(COUNSELLING),
        COUNSELLING,
    )
    assert [each.title for each in edition.pages("et")] == ["Sõber", "Šokk", "Zoo", "Äge", "Üksi"]
    assert edition.pages("et", SECTION.key) == edition.pages("et")
    assert edition.pages("et", "muu") == []


def test_stored_content_alone_is_enough_to_project_again() -> None:
    projected = projector(COMMON, FOR_GROUPS)
    again = Projector(EditionContent.from_bytes(projected.content.to_bytes()), projected.facts, projected.imprint)
    assert again.project(GROUPS) == projected.project(GROUPS)
