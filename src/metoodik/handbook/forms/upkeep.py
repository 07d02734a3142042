"""Forms of the review cycle."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models.upkeep import LONGEST_INTERVAL, Checked
from metoodik.handbook.upkeep import Kept
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.free_text import FreeTextField
from metoodik.web.forms import NarrowingForm


class StillRightForm(forms.Form):
    """What was checked before saying that a page is still right."""

    checked = forms.MultipleChoiceField(
        label=_("What I checked"), choices=Checked, widget=forms.CheckboxSelectMultiple, required=True
    )
    note = FreeTextField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        help_text=_("What the next reviewer should know. No names or stories of callers."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    months = forms.IntegerField(
        label=_("Next review in how many months"), min_value=1, max_value=LONGEST_INTERVAL, required=False
    )

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["months"].initial = kept.months
        absent = {
            *(() if kept.has_sources else (Checked.SOURCES.value,)),
            *(() if kept.has_legal_basis else (Checked.LEGAL_BASIS.value,)),
        }
        field = cast("forms.MultipleChoiceField", self.fields["checked"])
        field.choices = [each for each in Checked.choices if each[0] not in absent]


class FilterForm(NarrowingForm):
    """Narrows the queue."""

    keeper = forms.ChoiceField(label=_("Keeper"), required=False)
    section = forms.ChoiceField(label=_("Section"), required=False)
    risk = forms.ChoiceField(label=_("Risk"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in choices.items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", _("All")), *found]


class BulkForm(forms.Form):
    """Gives chosen pages another keeper or another interval."""

    keeper = forms.ModelChoiceField(
        label=_("New keeper"), queryset=User.objects.none(), required=False, empty_label=_("as it is")
    )
    months = forms.IntegerField(
        label=_("Review every (months)"), min_value=1, max_value=LONGEST_INTERVAL, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keeper = cast("forms.ModelChoiceField[User]", self.fields["keeper"])
        keeper.queryset = User.objects.allowed(Permission.WRITE_GUIDANCE).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Something has to change."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("keeper") and not cleaned.get("months"):
            raise forms.ValidationError(_("Choose a new keeper or write an interval."))
        return cleaned
