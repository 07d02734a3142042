"""Two wordings side by side."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from metoodik.web.difference import Part, change, words

TEXTS = st.text(alphabet="aä õ,.\n", max_size=40)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_back(before: str, after: str) -> None:
    parts = words(before, after)

    assert "".join(part.text for part in parts if part.kind != "added") == before
    assert "".join(part.text for part in parts if part.kind != "removed") == after


def test_neighbouring_changes_are_told_as_one() -> None:
    assert words("Küsi, kas abi vaja.", "Küsi, kas praegu ohus.") == (
        Part("same", "Küsi, kas "),
        Part("removed", "abi vaja."),
        Part("added", "praegu ohus."),
    )


def test_what_was_added_and_removed_is_said_in_words_too() -> None:
    with translation.override("et"):
        html = Template("{% difference changes %}").render(
            Context({"changes": [change("Kutsu abi.", "Kutsu 112."), change("", "Jää liinile.", "Samm 4")]})
        )

    assert "lisatud:" in html
    assert "eemaldatud:" in html
    assert "Lisatud · Samm 4" in html
