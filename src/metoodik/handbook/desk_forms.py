"""The form behind a page of guidance in the writing desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from metoodik.handbook.content import Audience

AUDIENCE_NAMES = {
    Audience.STAFF: _("all staff"),
    Audience.COUNSELLING: _("counsellors, coaches and leads"),
    Audience.GROUPS: _("facilitators of support groups"),
    Audience.LEADERSHIP: _("leads and the service owner"),
}


class GuidanceForm(WagtailAdminPageForm):
    """Adds readers as check boxes; everything else is checked when the page is sent to clearance."""

    audiences = forms.MultipleChoiceField(
        label=_("Readers"),
        choices=[(key.value, name) for key, name in AUDIENCE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Name the signed-in editor as keeper when nobody is named."""
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("keeper") and self.for_user is not None:
            cleaned["keeper"] = self.for_user
        return cleaned
