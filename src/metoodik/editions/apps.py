from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "metoodik.editions"
    label = "editions"
    verbose_name = _("Editions")

    def ready(self) -> None:
        from metoodik.editions import facts, triggers, verification
        from metoodik.trust import backup

        pre_migrate.connect(triggers.removed_before, sender=self)
        post_migrate.connect(triggers.installed_after, sender=self)
        backup.register_manifest("editions", verification.manifest)
        facts.register()
