from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """The design system. On start it asks every app for its `desk` module: rooms, cards, slots and ticks."""

    name = "metoodik.web"
    label = "web"

    def ready(self) -> None:
        autodiscover_modules("desk")
