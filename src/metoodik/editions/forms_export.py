"""Forms of documents that leave the house: a whole edition, a printed card, an answer to an information request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.editions.export.actions import REFERENCE
from metoodik.editions.export.document import Format
from metoodik.editions.forms import WHOLE
from metoodik.editions.models_export import Outcome, Paper
from metoodik.editions.opened import ReadPage
from metoodik.editions.words import LANGUAGE_NAMES
from metoodik.trust.free_text import FreeTextField
from metoodik.web.forms import ChoiceCards, DayInput

DAYS = ["%d.%m.%Y", "%Y-%m-%d"]
FORMATS = {
    Format.PDF: _("PDF, for reading and printing"),
    Format.DOCX: _("Word file, for editing"),
    Format.HTML: _("HTML, one file for the browser"),
}


class LanguageAndFormat(forms.Form):
    """In which language and as what a document is written."""

    locale = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))
    kind = forms.ChoiceField(
        label=_("Format"), choices=[(each.value, words) for each, words in FORMATS.items()], widget=ChoiceCards()
    )

    def __init__(self, *args: Any, locales: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locale"].choices = [(each, LANGUAGE_NAMES[each]) for each in locales]  # type: ignore[attr-defined]

    @property
    def format(self) -> Format:
        return Format(self.cleaned_data["kind"])


class CardForm(forms.Form):
    """A card that was printed: what is on it, where it hangs."""

    part = forms.ChoiceField(label=_("What is on it"))
    paper = forms.ChoiceField(label=_("Paper"), choices=Paper, initial=Paper.A5)
    place = FreeTextField(
        label=_("Where it hangs"), help_text=_("For example: call room 2, by the window."), max_length=120
    )
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=500, initial=1)
    printed_on = forms.DateField(label=_("Printed on"), input_formats=DAYS, widget=DayInput())

    def __init__(self, *args: Any, read: ReadPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passages = [(each.key, each.heading) for each in read.content.passages if each.key not in read.erased]
        self.fields["part"].choices = [(WHOLE, _("the whole page")), *passages]  # type: ignore[attr-defined]
        self.fields["printed_on"].initial = timezone.localdate()

    def clean_part(self) -> str:
        """The passage's key, or an empty text for the whole page."""
        part: str = self.cleaned_data["part"]
        return "" if part == WHOLE else part


class EndForm(forms.Form):
    """A card that hangs no more."""

    outcome = forms.ChoiceField(label=_("What became of it"), choices=Outcome, widget=ChoiceCards())
    ended_on = forms.DateField(label=_("When"), input_formats=DAYS, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = timezone.localdate()


class InstantForm(forms.Form):
    """Which text is asked for: the one in force at an instant, in a language."""

    paev = forms.DateField(label=_("Day"), input_formats=DAYS, widget=DayInput())
    kell = forms.TimeField(label=_("Time"), input_formats=["%H:%M", "%H.%M"])
    keel = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))

    def instant(self) -> datetime:
        """The instant in this place's time. Of an hour that comes twice in autumn, the first."""
        naive = datetime.combine(self.cleaned_data["paev"], self.cleaned_data["kell"])
        return timezone.make_aware(naive)


class AnswerForm(forms.Form):
    """Which pages are given out, and how."""

    pages = forms.MultipleChoiceField(label=_("Pages"), error_messages={"required": _("Choose at least one page.")})
    kind = forms.ChoiceField(
        label=_("Format"),
        choices=[(each.value, FORMATS[each]) for each in (Format.PDF, Format.DOCX)],
        initial=Format.PDF,
        widget=ChoiceCards(),
    )
    reference = FreeTextField(
        label=_("Reference number of the request"),
        help_text=_("Only your own register's number, for example 5-3/1234. Nothing about who asked."),
        max_length=40,
        required=False,
    )
    keeps_headings = forms.BooleanField(
        label=_("Leave the headings of withheld parts standing"),
        help_text=_("Only when a heading gives nothing of the restricted text away."),
        required=False,
    )

    def __init__(self, *args: Any, pages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pages"].choices = pages  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """Letters, digits and the signs that register numbers have."""
        reference: str = self.cleaned_data["reference"].strip()
        if not REFERENCE.fullmatch(reference):
            raise forms.ValidationError(_("Write only the number of the request."))
        return reference
