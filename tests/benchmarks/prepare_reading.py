"""Fills METOODIK_DATA with the sample service, publishes one page for the plain site, and prints how to ask for it.

Run by `bench_reading` in a process of its own. Prints JSON: path and cookies for each of the two sites.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metoodik.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import PageViewRestriction, Site  # noqa: E402

from metoodik.config import sample_service  # noqa: E402
from metoodik.handbook.models import GuidancePage  # noqa: E402
from metoodik.people.models import User  # noqa: E402

SLUG = "enesetapurisk"


def main() -> None:
    sample_service.make("mitte-keegi-ei-logi-sisse")
    page = publish()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email="liis@naidis.ee"))
    path = f"/kasiraamat/et/{SLUG}/"
    for _visit in range(2):
        client.get(path)
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    answer = {
        "ours": {"path": path, "cookies": cookies(client, set(client.cookies))},
        "plain": {
            "path": f"/plain/{page.url_path.removeprefix(root.url_path)}",
            "cookies": cookies(client, {settings.SESSION_COOKIE_NAME}),
        },
    }
    json.dump(answer, sys.stdout)


def publish() -> GuidancePage:
    """The page of the edition as a live page that people have to sign in for."""
    page: GuidancePage = GuidancePage.objects.get(slug=SLUG, locale__language_code="et")
    page.get_latest_revision().publish()
    page.refresh_from_db()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    return page


def cookies(client: Client, names: set[str]) -> str:
    return "; ".join(f"{name}={client.cookies[name].value}" for name in sorted(names))


if __name__ == "__main__":
    main()
