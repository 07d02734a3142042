"""Django's forms drawn with our templates: `{{ form }}` and `{{ field.as_field_group }}` come out right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Forms and fields by our templates; widgets stay Django's own, so that the writing desk is untouched."""

    form_template_name = "web/form.html"
    formset_template_name = "web/formset.html"
    field_template_name = "web/field.html"


class NarrowingForm(forms.Form):
    """Narrows a list: every field may stay empty, so none says so."""

    narrows = True


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as large cards that number keys choose. `hints` maps a value to a line under its label."""

    template_name = "web/widgets/choice_cards.html"

    def __init__(self, *args: Any, hints: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class DayInput(forms.DateInput):
    """A day picked from the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
