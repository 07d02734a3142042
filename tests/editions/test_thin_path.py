"""From an approved page to an answer on the node, the shortest way."""

from __future__ import annotations

from tests.editions_plugin import Shelf, page, passage

from metoodik.editions import reading
from metoodik.editions.actions import make_edition
from metoodik.editions.audiences import audience_of
from metoodik.people.models import User


def test_a_counsellor_reads_and_finds_what_the_expert_put_into_the_edition(
    shelf: Shelf, tiina: User, liis: User
) -> None:
    shelf.put(page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi otse, kas inimene mõtleb enesetapule.")))
    made = make_edition(by=tiina, note="Esimene väljaanne")
    edition = reading.current(audience_of(liis))
    assert made is not None
    assert edition is not None
    assert edition.number == made.number == 1
    assert edition.is_current
    assert [each.title for each in edition.pages("et")] == ["Enesetapurisk"]
    read = edition.page("et", "leht-1")
    assert read is not None
    assert read.content.passages[0].heading == "Küsi otse"
    hits = edition.search("enesetap", locale="et")
    assert {each.heading for each in hits} == {"Enesetapurisk", "Küsi otse"}
    (in_passage,) = (each for each in hits if each.heading == "Küsi otse")
    assert ("enesetapule", True) in in_passage.excerpt
