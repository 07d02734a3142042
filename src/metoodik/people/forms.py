"""Forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.people.models import User, with_roles
from metoodik.people.roles import ROLES, Role
from metoodik.trust.free_text import FreeTextField
from metoodik.web.forms import DayInput


def add_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """Show what an action refused beside the field it is about, or above the form."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for field, errors in refusal.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


class InviteForm(forms.Form):
    """Who is invited, and as what."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The work address; the invitation goes there."))
    language = forms.ChoiceField(label=_("Language of e-mail"), choices=settings.LANGUAGES, initial="et")
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(key, role.name) for key, role in ROLES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def chosen_roles(self) -> list[type[Role]]:
        """The roles ticked."""
        return [ROLES[key] for key in self.cleaned_data["roles"]]


class GrantForm(forms.Form):
    """A role for a person, for ever or for a time."""

    role = forms.ChoiceField(label=_("Role"))
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Leave empty when the role has no end.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {role.key for role in user.roles}
        free = [(key, role.name) for key, role in ROLES.items() if key not in held]
        self.fields["role"].choices = free  # type: ignore[attr-defined]

    def clean_until(self) -> Any:
        day = self.cleaned_data["until"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Choose today or a later day."))
        return day


class ChangeForm(forms.Form):
    """A person's name and address, corrected."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name."""

    def label_from_instance(self, obj: Any) -> str:
        roles = ", ".join(str(role.name) for role in obj.roles)
        return f"{obj.name} ({roles})" if roles else obj.name


class LeaveForm(forms.Form):
    """Who takes over a leaver's work; somebody must when work `waits`."""

    successor = PersonChoice(
        queryset=User.objects.none(),
        label=_("Who takes over the work"),
        error_messages={"required": _("Choose who takes over the work.")},
    )

    def __init__(self, *args: Any, user: User, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].required = waits
        others = with_roles(User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("name"))
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


class AdminModeForm(forms.Form):
    """Why an administrator has to see more."""

    reason = FreeTextField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you need to see and why. Goes to the audit trail; write no names."),
    )


class PreferencesForm(forms.Form):
    """A person's own choices."""

    language = forms.ChoiceField(label=_("Language of e-mail"), choices=settings.LANGUAGES)
    mail_notices = forms.BooleanField(label=_("Send my notices by e-mail too"), required=False)


class PeopleFilter(forms.Form):
    """Which people the list shows."""

    roll = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("all")), *((key, role.name) for key, role in ROLES.items())]
    )
    kes = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[
            ("", _("those who work here")),
            ("kutsutud", _("invited, not yet signed in")),
            ("rollita", _("those without a role")),
            ("lahkunud", _("those who left")),
        ],
    )
