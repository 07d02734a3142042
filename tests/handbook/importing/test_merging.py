"""A file meets a page that is there already: passage by passage, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from metoodik.handbook.content import Passage, Phrase, Restriction, Text
from metoodik.handbook.importing.merging import Choice, Match, matched, merged, text_of

WORDS = st.lists(st.sampled_from(("rahu", "oht", "kõne", "hääl", "laps", "abi", "öö")), min_size=1, max_size=8)


def written(side: str, texts: list[tuple[list[str], list[str]]]) -> tuple[Passage, ...]:
    return tuple(
        Passage(f"{side}{n}", " ".join(heading), (Text(f"{side}{n}.b", f"<p>{' '.join(body)}</p>"),))
        for n, (heading, body) in enumerate(texts)
    )


PAGES = st.lists(st.tuples(WORDS, WORDS), max_size=6)


@given(PAGES)
def test_the_same_file_changes_nothing(texts: list[tuple[list[str], list[str]]]) -> None:
    ours, theirs = written("o", texts), written("t", texts)
    pairs = matched(ours, theirs)
    assert {each.match for each in pairs} <= {Match.SAME}
    assert merged(pairs, {}) == ours


@given(PAGES, PAGES, st.data())
def test_nothing_is_lost_and_no_key_stands_twice(
    left: list[tuple[list[str], list[str]]], right: list[tuple[list[str], list[str]]], data: st.DataObject
) -> None:
    ours, theirs = written("o", left), written("t", right)
    pairs = matched(ours, theirs)
    assert sorted(each.ours.key for each in pairs if each.ours) == sorted(each.key for each in ours)
    assert sorted(each.theirs.key for each in pairs if each.theirs) == sorted(each.key for each in theirs)
    assert merged(pairs, {each.key: Choice.OURS for each in pairs}) == ours

    both = merged(pairs, {each.key: Choice.BOTH for each in pairs})
    said = {text_of(each) for each in both}
    assert all(text_of(each) in said for each in (*ours, *theirs))

    choices = {each.key: data.draw(st.sampled_from(Choice)) for each in pairs}
    result = merged(pairs, choices)
    keys = [key for each in result for key in (each.key, *(block.key for block in each.blocks))]
    assert len(keys) == len(set(keys))
    usual = {text_of(each) for each in merged(pairs, {})}
    assert all(text_of(each) in usual for each in theirs)


def test_a_changed_passage_keeps_its_key_its_marking_and_what_did_not_change() -> None:
    marking = Restriction("AvTS § 35", "SKA", date(2026, 1, 1), date(2030, 1, 1))
    said = Phrase("f", "Kas sa oled ohus?", ru="Вы в опасности?", ru_source="x")
    ours = (
        Passage("p1", "1. Küsi otse", (Text("b1", "<p>Küsi rahulikult.</p>"), said), marking, ("vana",)),
        Passage("p2", "Lõpeta", (Text("b2", "<p>Täna helistajat.</p>"),)),
    )
    theirs = (
        Passage("t0", "Enne kõnet", (Text("x0", "<p>Hinga.</p>"),)),
        Passage(
            "t1", "Küsi otse", (Text("x1", "<p>Küsi otse ja rahulikult.</p>"), Text("x2", "<p>Kas sa oled ohus?</p>"))
        ),
    )
    pairs = matched(ours, theirs)
    assert [(each.match, each.key) for each in pairs] == [
        (Match.NEW, "t0"),
        (Match.CHANGED, "p1"),
        (Match.MISSING, "p2"),
    ]
    new, changed, kept = merged(pairs, {})
    assert (new.key, changed.key, kept.key) == ("t0", "p1", "p2")
    assert changed.blocks[1] == said
    assert (changed.restriction, changed.formerly) == (marking, ("vana",))
    assert merged(pairs, {"p1": Choice.BOTH})[2].restriction == marking
    assert merged(pairs, {"t0": Choice.OURS, "p2": Choice.THEIRS}) == (changed,)


def test_a_passage_under_a_new_heading_is_known_by_its_words() -> None:
    text = "<p>Kui helistaja vaikib, ütle oma nimi, oota ja küsi, kas ta saab rääkida.</p>"
    (pair,) = matched((Passage("p", "Vaikus", (Text("b", text),)),), (Passage("t", "Vaikne kõne", (Text("x", text),)),))
    assert pair.match is Match.CHANGED
    assert replace(pair.ours, heading="Vaikne kõne") == merged((pair,), {})[0]  # type: ignore[type-var]
