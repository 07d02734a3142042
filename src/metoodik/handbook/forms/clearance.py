"""Forms of clearance."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from metoodik.handbook.actions.requests import Asking, usual_due
from metoodik.handbook.models import Version
from metoodik.handbook.models.versions import Change, State, Verdict
from metoodik.people.forms import PersonChoice
from metoodik.people.models import User, with_roles
from metoodik.trust.free_text import FreeTextField
from metoodik.web.forms import DayInput, NarrowingForm


class People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several people by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({', '.join(str(role.name) for role in obj.roles)})"


class AskForm(forms.Form):
    """Whose word is wanted, by when."""

    reviewers = People(
        queryset=User.objects.none(),
        label=_("Who reviews it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Anybody who reads the page. A safety page also needs a practising counsellor."),
    )
    approver = PersonChoice(
        queryset=User.objects.none(), label=_("Who approves it"), required=False, empty_label=_("whoever may")
    )
    due = forms.DateField(label=_("By which day"), required=False, widget=DayInput)
    note = FreeTextField(
        label=_("Note to them"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, reviewers: list[User], approvers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("reviewers", reviewers), ("approver", approvers)):
            found = with_roles(User.objects.filter(pk__in=[each.pk for each in people]).order_by("name"))
            self.fields[name].queryset = found  # type: ignore[attr-defined]
            if not people:
                del self.fields[name]
        self.fields["due"].initial = usual_due()

    @property
    def asking(self) -> Asking:
        """What was chosen."""
        data = self.cleaned_data
        return Asking(
            tuple(data.get("reviewers") or ()), data.get("approver"), data["due"] or usual_due(), data["note"]
        )


class SubmitForm(AskForm):
    """What kind of change it is, in one sentence, and whose word is wanted on it."""

    change_kind = forms.ChoiceField(label=_("Kind of change"), choices=Change, widget=forms.RadioSelect)
    change_sentence = FreeTextField(
        label=_("What changes"),
        max_length=300,
        help_text=_("One sentence that a colleague understands without opening the page."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("change_kind", "change_sentence", "reviewers", "approver", "due", "note")


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


class CommentForm(forms.Form):
    """A remark on a passage, or an answer."""

    passage = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    text = FreeTextField(
        label=pgettext_lazy("passage", "Comment"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReleaseForm(forms.Form):
    """A package: its name, what it changes, perhaps from when."""

    name = FreeTextField(label=_("Name"), max_length=120)
    sentence = FreeTextField(
        label=_("What changes"),
        max_length=300,
        help_text=_("One sentence about all the pages together."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    effective_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=DayInput,
        help_text=_("The same day for every page. Leave it empty to enter into force with the next edition."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """What was written, the day as its first instant."""
        data = self.cleaned_data
        since = data["effective_from"]
        morning = timezone.make_aware(datetime.combine(since, time.min)) if since else None
        return {"name": data["name"], "sentence": data["sentence"], "effective_from": morning}


class ClearanceFilter(NarrowingForm):
    """Which versions the list shows."""

    seis = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("decided")), *State.choices],
    )
    isik = PersonChoice(
        queryset=User.objects.none(), label=_("Sent or approved by"), required=False, empty_label=_("anybody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        took_part = User.objects.filter(
            Exists(Version.objects.filter(submitted_by=OuterRef("pk")))
            | Exists(Version.objects.filter(approved_by=OuterRef("pk")))
        )
        self.fields["isik"].queryset = with_roles(took_part.order_by("name"))  # type: ignore[attr-defined]
