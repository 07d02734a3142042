"""Production refuses unsafe settings, each with what to do."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import CheckMessage

from metoodik.trust import checks, keys, triggers

SAFE: dict[str, Any] = {
    "PRODUCTION": True,
    "SECRET_KEY": "q8Zr1-kS0pW7vYx2Lm4Nt6Bc9Df3Gh5Jj_aEiOuXzQwRtYpLkMnBv",
    "AUDIT_KEY": "Hn5Jt8Kd2Lf6Mp9Qs3Vw7Xz1Yc4Bg0RaTeUi",
    "FIELD_KEYS": "a1:" + "A" * 43 + "=",
    "DEBUG": False,
    "BASE_URL": "https://metoodik.naidis.ee",
    "ALLOWED_HOSTS": ["metoodik.naidis.ee"],
    "REQUIRE_MFA": True,
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "post"}}},
    "DEFAULT_FROM_EMAIL": "Metoodik <metoodik@naidis.ee>",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the checks say under the safe settings with some changed."""

    def run(**changed: Any) -> list[CheckMessage]:
        settings = SimpleNamespace(**(SAFE | {"DATA_DIR": tmp_path} | changed))
        monkeypatch.setattr(checks, "settings", settings)
        monkeypatch.setattr(keys, "settings", settings)
        return [*checks.keys_are_usable(), *checks.production_is_safe()]

    return run


@pytest.fixture
def said(messages: Any) -> Any:
    """The ids of the messages."""
    return lambda **changed: [each.id for each in messages(**changed)]


def test_a_safe_installation_is_quiet(said: Any) -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"AUDIT_KEY": ""}, "trust.E001"),
        ({"AUDIT_KEY": "short"}, "trust.E001"),
        ({"FIELD_KEYS": ""}, "trust.E002"),
        ({"FIELD_KEYS": "a1:nonsense"}, "trust.E002"),
        ({"SECRET_KEY": "x" * 60}, "trust.E003"),
        ({"SECRET_KEY": "short"}, "trust.E003"),
        ({"SECRET_KEY": "production-without-a-key-is-refused-by-check-and-long"}, "trust.E003"),
        ({"AUDIT_KEY": SAFE["SECRET_KEY"]}, "trust.E004"),
        ({"DEBUG": True}, "trust.E005"),
        ({"BASE_URL": "http://metoodik.naidis.ee"}, "trust.E006"),
        ({"ALLOWED_HOSTS": ["*"]}, "trust.E007"),
        ({"ALLOWED_HOSTS": [".naidis.ee"]}, "trust.E007"),
        ({"ALLOWED_HOSTS": []}, "trust.E007"),
        ({"REQUIRE_MFA": False}, "trust.E008"),
        ({"MAILERS": {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}}, "trust.E009"),
        ({"DEFAULT_FROM_EMAIL": "Metoodik <metoodik@localhost>"}, "trust.E010"),
        ({"SESSION_COOKIE_SECURE": False}, "trust.E011"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "trust.W001"),
    ],
)
def test_each_danger_is_named(said: Any, changed: dict[str, Any], expected: str) -> None:
    assert said(**changed) == [expected]


def test_keys_for_trying_out_are_named(said: Any, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    assert said() == ["trust.W002"]


def test_outside_production_only_the_keys_matter(said: Any) -> None:
    assert said(PRODUCTION=False, DEBUG=True, BASE_URL="http://127.0.0.1:8000", REQUIRE_MFA=False) == []


def test_every_message_says_what_to_do(messages: Any) -> None:
    found = messages(SECRET_KEY="x", AUDIT_KEY="", FIELD_KEYS="", ALLOWED_HOSTS=["*"], REQUIRE_MFA=False)
    assert len(found) == 5
    assert all("METOODIK_" in (message.hint or "") for message in found)


def test_an_unguarded_trail_is_named(db: None) -> None:
    assert checks.trail_is_guarded(databases=["default"]) == []
    triggers.remove("default")
    (found,) = checks.trail_is_guarded(databases=["default"])
    assert found.id == "trust.W003"
    assert checks.trail_is_guarded() == []
