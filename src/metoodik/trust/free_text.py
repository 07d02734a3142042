"""Fields in which people write freely: codes and contacts are pointed out and must go before anything is stored.

The text is checked in the request and never logged; what was found is named by kind, not repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metoodik.engines.language.personal_data import Finding, Kind, findings

NAMES = {
    Kind.PERSONAL_CODE: _("a personal code"),
    Kind.EMAIL: _("an e-mail address"),
    Kind.PHONE: _("a telephone number"),
    Kind.PLATE: _("a number plate"),
    Kind.ACCOUNT: _("a bank account"),
    Kind.CARD: _("a card number"),
}


CONTACTS = frozenset({Kind.EMAIL, Kind.PHONE})


type IsPublic = Callable[[str], bool]
_public: list[IsPublic] = []


def register_public(is_public: IsPublic) -> None:
    """`is_public` says of a contact as it was typed whether it is a service's, known to everybody, and no person's."""
    _public.append(is_public)


def refuse_personal_data(text: str, *, allowed: frozenset[Kind] = frozenset()) -> None:
    """Raises ValidationError that names what kinds of personal data the text holds and asks to take them out."""
    found = [each for each in findings(text) if each.kind not in allowed and not _is_public(each, text)]
    kinds = dict.fromkeys(each.kind for each in found)
    if kinds:
        raise ValidationError(
            _("The text seems to hold %(what)s. Take it out: nothing about a caller is kept here."),
            code="personal-data",
            params={"what": ", ".join(str(NAMES[kind]) for kind in kinds)},
        )


def _is_public(finding: Finding, text: str) -> bool:
    words = text[finding.start : finding.end]
    return finding.kind in CONTACTS and any(is_public(words) for is_public in _public)


class FreeTextField(forms.CharField):
    """A text field that refuses codes and contacts of a person."""

    allowed: ClassVar[frozenset[Kind]] = frozenset()

    def validate(self, value: Any) -> None:
        """What `CharField` asks for, and no personal data."""
        super().validate(value)
        refuse_personal_data(value or "", allowed=self.allowed)


class GuidanceTextField(FreeTextField):
    """Words for readers of guidance: a service's telephone and e-mail may stand in them, a person's codes may not."""

    allowed = CONTACTS
