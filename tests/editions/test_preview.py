"""The handbook as another role reads it, on another day, in another language; never more than one may see oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.editions_plugin import Shelf, page, passage
from tests.handbook_fixtures import draft_page, send
from tests.reading_plugin import SignIn, body

from metoodik.editions.actions import make_edition
from metoodik.handbook.content import Access, Audience, Restriction
from metoodik.handbook.models import SectionPage
from metoodik.people.models import User

MARKED = Restriction("AvTS § 35 lg 1 p 9", "Amet", date(2026, 10, 1), date(2031, 9, 30))


@pytest.fixture
def editions(shelf: Shelf, tiina: User) -> None:
    """Edition 1 in force, another from five days on."""
    hidden = replace(passage(12, "Peidik", "Kood Samblik."), restriction=MARKED)
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi varsti."), hidden),
        page(2, "Grupi kord", audiences=(Audience.GROUPS,)),
        page(3, "Salaleht", access=Access.RESTRICTED, restriction=MARKED),
    )
    shelf.put(
        page(1, "Enesetapurisk", passage(11, "Küsi otse", "Küsi kohe."), hidden),
        since=timezone.now() + timedelta(days=5),
    )
    make_edition(by=tiina)


@pytest.mark.usefixtures("editions")
def test_each_role_is_shown_what_its_readers_have(tiina: User, sign_in: SignIn) -> None:
    client = sign_in(tiina, "en")
    counsellor = body(client, "/eelvaade/?roll=counsellor&keel=et")
    assert "Preview: " in counsellor
    assert ("Enesetapurisk" in counsellor, "Grupi kord" in counsellor, "Salaleht" in counsellor) == (True, False, False)
    facilitator = body(client, "/eelvaade/?roll=facilitator&keel=et")
    assert ("Enesetapurisk" in facilitator, "Grupi kord" in facilitator) == (False, True)
    assert "Salaleht" in body(client, "/eelvaade/?roll=team_lead&keel=et")
    assert "Samblik" not in body(client, "/eelvaade/et/leht-1/?roll=counsellor&keel=et")
    assert "Samblik" in body(client, "/eelvaade/et/leht-1/?roll=team_lead&keel=et")
    assert client.get("/eelvaade/et/leht-3/?roll=counsellor&keel=et").status_code == 404


@pytest.mark.usefixtures("editions")
def test_a_day_to_come_is_shown_as_it_will_be(tiina: User, sign_in: SignIn) -> None:
    client = sign_in(tiina, "en")
    later = timezone.localdate() + timedelta(days=7)
    response = client.get(f"/eelvaade/et/leht-1/?roll=counsellor&keel=et&paev={later:%d.%m.%Y}")
    assert "Küsi kohe." in response.text
    assert f"paev={later:%d.%m.%Y}" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Küsi varsti." in body(client, "/eelvaade/et/leht-1/?roll=counsellor&keel=et")


@pytest.mark.usefixtures("editions")
def test_a_preview_never_shows_more_than_one_may_see_oneself(liis: User, kadri: User, sign_in: SignIn) -> None:
    counsellor = sign_in(liis, "en")
    as_lead = body(counsellor, "/eelvaade/?roll=team_lead&keel=et&koos=1")
    assert "Enesetapurisk" in as_lead
    assert "Salaleht" not in as_lead
    assert "Samblik" not in body(counsellor, "/eelvaade/et/leht-1/?roll=team_lead&keel=et&koos=1")
    assert "Grupi kord" not in body(counsellor, "/eelvaade/?roll=facilitator&keel=et")
    assert sign_in(kadri, "en").get("/eelvaade/").status_code == 403


def test_what_waits_in_clearance_is_taken_in_when_wished(
    tiina: User, section: SectionPage, in_force: Any, sign_in: SignIn
) -> None:
    in_force(draft_page(tiina, section, "Kehtiv leht"))
    make_edition(by=tiina)
    version = send(draft_page(tiina, section, "Ootav leht"), tiina)
    client = sign_in(tiina, "en")
    assert "Ootav leht" not in body(client, "/eelvaade/?roll=counsellor&keel=et")
    both = body(client, "/eelvaade/?roll=counsellor&keel=et&koos=1")
    assert "Kehtiv leht" in both
    slug = version.page_content.slug
    assert "Ootav leht" in body(client, f"/eelvaade/et/{slug}/?roll=counsellor&keel=et&koos=1")
    assert client.get(f"/kasiraamat/et/{slug}/").status_code == 404
