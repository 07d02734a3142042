"""Signing in, and what stands before it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.people_fixtures import PASSWORD

from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

LOGIN = "/konto/login/"


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


def enter(client: Client, email: str = "liis@naidis.ee", password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def set_up_app(client: Client) -> str:
    """Set up an authenticator app by its page; returns the secret."""
    page = client.get("/konto/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/konto/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return str(secret)


def test_liis_signs_in_with_her_email_and_password(client: Client, liis: User) -> None:
    answer = enter(client, "Liis@naidis.ee", next="/abi/rollid/")

    assert answer["Location"] == "/abi/rollid/"
    assert client.get("/konto/").status_code == 200
    assert not EmailAddress.objects.exists()
    assert AuditEntry.objects.get().action == "people.signed_in"


def test_nobody_is_led_to_another_site(client: Client, liis: User) -> None:
    assert enter(client, next="https://mujal.ee/")["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_alike(client: Client, liis: User) -> None:
    wrong = enter(client, password="midagi-muud-1")
    unknown = enter(client, email="keegi@naidis.ee")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert [entry.action for entry in AuditEntry.objects.all()] == ["people.sign_in_failed"]
    assert AuditEntry.objects.get().detail == {}


def test_after_five_wrong_passwords_one_waits(client: Client, liis: User) -> None:
    for _ in range(5):
        enter(client, password="midagi-muud-1")
    assert enter(client).status_code == 200, "even the right password waits"
    assert "_auth_user_id" not in client.session


def test_a_leaver_does_not_get_in(client: Client, liis: User) -> None:
    User.objects.filter(pk=liis.pk).update(is_active=False)
    enter(client)
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_press(client: Client, liis: User) -> None:
    enter(client)
    assert client.get("/konto/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/konto/logout/")
    assert "_auth_user_id" not in client.session


def test_liis_forgot_her_password(client: Client, liis: User) -> None:
    client.post("/konto/password/reset/", {"email": "liis@naidis.ee"})
    client.post("/konto/password/reset/", {"email": "keegi@naidis.ee"})
    (letter,) = mail.outbox
    assert letter.to == ["liis@naidis.ee"]
    link = next(line for line in letter.body.splitlines() if "/password/reset/key/" in line)
    form = client.get(link.partition("testserver")[2], follow=True)
    new = "kolm-lillat-kassi-9"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    assert User.objects.get(pk=liis.pk).check_password(new)
    again = Client().get(link.partition("testserver")[2], follow=True)
    assert again.context["token_fail"], "a link works once"
    assert AuditEntry.objects.filter(action="people.password_changed").exists()
    assert not EmailAddress.objects.exists()


def test_liis_changes_her_password(client: Client, liis: User) -> None:
    client.force_login(liis)
    assert client.get("/konto/password/change/").status_code == 200
    new = "kolm-lillat-kassi-9"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/konto/password/change/", data).status_code == 302
    assert User.objects.get(pk=liis.pk).check_password(new)
    weak = client.post("/konto/password/change/", {"oldpassword": new, "password1": "lühike", "password2": "lühike"})
    assert weak.context["form"].errors["password1"]


def test_liis_sets_up_an_app_and_needs_it_from_then_on(
    client: Client, liis: User, django_capture_on_commit_callbacks: Any
) -> None:
    enter(client)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(client)

    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert stored.startswith("aes1:")
    assert secret not in stored
    assert client.get("/konto/2fa/").status_code == 200
    assert "people.second_step_added" in AuditEntry.objects.values_list("action", flat=True)

    other = Client()
    assert enter(other)["Location"].startswith("/konto/2fa/authenticate/")
    assert "_auth_user_id" not in other.session
    assert other.get("/konto/2fa/authenticate/").status_code == 200
    assert other.post("/konto/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in other.session
    cache.clear()  # The code was used when the app was set up; a new one comes in half a minute.
    other.post("/konto/2fa/authenticate/", {"code": code_for(secret)})
    assert other.session["_auth_user_id"] == str(liis.pk)


def test_recovery_codes_are_made_shown_and_work_once(client: Client, liis: User) -> None:
    enter(client)
    set_up_app(client)
    client.get("/konto/2fa/recovery-codes/generate/")
    client.post("/konto/2fa/recovery-codes/generate/")
    page = client.get("/konto/2fa/recovery-codes/")
    code = page.context["unused_codes"][0]
    assert code in page.text
    assert Authenticator.objects.get(type="recovery_codes").data["seed"].startswith("aes1:")

    for expected in (True, False):
        other = Client()
        enter(other)
        other.post("/konto/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in other.session) is expected


@pytest.fixture
def second_step_required(settings: Any) -> None:
    settings.REQUIRE_MFA = True


def test_without_a_second_step_only_its_set_up_is_open(client: Client, liis: User, second_step_required: None) -> None:
    enter(client)
    for path in ("/", "/konto/", "/abi/rollid/", "/andmekaitse/"):
        assert client.get(path)["Location"] == "/konto/2fa/", path
    assert client.get("/konto/2fa/").status_code == 200
    assert client.get("/konto/2fa/webauthn/add/").status_code == 200
    set_up_app(client)
    assert client.get("/abi/rollid/").status_code == 200


def test_the_last_second_step_cannot_be_removed_where_one_is_required(
    client: Client, liis: User, second_step_required: None
) -> None:
    enter(client)
    set_up_app(client)
    assert client.get("/konto/2fa/totp/deactivate/").status_code == 200
    client.post("/konto/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_recovery_codes_alone_are_no_second_step(client: Client, liis: User, second_step_required: None) -> None:
    Authenticator.objects.create(user=liis, type="recovery_codes", data={})
    client.force_login(liis)
    assert client.get("/abi/rollid/")["Location"] == "/konto/2fa/"


def test_a_guarded_view_asks_for_the_second_step_even_on_reading_paths(
    client: Client, liis: User, second_step_required: None, settings: Any
) -> None:
    settings.READING_PREFIXES = ("/abi/",)
    client.force_login(liis)
    assert client.get("/abi/rollid/")["Location"] == "/konto/2fa/"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_pages_before_sign_in_open(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_sensitive_changes_ask_for_the_password_again(client: Client, liis: User) -> None:
    enter(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 3600
    session.save()
    answer = client.get("/konto/2fa/totp/activate/")
    assert answer["Location"].startswith("/konto/reauthenticate/")
    assert client.get(answer["Location"]).status_code == 200
    client.post(answer["Location"], {"password": PASSWORD})
    assert client.get("/konto/2fa/totp/activate/").status_code == 200


def test_pages_obey_the_strict_policy(client: Client, liis: User) -> None:
    enter(client)
    for path in ("/konto/2fa/totp/activate/", "/konto/2fa/webauthn/add/", "/konto/"):
        page = client.get(path).text
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<script>" not in page
