"""Forms of the editions: a day to look up, a note to an edition, a warning or withdrawal."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.editions.words import LANGUAGE_NAMES
from metoodik.trust.free_text import FreeTextField, GuidanceTextField
from metoodik.web.forms import ChoiceCards, DayInput, NarrowingForm

WHOLE = "all"
"""The choice that means the whole page, or every language."""


class DayForm(forms.Form):
    """Which day's handbook to look up."""

    paev = forms.DateField(
        label=_("The handbook of a day"),
        help_text=_("For example 20.11.2026."),
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=DayInput(),
    )


class CompareForm(NarrowingForm):
    """Which two editions to hold side by side, the older one first whatever was chosen."""

    enne = forms.TypedChoiceField(label=_("From edition"), coerce=int)
    parast = forms.TypedChoiceField(label=pgettext_lazy("compare", "To edition"), coerce=int)

    def __init__(self, *args: Any, editions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("enne", "parast"):
            cast("forms.ChoiceField", self.fields[name]).choices = editions

    @property
    def pair(self) -> tuple[int, int]:
        """The numbers, the smaller one first."""
        first, second = sorted((self.cleaned_data["enne"], self.cleaned_data["parast"]))
        return first, second


class EditionForm(forms.Form):
    """The note that stands beside an edition in the list."""

    note = FreeTextField(
        label=_("Note"),
        help_text=_("One sentence for readers: what is new in this edition."),
        max_length=300,
        required=False,
    )


class ActForm(forms.Form):
    """Warning on guidance or withdrawing it at once."""

    KINDS = (("warning", _("Warn")), ("correction", _("Correct a number")), ("withdrawal", _("Withdraw")))
    HINTS: ClassVar[dict[str, Any]] = {
        "warning": _("The text stays; the warning stands above it."),
        "correction": _("The text stays; the right number stands above it."),
        "withdrawal": _("The text is shown no more; your sentence stands in its place."),
    }

    kind = forms.ChoiceField(label=_("What to do"), choices=KINDS, widget=ChoiceCards(hints=HINTS))
    target = forms.ChoiceField(label=_("What it is about"))
    locale = forms.ChoiceField(label=_("In which language"))
    sentence_et = GuidanceTextField(
        label=_("Sentence in Estonian"),
        help_text=_("What is wrong, and what to do instead."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "et"}),
    )
    sentence_ru = GuidanceTextField(
        label=_("Sentence in Russian"),
        help_text=_("When it is empty, the Estonian is shown."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "ru"}),
    )
    sentence_en = GuidanceTextField(
        label=_("Sentence in English"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
    )

    def __init__(self, *args: Any, passages: list[tuple[str, str]], languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("target", [(WHOLE, _("the whole page")), *passages])
        self._offer("locale", [(WHOLE, _("every language")), *((each, LANGUAGE_NAMES[each]) for each in languages)])
        if len(languages) < 2:
            self.fields["locale"].widget = forms.HiddenInput()
        self.initial.setdefault("locale", WHOLE)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def passage_key(self) -> str | None:
        """The passage chosen, or None for the whole page."""
        return None if self.cleaned_data["target"] == WHOLE else str(self.cleaned_data["target"])

    @property
    def language(self) -> str | None:
        """The language chosen, or None for every language."""
        return None if self.cleaned_data["locale"] == WHOLE else str(self.cleaned_data["locale"])

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """(language, sentence) of each sentence given, for looking over."""
        said = ((language, self.cleaned_data[f"sentence_{language}"]) for language in ("et", "ru", "en"))
        return [(language, sentence) for language, sentence in said if sentence]
