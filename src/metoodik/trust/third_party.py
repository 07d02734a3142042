"""Privacy declarations of tables that come with the framework and its packages. `apps.TrustConfig.ready` reads this module."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metoodik.trust.privacy import Privacy, Retention, declare
