"""Forms of import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook.models import SectionPage


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
