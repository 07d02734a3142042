"""Forms of clearance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.versions import Change, Verdict
from metoodik.trust.free_text import FreeTextField


class SubmitForm(forms.Form):
    """What kind of change it is, in one sentence."""

    change_kind = forms.ChoiceField(label=_("Kind of change"), choices=Change, widget=forms.RadioSelect)
    change_sentence = FreeTextField(
        label=_("What changes"),
        max_length=300,
        help_text=_("One sentence that a colleague understands without opening the page."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WithdrawForm(forms.Form):
    """Why a page should leave force."""

    change_kind = forms.ChoiceField(
        label=_("Kind of change"),
        choices=[each for each in Change.choices if each[0] != Change.EDITORIAL],
        widget=forms.RadioSelect,
    )
    change_sentence = FreeTextField(
        label=_("Why it is withdrawn and what is used instead"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReviewForm(forms.Form):
    """A reviewer's word."""

    verdict = forms.ChoiceField(label=_("Your view"), choices=Verdict, widget=forms.RadioSelect)
    comment = FreeTextField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        help_text=_("When it needs a change, say which. No names or stories of callers."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """A wish for change must say which change."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") == Verdict.CHANGE and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Say what needs a change."))
        return cleaned


class ReturnForm(forms.Form):
    """Why a version goes back."""

    answer = FreeTextField(
        label=_("What the author should do"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
