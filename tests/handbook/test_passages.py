"""Splitting and joining keep the keys that others refer to, and every word."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.handbook_fixtures import draft_page, latest

from metoodik.handbook import actions
from metoodik.handbook.content import Passage, Phrase, Text
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.handbook.passages import join, split
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
