"""An information request: only the restricted parts are withheld, and nothing of them is anywhere in the file."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pikepdf
import pypdf
import pytest
from tests.editions_plugin import Shelf, key
from tests.export_plugin import GROUND, OTHER_GROUND, edition_of, mixed_page, rich_page, secret_page
from tests.reading_plugin import SignIn, body

from metoodik.editions.models import InformationRequest
from metoodik.editions.opened import OpenEdition
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

SECRET = ("vaarika", "pohla")


@pytest.fixture
def edition(shelf: Shelf, clock: Any, db: None, tiina: User) -> OpenEdition:
    return edition_of(shelf, tiina, rich_page(), mixed_page(), secret_page())


def given(sign_in: SignIn, person: User, kind: str, **values: Any) -> bytes:
    chosen = {"pages": [key(1), key(2), key(3)], "kind": kind, "reference": "5-3/1234", **values}
    response = sign_in(person).post("/teabenoue/uus/", chosen)
    assert response.status_code == 200, response.text
    assert f"teabenoue-5-3-1234.{kind}" in response["Content-Disposition"]
    return response.content


def parts_of_docx(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode(errors="replace") for name in file.namelist()}


def text_of_pdf(data: bytes) -> str:
    """The words as a reader's program takes them out, with the outline and what the file says of itself."""
    file = pypdf.PdfReader(io.BytesIO(data))
    pages = [each.extract_text() for each in file.pages]
    outline = [repr(each) for each in file.outline]
    return "\n".join([*pages, *outline, repr(file.metadata), str(file.xmp_metadata)])


def everything_in_pdf(data: bytes) -> str:
    """Each object of the file, streams unpacked, as text."""
    with pikepdf.open(io.BytesIO(data)) as file:
        found = []
        for each in file.objects:
            if isinstance(each, pikepdf.Stream):
                found += [each.read_bytes().decode("latin-1"), each.read_bytes().decode("utf-16-be", errors="replace")]
            found.append(repr(each))
        return "\n".join(found)


class TestWithheld:
    def test_nothing_of_it_is_in_the_word_file(self, sign_in: SignIn, rein: User, edition: OpenEdition) -> None:
        parts = parts_of_docx(given(sign_in, rein, "docx"))

        for name, text in parts.items():
            assert not [each for each in SECRET if each in text.casefold()], name
        main = parts["word/document.xml"]
        assert "Räägi" in main
        assert "Avatud lõik" in main
        assert main.count(GROUND.ground) == 2
        assert main.count(OTHER_GROUND.ground) == 2
        assert "Sotsiaalkindlustusamet (näidis)" in main
        assert "30.09.2031" in main

    @pytest.mark.pango
    def test_nothing_of_it_is_in_the_pdf(self, sign_in: SignIn, rein: User, edition: OpenEdition) -> None:
        data = given(sign_in, rein, "pdf")

        everything = everything_in_pdf(data).casefold()
        assert not [each for each in SECRET if each in everything]
        said = " ".join(text_of_pdf(data).split())
        assert not [each for each in SECRET if each in said.casefold()]
        assert "Räägi rahulikult" in said
        assert "Selle lehe tekst on välja jäetud." in said
        assert "Väljajätmise alused" in said
        assert GROUND.ground in said

    def test_headings_stay_when_that_is_chosen(self, sign_in: SignIn, rein: User, edition: OpenEdition) -> None:
        main = parts_of_docx(given(sign_in, rein, "docx", keeps_headings="on"))["word/document.xml"]

        assert "Vaarikaplaan" in main
        assert "Pohlapealkiri" in main
        assert "sõnad jäävad majja" not in main
        assert "Vaarikakokkuvõte" not in main
        assert "Vaarikaallikas" not in main

    def test_what_was_given_out_is_kept_and_who_asked_is_not(
        self, sign_in: SignIn, rein: User, edition: OpenEdition
    ) -> None:
        given(sign_in, rein, "docx")

        row = InformationRequest.objects.get()
        assert row.withheld == 2
        assert [each["ground"] for each in row.grounds] == [GROUND.ground, OTHER_GROUND.ground]
        assert row.pages == [key(1), key(2), key(3)]
        assert AuditEntry.objects.get(action="editions.information_request").actor_id == rein.pk
        assert not AuditEntry.objects.filter(action="editions.restricted_read").exists()
        assert "5-3/1234" in body(sign_in(rein), "/teabenoue/")

    def test_the_text_of_a_past_instant(
        self, sign_in: SignIn, rein: User, edition: OpenEdition, shelf: Shelf, clock: Any
    ) -> None:
        from dataclasses import replace

        from metoodik.editions import reading
        from metoodik.editions.actions import make_edition

        then = f"{clock.moment.astimezone():%Y-%m-%d}"
        clock.on(days=3)
        shelf.put(replace(rich_page(), title="Uus pealkiri"))
        make_edition(by=None)
        reading.look_again()
        values = {"pages": [key(1)], "kind": "docx", "reference": ""}

        response = sign_in(rein).post(f"/teabenoue/uus/?paev={then}&kell=23:30&keel=et", values)

        main = parts_of_docx(response.content)["word/document.xml"]
        assert "Kõne avamine" in main
        assert "Uus pealkiri" not in main


class TestWhoAnswers:
    def test_only_those_who_decide_on_restrictions(
        self, sign_in: SignIn, liis: User, tiina: User, rein: User, edition: OpenEdition
    ) -> None:
        for path in ("/teabenoue/", "/teabenoue/uus/"):
            assert sign_in(rein).get(path).status_code == 200
            assert sign_in(liis).get(path).status_code == 403
            assert sign_in(tiina).get(path).status_code == 403

    @pytest.mark.parametrize("reference", ["38001085718", "Mari Maasikas, mari@naidis.ee"])
    def test_a_requesters_data_is_no_reference(
        self, sign_in: SignIn, rein: User, edition: OpenEdition, reference: str
    ) -> None:
        values = {"pages": [key(1)], "kind": "docx", "reference": reference}

        assert sign_in(rein).post("/teabenoue/uus/", values).status_code == 422
        assert not InformationRequest.objects.exists()

    def test_without_pages_it_says_what_to_choose(self, sign_in: SignIn, rein: User, edition: OpenEdition) -> None:
        response = sign_in(rein).post("/teabenoue/uus/", {"kind": "docx", "reference": ""})

        assert response.status_code == 422
        assert "Vali vähemalt üks leht." in response.text
