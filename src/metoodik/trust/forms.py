"""The form that narrows the audit trail."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.trust.models import AuditEntry
from metoodik.trust.naming import action_name
from metoodik.web.forms import DayInput


class AuditFilter(forms.Form):
    """Who, what and when; every part may be left out. Filled from the address, so it must not hold names."""

    kes: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Person"), empty_label=_("everybody")
    )
    mis = forms.ChoiceField(required=False, label=_("Action"))
    alates = forms.DateField(required=False, label=_("From the day"), widget=DayInput)
    kuni = forms.DateField(required=False, label=_("To the day"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model()._default_manager.order_by("name")
        self.fields["kes"].queryset = people  # type: ignore[attr-defined]
        used = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        named = sorted(((action, action_name(action)) for action in used), key=lambda pair: pair[1])
        self.fields["mis"].choices = [("", _("everything")), *named]  # type: ignore[attr-defined]

    def entries(self) -> QuerySet[AuditEntry]:
        """The trail, narrowed by what was filled in rightly; nothing when something was not."""
        entries = AuditEntry.objects.all()
        if not self.is_valid():
            return entries.none()
        data = self.cleaned_data
        if data["kes"]:
            entries = entries.filter(actor=data["kes"])
        if data["mis"]:
            entries = entries.filter(action=data["mis"])
        if data["alates"]:
            entries = entries.filter(at__gte=_midnight(data["alates"]))
        if data["kuni"]:
            entries = entries.filter(at__lt=_midnight(data["kuni"] + timedelta(days=1)))
        return entries


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
