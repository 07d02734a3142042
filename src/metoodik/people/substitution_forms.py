"""The form by which somebody is given a substitute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.people.forms import PersonChoice
from metoodik.people.models import User, with_roles
from metoodik.people.substitution import substitutable_roles
from metoodik.web.forms import DayInput


class SubstitutionForm(forms.Form):
    """Who stands in, in which role, from when to when. Not why: that is nobody's business here."""

    role = forms.ChoiceField(label=_("Role"))
    substitute = PersonChoice(queryset=User.objects.none(), label=_("Who stands in"))
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(
        label=_("Last day"), widget=DayInput, help_text=_("The substitution ends by itself at the end of this day.")
    )

    def __init__(self, *args: Any, absent: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.key, role.name) for role in substitutable_roles(absent)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        others = User.objects.filter(is_active=True).exclude(pk__in={absent.pk, by.pk}).order_by("name")
        self.fields["substitute"].queryset = with_roles(others)  # type: ignore[attr-defined]
        self.fields["first"].initial = timezone.localdate()
