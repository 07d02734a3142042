"""Splitting and joining keep the keys that others refer to, and every word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.handbook_fixtures import draft_page, latest

from metoodik.handbook import actions
from metoodik.handbook.content import Passage, Phrase, Restriction, Text
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.handbook.passages import (
    DifferentRestrictions,
    former_keys,
    join,
    keys_of,
    move,
    split,
    with_former_keys,
)
from metoodik.handbook.texts import words_of
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry


def written(*sizes: int) -> tuple[Passage, ...]:
    """Passages p0, p1, … with that many blocks each."""
    return tuple(
        Passage(f"p{place}", f"Pealkiri {place}", tuple(Text(f"b{place}.{n}", f"<p>sõna {n}</p>") for n in range(size)))
        for place, size in enumerate(sizes)
    )


def words(passages: tuple[Passage, ...]) -> list[str]:
    return [
        text for each in passages for text in (each.heading, *(w for block in each.blocks for w in words_of(block)))
    ]


def test_the_first_part_keeps_the_key_and_the_second_is_new() -> None:
    parts = split(written(2, 3), "b1.1", "Edasi", lambda: "uus")

    assert [(each.key, each.heading, len(each.blocks)) for each in parts] == [
        ("p0", "Pealkiri 0", 2),
        ("p1", "Pealkiri 1", 1),
        ("uus", "Edasi", 2),
    ]
    assert [block.key for block in parts[2].blocks] == ["b1.1", "b1.2"]


def test_joining_keeps_the_earlier_key_and_the_later_heading_as_words() -> None:
    (joined,) = join(written(1, 1), "p1")

    assert joined.key == "p0"
    assert words((joined,)) == ["Pealkiri 0", "sõna 0", "Pealkiri 1", "sõna 0"]


@pytest.mark.parametrize("block", ["b0.0", "pole"])
def test_nothing_is_split_where_nothing_stands_before(block: str) -> None:
    with pytest.raises(ValueError, match="split"):
        split(written(2), block, "Edasi")


def test_the_first_passage_has_none_to_join() -> None:
    with pytest.raises(ValueError, match="joined"):
        join(written(1, 1), "p0")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_splitting_and_joining_lose_no_word(sizes: list[int], data: st.DataObject) -> None:
    before = written(*sizes)
    splittable = [block.key for each in before for block in each.blocks[1:]]
    if splittable:
        parts = split(before, data.draw(st.sampled_from(splittable)), "Uus", lambda: "uus")
        assert sorted(words(parts)) == sorted([*words(before), "Uus"])
        again = join(parts, "uus")
        assert [each.key for each in again] == [each.key for each in before]
    for passage in before[1:]:
        assert words(join(before, passage.key)) == words(before)


def test_tiina_splits_a_passage_of_her_draft(client: Client, section: SectionPage, tiina: User) -> None:
    page = draft_page(tiina, section, passages=written(2))
    client.force_login(tiina)
    address = f"/kirjutuslaud/{page.pk}/loigud/"

    assert client.post(f"{address}poolita/", {"block_key": "b0.1", "heading": " "}).status_code == 422
    shown = client.post(f"{address}poolita/", {"block_key": "b0.1", "heading": "Edasi"}, follow=True)

    assert "Edasi" in shown.content.decode()
    first, second = latest(page).to_content().passages
    assert (first.key, second.heading) == ("p0", "Edasi")
    client.post(f"{address}liida/", {"key": second.key})
    assert [each.key for each in latest(page).to_content().passages] == ["p0"]


def test_tiina_confirms_that_a_stale_translation_still_means_the_same(
    client: Client, section: SectionPage, tiina: User
) -> None:
    said = Phrase("f1", "Kas sa oled ohus?", ru="Вы в опасности?", en="Are you in danger?")
    page = draft_page(tiina, section, passages=(Passage("p1", "Küsi", (said,)),), phrase_sources={})
    draft = latest(page)
    draft.body[0].value["body"][0].value["et"] = "Kas sa oled praegu ohus?"
    draft.save_revision(user=tiina)
    client.force_login(tiina)
    address = f"/kirjutuslaud/{page.pk}/loigud/kinnita-utlus/"

    client.post(address, {"block_key": "f1", "language": "ru"})
    phrase = latest(page).phrase("f1")

    assert phrase is not None
    assert (phrase.state("ru"), phrase.state("en")) == ("current", "stale")
    assert AuditEntry.objects.filter(action="handbook.phrase_confirmed", detail__language="ru").exists()
    assert not latest(page).confirm_now
    with pytest.raises(NotReady):
        actions.confirm_phrase(page=page, block_key="f1", language="fi", by=tiina)


def test_a_draft_that_changed_meanwhile_is_left_alone(danger: GuidancePage, tiina: User) -> None:
    before = latest(danger).to_content()
    with pytest.raises(NotReady):
        actions.split_passage(page=danger, by=tiina, block_key="ammu-kadunud", heading="Edasi")
    assert latest(danger).to_content() == before


@given(st.lists(st.integers(1, 3), min_size=1, max_size=5), st.lists(st.integers(0, 10_000), max_size=12))
def test_after_any_sequence_no_key_is_lost_or_stands_twice(sizes: list[int], choices: list[int]) -> None:
    """Whatever is moved, split and joined, every key that ever was leads to exactly one passage."""
    arranged = written(*sizes)
    ever = {key for each in arranged for key in keys_of(each)}
    new = (f"uus{number}" for number in range(1000))
    for choice in choices:
        which = choice // 3
        blocks = [block.key for each in arranged for block in each.blocks[1:]]
        if choice % 3 == 0 and blocks:
            arranged = split(arranged, blocks[which % len(blocks)], "Uus", lambda: next(new))
        elif choice % 3 == 1 and len(arranged) > 1:
            arranged = join(arranged, arranged[1 + which % (len(arranged) - 1)].key, lambda: next(new))
        else:
            arranged = move(arranged, arranged[which % len(arranged)].key, which % 7)
        ever |= {key for each in arranged for key in keys_of(each)}

        kept = with_former_keys(tuple(replace(each, formerly=()) for each in arranged), former_keys(arranged))
        assert kept == arranged
        assert sorted(key for each in arranged for key in keys_of(each)) == sorted(ever)


def test_a_passage_that_is_joined_still_answers_to_its_old_key(
    client: Client, section: SectionPage, tiina: User
) -> None:
    page = draft_page(tiina, section, passages=written(1, 1, 1))
    client.force_login(tiina)
    address = f"/kirjutuslaud/{page.pk}/loigud/"

    client.post(f"{address}liida/", {"key": "p2"})
    client.post(f"{address}liida/", {"key": "p1"})
    (joined,) = latest(page).to_content().passages
    assert (joined.key, joined.formerly) == ("p0", ("p1", "p2"))

    draft = latest(page)
    draft.title = "Muudetud toimetis"
    draft.save_revision(user=tiina)
    assert latest(page).to_content().passages[0].formerly == ("p1", "p2")


def test_tiina_moves_a_passage_and_takes_it_back(client: Client, section: SectionPage, tiina: User) -> None:
    page = draft_page(tiina, section, passages=written(1, 1, 1))
    client.force_login(tiina)
    address = f"/kirjutuslaud/{page.pk}/loigud/"

    client.post(f"{address}tosta/", {"key": "p2", "place": "0"})
    assert [each.key for each in latest(page).to_content().passages] == ["p2", "p0", "p1"]

    newest = latest(page).latest_revision
    assert newest is not None
    client.post(f"{address}vota-tagasi/", {"revision": newest.pk})
    assert [each.key for each in latest(page).to_content().passages] == ["p0", "p1", "p2"]
    assert AuditEntry.objects.filter(action="handbook.draft_undone").exists()

    refused = client.post(f"{address}vota-tagasi/", {"revision": newest.pk}, follow=True)
    assert "muutunud" in refused.content.decode() or "changed meanwhile" in refused.content.decode()
    assert client.post(f"{address}tosta/", {"key": "p2", "place": "-3"}).status_code == 422


def test_a_restricted_passage_is_never_joined_into_an_open_one() -> None:
    marking = Restriction("AvTS § 35 lg 1 p 9", "SKA", date(2026, 1, 1), date(2031, 1, 1))
    first, second = written(1, 2)
    second = replace(second, restriction=marking)
    with pytest.raises(DifferentRestrictions):
        join((first, second), "p1")
    assert {each.restriction for each in split((second,), "b1.1", "Edasi")} == {marking}
