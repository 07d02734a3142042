"""Forms of restrictions of access."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models import RestrictionGround
from metoodik.trust.free_text import FreeTextField
from metoodik.web.forms import DayInput


class ExtendForm(forms.Form):
    """Until when a restriction should last, and why."""

    until = forms.DateField(label=_("New end"), widget=DayInput)
    reason = FreeTextField(
        label=_("Why does the reason of the restriction still stand?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(forms.Form):
    """The decision on an extension."""

    answer = FreeTextField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you do not extend it."),
    )


class EndForm(forms.Form):
    """Until when a ground stands."""

    valid_until = forms.DateField(label=_("In force until"), widget=DayInput)


class GroundForm(forms.ModelForm):  # type: ignore[type-arg]
    """A ground for the register."""

    class Meta:
        model = RestrictionGround
        fields: ClassVar[list[str]] = [
            "act",
            "section",
            "subsection",
            "clause",
            "words",
            "longest_years",
            "extendable_years",
            "years_after_death",
            "years_from_birth",
            "source",
            "valid_from",
            "valid_until",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "words": forms.Textarea(attrs={"rows": 4}),
            "valid_from": DayInput,
            "valid_until": DayInput,
        }

    def validate_unique(self) -> None:
        """Once over time is the action's to check: it says what to do about it."""
