"""Labels that Wagtail's link forms leave to the English names of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LINK_TEXT = _("Text of the link")
LABELS: dict[type[forms.Form], dict[str, _StrPromise]] = {
    choosers.ExternalLinkChooserForm: {"link_text": LINK_TEXT},
    choosers.AnchorLinkChooserForm: {"url": _("Name of the anchor"), "link_text": LINK_TEXT},
    choosers.EmailLinkChooserForm: {
        "email_address": _("E-mail address"),
        "link_text": LINK_TEXT,
        "subject": _("Subject of the letter"),
        "body": _("Text of the letter"),
    },
    choosers.PhoneLinkChooserForm: {"phone_number": _("Telephone number"), "link_text": LINK_TEXT},
}


def name_link_fields() -> None:
    """Give every field of the link forms a label that can be translated. Safe to call again."""
    for form, labels in LABELS.items():
        for name, label in labels.items():
            form.base_fields[name].label = label
