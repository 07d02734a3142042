"""django-allauth's forms with our words: a label over each field, no placeholder, a hint where one helps."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Words = str | Promise
EMAIL = _("E-mail")
PASSWORD = _("Password")
NEW_HINT = _("At least 12 characters. Three unrelated words are easy to remember and hard to guess.")


def say(form: forms.Form, field: str, label: Words, hint: Words = "") -> None:
    """Give a field its label and hint; a placeholder would vanish when it is needed."""
    found = form.fields.get(field)
    if found is not None:
        found.label = label  # type: ignore[assignment]
        found.help_text = hint  # type: ignore[assignment]
        found.widget.attrs.pop("placeholder", None)


class SignInForm(account.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "login", EMAIL)
        say(self, "password", PASSWORD)
        self.fields.pop("remember", None)


class ForgottenPasswordForm(account.ResetPasswordForm):
    """Where to send a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "email", EMAIL)


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A password set by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password1", _("New password"), NEW_HINT)
        say(self, "password2", _("New password again"))


class ChangePasswordForm(account.ChangePasswordForm):
    """A password changed by its owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "oldpassword", _("Current password"))
        say(self, "password1", _("New password"), NEW_HINT)
        say(self, "password2", _("New password again"))


class PasswordAgainForm(account.ReauthenticateForm):
    """The password before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password", PASSWORD)


class CodeForm(mfa.AuthenticateForm):
    """The second step at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "code", _("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))


class CodeAgainForm(mfa.ReauthenticateForm):
    """The second step before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "code", _("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))


class AppForm(totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "code", _("Code"), _("The six digits that the app shows now."))


class KeyForm(webauthn.AddWebAuthnForm):
    """A new security key or passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "name", _("Name"), _("By which you will know it, such as “blue key” or “work phone”."))
        say(
            self,
            "passwordless",
            _("Sign in with this alone, without a password"),
            _("The key will ask for its PIN, a fingerprint or your face."),
        )


class RenameKeyForm(webauthn.EditWebAuthnForm):
    """A key's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "name", _("Name"))


# Sentences of the framework and of allauth that people meet here, said in our words in `locale/`.
BORROWED = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        0,
    ),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("You must type the same password each time."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
)
