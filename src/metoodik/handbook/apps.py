from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HandbookConfig(AppConfig):
    name = "metoodik.handbook"
    label = "handbook"
    verbose_name = _("handbook")

    def ready(self) -> None:
        from metoodik.handbook import facts, handover, notices  # noqa: F401 - the latter register themselves
        from metoodik.trust import free_text

        free_text.register_public(facts.is_public)
        post_migrate.connect(_prepare_desk, sender=self)


def _prepare_desk(**_kwargs: Any) -> None:
    from metoodik.handbook.desk_setup import prepare_desk

    prepare_desk()
