"""Tiina brings a Word file: read, compared, made into a draft, or undone without a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.handbook_fixtures import latest, send

from metoodik.handbook import tasks
from metoodik.handbook.actions import imports as import_actions
from metoodik.handbook.models import GuidancePage, ImportedFile, SectionPage, Version
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.web import worker

SOURCE = """# Ärev helistaja

Helistaja hingab kiiresti ja räägib katkendlikult.

## Rahusta

1. Ütle oma nimi.
2. Räägi aeglaselt.

## Mida mitte öelda

„Võta end kokku“ ei aita kedagi.^[Vaata ka enesehoiu lehte.]
"""


@pytest.fixture
def word_file(tmp_path: Path) -> bytes:
    """A Word file with headings, steps and a footnote."""
    target = tmp_path / "ärev helistaja.docx"
    pypandoc.convert_text(SOURCE, "docx", format="markdown", outputfile=str(target))
    return target.read_bytes()


@pytest.fixture
def taken(tiina: User, section: SectionPage, word_file: bytes) -> ImportedFile:
    """The file, taken and read."""
    imported = import_actions.take_file(by=tiina, data=word_file, filename="ärev helistaja.docx", section=section)
    return import_actions.read_file(imported=imported)


def test_the_file_becomes_a_draft_in_passages(taken: ImportedFile, tiina: User) -> None:
    page = import_actions.make_draft(imported=taken, by=tiina)

    written = latest(page).to_content()
    assert written.title == "Ärev helistaja"
    assert [passage.heading for passage in written.passages] == ["Lühidalt", "Rahusta", "Mida mitte öelda"]
    assert not page.live
    assert page.keeper == tiina


def test_the_file_itself_is_gone_once_it_is_a_draft(taken: ImportedFile, tiina: User) -> None:
    import_actions.make_draft(imported=taken, by=tiina)

    taken.refresh_from_db()
    assert (bytes(taken.data), taken.state) == (b"", ImportState.DRAFTED)


def test_keys_are_new_for_every_import(
    taken: ImportedFile, tiina: User, section: SectionPage, word_file: bytes
) -> None:
    again = import_actions.read_file(
        imported=import_actions.take_file(by=tiina, data=word_file, filename="sama.docx", section=section)
    )

    assert not {each["key"] for each in taken.passages} & {each["key"] for each in again.passages}


def test_undoing_takes_the_draft_along(taken: ImportedFile, tiina: User) -> None:
    page = import_actions.make_draft(imported=taken, by=tiina)

    import_actions.undo_import(imported=taken, by=tiina)

    taken.refresh_from_db()
    assert not GuidancePage.objects.filter(pk=page.pk).exists()
    assert (taken.state, taken.passages, taken.source_html) == (ImportState.UNDONE, [], "")


def test_what_was_sent_to_clearance_is_not_undone(taken: ImportedFile, tiina: User) -> None:
    page = import_actions.make_draft(imported=taken, by=tiina)
    draft = latest(page)
    draft.summary, draft.audiences, draft.sources_none, draft.legal_basis_none = "Ärevus.", ["staff"], True, True
    draft.save_revision(user=tiina)
    send(page, tiina)

    with pytest.raises(NotReady):
        import_actions.undo_import(imported=taken, by=tiina)
    assert Version.objects.filter(page_id=page.pk).exists()


def test_two_files_of_one_name_get_two_addresses(
    taken: ImportedFile, tiina: User, section: SectionPage, word_file: bytes
) -> None:
    first = import_actions.make_draft(imported=taken, by=tiina)
    second = import_actions.import_document(by=tiina, data=word_file, filename="x.docx", section=section)

    assert second.page is not None
    assert (first.slug, second.page.slug) == ("arev-helistaja", "arev-helistaja-2")


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "tühi.docx", "empty"),
        (b"PK\x03\x04katki", "katki.docx", "broken"),
        (b"{\\rtf1 tere}", "kiri.rtf", "unsupported"),
        (b"%PDF-1.7 ...", "leht.pdf", "pdf"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(
    tiina: User, section: SectionPage, data: bytes, name: str, reason: str
) -> None:
    pages = GuidancePage.objects.count()
    imported = import_actions.import_document(by=tiina, data=data, filename=name, section=section)

    assert (imported.state, imported.reason) == (ImportState.REFUSED, reason)
    assert (bytes(imported.data), imported.passages, imported.source_html) == (b"", [], "")
    assert GuidancePage.objects.count() == pages


def test_in_the_browser_from_file_to_draft(
    client: Client,
    tiina: User,
    section: SectionPage,
    word_file: bytes,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client.force_login(tiina)
    upload = SimpleUploadedFile("ärev helistaja.docx", word_file)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        answer = client.post("/import/", {"file": upload, "section": section.pk})
    shown = client.get(answer["Location"]).content.decode()
    assert "Rahusta" in shown
    assert "Vaata ka enesehoiu lehte" in shown

    answer = client.post(f"{answer['Location']}mustand/")
    assert answer["Location"].startswith("/haldus/pages/")
    assert client.get(answer["Location"]).status_code == 200


def test_only_who_writes_guidance_imports(client: Client, liis: User, taken: ImportedFile) -> None:
    client.force_login(liis)
    assert client.get("/import/").status_code == 403
    assert client.get(f"/import/{taken.pk}/").status_code == 403


def test_a_file_whose_reader_was_stopped_is_read_again() -> None:
    assert tasks.read_imported_file.module_path in worker._repeatable
