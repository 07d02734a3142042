from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "metoodik.trust"
    label = "trust"
