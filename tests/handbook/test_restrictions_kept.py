"""An AK marking is never lost in silence: arranging, importing and translating passages keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from tests.handbook.test_restrictions import marking

from metoodik.handbook import passages, translation
from metoodik.handbook.blocks import passages_from_stream
from metoodik.handbook.content import Access, Kind, Page, Passage, Risk, Text
from metoodik.handbook.importing import merging
from metoodik.handbook.models import GuidancePage


@pytest.mark.parametrize("deed", ["split", "join", "move", "phrase", "merge", "import", "translate"])
def test_no_deed_on_passages_loses_a_marking(deed: str, db: None) -> None:
    """Whatever is done with values, every block stands under the marking that it had."""
    marks = (None, marking(), marking(authority="Teine amet"))
    blocks = [tuple(Text(f"b{n}{m}", f"<p>Sõna {n}{m}</p>") for m in range(3)) for n in range(4)]
    for chosen in product(marks, repeat=4):
        before = tuple(Passage(f"p{n}", f"Pealkiri {n}", blocks[n], chosen[n]) for n in range(4))
        for after in outcomes(deed, before):
            had = {block.key: each.restriction for each in before for block in each.blocks}
            has = {block.key: each.restriction for each in after for block in each.blocks if block.key in had}
            assert has == had


def outcomes(deed: str, before: tuple[Passage, ...]) -> Iterator[tuple[Passage, ...]]:
    match deed:
        case "split":
            yield from (passages.split(before, f"b{n}{m}", "Uus") for n in range(4) for m in (1, 2))
        case "move":
            yield from (passages.move(before, each.key, place) for each in before for place in range(4))
        case "join":
            for each, previous in zip(before[1:], before, strict=False):
                if each.restriction == previous.restriction:
                    yield passages.join(before, each.key)
                else:
                    with pytest.raises(passages.DifferentRestrictions):
                        passages.join(before, each.key)
        case "merge":
            yield passages.append(before[:2], before[2:])
            twice = passages.append(before, before)
            assert [each.restriction for each in twice] == [each.restriction for each in (*before, *before)]
        case "phrase":
            page = GuidancePage()
            page.write_passages(before)
            yield passages_from_stream(page.body, page_key=lambda _number: None, phrase_sources={})
        case "import":
            others = tuple(Passage(f"f{n}", each.heading, each.blocks) for n, each in enumerate(before))
            changed = tuple(
                replace(each, blocks=(*each.blocks, Text(f"n{each.key}", "<p>Juurde</p>"))) for each in others
            )
            yield merging.merged(merging.matched(before, others), {})
            pairs = merging.matched(before, changed)
            yield merging.merged(pairs, {})
            both = merging.merged(pairs, {each.key: merging.Choice.BOTH for each in pairs})
            assert sorted(str(each.restriction) for each in both) == sorted(2 * [str(e.restriction) for e in before])
        case "translate":
            source = page_of(before)
            written, _made = translation.composed(
                source, [each for part in translation.parts(source, None, {}, None) for each in part.segments]
            )
            assert [each.restriction for each in written.passages] == [each.restriction for each in before]


def page_of(written: tuple[Passage, ...]) -> Page:
    return Page(
        key="k", locale="et", slug="s", section="o", title="Leht", summary="Kokku.", kind=Kind.METHOD,
        audiences=(), risk=Risk.ORDINARY, access=Access.INTERNAL, review_months=12, passages=written,
    )  # fmt: skip
