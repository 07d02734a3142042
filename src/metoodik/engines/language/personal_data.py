"""Codes and contacts of a person in free text: what must go before the text is stored.

Estonian forms: the personal code (isikukood, EVS 585: sex and century, date, serial, check digit), telephone numbers in
the Estonian numbering plan and international ones, e-mail, number plates, IBAN and payment cards (ISO 7812, Luhn).
Short numbers of public services (112, 116 xxx) are nobody's. Names are not looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What was found."""

    PERSONAL_CODE = "personal-code"
    EMAIL = "e-mail"
    PHONE = "phone"
    PLATE = "plate"
    ACCOUNT = "account"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind and where it stands, in characters, `end` not included."""

    kind: Kind
    start: int
    end: int


FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)
CENTURIES = {1: 1800, 2: 1800, 3: 1900, 4: 1900, 5: 2000, 6: 2000, 7: 2100, 8: 2100}

ELEVEN = re.compile(r"(?<![\d+])\d(?:[ -]?\d){10}(?![\d])")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?:[ ()-]?\d){8,15}(?!\d)")
ESTONIAN = re.compile(r"(?<![\w.,/+§-])(?:5\d{2,3}[ -]?\d{4}|[34679]\d{2}[ -]?\d{4}|5\d{3}[ -]\d{3,4})(?![\w/]|[.,]\d)")
PLATE = re.compile(r"(?<!\w)(?!11[26] )\d{3}[ -]?[A-Z]{3}(?!\w)")
ACCOUNT = re.compile(r"(?<!\w)EE(?: ?\d){18}(?!\d)")
CARD = re.compile(r"(?<![\d])\d(?:[ -]?\d){14,15}(?![\d])")


def findings(text: str) -> tuple[Finding, ...]:
    """Every code and contact in the text, in order, none inside another. Time is linear in the length of the text."""
    found: list[Finding] = []
    for finding in sorted(_candidates(text), key=lambda each: (each.start, -each.end)):
        if not found or finding.start >= found[-1].end:
            found.append(finding)
    return tuple(found)


def is_personal_code(digits: str) -> bool:
    """Whether eleven digits are an Estonian personal code: a real date and the right check digit."""
    return _is_date(digits) and check_digit(digits[:10]) == int(digits[10])


def check_digit(ten: str) -> int:
    """The eleventh digit of a personal code, from the first ten."""
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        rest = sum(int(digit) * weight for digit, weight in zip(ten, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return 0


def _candidates(text: str) -> Iterator[Finding]:
    for match in ELEVEN.finditer(text):
        if _is_date(_digits(match[0])):
            yield Finding(Kind.PERSONAL_CODE, *match.span())
    for match in CARD.finditer(text):
        if _luhn(_digits(match[0])):
            yield Finding(Kind.CARD, *match.span())
    for kind, pattern in (
        (Kind.EMAIL, EMAIL),
        (Kind.ACCOUNT, ACCOUNT),
        (Kind.PHONE, ABROAD),
        (Kind.PHONE, ESTONIAN),
        (Kind.PLATE, PLATE),
    ):
        yield from (Finding(kind, *match.span()) for match in pattern.finditer(text))


def _digits(text: str) -> str:
    return "".join(each for each in text if each in "0123456789")


def _is_date(digits: str) -> bool:
    """Whether eleven digits hold a date where a personal code has one: with a mistyped check digit it is one too."""
    century = CENTURIES.get(int(digits[0])) if len(digits) == 11 else None
    if century is None:
        return False
    try:
        date(century + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
