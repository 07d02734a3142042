from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class PeopleConfig(AppConfig):
    """On start every app's `notices` and `handover` modules are read."""

    name = "metoodik.people"
    label = "people"

    def ready(self) -> None:
        from metoodik.people import access, groups, trail  # noqa: F401 - they register themselves

        autodiscover_modules("notices", "handover")
        post_migrate.connect(groups.repaired_after, sender=self)
