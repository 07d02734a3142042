"""Fixtures of every test come from these plugins."""

pytest_plugins = [
    "tests.requirements_plugin",
    "tests.people_fixtures",
    "tests.audit_plugin",
    "tests.handbook_fixtures",
    "tests.editions_plugin",
    "tests.reading_plugin",
]
