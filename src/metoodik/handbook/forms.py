"""Forms of the clearance and import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook.models import SectionPage
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


class SplitForm(forms.Form):
    """The heading of the passage that a split makes."""

    block_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    heading = forms.CharField(label=_("Heading of the new passage"), max_length=160)


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


class ImportForm(forms.Form):
    """A file and the section that its draft goes to."""

    file = forms.FileField(
        label=pgettext_lazy("import", "File"),
        help_text=format_lazy(
            _("Word (.docx), ODT, HTML, Markdown or plain text, up to {size} MB."),
            size=settings.IMPORT_BYTES // 1024**2,
        ),
    )
    section = forms.ModelChoiceField(label=_("Section"), queryset=SectionPage.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["section"]
        field.queryset = SectionPage.objects.select_related("locale").order_by("locale_id", "path")  # type: ignore[attr-defined]
        field.label_from_instance = lambda page: f"{page.draft_title or page.title} ({page.locale.language_code})"  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %d MB. Split it, or leave out the pictures.")
                % (settings.IMPORT_BYTES // 1024**2)
            )
        return file
