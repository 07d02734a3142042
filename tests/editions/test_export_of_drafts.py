"""What is not in an edition yet leaves as a document that says so; facts stand in documents as readers see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.handbook.test_facts import add, confirm, renew
from tests.handbook_fixtures import draft_page, passage, send
from tests.reading_plugin import SignIn, body

from metoodik.editions.actions import make_edition
from metoodik.handbook import content
from metoodik.handbook.models import Fact, GuidancePage, Release, SectionPage, Version
from metoodik.people.models import User

pytestmark = pytest.mark.django_db

OLD, NEW = "116 006", "116 123"
MARK = "{{fact:ohvriabi}}"
PAGE = "/laadi/1/et/kuhu-helistada"


@pytest.fixture
def line(tiina: User, rein: User) -> Fact:
    fact = add(tiina, value=OLD)
    confirm(fact, rein)
    return Fact.objects.get(pk=fact.pk)


@pytest.fixture
def guide(line: Fact, tiina: User, section: SectionPage, in_force: Any) -> GuidancePage:
    """A page that names the crisis line, in an edition."""
    et, ru, en = f"Helistage {MARK}.", f"Звоните {MARK}.", f"Call {MARK}."
    confirmed = content.fingerprint(et)
    blocks = (
        content.Text("00000000-0000-4000-8000-000000000011", f"<p>Kriisiliin on {MARK}.</p>"),
        content.Phrase("00000000-0000-4000-8000-000000000013", et, ru, en, confirmed, confirmed),
    )
    page = draft_page(tiina, section, "Kuhu helistada", passages=(passage("Numbrid", *blocks),))
    in_force(page)
    make_edition(by=tiina)
    return page


class TestFacts:
    def test_a_document_says_the_value_and_no_mark(self, guide: GuidancePage, liis: User, sign_in: SignIn) -> None:
        said = body(sign_in(liis), f"{PAGE}/html/")

        assert "{{fact" not in said
        assert f"Звоните {OLD}." in said
        assert "on vahepeal muutunud" not in said, "a value in place of a mark makes no translation stale"

    def test_a_corrected_number_is_in_documents_at_once(
        self, guide: GuidancePage, line: Fact, tiina: User, liis: User, sign_in: SignIn
    ) -> None:
        renew(line, tiina, NEW)

        said = body(sign_in(liis), f"{PAGE}/html/")

        assert f"Kriisiliin on {NEW} (" in said, "with a remark when it was corrected"
        assert OLD not in said

    def test_a_corrected_number_calls_its_cards_back(
        self, guide: GuidancePage, line: Fact, tiina: User, rein: User, sign_in: SignIn
    ) -> None:
        today = timezone.localdate().isoformat()
        values = {"part": "all", "paper": "a5", "place": "Kõneruum 2", "copies": "1", "printed_on": today}
        assert sign_in(tiina).post("/trukised/uus/1/et/kuhu-helistada/", values).status_code == 302
        assert "Tekst on muutunud" not in body(sign_in(tiina), "/trukised/")

        renew(line, tiina, NEW)
        assert "Tekst on muutunud" in body(sign_in(tiina), "/trukised/")
        assert (
            sign_in(tiina).post("/trukised/uus/1/et/kuhu-helistada/", values | {"place": "Uus koht"}).status_code == 302
        )

        confirm(line, rein)
        make_edition(by=tiina)
        said = body(sign_in(tiina), "/trukised/")
        recalled, good = said.split('id="seinal"')
        assert "Kõneruum 2" in recalled
        assert "Uus koht" in good, "the card that was printed with the new number stays"


class TestDrafts:
    def test_a_version_in_clearance_says_that_it_is_not_in_force(
        self, danger: GuidancePage, tiina: User, liis: User, sign_in: SignIn
    ) -> None:
        version = send(danger, tiina)
        path = f"/laadi/versioon/{version.pk}/html/"

        said = body(sign_in(tiina), path)

        assert "EI KEHTI" in said
        assert "kinnitamata: töös ei tohi kasutada" in said
        assert "Helista 112" in said
        assert path.replace("html", "pdf") in body(sign_in(tiina), f"/kooskolastus/{version.pk}/")

    def test_nobody_takes_out_a_version_that_they_may_not_see(
        self, tiina: User, section: SectionPage, kadri: User, aino: User, sign_in: SignIn
    ) -> None:
        version = send(draft_page(tiina, section), tiina)

        for person in (kadri, aino):
            assert sign_in(person).get(f"/laadi/versioon/{version.pk}/html/").status_code == 404

    def test_a_package_is_one_document(self, tiina: User, section: SectionPage, liis: User, sign_in: SignIn) -> None:
        release = Release.objects.create(name="Sügise muudatused", sentence="Kaks lehte.", made_by=tiina)
        for title in ("Vahetu oht", "Kõne lõpetamine"):
            version = send(draft_page(tiina, section, title), tiina)
            Version.objects.filter(pk=version.pk).update(release=release)

        response = sign_in(tiina).get(f"/laadi/pakett/{release.pk}/html/")

        assert response["Content-Disposition"] == 'attachment; filename="metoodik-sugise-muudatused.html"'
        assert response.text.count("<article") == 2
        assert "Pakett: ei kehti" in response.text
        assert f"/laadi/pakett/{release.pk}/pdf/" in body(sign_in(tiina), f"/kooskolastus/paketid/{release.pk}/")
