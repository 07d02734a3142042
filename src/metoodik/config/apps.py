from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "metoodik.config"
    label = "config"
