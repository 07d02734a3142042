"""Forms of the register of facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook import fact_values
from metoodik.handbook.content import FactKind
from metoodik.handbook.models import Fact
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.free_text import GuidanceTextField
from metoodik.web.forms import DayInput

SAME = _("The same as in Estonian when empty.")


def source_field() -> forms.CharField:
    return GuidanceTextField(
        label=_("Where it was checked"), max_length=300, help_text=_("A web page, a letter, a call of your own.")
    )


class ValueForm(forms.Form):
    """A value in three languages, and how it is known."""

    value_et = forms.CharField(label=_("Value"), max_length=300)
    value_ru = forms.CharField(label=_("Value in Russian"), max_length=300, required=False, help_text=SAME)
    value_en = forms.CharField(label=_("Value in English"), max_length=300, required=False, help_text=SAME)
    source = source_field()
    checked_on = forms.DateField(label=_("Checked on"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args: Any, kind: FactKind | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact_kind = kind

    def clean(self) -> dict[str, Any]:
        """Each value as its kind is written."""
        said = super().clean() or {}
        kind = self.fact_kind or (FactKind(said["kind"]) if said.get("kind") else None)
        for name in ("value_et", "value_ru", "value_en"):
            if kind and said.get(name):
                try:
                    said[name] = fact_values.clean(kind, said[name])
                except ValidationError as error:
                    self.add_error(name, error)
        if said.get("checked_on") and said["checked_on"] > timezone.localdate():
            self.add_error("checked_on", _("The day of checking is today or earlier."))
        return said

    @property
    def values(self) -> dict[str, str]:
        """The values by language."""
        return {language: self.cleaned_data[f"value_{language}"] for language in ("et", "ru", "en")}


class DetailsForm(forms.Form):
    """What is said about a fact, apart from its value."""

    name_et = forms.CharField(label=_("Name in Estonian"), max_length=120)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    check_every_months = forms.IntegerField(label=_("Check every (months)"), min_value=1, max_value=60, initial=6)
    keeper = forms.ModelChoiceField(User.objects.none(), label=_("Keeper"), required=False, empty_label=_("I"))
    listed = forms.BooleanField(label=_("Show in every reader's list of numbers"), required=False)

    NAMES: ClassVar[tuple[str, ...]] = ("name_et", "name_ru", "name_en", "check_every_months", "keeper", "listed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keepers: forms.ModelChoiceField[User] = self.fields["keeper"]  # type: ignore[assignment]
        keepers.queryset = User.objects.allowed(Permission.WRITE_GUIDANCE).order_by("name")

    @property
    def details(self) -> dict[str, Any]:
        """What `actions.facts` takes as details."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


class NewFactForm(DetailsForm, ValueForm):
    """A new fact with its first value."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Fact._meta.get_field("kind").choices or ())
    key = forms.SlugField(
        label=_("Key"),
        max_length=64,
        help_text=_("Small letters, digits and hyphens. It stands in texts as {{fact:key}} and never changes."),
    )

    field_order = ("kind", "name_et", "value_et", "source", "checked_on", "key")

    def clean_key(self) -> str:
        """Small letters only: marks know no others."""
        key: str = self.cleaned_data["key"]
        if key != key.lower() or "_" in key or key.startswith("-"):
            raise ValidationError(_("Use small letters, digits and hyphens, beginning with a letter or digit."))
        return key


class CheckForm(forms.Form):
    """The value was looked at and is still right."""

    source = source_field()
    on = forms.DateField(label=_("Checked on"), widget=DayInput, initial=timezone.localdate)

    prefix = "check"


class DeclineForm(forms.Form):
    """Why a value is not confirmed."""

    answer = GuidanceTextField(label=_("What is not right"), max_length=300)
