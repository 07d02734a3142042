"""Forms of arranging the handbook."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.handbook.models.versions import Change
from metoodik.trust.free_text import FreeTextField


class PlaceForm(forms.Form):
    """A thing by its key and the place, counted from 0, where it should stand."""

    key = forms.CharField(max_length=64)
    place = forms.IntegerField(min_value=0, max_value=10_000)


class MovePageForm(forms.Form):
    """The section that a page moves to."""

    section = forms.ModelChoiceField(label=_("New section"), queryset=SectionPage.objects.none(), empty_label=None)

    def __init__(self, *args: Any, page: GuidancePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["section"]
        others = SectionPage.objects.filter(locale_id=page.locale_id).exclude(pk=page.get_parent().pk)
        field.queryset = others.order_by("path")
        field.label_from_instance = lambda section: section.draft_title or section.title


class MergeForm(forms.Form):
    """The page that another is merged into, and the change as clearance wants it."""

    into = forms.ModelChoiceField(label=_("Page that stays"), queryset=GuidancePage.objects.none())
    change_kind = forms.ChoiceField(
        label=_("Kind of change"),
        choices=[each for each in Change.choices if each[0] != Change.EDITORIAL],
        widget=forms.RadioSelect,
    )
    change_sentence = FreeTextField(
        label=_("What changes, in one sentence"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, page: GuidancePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        approved = GuidancePage.objects.filter(locale_id=page.locale_id, versions__state="approved").exclude(pk=page.pk)
        field.queryset = approved.distinct().order_by("title")
        field.label_from_instance = lambda other: other.draft_title or other.title

    def ask_for_change(self, *, asked: bool) -> None:
        """Until the outcome has been seen, only the page is asked for."""
        if not asked:
            for name in ("change_kind", "change_sentence"):
                self.fields[name].required = False

    @property
    def chosen(self) -> GuidancePage | None:
        """The page that stays, once a right one is chosen."""
        if not self.is_bound:
            return None
        self.is_valid()
        found: GuidancePage | None = self.cleaned_data.get("into")
        return found


class WithdrawForm(forms.Form):
    """Why a page should leave force, and which page is used instead."""

    replaced_by = forms.ModelChoiceField(
        label=_("Use instead"),
        queryset=GuidancePage.objects.none(),
        required=False,
        empty_label=_("no other page"),
        to_field_name="translation_key",
        help_text=_("Old addresses and links lead there. Without another page they say that nothing is there."),
    )
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

    def __init__(self, *args: Any, page: GuidancePage | SectionPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isinstance(page, GuidancePage):
            del self.fields["replaced_by"]
            return
        field: Any = self.fields["replaced_by"]
        approved = GuidancePage.objects.filter(locale_id=page.locale_id, versions__state="approved").exclude(pk=page.pk)
        field.queryset = approved.distinct().order_by("title")
        field.label_from_instance = lambda other: other.draft_title or other.title

    def clean_replaced_by(self) -> UUID | None:
        """The key of the page."""
        page = self.cleaned_data["replaced_by"]
        return page.translation_key if page else None
