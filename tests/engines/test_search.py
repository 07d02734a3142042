"""A word or its beginning finds the right passage; nothing a person can type breaks it."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from metoodik.engines.search import Document, Hit, Index, MemoryReader, build, search

GRIEF = Document("lein", "et", "Lein ja äkiline kaotus", "Kuidas olla leinaja kõrval.")
GRIEF_SAY = Document("lein/1", "et", "Mida öelda", "Kuula. Ära lohuta tühjade sõnadega.", "Lein ja äkiline kaotus")
SUICIDE = Document("risk", "et", "Enesetapurisk", "Küsi otse. Helista 112.")
SUICIDE_ASK = Document("risk/1", "et", "Küsi otse", "Kas mõtled enesetapule? Ära jäta üksi.", "Enesetapurisk")
SUICIDE_ASK_RU = Document("risk/1", "ru", "Спросите прямо", "Думаете о самоубийстве? Ещё раз.", "Риск самоубийства")
CRISIS = Document("kriis/1", "et", "Vaata, kuula, suuna", "Kriisitelefon 116 006 vastab ööpäev läbi.", "Kriis")
EVERYTHING = [GRIEF, GRIEF_SAY, SUICIDE, SUICIDE_ASK, SUICIDE_ASK_RU, CRISIS]


def find(text: str, documents: list[Document] = EVERYTHING, locale: str = "et") -> list[Hit]:
    return search(MemoryReader(build(documents)), text, locale=locale)


def headings(hits: list[Hit]) -> list[str]:
    return [each.document.heading for each in hits]


def test_the_beginning_of_a_word_is_enough() -> None:
    assert headings(find("lei"))[0] == "Lein ja äkiline kaotus"
    assert headings(find("ENESETAPUR"))[0] == "Enesetapurisk"


def test_diacritics_need_not_be_typed() -> None:
    assert headings(find("kusi otse"))[0] == "Küsi otse"


def test_a_russian_word_finds_the_russian_passage_with_e_or_yo() -> None:
    assert headings(find("еще раз")) == ["Спросите прямо"]


def test_the_readers_language_stands_for_a_passage_found_in_two() -> None:
    both = [
        Document("a/1", "et", "Helista 112", "Kohe."),
        Document("a/1", "ru", "Звоните 112", "Сразу."),
    ]
    assert headings(find("112", both, "et")) == ["Helista 112"]
    assert headings(find("112", both, "ru")) == ["Звоните 112"]


def test_a_number_is_found_with_and_without_its_space() -> None:
    assert headings(find("116 006")) == headings(find("116006")) == ["Vaata, kuula, suuna"]


def test_all_words_must_stand_there_when_some_passage_has_them() -> None:
    assert headings(find("kuula sõna")) == ["Mida öelda"]
    assert len(find("kuula")) == 2


def test_without_such_a_passage_those_with_the_most_words_come_first() -> None:
    found = find("kuula sõnadega xylofon")
    assert headings(found)[0] == "Mida öelda"
    assert (found[0].words, found[0].asked) == (2, 3)


def test_every_word_may_be_a_beginning_when_whole_words_find_nothing() -> None:
    assert headings(find("kriisitel ööp")) == ["Vaata, kuula, suuna"]


def test_a_passage_is_not_found_by_the_title_above_it_alone() -> None:
    assert headings(find("kaotus")) == ["Lein ja äkiline kaotus"]
    assert headings(find("kaotus lohuta")) == ["Mida öelda"]


def test_the_excerpt_marks_the_words_as_they_are_written() -> None:
    (hit,) = find("sõnadega")
    assert ("sõnadega", True) in hit.excerpt
    (hit,) = find("116006")
    assert ("116 006", True) in hit.excerpt


def test_a_long_text_is_cut_around_the_found_word() -> None:
    body = "tühi " * 200 + "Turvaplaan aitab. " + "tühi " * 200
    (hit,) = find("turvaplaan", [Document("x", "et", "Pealkiri", body)])
    text = "".join(part for part, _ in hit.excerpt)
    assert ("Turvaplaan", True) in hit.excerpt
    assert len(text) < 200
    assert text.startswith("… ")
    assert text.endswith(" …")


def test_pruning_leaves_no_word_of_the_others() -> None:
    index = build(EVERYTHING).pruned([0, 1])
    assert index.documents == (GRIEF, GRIEF_SAY)
    assert "enesetapule" not in index.postings
    assert "leinaja" in index.postings


def test_nothing_is_asked_nothing_is_found() -> None:
    for text in ("", " ", "?!", "\0\x07", "🙂", "\u202e", "'" * 100):
        assert find(text) == []


odd = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.sampled_from("aeõäй ё-’'116 006\u202e\u0301\U0001f642\x00"), max_size=60),
)


@given(st.lists(st.tuples(odd, odd, odd, st.sampled_from(["et", "ru"])), max_size=8), odd)
@settings(deadline=None)
def test_no_text_breaks_it_and_spans_give_the_text_back(rows: list[tuple[str, str, str, str]], text: str) -> None:
    documents = [Document(f"g{n}", locale, head, body, above) for n, (head, body, above, locale) in enumerate(rows)]
    for hit in find(text, documents):
        assert hit.score > 0
        assert 0 < hit.words <= hit.asked
        assert any(marked for _, marked in (*hit.heading, *hit.excerpt)) or hit.document.body


words = st.sampled_from(["lein", "leina", "leinaja", "kuula", "küsi", "kriis", "112"])
phrase = st.lists(words, min_size=1, max_size=5).map(" ".join)


@given(
    st.lists(st.tuples(phrase, phrase, phrase), min_size=1, max_size=10),
    st.lists(st.booleans(), min_size=10, max_size=10),
    st.lists(st.booleans(), min_size=10, max_size=10),
    phrase,
)
@settings(deadline=None)
def test_two_circles_see_what_they_share_in_the_same_order(
    rows: list[tuple[str, str, str]], first: list[bool], second: list[bool], text: str
) -> None:
    index = build([Document(f"g{n}", "et", head, body, above) for n, (head, body, above) in enumerate(rows)])

    def ranked(seen: list[bool]) -> list[tuple[str, float]]:
        keep = [number for number in range(len(rows)) if seen[number]]
        return [(each.document.group, each.score) for each in _find(index.pruned(keep), text)]

    one, other = ranked(first), ranked(second)
    shared = {group for group, _ in one} & {group for group, _ in other}
    assert [each for each in one if each[0] in shared] == [each for each in other if each[0] in shared]


def _find(index: Index, text: str) -> list[Hit]:
    return search(MemoryReader(index), text, locale="et", limit=100)


def test_an_endless_query_is_bounded() -> None:
    started = time.perf_counter()
    find("leina " * 200_000)
    find("a" * 1_000_000)
    find("-" * 100_000 + "'a" * 100_000)
    assert time.perf_counter() - started < 5
