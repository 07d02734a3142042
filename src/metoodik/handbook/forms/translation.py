"""Forms of translation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.versions import Change
from metoodik.trust.free_text import FreeTextField, GuidanceTextField
from metoodik.web.forms import DayInput


class SendForm(forms.Form):
    """What kind of change a translation is, in one sentence."""

    change_kind = forms.ChoiceField(label=_("Kind of change"), choices=Change, widget=forms.RadioSelect)
    change_sentence = FreeTextField(
        label=_("What changes"),
        max_length=300,
        help_text=_("One sentence that a colleague understands without opening the page."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SectionForm(forms.Form):
    """A section's words in another language."""

    title = GuidanceTextField(label=_("Title of the section"), max_length=200)
    summary = GuidanceTextField(
        label=_("What one finds in it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExceptionForm(forms.Form):
    """Why a phrase may go without a language, and until when."""

    reason = FreeTextField(
        label=_("Why it may go without this language"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateField(label=_("Until which day"), widget=DayInput)
