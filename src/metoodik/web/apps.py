from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "metoodik.web"
    label = "web"
