"""A helper's name slipped into guidance: it goes from everything that is kept, and what is left still verifies."""

from __future__ import annotations

import argparse
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.handbook_fixtures import draft_page, draft_section, latest, passage
from wagtail.models import Locale, Revision

from metoodik.editions import commands
from metoodik.editions.actions import erase_passage, make_edition
from metoodik.editions.models import Edition, EditionFile, ErasedPassage
from metoodik.editions.models_export import ExportJob, PrintedCard
from metoodik.editions.verification import verify_editions
from metoodik.handbook import actions
from metoodik.handbook.blocks import stream_data
from metoodik.handbook.content import Passage, Text, fingerprint
from metoodik.handbook.memory import remember
from metoodik.handbook.models import GuidancePage, ImportedFile, SectionPage, SegmentTranslation, Version
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.translation import Segment
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

pytestmark = pytest.mark.django_db

NAME = "Maasikas"


@dataclass
class Slip:
    """The page on which the name stands, and the passage's key."""

    page: GuidancePage
    passage: str

    @property
    def place(self) -> dict[str, str]:
        return {"page_key": str(self.page.translation_key), "passage_key": self.passage}

    def rewrite(self, words: str, by: User) -> None:
        """Save a draft in which the passage says this."""
        draft = latest(self.page)
        written = [
            Passage(each.key, each.heading, (Text(each.blocks[0].key, f"<p>{words}</p>"),))
            if each.key == self.passage
            else each
            for each in draft.to_content().passages
        ]
        draft.body = stream_data(tuple(written))
        actions.save_draft(page=draft, by=by)


@pytest.fixture
def slip(tiina: User, section: SectionPage, in_force: Callable[..., Version]) -> Slip:
    """An imported page with a helper's name, in force and in an edition."""
    named = passage("Kellele helistada", Text("11111111-0000-4000-8000-000000000001", f"<p>Küsi: Mari {NAME}.</p>"))
    page = draft_page(tiina, section, passages=(named, passage("Jää liinile")))
    ImportedFile.objects.create(
        filename="juhend.docx",
        size=9,
        state=ImportState.DRAFTED,
        passages=[each.to_data() for each in page.to_content().passages],
        leftovers=[{"text": NAME, "where": "header", "context": "", "times": 1}],
        source_html=f"<p>Mari {NAME}</p>",
        page=page,
        by=tiina,
    )
    version = in_force(page)
    make_edition(by=tiina)
    words = f"Küsi: Mari {NAME}."
    segment = Segment(named.blocks[0].key, named.key, "text", words, f"Спросите: Mari {NAME}.", words, ())
    SegmentTranslation.objects.create(
        page_key=page.translation_key,
        locale="ru",
        passage_key=named.key,
        segment=segment.id,
        deed="translated",
        source_hash=fingerprint(words),
        source_words=words,
        words=segment.words,
        by=tiina,
    )
    Locale.objects.get_or_create(language_code="ru")
    russian = Version(key=version.key, locale="ru")
    page_ru = draft_page(
        tiina, draft_section(tiina, "Полка", "ru", slug="polka"), "Опасность", slug="opasnost",
        translation_key=page.translation_key, translated_from={segment.id: [words]}, passages=(passage("Звоните 112"),),
    )  # fmt: skip
    remember(version=russian, segments=[segment], by_pk=tiina.pk)
    assert page_ru.translated_from
    edition_now = Edition.objects.latest("number").number
    ExportJob.objects.create(
        by=tiina, number=edition_now, locale="et", format="html", audience="x", state="done",
        data=zlib.compress(words.encode()), filename=f"{NAME}.html", finished_at=timezone.now(),
    )  # fmt: skip
    PrintedCard.objects.create(
        page_key=str(page.translation_key), passage_key=named.key, locale="et", edition=edition_now,
        words_hash="0" * 64, title=f"{page.title}: {NAME}", paper="a5", place="Valvetuba",
        printed_on=timezone.localdate(), by=tiina,
    )  # fmt: skip
    return Slip(page, named.key)


@pytest.fixture
def rewritten(slip: Slip, tiina: User, in_force: Callable[..., Version]) -> Slip:
    """Tiina has written the page without the name, by way of a draft nobody approved; Rein approved the last one."""
    slip.rewrite(f"Küsi {NAME} käest.", tiina)
    slip.rewrite("Küsi tiimijuhilt.", tiina)
    in_force(slip.page)
    make_edition(by=tiina)
    return slip


def where_it_stands() -> list[str]:
    """Every table of the database, and every edition's bytes, in which the name can be read."""
    found = []
    for model in apps.get_models():
        rows = json.dumps(list(model._default_manager.values()), default=str, ensure_ascii=False)
        if NAME.lower() in rows.replace("\\", "").lower():
            found.append(model._meta.label)
    for packed in [
        *Edition.objects.values_list("content", flat=True),
        *EditionFile.objects.values_list("data", flat=True),
    ]:
        if NAME.encode() in zlib.decompress(bytes(packed)):
            found.append("an edition's bytes")
    return found


def edition(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    return commands.run(parser.parse_args(["erase", *words]))


def test_the_name_is_gone_from_everything_and_all_still_verifies(rewritten: Slip, tiina: User, rein: User) -> None:
    assert {"handbook.SegmentTranslation", "wagtail_localize.String", "wagtail_localize.StringTranslation"} <= set(
        where_it_stands()
    )
    assert {"handbook.Version", "wagtailcore.Revision", "handbook.GuidancePage", "handbook.ImportedFile"} <= set(
        where_it_stands()
    )
    first, last = Version.objects.filter(page=rewritten.page).order_by("number")
    before = first.content_hash

    assert erase_passage(by=tiina, reason="Lõigus oli abistaja nimi.", **rewritten.place) == 1

    assert where_it_stands() == []
    assert all(each.ok for each in verify_editions())
    first.refresh_from_db()
    assert first.is_intact
    assert first.content_hash == fingerprint(first.revision.as_object().to_content().to_data())
    assert [each.heading for each in first.page_content.passages] == ["", "Jää liinile"]
    kept = Version.objects.get(pk=last.pk)
    assert kept.content == last.content
    assert latest(rewritten.page).to_content().to_data() == last.content
    row = AuditEntry.objects.get(action="handbook.version_erased")
    assert row.detail["hash"] == before
    assert first.approved_by == rein


def test_the_next_edition_is_made_as_ever(rewritten: Slip, tiina: User, in_force: Callable[..., Version]) -> None:
    erase_passage(by=tiina, reason="Nimi", **rewritten.place)
    rewritten.rewrite("Küsi koolitajalt.", tiina)
    in_force(rewritten.page)
    made = make_edition(by=tiina)

    assert made is not None
    assert "koolitajalt" in zlib.decompress(bytes(made.content)).decode()


def test_words_in_force_are_not_erased(slip: Slip, tiina: User) -> None:
    with pytest.raises(NotReady):
        erase_passage(by=tiina, reason="Nimi", **slip.place)
    wording = next(each.hash for each in slip.page.to_content().passages if each.key == slip.passage)
    with pytest.raises(NotReady):
        erase_passage(by=tiina, reason="Nimi", passage_hash=wording, **slip.place)

    assert not ErasedPassage.objects.exists()
    assert "handbook.ImportedFile" in where_it_stands()


def test_words_of_the_newest_draft_are_not_erased(rewritten: Slip, tiina: User) -> None:
    rewritten.rewrite(f"Küsi ikka {NAME} käest.", tiina)
    with pytest.raises(NotReady):
        erase_passage(by=tiina, reason="Nimi", **rewritten.place)

    assert not AuditEntry.objects.filter(action="handbook.version_erased").exists()
    assert not ErasedPassage.objects.exists()


def test_a_version_approved_for_a_later_day_is_not_emptied(
    rewritten: Slip, tiina: User, in_force: Callable[..., Version]
) -> None:
    draft = latest(rewritten.page)
    draft.effective_from = timezone.now() + timedelta(days=3)
    actions.save_draft(page=draft, by=tiina)
    rewritten.rewrite("Küsi koolitajalt.", tiina)
    coming = in_force(rewritten.page)
    with pytest.raises(NotReady):
        erase_passage(by=tiina, reason="Nimi", **rewritten.place)

    assert coming.page_content.passages[0].heading == "Kellele helistada"


def test_one_wording_alone_is_erased(rewritten: Slip, tiina: User) -> None:
    first = Version.objects.filter(page=rewritten.page).order_by("number")[0]
    erase_passage(by=tiina, reason="Nimi", passage_hash=first.page_content.passages[0].hash, **rewritten.place)

    assert where_it_stands() == ["wagtailcore.Revision"], "the draft that said it in other words"
    bodies = [each.content["body"] for each in Revision.page_revisions.filter(object_id=str(rewritten.page.pk))]
    assert sum(NAME in each for each in bodies) == 1


def test_a_second_time_there_is_nothing_to_erase_and_not_everybody_may(
    rewritten: Slip, tiina: User, liis: User
) -> None:
    with pytest.raises(PermissionDenied):
        erase_passage(by=liis, reason="Nimi", **rewritten.place)
    erase_passage(by=tiina, reason="Nimi", **rewritten.place)
    with pytest.raises((NotReady, ValidationError)):
        erase_passage(by=tiina, reason="Nimi", **rewritten.place)


def test_from_the_command_line(
    rewritten: Slip,
    tiina: User,
    liis: User,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = (*rewritten.place.values(), "--reason", "Lõigus oli nimi.", "--by")
    monkeypatch.setattr("sys.stdin", io.StringIO("ei\n"))
    assert edition(*words, tiina.email) == 1
    assert "Küsi tiimijuhilt." in capsys.readouterr().out, "what stays is shown before the question"
    assert edition(*words, liis.email, "--yes") == 1
    assert "tiimijuhilt" not in capsys.readouterr().out
    assert "handbook.Version" in where_it_stands()

    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert edition(*words, tiina.email) == 0
    assert where_it_stands() == []


def test_the_command_says_why_it_refuses(slip: Slip, tiina: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert edition(*slip.place.values(), "--reason", "Nimi", "--by", tiina.email, "--yes") == 1
    assert capsys.readouterr().err.strip()
    assert "handbook.Version" in where_it_stands()
