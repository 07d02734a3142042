"""The writing desk in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from metoodik.handbook.desk.people import writes
from metoodik.web.navigation import NavItem, register

register(NavItem("writing", gettext_lazy("Writing desk"), "wagtailadmin_home", 40, visible=writes, icon="pen"))
