from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class TrustConfig(AppConfig):
    """On start every app's `audit_words` module is read: names of what it writes to the audit trail."""

    name = "metoodik.trust"
    label = "trust"

    def ready(self) -> None:
        from metoodik.trust import checks, third_party, triggers  # noqa: F401 - they register themselves

        autodiscover_modules("audit_words")
        pre_migrate.connect(triggers.removed_before, sender=self)
        post_migrate.connect(triggers.installed_after, sender=self)
