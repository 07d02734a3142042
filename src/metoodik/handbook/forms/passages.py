"""Forms of passages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.trust.free_text import GuidanceTextField


class SplitForm(forms.Form):
    """The heading of the passage that a split makes."""

    block_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    heading = GuidanceTextField(label=_("Heading of the new passage"), max_length=160)


class MoveForm(forms.Form):
    """A passage and the place, counted from 0, where it should stand."""

    key = forms.CharField(max_length=64)
    place = forms.IntegerField(min_value=0, max_value=10_000)
