"""What differs between two editions is said word by word, and only to those who may see both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.editions_plugin import Clock, Shelf, page, passage

from metoodik.editions import reading
from metoodik.editions.actions import make_edition
from metoodik.editions.audiences import audience_of
from metoodik.editions.comparison import compare, words
from metoodik.handbook.content import Audience
from metoodik.people.models import User

LEIN = page(
    1,
    "Lein",
    passage(11, "Kuula", "Kuula rahulikult inimest."),
    passage(12, "Küsi", "Küsi otse."),
    passage(13, "Lõpeta", "Jäta hüvasti."),
)


@pytest.mark.django_db
def test_pages_passages_and_words(shelf: Shelf, tiina: User, liis: User, clock: Clock) -> None:
    shelf.put(LEIN, page(2, "Vana leht"), page(3, "Sama leht"), page(4, "Grupp", audiences=(Audience.GROUPS,)))
    make_edition(by=tiina)
    clock.on(days=1)
    shelf.pages = [(None, page(3, "Sama leht"))]
    changed = replace(
        LEIN,
        title="Lein ja kaotus",
        passages=(
            passage(11, "Kuula", "Kuula väga rahulikult."),
            LEIN.passages[2],
            passage(14, "Suuna", "Suuna edasi."),
        ),
    )
    shelf.put(changed, page(5, "Uus leht"), page(4, "Grupp teisiti", audiences=(Audience.GROUPS,)))
    make_edition(by=tiina)
    one, two = (reading.numbered(number, audience_of(liis)) for number in (1, 2))
    assert one is not None
    assert two is not None
    found = compare(one, two)
    assert [each.title for each in found.of("added")] == ["Uus leht"]
    assert [each.title for each in found.of("removed")] == ["Vana leht"]
    assert found.same == 1
    lein = found.page(LEIN.key, "et")
    assert lein is not None
    assert [(each.name, each.before, each.after) for each in lein.details] == [("title", "Lein", "Lein ja kaotus")]
    assert [(each.heading, each.state) for each in lein.passages] == [
        ("Kuula", "changed"),
        ("Küsi", "removed"),
        ("Lõpeta", "same"),
        ("Suuna", "added"),
    ]
    parts = lein.passages[0].parts
    assert "".join(each.text for each in parts if each.kind != "added") == "Kuula rahulikult inimest."
    assert "".join(each.text for each in parts if each.kind != "removed") == "Kuula väga rahulikult."
    assert not any("Grupp" in each.title for each in found.pages)
    assert not compare(two, two)


@pytest.mark.django_db
def test_two_circles_are_not_compared_with_each_other(shelf: Shelf, tiina: User, liis: User) -> None:
    shelf.put(LEIN)
    make_edition(by=tiina)
    mine, theirs = reading.current(audience_of(liis)), reading.current(audience_of(tiina))
    assert mine is not None
    assert theirs is not None
    with pytest.raises(ValueError, match="one class"):
        compare(mine, theirs)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_parts_give_both_texts_back(before: str, after: str) -> None:
    parts = words(before, after)
    assert "".join(each.text for each in parts if each.kind != "added") == before
    assert "".join(each.text for each in parts if each.kind != "removed") == after


def test_an_endless_passage_is_still_compared() -> None:
    before = "sõna " * 20_000 + "\nlõpp"
    parts = words(before, before + " ja veel")
    assert "".join(each.text for each in parts if each.kind != "added") == before
