"""Metoodik's settings, with guidance served by Wagtail itself to people who are signed in."""

from metoodik.config.settings import *  # noqa: F403
from metoodik.config.settings import MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "tests.benchmarks.plain_wagtail.urls"
WSGI_APPLICATION = "tests.benchmarks.plain_wagtail.wsgi.application"
MIDDLEWARE = [each for each in MIDDLEWARE if not each.endswith(("ReadPassMiddleware", "SecondStepMiddleware"))] + [
    "tests.benchmarks.plain_wagtail.serving.FreeMenuMiddleware"
]
TEMPLATES = [TEMPLATES[0] | {"DIRS": ["tests/benchmarks/plain_wagtail/templates"]}]
