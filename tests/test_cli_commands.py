"""What commands do: looking for what is wrong, import, export, backup."""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from metoodik.config import checking
from metoodik.config import command_line as cli
from metoodik.config.checking import Finding, Level
from metoodik.editions.actions import make_edition, withdraw_at_once
from metoodik.handbook.actions.imports import read_file
from metoodik.handbook.models import GuidancePage, ImportedFile, SectionPage
from metoodik.handbook.models.imports import ImportState
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry


@pytest.fixture(autouse=True)
def spoken_language(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Commands answer in English here, and leave no language behind. The data folder is a test's own."""
    monkeypatch.setenv("METOODIK_LANGUAGE", "en")
    monkeypatch.setenv("LANGUAGE", "en")
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    domain = gettext.textdomain()
    yield
    gettext.textdomain(domain)
    translation.deactivate()


def findings(look: checking.Look) -> list[Finding]:
    return list(look())


class TestCheck:
    def test_settings_are_shown_without_secrets(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("METOODIK_SECRET_KEY", "väga-salajane")

        assert cli.main(["check", "--settings"]) == 0

        shown = capsys.readouterr().out
        assert "METOODIK_SECRET_KEY" in shown
        assert "väga-salajane" not in shown

    def test_data_folder_that_cannot_be_written_to_is_an_error(self, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "fail").write_text("")
        settings.DATA_DIR = tmp_path / "fail"

        (found,) = findings(checking.data_folder)

        assert found.level is Level.ERROR
        assert "METOODIK_DATA" in found.remedy

    def test_keys_that_others_can_read_are_an_error(self, settings: Any) -> None:
        keys = settings.DATA_DIR / "keys.json"
        keys.write_text("{}")
        keys.chmod(0o644)

        found = findings(checking.data_folder)

        assert found[0].level is Level.ERROR
        assert found[0].remedy == f"chmod 600 {keys}"

    @pytest.mark.django_db
    def test_whole_audit_trail_is_fine(self, rein: User) -> None:
        (found,) = findings(checking.audit_trail)

        assert found.level is Level.FINE

    @pytest.mark.django_db
    def test_cut_audit_trail_is_an_error(self, settings: Any) -> None:
        (settings.DATA_DIR / "audit-heads.txt").write_text(f"2026-11-20T08:00:00Z 7 {'a' * 64}\n")

        (found,) = findings(checking.audit_trail)

        assert found.level is Level.ERROR

    @pytest.mark.django_db
    def test_production_refuses_sample_content(self, danger: GuidancePage, settings: Any) -> None:
        GuidancePage.objects.filter(pk=danger.pk).update(sample=True)

        assert findings(checking.sample_content) == []
        settings.PRODUCTION = True
        (found,) = findings(checking.sample_content)

        assert found.level is Level.ERROR

    def test_catalogue_that_is_not_compiled_is_an_error(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        catalogue = tmp_path / "locale" / "et" / "LC_MESSAGES" / "django.po"
        monkeypatch.setattr(checking, "catalogues", lambda: [catalogue])

        (found,) = findings(checking.translations)

        assert found.level is Level.ERROR
        assert "django.mo" in found.sentence

    def test_every_room_has_both_catalogues(self) -> None:
        found = {path.parts[-3] for path in checking.catalogues()}

        assert found == set(checking.LANGUAGES)


@pytest.fixture
def edition(danger: GuidancePage, in_force: Callable[..., Any], tiina: User) -> None:
    """An edition with one page."""
    in_force(danger)
    make_edition(by=tiina)


@pytest.mark.django_db(transaction=True)
class TestImport:
    def test_file_becomes_a_draft(
        self, tiina: User, section: SectionPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "lein.md"
        file.write_text("# Lein\n\n## Kuula\n\nOle vait ja kuula.\n")

        code = cli.main(["import", str(file), "--by", tiina.email, "--section", section.slug])

        assert code == 0
        assert GuidancePage.objects.get(title="Lein").keeper == tiina
        assert "Lein" in capsys.readouterr().out

    def test_worker_that_comes_later_finds_nothing_to_do(
        self, tiina: User, section: SectionPage, tmp_path: Path
    ) -> None:
        file = tmp_path / "lein.md"
        file.write_text("# Lein\n\n## Kuula\n\nOle vait ja kuula.\n")
        cli.main(["import", str(file), "--by", tiina.email, "--section", section.slug])
        imported = ImportedFile.objects.get()

        read_file(imported=imported)

        imported.refresh_from_db()
        assert imported.state == ImportState.DRAFTED
        assert imported.passages

    def test_dry_run_writes_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None) -> None:
        file = tmp_path / "lein.md"
        file.write_text("# Lein\n\n## Kuula\n\nOle vait ja kuula.\n")

        assert cli.main(["import", str(file), "--dry-run"]) == 0

        assert "Kuula" in capsys.readouterr().out
        assert not ImportedFile.objects.exists()

    def test_refused_file_says_why_and_the_rest_goes_on(
        self, tiina: User, section: SectionPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken, fine = tmp_path / "katki.docx", tmp_path / "lein.md"
        broken.write_bytes(b"PK\x03\x04 midagi muud")
        fine.write_text("# Lein\n\nOle vait ja kuula.\n")

        code = cli.main(["import", str(broken), str(fine), "--by", tiina.email, "--section", section.slug])

        assert code == 1
        assert "damaged" in capsys.readouterr().out
        assert GuidancePage.objects.filter(title="Lein").exists()

    def test_who_may_not_write_is_told_so(
        self, liis: User, section: SectionPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "lein.md"
        file.write_text("# Lein\n\nOle vait.\n")

        assert cli.main(["import", str(file), "--by", liis.email, "--section", section.slug]) == 1

        assert "may not write" in capsys.readouterr().err

    def test_unknown_section_names_those_there_are(
        self, tiina: User, section: SectionPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["import", "x.md", "--by", tiina.email, "--section", "olematu"]) == 1

        assert section.slug in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.usefixtures("edition")
class TestExport:
    def export(self, tmp_path: Path, *words: str) -> str:
        file = tmp_path / "valja"
        assert cli.main(["export", *words, "-o", str(file)]) == 0
        return file.read_text()

    def test_page_as_html_and_markdown(self, liis: User, danger: GuidancePage, tmp_path: Path) -> None:
        html = self.export(tmp_path, danger.slug, "--as", liis.email)
        markdown = self.export(tmp_path, danger.slug, "--as", liis.email, "--format", "md")

        assert "<h2>Helista 112</h2>" in html
        assert "## Helista 112" in markdown

    def test_edition_as_json_has_its_hash_and_leaves_a_trace(
        self, liis: User, danger: GuidancePage, tmp_path: Path
    ) -> None:
        data = json.loads(self.export(tmp_path, "edition", "--as", liis.email))

        assert [each["content"]["title"] for each in data["pages"]] == [danger.title]
        assert len(data["content_hash"]) == 64
        assert AuditEntry.objects.get(action="editions.exported").detail["reader"] == liis.pk

    def test_reader_gets_only_what_is_for_them(
        self, aino: User, danger: GuidancePage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        data = json.loads(self.export(tmp_path, "edition", "--as", aino.email))

        assert data["pages"] == []
        assert cli.main(["export", danger.slug, "--as", aino.email]) == 1
        assert danger.title not in capsys.readouterr().err

    def test_administrator_outside_the_mode_reads_nothing(self, peeter: User) -> None:
        assert cli.main(["export", "edition", "--as", peeter.email]) == 1

    def test_withdrawn_words_do_not_leave(self, marko: User, liis: User, danger: GuidancePage, tmp_path: Path) -> None:
        withdraw_at_once(by=marko, page_key=str(danger.translation_key), sentence_et="Ära kasuta: number on vale.")

        html = self.export(tmp_path, danger.slug, "--as", liis.email)

        assert "Ära kasuta: number on vale." in html
        assert "mida siis teha" not in html


@pytest.mark.django_db
def test_backup_tells_what_it_holds_and_what_not(
    tmp_path: Path, rein: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", str(tmp_path / "puudub" / "x.tar.gz")]) == 1

    assert "puudub" in capsys.readouterr().err
