"""Codes and contacts are found in any writing; numbers of public services, dates and sections of acts are not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metoodik.engines.language.personal_data import Kind, check_digit, findings, is_personal_code


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Helistaja isikukood on 37605030299.", Kind.PERSONAL_CODE),
        ("kood 376 0503 0299", Kind.PERSONAL_CODE),
        ("vale kontrollnumbriga 37605030290", Kind.PERSONAL_CODE),
        ("kirjuta mari.maasikas@naide.ee", Kind.EMAIL),
        ("number 5123 4567", Kind.PHONE),
        ("helista +372 5123 4567 õhtul", Kind.PHONE),
        ("lauatelefon 612 3456", Kind.PHONE),
        ("номер +7 495 123-45-67", Kind.PHONE),
        ("auto 123 ABC sõitis ära", Kind.PLATE),
        ("konto EE382200221020145685", Kind.ACCOUNT),
        ("kaart 4111 1111 1111 1111", Kind.CARD),
    ],
)
def test_what_points_to_a_person_is_found(text: str, kind: Kind) -> None:
    (finding,) = findings(text)
    assert finding.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "116 006 on vale",
        "Helista 112 või 116 111.",
        "Muutus 22.11.2026 kell 14.05",
        "2026-11-22",
        "AvTS § 35 lg 1 p 9; KarS § 121",
        "RT I, 2016, 12, 1",
        "Aastatel 2024–2026 tuli 12 345 pöördumist.",
        "Küsi 3 korda, oota 10 minutit.",
        "112 SMS",
        "väljaanne 41, versioon 3",
        "",
    ],
)
def test_what_points_to_nobody_is_left_alone(text: str) -> None:
    assert findings(text) == ()


def test_the_published_example_of_a_personal_code() -> None:
    assert is_personal_code("37605030299")
    assert not is_personal_code("37605030298")


def test_the_second_row_of_weights_is_used_when_the_first_gives_ten() -> None:
    assert check_digit("3780101000") in range(10)
    assert all(0 <= check_digit(f"{number:010d}") <= 9 for number in range(0, 10_000, 7))


@given(st.text(max_size=400))
def test_any_text_is_read_and_findings_stand_apart(text: str) -> None:
    found = findings(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
