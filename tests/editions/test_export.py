"""Guidance taken out as a document: nothing is lost, nothing is added, and a PDF can be read by everybody."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pikepdf
import pytest
from pdfua import validate
from tests.editions_plugin import Shelf, key, page
from tests.export_plugin import edition_of, mixed_page, rich_page, secret_page
from tests.reading_plugin import SignIn, body
from weasyprint.urls import FatalURLFetchingError

from metoodik.editions import reading
from metoodik.editions.actions import warn, withdraw_at_once
from metoodik.editions.export import actions, pdf, qr
from metoodik.editions.export.document import Chapter, Document, Format, Sheet, edition_document, page_document
from metoodik.editions.export.writing import written
from metoodik.editions.models import ExportJob
from metoodik.editions.opened import OpenEdition
from metoodik.handbook import sample
from metoodik.handbook.importing import converter
from metoodik.handbook.importing.values import Format as ImportedAs
from metoodik.people.models import Notice, User
from metoodik.trust.models import AuditEntry

WORD = re.compile(r"\w+")


def document_of(edition: OpenEdition, slug: str = "leht-1") -> Document:
    read = edition.page("et", slug)
    assert read is not None
    return page_document(edition, read, reading.overlay(edition.audience, edition))


def words_in_html(html: str) -> Counter[str]:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return Counter(WORD.findall(unescape(re.sub(r"<[^>]+>", " ", body))))


def words_in_docx(data: bytes) -> Counter[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        main = file.read("word/document.xml").decode()
    paragraphs = re.sub(r"</w:p>|<w:br\s*/>|<w:tab\s*/>", " ", main)
    return Counter(WORD.findall(unescape(re.sub(r"<[^>]+>", "", paragraphs))))


def words_of_page(page: Any) -> Counter[str]:
    """Every word that a reader of the page meets: texts of blocks, headings, sources."""
    from metoodik.handbook.texts import words_of

    said = [page.title, page.summary, *(each.title for each in (*page.sources, *page.legal_basis))]
    for passage in page.passages:
        said += [passage.heading, *(words for block in passage.blocks for words in words_of(block))]
    return Counter(WORD.findall(" ".join(said)))


@pytest.fixture
def edition(shelf: Shelf, clock: Any, db: None, tiina: User) -> OpenEdition:
    return edition_of(shelf, tiina, rich_page(), mixed_page(), secret_page())


class TestNothingIsLost:
    @pytest.mark.parametrize("language", ["et", "ru", "en"])
    def test_every_word_of_the_sample_handbook_is_in_html_and_word(self, language: str) -> None:
        pages = [each for each in sample.load().pages if each.locale == language]
        sheets = tuple(Sheet(each) for each in pages)
        document = Document("Käsiraamat", language, (Chapter("", sheets),), "koik", "http://x.example/p/1/")
        said = sum((words_of_page(each) for each in pages), Counter())

        assert not said - words_in_html(written(document, Format.HTML).decode())
        assert not said - words_in_docx(written(document, Format.DOCX))

    def test_headings_come_back_from_word_as_they_were(self, edition: OpenEdition) -> None:
        data = written(document_of(edition), Format.DOCX)

        blocks = converter.tree(data, ImportedAs.DOCX, 30)
        found = [(block["c"][0], _plain(block["c"][2])) for block in blocks if block["t"] == "Header"]

        assert [each for each in found if each[1] in _OURS] == [
            (0, "Kõne avamine"),
            (1, "Kuulamine"),
            (1, "Lõpetamine"),
        ]
        tables = [block for block in blocks if block["t"] == "Table"]
        assert len(tables) == 2

    def test_a_word_file_names_its_language_and_counts_its_pages(self, edition: OpenEdition) -> None:
        with zipfile.ZipFile(io.BytesIO(written(document_of(edition), Format.DOCX))) as file:
            styles, main = file.read("word/styles.xml").decode(), file.read("word/document.xml").decode()
            foot, itself = file.read("word/footer9.xml").decode(), file.read("docProps/core.xml").decode()

        assert 'w:lang w:val="et-EE"' in styles
        assert "TOC \\o" in main
        assert "NUMPAGES" in foot
        assert "<dc:creator>Metoodik</dc:creator>" in itself
        assert "2031-11-20T" in itself
        assert "Väljaanne 1" in foot
        names = set(re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', main))
        assert set(re.findall(r'w:anchor="([^"]+)"', main)) <= names

    def test_a_written_html_file_asks_nothing_from_outside(self, edition: OpenEdition) -> None:
        html = written(document_of(edition), Format.HTML).decode()

        assert not re.findall(r'(?:src|srcset)="(?!data:)', html)
        assert "<link" not in html
        assert "<script" not in html
        assert "url(" not in html
        assert f"/p/{key(1)}/" in html

    def test_the_file_says_what_it_is(self, edition: OpenEdition) -> None:
        assert document_of(edition).filename(Format.PDF) == "metoodik-v1-leht-1.pdf"


_OURS = {"Kõne avamine", "Kuulamine", "Lõpetamine"}


def _plain(inlines: list[dict[str, Any]]) -> str:
    return "".join(each["c"] if each["t"] == "Str" else " " for each in inlines)


def structure(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure, in reading order."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from structure(each)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from structure(node.K)


@pytest.mark.pango
class TestPdf:
    @pytest.fixture
    def file(self, edition: OpenEdition) -> Iterator[pikepdf.Pdf]:
        with pikepdf.open(io.BytesIO(written(document_of(edition), Format.PDF))) as opened:
            yield opened

    def test_it_is_tagged_and_says_its_language_title_and_kind(self, file: pikepdf.Pdf) -> None:
        assert file.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in file.Root
        assert str(file.Root.Lang) == "et"
        assert file.Root.ViewerPreferences.DisplayDocTitle
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Kõne avamine"

    def test_headings_nest_without_gaps(self, file: pikepdf.Pdf) -> None:
        levels = [
            int(str(each.S)[2:]) for each in structure(file.Root.StructTreeRoot.K) if re.fullmatch(r"/H\d", str(each.S))
        ]

        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))

    def test_header_cells_name_their_columns_and_rows(self, file: pikepdf.Pdf) -> None:
        heads = [each for each in structure(file.Root.StructTreeRoot.K) if str(each.S) == "/TH"]

        scopes = [str(each.A.Scope) for each in heads]
        assert scopes.count("/Column") == 5
        assert scopes.count("/Row") == 2

    def test_words_in_another_language_say_which(self, file: pikepdf.Pdf) -> None:
        cells = [each for each in structure(file.Root.StructTreeRoot.K) if str(each.S) in {"/TH", "/TD"}]

        languages = [str(each.Lang) for each in cells if "/Lang" in each]
        assert languages == ["et", "ru", "en", "et", "ru", "en"]

    def test_the_code_to_the_text_in_force_is_said_in_words(self, file: pikepdf.Pdf) -> None:
        figures = [each for each in structure(file.Root.StructTreeRoot.K) if str(each.S) == "/Figure"]

        assert [key(1) in str(each.Alt) for each in figures] == [True]

    def test_contents_lead_to_their_places_and_links_have_words(self, file: pikepdf.Pdf) -> None:
        links = [note for page in file.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        names = file.Root.Names.Dests.Names
        known = {str(each) for each in list(names)[::2]}

        inside = [str(each.Dest) for each in links if "/Dest" in each]
        assert len(inside) >= 2
        assert set(inside) <= known
        assert all(str(each.Contents) for each in links)
        assert all(page.Tabs == "/S" for page in file.pages)

    def test_every_font_is_in_the_file(self, file: pikepdf.Pdf) -> None:
        fonts = {font.objgen: font for page in file.pages for font in page.Resources.Font.values()}

        assert fonts
        for font in fonts.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))

    def test_an_open_check_of_pdf_ua_finds_nothing(self, edition: OpenEdition, tmp_path: Any) -> None:
        path = tmp_path / "leht.pdf"
        document = edition_document(edition, "et", None)
        path.write_bytes(written(document, Format.PDF))

        assert [str(each) for each in validate(str(path)).findings] == []

    def test_nothing_is_fetched_while_it_is_written(self) -> None:
        html = '<html lang="et"><title>x</title><img alt="x" src="file:///etc/passwd"><p>Tekst</p></html>'

        with pytest.raises(FatalURLFetchingError):
            pdf.written(html)

    def test_without_pango_people_are_told_what_to_take_instead(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)

        response = sign_in(tiina).get("/laadi/1/et/leht-1/pdf/")

        assert response.status_code == 409
        assert "Pango" in response.text
        assert "Word" in response.text


class TestTakingOut:
    @pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("html", b"<!doctype html>")])
    def test_a_counsellor_takes_a_page(
        self, sign_in: SignIn, liis: User, edition: OpenEdition, kind: str, begins: bytes
    ) -> None:
        response = sign_in(liis).get(f"/laadi/1/et/leht-1/{kind}/")

        assert response.content.startswith(begins)
        assert response["Content-Disposition"] == f'attachment; filename="metoodik-v1-leht-1.{kind}"'
        assert response["Cache-Control"] == "no-store"
        assert AuditEntry.objects.get(action="editions.document_written").actor_id == liis.pk

    def test_a_page_for_others_is_not_there(self, sign_in: SignIn, liis: User, edition: OpenEdition) -> None:
        assert sign_in(liis).get("/laadi/1/et/vaarikaplaan/html/").status_code == 404

    def test_taking_an_ak_page_is_a_read_on_record(self, sign_in: SignIn, tiina: User, edition: OpenEdition) -> None:
        said = sign_in(tiina).get("/laadi/1/et/vaarikaplaan/html/").text

        assert "Vaarikasõnad" in said
        assert "ASUTUSESISESEKS KASUTAMISEKS" in said
        assert AuditEntry.objects.filter(action="editions.restricted_read", actor_id=tiina.pk).exists()

    def test_what_is_withdrawn_leaves_without_its_words(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition
    ) -> None:
        withdraw_at_once(by=tiina, page_key=key(1), passage_key=key(12), sentence_et="Vana tekst, ära kasuta.")
        warn(by=tiina, page_key=key(1), sentence_et="Küsi teisiti.")
        reading.look_again()

        said = sign_in(tiina).get("/laadi/1/et/leht-1/html/").text

        assert "Võta kokku" not in said
        assert "Vana tekst, ära kasuta." in said
        assert "Küsi teisiti." in said

    def test_a_section_is_one_file(self, sign_in: SignIn, liis: User, edition: OpenEdition) -> None:
        said = sign_in(liis).get("/laadi/1/et/osa/ohutus/html/").text

        assert "Kõne avamine" in said
        assert "Avatud leht" in said
        assert "Vaarika" not in said

    @pytest.mark.pango
    def test_a_large_section_is_written_in_the_background(
        self, sign_in: SignIn, liis: User, tiina: User, shelf: Shelf, clock: Any, db: None
    ) -> None:
        edition_of(shelf, tiina, *(page(number, f"Leht {number}") for number in range(1, 8)))
        client = sign_in(liis)

        assert "7 lehte koostatakse taustal" in body(client, "/laadi/1/et/osa/ohutus/pdf/")
        response = client.post("/laadi/1/et/osa/ohutus/pdf/")

        job = ExportJob.objects.get()
        assert response.headers["Location"] == f"/laadi/too/{job.pk}/"
        assert actions.write_export(job=job).filename == "metoodik-v1-ohutus.pdf"

    def test_a_page_of_the_handbook_offers_its_files(self, sign_in: SignIn, liis: User, edition: OpenEdition) -> None:
        said = body(sign_in(liis), "/kasiraamat/et/leht-1/")

        assert 'href="/laadi/1/et/leht-1/pdf/"' in said
        assert 'href="/trukised/uus/1/et/leht-1/"' in said


class TestWholeEdition:
    def asked(self, sign_in: SignIn, person: User, run: Callable[..., Any], kind: str = "html") -> ExportJob:
        client = sign_in(person)
        with run(execute=True):
            response = client.post("/laadi/1/", {"locale": "et", "kind": kind})
        job = ExportJob.objects.get()
        assert response.headers["Location"] == f"/laadi/too/{job.pk}/"
        return job

    def test_it_is_written_in_the_background_and_its_reader_told(
        self, sign_in: SignIn, liis: User, edition: OpenEdition, django_capture_on_commit_callbacks: Any
    ) -> None:
        job = self.asked(sign_in, liis, django_capture_on_commit_callbacks)

        client = sign_in(liis)
        assert "Fail on valmis" in body(client, f"/laadi/too/{job.pk}/")
        said = client.get(f"/laadi/too/{job.pk}/fail/")
        assert said["Content-Disposition"] == 'attachment; filename="metoodik-v1-kasiraamat-et.html"'
        assert "Kuulamine" in said.text
        assert "Vaarika" not in said.text
        assert Notice.objects.filter(user=liis, key="export_done").count() == 1
        assert AuditEntry.objects.filter(action="editions.export_taken").count() == 1

    def test_nobody_else_gets_it(
        self, sign_in: SignIn, liis: User, tiina: User, edition: OpenEdition, django_capture_on_commit_callbacks: Any
    ) -> None:
        job = self.asked(sign_in, liis, django_capture_on_commit_callbacks)

        for path in (f"/laadi/too/{job.pk}/", f"/laadi/too/{job.pk}/fail/"):
            assert sign_in(tiina).get(path).status_code == 404

    def test_somebody_whose_roles_changed_is_told_to_ask_anew(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition
    ) -> None:
        job = actions.request_export(by=tiina, edition=edition, locale="et", kind=Format.HTML)
        ExportJob.objects.update(audience="staff")
        job.refresh_from_db()

        assert actions.write_export(job=job).reason == "rights"
        assert sign_in(tiina).get(f"/laadi/too/{job.pk}/fail/").status_code == 404

    def test_asking_twice_writes_once(self, tiina: User, edition: OpenEdition) -> None:
        first = actions.request_export(by=tiina, edition=edition, locale="et", kind=Format.DOCX)

        assert actions.request_export(by=tiina, edition=edition, locale="et", kind=Format.DOCX) == first


def test_a_code_leads_where_it_says() -> None:
    assert qr.svg("https://näide.ee/p/1/").startswith("data:image/svg+xml;base64,")
