"""`metoodik edition`: what an operator sees and what is proven."""

from __future__ import annotations

import argparse
from datetime import timedelta

import pytest
from django.db import connection
from tests.editions_plugin import Clock, Shelf, key, page, passage

from metoodik.editions import commands, triggers
from metoodik.editions.actions import erase_passage, make_edition, warn
from metoodik.editions.models import Edition, EditionFile, ErasedPassage
from metoodik.editions.verification import manifest, verify_editions, verify_overlay
from metoodik.handbook.content import Audience
from metoodik.handbook.pinned import Problem
from metoodik.people.models import User

pytestmark = pytest.mark.django_db


def edition(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    return commands.run(parser.parse_args(words))


@pytest.fixture
def two_editions(shelf: Shelf, tiina: User, clock: Clock) -> None:
    """Yesterday's and today's; one page is for groups."""
    shelf.put(page(1, "Lein", passage(11, "Kuula", "Kuula.")), page(2, "Grupp", audiences=(Audience.GROUPS,)))
    make_edition(by=tiina, note="Esimene")
    clock.on(days=1)
    shelf.put(page(1, "Lein", passage(11, "Kuula", "Kuula rahulikult.")))
    make_edition(by=tiina)


def test_listing(two_editions: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert edition("list") == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split("\t")[0] for row in rows] == ["1", "2"]
    assert "Esimene" in rows[0]


def test_building_and_its_refusals(shelf: Shelf, tiina: User, liis: User, capsys: pytest.CaptureFixture[str]) -> None:
    shelf.put(page(1, "Lein"))
    assert edition("build", "--by", tiina.email, "--dry-run") == 0
    assert "+ et Lein" in capsys.readouterr().out
    assert not Edition.objects.exists()
    assert edition("build", "--by", tiina.email, "--note", "Algus") == 0
    assert Edition.objects.get().note == "Algus"
    assert edition("build", "--by", tiina.email) == 0
    assert edition("build", "--by", liis.email) == 1
    assert edition("build", "--by", "eikedagi@naidis.ee") == 1
    shelf.problems.append(Problem("Lein", "Viit on katki."))
    capsys.readouterr()
    assert edition("build", "--by", tiina.email) == 1
    assert "Lein: Viit on katki." in capsys.readouterr().err


def test_opening_a_past_day_as_one_person_sees_it(
    two_editions: None, liis: User, aino: User, peeter: User, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday = (clock.moment - timedelta(days=1)).date().isoformat()
    assert edition("open", "--on", yesterday, "--as", liis.email) == 0
    out = capsys.readouterr().out
    assert "Lein" in out
    assert "Grupp" not in out
    assert edition("open", "--as", aino.email) == 0
    out = capsys.readouterr().out
    assert "Grupp" in out
    assert "Lein" not in out
    assert edition("open", "--on", "2001-01-01", "--as", liis.email) == 1
    assert edition("open", "--as", peeter.email) == 1


def test_comparing(two_editions: None, liis: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert edition("compare", "1", "2", "--as", liis.email) == 0
    out = capsys.readouterr().out
    assert "~ et Lein" in out
    assert "rahulikult" in out
    assert edition("compare", "1", "9", "--as", liis.email) == 1


def test_everything_is_proven_erased_passages_too(
    two_editions: None, tiina: User, marko: User, capsys: pytest.CaptureFixture[str]
) -> None:
    warn(by=marko, page_key=key(1), sentence_et="Ettevaatust.")
    before = manifest()
    assert [row[0] for row in before["editions"]] == [1, 2]
    erase_passage(by=tiina, page_key=key(1), passage_key=key(11), reason="Nimi")
    assert edition("verify") == 0
    assert [each.erased for each in verify_editions()] == [1, 1]
    assert manifest()["editions"] != before["editions"]
    assert edition("verify", "1") == 0
    assert edition("verify", "9") == 1


def test_what_does_not_hold_is_found(two_editions: None, tiina: User, marko: User) -> None:
    warn(by=marko, page_key=key(1), sentence_et="Ettevaatust.")
    warn(by=marko, page_key=key(1), sentence_et="Veel ettevaatust.")
    triggers.remove("default")
    try:
        other = Edition.objects.get(number=2)
        Edition.objects.filter(number=1).update(content=other.content)
        EditionFile.objects.filter(edition=other, audience="counselling+staff").update(data=b"katki")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM editions_overlayentry WHERE id = 1")
    finally:
        triggers.install("default")
    assert [each.ok for each in verify_editions()] == [False, False]
    assert len(verify_overlay()) == 1
    assert edition("verify") == 1
    with pytest.raises(ValueError, match="1"):
        manifest()


def test_a_missing_passage_that_nobody_erased_is_found(two_editions: None, tiina: User) -> None:
    erase_passage(by=tiina, page_key=key(1), passage_key=key(11), reason="Nimi")
    ErasedPassage.objects.all().delete()
    assert not any(each.ok for each in verify_editions())
