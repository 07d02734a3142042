"""What is typed and what is written meet, however each was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metoodik.engines.language.folding import LONGEST_WORD, compose, fold, tokens
from metoodik.engines.language.order import estonian


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("ÕÄÖÜŠŽ", "oaousz"),
        ("Enesetapp", "ENESETAPP"),
        ("ещё", "еще"),
        ("КРИЗИС", "кризис"),
        ("Facebook’i", "facebooki"),
        ("so\u00adovitus", "soovitus"),
        ("ﬁlm", "film"),
        ("so\u0303ber", "sober"),
    ],
)
def test_ways_of_writing_a_word_are_alike(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_russian_letters_with_marks_of_their_own_stay_apart() -> None:
    assert fold("мой") != fold("мои")
    assert fold(unicodedata.normalize("NFD", "мой")) == "мой"


def test_a_hyphenated_word_is_found_in_parts_and_whole() -> None:
    assert [each.text for each in tokens("e-post", joined=True)] == ["e", "post", "epost"]
    assert [each.text for each in tokens("e-post")] == ["e", "post"]


def test_a_number_in_groups_is_found_without_the_space() -> None:
    found = [each.text for each in tokens("Helista 116 006 või 112", joined=True)]
    assert "116006" in found
    assert found.count("112") == 1
    assert "006112" not in found


def test_offsets_point_at_the_written_word() -> None:
    text = compose("Kas sul on e-posti aadress?")
    assert [text[each.start : each.end] for each in tokens(text)] == ["Kas", "sul", "on", "e", "posti", "aadress"]


@given(st.text(max_size=200))
def test_any_text_folds_once_for_all(text: str) -> None:
    for token in tokens(compose(text), joined=True):
        assert token.text
        assert len(token.text) <= LONGEST_WORD
        assert fold(token.text) == token.text
        assert 0 <= token.start < token.end <= len(compose(text))


@given(st.text(max_size=200))
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    apart = compose(unicodedata.normalize("NFD", text))
    assert [each.text for each in tokens(compose(text))] == [each.text for each in tokens(apart)]


def test_titles_stand_in_the_order_of_the_estonian_alphabet() -> None:
    titles = ["Üksi", "Õde", "Zoo", "Tugi", "Šokk", "Sõber", "Äge kriis", "Žest", "Vägivald", "116 006", "Кризис"]
    assert sorted(titles, key=estonian) == [
        "116 006", "Sõber", "Šokk", "Zoo", "Žest", "Tugi", "Vägivald", "Õde", "Äge kriis", "Üksi", "Кризис",
    ]  # fmt: skip
