"""`metoodik user`: people from the command line."""

from __future__ import annotations

import argparse

import pytest
from tests.people_fixtures import PASSWORD

from metoodik.people import commands
from metoodik.people.models import User
from metoodik.people.roles import Administrator, Coach, Counsellor
from metoodik.people.sample import PEOPLE, create_people
from metoodik.trust.models import AuditEntry


def user(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    return commands.run(parser.parse_args(words))


def test_the_first_administrator_comes_from_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.getpass, "getpass", lambda _: PASSWORD)
    assert user("add", "peeter@naidis.ee", "--name", "Peeter Kuusk", "--role", "administrator", "--password") == 0
    peeter = User.objects.get(email="peeter@naidis.ee")
    assert peeter.roles == [Administrator]
    assert peeter.check_password(PASSWORD)
    assert all(entry.actor is None for entry in AuditEntry.objects.all())


def test_a_weak_password_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands.getpass, "getpass", lambda _: "lühike")
    assert user("add", "peeter@naidis.ee", "--name", "Peeter Kuusk", "--password") == 1
    assert capsys.readouterr().err
    assert not User.objects.exists()


def test_people_come_change_and_go(peeter: User, liis: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert user("add", "mall@naidis.ee", "--name", "Mall Maasikas", "--role", "counsellor") == 0
    assert user("grant", "liis@naidis.ee", "--role", "coach") == 0
    assert User.objects.get(pk=liis.pk).roles == [Counsellor, Coach]
    assert user("end", "liis@naidis.ee", "--role", "coach") == 0
    assert user("leave", "mall@naidis.ee", "--successor", "liis@naidis.ee") == 0
    capsys.readouterr()
    assert user("list") == 0
    assert "liis@naidis.ee\tcounsellor" in capsys.readouterr().out


def test_what_cannot_be_is_said(peeter: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert user("leave", "peeter@naidis.ee") == 1
    assert user("grant", "keegi@naidis.ee", "--role", "coach") == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_the_sample_people_are_made_once(db: None) -> None:
    people = create_people(password=PASSWORD)
    assert set(people) == set(PEOPLE)
    assert people["liis"].roles == [Counsellor]
    assert create_people(password=PASSWORD)["liis"] == people["liis"]
    assert User.objects.count() == 9
