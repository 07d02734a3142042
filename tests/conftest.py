"""Fixtures of every test come from these plugins."""

import os

from hypothesis import settings

pytest_plugins = [
    "tests.requirements_plugin",
    "tests.people_fixtures",
    "tests.audit_plugin",
    "tests.handbook_fixtures",
    "tests.editions_plugin",
    "tests.reading_plugin",
]

# Continuous integration tries the same examples each time; a developer's run keeps looking for new ones.
settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
