from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrustConfig(AppConfig):
    name = "metoodik.trust"
    label = "trust"

    def ready(self) -> None:
        from metoodik.trust import checks, third_party, triggers  # noqa: F401

        pre_migrate.connect(triggers.removed_before, sender=self)
        post_migrate.connect(triggers.installed_after, sender=self)
