from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "metoodik.people"
    label = "people"
