"""How the value of each kind of fact is checked, written and compared. No database.

Telephones are compared by their digits without the Estonian prefix, links without a slash at the end, amounts without
spaces: as people type them in many ways and mean one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from metoodik.handbook.content import FactKind

ESTONIA = "+372"
SPACES = re.compile(r"\s+")
PHONE = re.compile(r"\+?\d[\d ()-]*\d")
AMOUNT = re.compile(r"\d")
MOST = 300


def clean(kind: FactKind, text: str) -> str:
    """The value as it is kept. Raises ValidationError with what to mend."""
    value = SPACES.sub(" ", text).strip()
    if not value:
        return ""
    if "{{" in value or "<" in value:
        raise ValidationError(_("Write the value itself, without marks or code."))
    if len(value) > MOST:
        raise ValidationError(_("Write at most %d characters.") % MOST)
    checks: dict[FactKind, Callable[[str], str]] = {
        FactKind.PHONE: _phone,
        FactKind.LINK: _link,
        FactKind.AMOUNT: _amount,
    }
    return checks.get(kind, str)(value)


def same_form(kind: FactKind, text: str) -> str:
    """One form for all the ways in which the same value is typed."""
    if kind is FactKind.PHONE:
        return bare_number(text)
    if kind is FactKind.LINK:
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", text.strip().lower()).rstrip("/")
    if kind is FactKind.AMOUNT:
        return SPACES.sub("", text).replace(" ", "").lower()
    return SPACES.sub(" ", text).strip().casefold()


def bare_number(text: str) -> str:
    """The digits of a telephone number, the Estonian prefix gone; a foreign prefix stays with its plus."""
    digits = re.sub(r"[^\d+]", "", text)
    digits = re.sub(r"^00", "+", digits)
    return digits.removeprefix(ESTONIA)


def dialled(text: str) -> str:
    """The number as a telephone dials it."""
    return re.sub(r"[^\d+]", "", text)


def grouped(digits: str) -> str:
    """A bare number in groups that people can read out: 112, 116 006, 612 3456, 5123 4567."""
    if digits.startswith("+"):
        return digits
    cut = {6: 3, 7: 3, 8: 4}.get(len(digits))
    return f"{digits[:cut]} {digits[cut:]}" if cut else digits


def _phone(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise ValidationError(_("Write the telephone number in digits, for example 116 006 or +372 612 3456."))
    bare = bare_number(value)
    if not 3 <= len(bare.lstrip("+")) <= 15:
        raise ValidationError(_("A telephone number has 3 to 15 digits."))
    if bare.startswith("+"):
        return re.sub(r"[()-]+", " ", re.sub(r"^00", "+", value)).replace("  ", " ")
    prefix = f"{ESTONIA} " if dialled(value).startswith((ESTONIA, "00372")) else ""
    return prefix + grouped(bare)


def _link(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or "." not in (parts.hostname or "") or " " in value:
        raise ValidationError(_("Write the whole address, beginning with https://."))
    return value


def _amount(value: str) -> str:
    if not AMOUNT.search(value):
        raise ValidationError(_("Write the amount with a number in it, for example 320 eurot."))
    return value
