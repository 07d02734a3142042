"""The content hash is a tree: equal content is equal everywhere, and an erased passage leaves it standing."""

from __future__ import annotations

import json
import unicodedata
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.editions_plugin import SECTION, page, passage

from metoodik.editions.content import ContentError, EditionContent, EditionPage, content_of
from metoodik.handbook.content import Audience, Page


def small() -> EditionContent:
    return content_of(
        [SECTION], [page(1, "Kõne avamine"), page(2, "Kõne lõpetamine", passage(21, "Võta kokku", "Küsi."))]
    )


def test_the_order_things_come_in_makes_no_difference() -> None:
    pages = [page(1, "Üks"), page(2, "Kaks"), page(2, "Два", locale="ru", slug="dva")]
    shelves = [SECTION, replace(SECTION, locale="ru")]
    assert content_of(shelves, pages) == content_of(shelves[::-1], pages[::-1])


def test_the_order_of_passages_and_every_word_make_a_difference() -> None:
    first, second = passage(11, "Kuula", "Ole vait."), passage(12, "Küsi", "Küsi otse.")
    ordered = content_of([SECTION], [page(1, "Üks", first, second)])
    turned = content_of([SECTION], [page(1, "Üks", second, first)])
    assert ordered.hash != turned.hash
    assert content_of([SECTION], [page(1, "Üks.", first, second)]).hash != ordered.hash
    assert content_of([replace(SECTION, summary="")], [page(1, "Üks", first, second)]).hash != ordered.hash


def test_the_hash_of_known_content_is_what_it_has_always_been() -> None:
    """Equal on each database and machine; a change here means that no stored edition verifies any more."""
    assert small().hash == "80180f80958455f83854f173754e7f85e3f040c3936588cccbd9442d31afd6a3"


def test_composed_and_decomposed_text_are_the_same_content() -> None:
    apart = page(1, unicodedata.normalize("NFD", "Kõne avamine: süda, šokk"))
    assert content_of([SECTION], [apart]) == content_of([SECTION], [page(1, "Kõne avamine: süda, šokk")])


def test_bytes_give_the_content_back_and_broken_ones_say_so() -> None:
    content = small()
    data = content.to_bytes()
    assert EditionContent.from_bytes(data) == content
    for broken in (b"", data[:-5], zlib.compress(b"[]"), zlib.compress(json.dumps({"format": 99}).encode())):
        with pytest.raises(ContentError):
            EditionContent.from_bytes(broken)


def test_an_erased_passage_leaves_a_tombstone_that_verifies() -> None:
    content = content_of(
        [SECTION], [page(1, "Leht", passage(11, "Näide", "Mari Maasikas rääkis."), passage(12, "Muu", "Jääb."))]
    )
    hashes = content.pages[0].passage_hashes
    erased = content.without({hashes[content.pages[0].page.passages[0].key]})
    assert erased.hash == content.hash
    assert erased.pages[0].hash == content.pages[0].hash
    assert erased.pages[0].passage_hashes == hashes
    stored = zlib.decompress(erased.to_bytes())
    assert b"Mari" not in stored
    assert "Näide".encode() not in stored
    assert "Jääb".encode() in stored
    assert EditionContent.from_bytes(erased.to_bytes()) == erased
    assert erased.without(()) == erased


def test_a_tombstone_of_another_hash_does_not_verify() -> None:
    content = small()
    erased = content.without(set(content.passage_hashes()))
    key = erased.pages[0].page.passages[0].key
    forged = replace(erased, pages=(EditionPage(erased.pages[0].page, {key: "0" * 64}), *erased.pages[1:]))
    assert forged.hash != content.hash


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pages = st.builds(
    lambda title, summary, body, who, months: page(
        1,
        title,
        passage(11, title, body),
        passage(12, body, title),
        summary=summary,
        audiences=tuple(who),
        review_months=months,
    ),
    texts,
    texts,
    texts,
    st.lists(st.sampled_from(list(Audience)), min_size=1, unique=True),
    st.integers(1, 24),
)


@given(pages)
def test_any_content_survives_its_bytes(one: Page) -> None:
    content = content_of([SECTION], [one])
    again = EditionContent.from_bytes(content.to_bytes())
    assert again.hash == content.hash
    assert again.to_bytes() == content.to_bytes()


@given(pages, st.sets(st.sampled_from([0, 1])))
def test_any_erasing_keeps_every_hash_above_it(one: Page, which: set[int]) -> None:
    content = content_of([SECTION], [one])
    hashes = list(content.passage_hashes())
    erased = content.without({hashes[each] for each in which})
    again = EditionContent.from_bytes(erased.to_bytes())
    assert again.hash == content.hash
    assert list(again.passage_hashes()) == hashes


@given(pages, pages)
def test_hashes_are_equal_exactly_when_content_is(one: Page, other: Page) -> None:
    first, second = content_of([SECTION], [one]), content_of([SECTION], [other])
    assert (first.hash == second.hash) == (first == second)
