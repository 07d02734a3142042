from django.apps import AppConfig


class HandbookConfig(AppConfig):
    name = "metoodik.handbook"
    label = "handbook"
