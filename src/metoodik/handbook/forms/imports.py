"""Forms of import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook.importing.archive import MOST_FILES
from metoodik.handbook.importing.merging import Choice, Pair
from metoodik.handbook.models import GuidancePage, SectionPage


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; the cleaned value is always a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            return [super().clean(None, initial)] if self.required else []
        one = super().clean
        return [one(each, initial) for each in given]


class ImportForm(forms.Form):
    """Files and the section that their drafts go to."""

    file = FilesField(
        label=pgettext_lazy("import", "Files"),
        help_text=format_lazy(
            _("Word (.docx), ODT, HTML, Markdown or plain text, up to {size} MB each. A ZIP holds up to {most}."),
            size=settings.IMPORT_BYTES // 1024**2,
            most=MOST_FILES,
        ),
        required=False,
    )
    folder = FilesField(label=_("Or a whole folder"), widget=ManyFiles(attrs={"webkitdirectory": True}), required=False)
    section = forms.ModelChoiceField(label=_("Section"), queryset=SectionPage.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["section"]
        field.queryset = SectionPage.objects.select_related("locale").order_by("locale_id", "path")  # type: ignore[attr-defined]
        field.label_from_instance = lambda page: f"{page.draft_title or page.title} ({page.locale.language_code})"  # type: ignore[attr-defined]

    def clean_file(self) -> list[Any]:
        """Refuse what is too large before it is read; an archive is looked into first."""
        files: list[Any] = self.cleaned_data["file"]
        if any(each.size > settings.IMPORT_BYTES and not each.name.lower().endswith(".zip") for each in files):
            raise forms.ValidationError(
                _("The file is larger than %d MB. Split it, or leave out the pictures.")
                % (settings.IMPORT_BYTES // 1024**2)
            )
        return files

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.files_given:
            self.add_error("file", _("Choose a file, several, or a folder."))
        return cleaned

    @property
    def files_given(self) -> list[Any]:
        """All that was chosen."""
        return [*self.cleaned_data.get("file", []), *self.cleaned_data.get("folder", [])]


class IntoForm(forms.Form):
    """The page that a file is compared with."""

    into = forms.ModelChoiceField(label=_("Page"), queryset=GuidancePage.objects.none())

    def __init__(self, *args: Any, language: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        pages = GuidancePage.objects.exclude(latest_revision=None)
        field.queryset = (pages.filter(locale_id=language) if language else pages).order_by("title")
        field.label_from_instance = lambda page: page.draft_title or page.title


def choices_of(data: Any, pairs: tuple[Pair, ...]) -> dict[str, Choice]:
    """What was chosen for each pair; one that says nothing sensible takes its usual choice."""
    known = {each.value: each for each in Choice}
    return {pair.key: known.get(data.get(f"choice-{pair.key}", ""), pair.usual) for pair in pairs}
