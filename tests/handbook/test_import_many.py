"""A folder of documents comes in one go; a new edition of a document meets the page that it once became."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.handbook_fixtures import draft_page, latest, passage, send

from metoodik.handbook import tasks
from metoodik.handbook.actions import import_batches as batches
from metoodik.handbook.actions import imports as import_actions
from metoodik.handbook.content import Text
from metoodik.handbook.importing.archive import MOST_FILES, Brought, gathered
from metoodik.handbook.models import GuidancePage, ImportBatch, ImportedFile, SectionPage
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User

MEGABYTE = 1024**2


def archive(**files: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return kept.getvalue()


def document(number: int) -> tuple[str, bytes]:
    return f"leht {number}.md", f"# Leht {number}\n\n## Alusta\n\nÜtle oma nimi.\n".encode()


@pytest.fixture
def batch(tiina: User, section: SectionPage) -> ImportBatch:
    """Five documents read, a sixth refused."""
    files = (*(document(number) for number in range(5)), ("tühi.txt", b""))
    taken = batches.take_batch(by=tiina, brought=Brought(files, ()), section=section)
    for each in taken.files.all():
        import_actions.read_file(imported=each)
    return taken


def test_an_archive_gives_its_documents_and_names_the_rest() -> None:
    data = archive(
        **{"kaust/a.docx": b"x", "b.odt": b"y", "pilt.png": b"z", "__MACOSX/a.docx": b"", ".peidus.txt": b""}
    )
    found = gathered([("kõik.zip", data), ("c.md", b"# C"), ("d.pdf", b"%PDF"), ("katki.zip", b"PK")], file_bytes=100)

    assert [name for name, _data in found.files] == ["a.docx", "b.odt", "c.md"]
    assert found.left_out == ("pilt.png", "d.pdf", "katki.zip")


def test_an_archive_cannot_bring_more_than_is_allowed() -> None:
    bomb = archive(**{"suur.txt": b"0" * (2 * MEGABYTE)})
    assert gathered([("pomm.zip", bomb)], file_bytes=MEGABYTE).left_out == ("suur.txt",)
    many = gathered([document(number) for number in range(MOST_FILES + 3)], file_bytes=MEGABYTE)
    assert (len(many.files), len(many.left_out)) == (MOST_FILES, 3)


def test_one_bad_file_stops_no_other_and_says_why(batch: ImportBatch, tiina: User, client: Client) -> None:
    counts = batch.counts()
    assert (counts["all"], counts["read"], counts["refused"]) == (6, 5, 1)
    client.force_login(tiina)
    shown = client.get(f"/import/hulk/{batch.pk}/?seis=refused").content.decode()
    assert "tühi.txt" in shown
    assert "leht 1.md" not in shown
    assert client.get(f"/import/hulk/{batch.pk}/edenemine/")["HX-Refresh"] == "true"


def test_drafts_of_chosen_files_then_of_all_then_of_none(batch: ImportBatch, tiina: User, client: Client) -> None:
    client.force_login(tiina)
    chosen = batch.files.filter(state=ImportState.READ)[:2]
    batches.draft_files(batch=batch, files=[each.pk for each in chosen], by=tiina)
    assert batch.counts()["drafted"] == 2
    every = [each.pk for each in batch.files.all()]
    assert batches.draft_files(batch=batch, files=every, by=tiina) == 3

    page = batch.files.filter(page__isnull=False)[0].page
    assert page is not None
    draft = latest(page)
    draft.summary, draft.audiences, draft.sources_none, draft.legal_basis_none = "Nii.", ["staff"], True, True
    draft.save_revision(user=tiina)
    send(page, tiina)
    assert batches.undo_files(batch=batch, by=tiina) == 1
    assert list(GuidancePage.objects.values_list("pk", flat=True)) == [page.pk]


def test_the_worker_makes_and_undoes_drafts(
    batch: ImportBatch,
    tiina: User,
    client: Client,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client.force_login(tiina)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post(f"/import/hulk/{batch.pk}/mustandid/", {"all": "1"})
    batch.refresh_from_db()
    assert (batch.counts()["drafted"], batch.doing) == (5, "")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post(f"/import/hulk/{batch.pk}/vota-tagasi/")
    assert not GuidancePage.objects.exists()
    with pytest.raises(NotReady):
        batches.ask_for_drafts(batch=batch, files=None, by=tiina)


def test_a_stopped_batch_reads_no_further_and_keeps_no_bytes(tiina: User, section: SectionPage) -> None:
    taken = batches.take_batch(by=tiina, brought=Brought((document(1), document(2)), ()), section=section)
    first, second = taken.files.order_by("pk")
    import_actions.read_file(imported=first)

    assert batches.cancel_batch(batch=taken, by=tiina) == 1
    second.refresh_from_db()
    assert (second.state, bytes(second.data)) == (ImportState.UNDONE, b"")
    tasks.read_imported_file.call(second.pk)
    second.refresh_from_db()
    assert second.state == ImportState.UNDONE
    assert taken.counts()["read"] == 1


def test_files_whose_worker_died_are_asked_for_again(tiina: User, section: SectionPage) -> None:
    taken = batches.take_batch(by=tiina, brought=Brought((document(1), document(2)), ()), section=section)
    late = taken.files.order_by("pk")[0]
    ImportedFile.objects.filter(pk=late.pk).update(asked_at=timezone.now() - timedelta(hours=1))

    assert batches.ask_anew() == 1
    assert batches.ask_anew() == 0
    late.refresh_from_db()
    assert late.state == ImportState.READ


def test_in_the_browser_many_files_become_a_batch(client: Client, tiina: User, section: SectionPage) -> None:
    client.force_login(tiina)
    uploads = [SimpleUploadedFile(*document(number)) for number in range(3)]
    answer = client.post("/import/", {"file": uploads, "section": section.pk})
    assert answer["Location"] == f"/import/hulk/{ImportBatch.objects.get().pk}/"
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/import/").status_code == 200
    assert client.post("/import/", {"section": section.pk}).status_code == 422
    nothing = SimpleUploadedFile("pildid.zip", archive(**{"pilt.png": b"z"}))
    assert client.post("/import/", {"file": nothing, "section": section.pk}).status_code == 422


@pytest.fixture
def newer(tiina: User, section: SectionPage) -> tuple[ImportedFile, GuidancePage]:
    """A page, and a file that says part of it otherwise, part of it not at all and something more."""
    page = draft_page(
        tiina,
        section,
        "Ärev helistaja",
        passages=(
            passage("Rahusta", Text("b1", "<p>Räägi aeglaselt ja ütle oma nimi.</p>")),
            passage("Kuula", Text("b2", "<p>Kuula lõpuni.</p>")),
            passage("Lõpeta", Text("b3", "<p>Täna.</p>")),
        ),
    )
    data = "# Ärev helistaja\n\n## Rahusta\n\nRäägi aeglaselt.\n\n## Kuula\n\nKuula lõpuni.\n\n## Pärast\n\nHinga.\n"
    taken = import_actions.take_file(by=tiina, data=data.encode(), filename="uus.md", section=section)
    return import_actions.read_file(imported=taken), page


def test_tiina_merges_a_newer_file_into_a_page(
    newer: tuple[ImportedFile, GuidancePage], tiina: User, client: Client
) -> None:
    imported, page = newer
    before = latest(page).to_content().passages
    client.force_login(tiina)
    address = f"/import/{imported.pk}/vordle/"
    shown = client.get(address, {"into": page.pk}).content.decode()
    assert all(each in shown for each in ("Rahusta", "Kuula", "Lõpeta", "Pärast"))
    newest = latest(page).latest_revision_id
    form = {"into": page.pk, "revision": newest, f"choice-{before[2].key}": "theirs"}
    answer = client.post(address, form)
    assert answer["Location"] == f"/kirjutuslaud/{page.pk}/loigud/"

    after = latest(page).to_content().passages
    assert [each.heading for each in after] == ["Rahusta", "Kuula", "Pärast"]
    assert [each.key for each in after[:2]] == [each.key for each in before[:2]]
    assert after[1] == before[1]
    imported.refresh_from_db()
    assert (imported.state, imported.into_existing, bytes(imported.data)) == (ImportState.DRAFTED, True, b"")
    with pytest.raises(NotReady):
        import_actions.undo_import(imported=imported, by=tiina)
    assert client.get(address).status_code == 404


def test_a_draft_that_changed_while_tiina_chose_is_left_alone(
    newer: tuple[ImportedFile, GuidancePage], tiina: User, client: Client
) -> None:
    imported, page = newer
    client.force_login(tiina)
    address = f"/import/{imported.pk}/vordle/"
    compared = latest(page).latest_revision_id
    draft = latest(page)
    draft.title = "Vahepeal muudetud"
    draft.save_revision(user=tiina)
    before = latest(page).to_content()

    assert client.post(address, {"into": page.pk, "revision": compared}).status_code == 409
    assert latest(page).to_content() == before


def test_nothing_of_a_batch_is_for_those_who_do_not_write(batch: ImportBatch, liis: User, client: Client) -> None:
    client.force_login(liis)
    assert client.get(f"/import/hulk/{batch.pk}/").status_code == 403
    assert client.post(f"/import/hulk/{batch.pk}/peata/").status_code == 403
