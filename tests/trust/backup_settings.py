"""The product's settings, tables made without migrations: a new installation in a second."""

from metoodik.config.settings import *  # noqa: F403
from metoodik.config.settings import INSTALLED_APPS

MIGRATION_MODULES = (
    {app.rpartition(".")[2]: None for app in INSTALLED_APPS}
    | dict.fromkeys(("wagtailcore", "wagtailadmin", "wagtailusers", "wagtaildocs", "wagtailimages", "wagtailsearch"))
    | {"django_tasks_database": None}
)
