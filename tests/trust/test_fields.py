"""Encrypted text: opens with its key and in its place alone, and survives a change of keys."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from metoodik.trust.fields import EncryptedTextField, UnreadableText, decrypt, encrypt, is_current, reencrypted


def key(name: str, byte: bytes) -> str:
    return f"{name}:{base64.b64encode(byte * 32).decode()}"


OLD, NEW = key("a1", b"1"), key("b2", b"2")


@given(st.text())
def test_what_goes_in_comes_out(text: str) -> None:
    assert decrypt(encrypt(text, place="here"), place="here") == text


def test_two_equal_texts_look_unlike_and_hide_the_text() -> None:
    first, second = encrypt("saladus", place="here"), encrypt("saladus", place="here")
    assert first != second
    assert "saladus" not in first


def test_a_token_opens_in_its_own_place_alone() -> None:
    with pytest.raises(UnreadableText):
        decrypt(encrypt("saladus", place="here"), place="there")


@pytest.mark.parametrize("token", ["", "saladus", "aes1:a1", "aes1:zz:AAAA", "aes1:a1:!!!", "aes9:a1:AAAA"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with override_settings(FIELD_KEYS=OLD), pytest.raises(UnreadableText):
        decrypt(token, place="here")


def test_a_changed_token_is_refused() -> None:
    token = encrypt("saladus", place="here")
    swapped = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
    with pytest.raises(UnreadableText):
        decrypt(swapped, place="here")


def test_keys_are_changed_without_losing_a_text() -> None:
    with override_settings(FIELD_KEYS=OLD):
        token = encrypt("saladus", place="here")
    with override_settings(FIELD_KEYS=f"{NEW},{OLD}"):
        assert not is_current(token)
        fresh = reencrypted(token, place="here")
        assert is_current(fresh)
        assert reencrypted(fresh, place="here") == fresh
    with override_settings(FIELD_KEYS=NEW):
        assert decrypt(fresh, place="here") == "saladus"
        with pytest.raises(UnreadableText, match="a1"):
            decrypt(token, place="here")


@pytest.mark.parametrize("keys", ["", "a1", "a1:short", "a1:AAAA", f"{OLD},{OLD}", f":{OLD.partition(':')[2]}"])
def test_unfit_keys_are_refused(keys: str) -> None:
    with override_settings(FIELD_KEYS=keys), pytest.raises(ImproperlyConfigured, match="METOODIK_FIELD_KEYS"):
        encrypt("saladus", place="here")


def test_a_column_holds_tokens_and_gives_text() -> None:
    class Letter(models.Model):  # noqa: DJ008 - nobody reads it
        text = EncryptedTextField(null=True)

        class Meta:
            app_label = "letters"
            managed = False

    field = Letter._meta.get_field("text")
    token = field.get_prep_value("Tere, õhtu!")
    assert token.startswith("aes1:")
    assert field.from_db_value(token, None, connection) == "Tere, õhtu!"
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, connection) is None
    with pytest.raises(FieldError):
        Letter.objects.filter(text="Tere")
    Letter.objects.filter(text__isnull=True)
