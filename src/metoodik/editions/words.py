"""Words for what guidance is marked with, as readers meet them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.content import Access, Audience, ChangeKind, Kind, Risk

KINDS: dict[Kind, str | Promise] = {
    Kind.PRINCIPLE: _("Principle"),
    Kind.METHOD: _("Method"),
    Kind.INSTRUCTION: _("Work instruction"),
    Kind.MATERIAL: _("Guidance material"),
}

RISKS: dict[Risk, str | Promise] = {
    Risk.ORDINARY: "",
    Risk.ELEVATED: _("Elevated risk"),
    Risk.SAFETY: _("Safety page"),
}

ACCESS: dict[Access, str | Promise] = {
    Access.PUBLIC: _("Public"),
    Access.INTERNAL: _("For staff"),
    Access.RESTRICTED: _("For internal use only (AK)"),
}

AUDIENCES: dict[Audience, str | Promise] = {
    Audience.STAFF: _("all staff"),
    Audience.COUNSELLING: _("counselling"),
    Audience.GROUPS: _("support groups"),
    Audience.LEADERSHIP: _("leadership"),
}

CHANGES: dict[ChangeKind, str | Promise] = {
    ChangeKind.EDITORIAL: _("editorial change"),
    ChangeKind.MATERIAL: _("change of substance"),
    ChangeKind.SAFETY: _("safety fix"),
}

LANGUAGE_NAMES: dict[str, str] = {"et": "eesti keeles", "ru": "по-русски", "en": "in English"}
"""Each language's name in itself, as the switch between a page's languages says it."""
