"""A plain distance between days, as a colleague says it: "tomorrow", "in 3 days", "2 days ago"."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MONTH = 30.44
YEAR = 365.25
DAYS_UP_TO = 45
MONTHS_UP_TO = 18


def as_day(value: date | datetime) -> date:
    """The calendar day of `value` by our clock."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def distance(value: date | datetime, today: date | None = None) -> str:
    """How far `value` is from `today`, in the language now active.

    Days up to 45, then months up to 18, then years, rounded to the nearest whole.
    """
    days = (as_day(value) - (today or timezone.localdate())).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    count = abs(days)
    if count <= DAYS_UP_TO:
        return _ahead_days(count) if days > 0 else _ago_days(count)
    months = round(count / MONTH)
    if months <= MONTHS_UP_TO:
        return _ahead_months(months) if days > 0 else _ago_months(months)
    years = round(count / YEAR)
    return _ahead_years(years) if days > 0 else _ago_years(years)


def _ahead_days(count: int) -> str:
    return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}


def _ago_days(count: int) -> str:
    return ngettext("%(count)d day ago", "%(count)d days ago", count) % {"count": count}


def _ahead_months(count: int) -> str:
    return ngettext("in %(count)d month", "in %(count)d months", count) % {"count": count}


def _ago_months(count: int) -> str:
    return ngettext("%(count)d month ago", "%(count)d months ago", count) % {"count": count}


def _ahead_years(count: int) -> str:
    return ngettext("in %(count)d year", "in %(count)d years", count) % {"count": count}


def _ago_years(count: int) -> str:
    return ngettext("%(count)d year ago", "%(count)d years ago", count) % {"count": count}
