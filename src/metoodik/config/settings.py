"""Django settings, all of them made from `environment`."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from metoodik.config import environment, keys

TESTING = "pytest" in sys.modules
PACKAGE = Path(__file__).resolve().parent.parent

PRODUCTION = environment.PRODUCTION.flag
DEBUG = False
DATA_DIR = environment.DATA.path.resolve()
_keys = keys.configured(DATA_DIR, production=PRODUCTION)
SECRET_KEY = _keys["secret"] or "production-without-a-key-is-refused-by-check"
AUDIT_KEY = _keys["audit"]
FIELD_KEYS = _keys["field"]

ALLOWED_HOSTS = environment.HOSTS.items
BASE_URL = environment.BASE_URL.value.rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "metoodik.config.apps.ConfigConfig",
    "metoodik.editions",
    "metoodik.handbook",
    "metoodik.people",
    "metoodik.trust",
    "metoodik.web",
    "wagtail_localize",
    "wagtail.contrib.typed_table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "metoodik.web.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "metoodik.web.middleware.LanguageMiddleware",
    "metoodik.web.middleware.PlainAnswersMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "metoodik.people.middleware.SecondStepMiddleware",
    "metoodik.editions.middleware.ReadPassMiddleware",
]

ROOT_URLCONF = "metoodik.config.urls"
WSGI_APPLICATION = "metoodik.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "metoodik.web.context.page",
            ],
            "builtins": ["metoodik.web.templatetags.web"],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's database settings for `postgresql://…`, or for SQLite in the data folder when `url` is empty.

    The SQLite options lose no write among many writers at once: a transaction takes its lock when it begins.
    """
    if url:
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 600,
            # A server that is gone without a word is noticed in seconds: reading then goes on without it.
            "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 10_000},
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / "metoodik.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA mmap_size=134217728; PRAGMA foreign_keys=ON;"
            ),
        },
    }


DATABASES = {"default": database(environment.DATABASE_URL.value)}
if environment.DATABASE_URL.value:
    INSTALLED_APPS.append("django.contrib.postgres")  # Wagtail's search keeps its index in PostgreSQL's own types.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

FORM_RENDERER = "metoodik.web.forms.Renderer"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["metoodik.people.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "metoodik.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "metoodik.people.sign_in_forms.SignInForm",
    "reset_password": "metoodik.people.sign_in_forms.ForgottenPasswordForm",
    "reset_password_from_key": "metoodik.people.sign_in_forms.NewPasswordForm",
    "change_password": "metoodik.people.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "metoodik.people.sign_in_forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "metoodik.people.sign_in_forms.CodeForm",
    "reauthenticate": "metoodik.people.sign_in_forms.CodeAgainForm",
    "activate_totp": "metoodik.people.sign_in_forms.AppForm",
    "add_webauthn": "metoodik.people.sign_in_forms.KeyForm",
    "edit_webauthn": "metoodik.people.sign_in_forms.RenameKeyForm",
}
MFA_ADAPTER = "metoodik.people.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Metoodik"
REQUIRE_MFA = environment.REQUIRE_MFA.flag or PRODUCTION
ADMIN_MODE = timedelta(minutes=environment.ADMIN_MINUTES.number)
# Within how many working days reviewers and approvers are asked to answer when the author says no other day.
CLEARANCE_WORKING_DAYS = 5
# Reading has its own pass and must do without the database: people are not asked for on these paths.
READING_PREFIXES = ("/kasiraamat/", "/valjaanded/", "/otsi/", "/ohutus/", "/p/")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if PRODUCTION:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # Attempts at sign-in are counted by the visitor's address, which the proxy adds.
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^tervis/$"]  # Monitors on the same machine ask without the proxy.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
# Wagtail's admin needs inline scripts and styles; nothing else is served under this policy.
SECURE_CSP_DESK = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-src": [CSP.SELF],
}

LANGUAGE_CODE = "et"
LANGUAGES = [("et", _("Estonian")), ("ru", _("Russian")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LANGUAGE_COOKIE_NAME = "metoodik_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.TIME_ZONE.value
LOCALE_PATHS = [PACKAGE / "handbook" / "desk_locale"]
FORMAT_MODULE_PATH = "metoodik.web.formats"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static" if PRODUCTION else None  # Elsewhere files are served from where they lie.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = environment.IMPORT_MB.number * 1024 * 1024 + 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 310  # A folder of 300 documents comes in one go.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # The writing desk sends a field for each part of a long page.

WAGTAIL_SITE_NAME = "Metoodik"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H.%M"
WAGTAIL_TIME_FORMAT = "%H.%M"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": True}}
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt"]

EDITIONS_DIR = DATA_DIR / "editions"
OVERLAY_SECONDS = environment.OVERLAY_SECONDS.number
PASS_HOURS = environment.PASS_HOURS.number
CHECK_LINKS = environment.CHECK_LINKS.flag
IMPORT_BYTES = environment.IMPORT_MB.number * 1024 * 1024
AUDIT_YEARS = environment.AUDIT_YEARS.number


def email(url: str) -> dict[str, Any]:
    """Django's mailer settings for `smtp://…`, or to standard output when `url` is empty."""
    if not url:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "",
            "port": parts.port or 587,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": True,
            "timeout": 20,
        },
    }


MAILERS = {"default": email(environment.EMAIL_URL.value)}
DEFAULT_FROM_EMAIL = environment.EMAIL_FROM.value

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},  # What was asked for in vain is nobody's business.
    },
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
