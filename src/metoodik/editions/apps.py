from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "metoodik.editions"
    label = "editions"
