"""The read pass: a short-lived, signed cookie by which reading does without session, user and database.

For `FRESH` it is believed as it stands. Then the person is looked up again: still here, same password, roles as they
are now, second step where one is required, session not ended. When the database is lost, an old pass goes on for
`settings.PASS_HOURS` since it was last confirmed. A session that ran out by the clock alone does not interrupt a call
in progress: reading goes on for `GRACE`. Signing out, leaving or a new password end it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from metoodik.editions.audiences import AudienceClass, audience_of
from metoodik.people.models import User
from metoodik.people.second_step import lacks_second_step
from metoodik.web.navigation import visible_keys

COOKIE = "metoodik_pass"
SALT = "metoodik.editions.pass"
FRESH = timedelta(minutes=5)
GRACE = timedelta(hours=1)
RETRY_SECONDS = 10
"""How long a lost database is not asked again by this process, so that readers do not wait for it one after another."""


class DatabaseLost(Exception):
    """The person cannot be looked up now."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a class of readers, and whose pass it is."""

    audience: AudienceClass
    user_id: int


@dataclass(frozen=True, slots=True)
class Pass:
    """What the cookie says. `session` and `password` are keyed hashes; `at` is when it was confirmed, in seconds.

    `until` is 0 while the session holds, and the end of the grace in seconds once it ran out.
    """

    user_id: int
    audience: AudienceClass
    nav_keys: frozenset[str]
    session: str
    password: str
    at: float
    until: float = 0

    @property
    def age(self) -> timedelta:
        """Time since it was last confirmed; a pass from the future counts as endlessly old."""
        seconds = time.time() - self.at
        return timedelta(seconds=seconds) if seconds > -60 else timedelta.max

    @property
    def is_fresh(self) -> bool:
        """Whether it is believed without a look into the database."""
        return self.age < FRESH

    @property
    def reader(self) -> Reader:
        return Reader(self.audience, self.user_id)

    def signed(self) -> str:
        """The cookie's text."""
        data = [self.user_id, self.audience.key, sorted(self.nav_keys), self.session, self.password]
        return signing.dumps([*data, int(self.at), int(self.until)], salt=SALT, compress=True)


def read(request: HttpRequest) -> Pass | None:
    """The pass of a request, if it is ours and not older than a lost database could excuse."""
    text = request.COOKIES.get(COOKIE)
    if not text:
        return None
    try:
        data: Any = signing.loads(text, salt=SALT)
        user_id, key, nav_keys, session, password, at, until = data
        audience, keys = AudienceClass.from_key(key), frozenset(nav_keys)
        found = Pass(int(user_id), audience, keys, session, password, float(at), float(until))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return found if found.age < timedelta(hours=settings.PASS_HOURS) else None


def issue(request: HttpRequest, user: User) -> Pass | None:
    """A pass for a signed-in person as they are now; None for one who has left or lacks a required second step."""
    if not user.is_active or lacks_second_step(user):
        return None
    return Pass(
        user_id=user.pk,
        audience=audience_of(user),
        nav_keys=visible_keys(request),
        session=_sealed(request.session.session_key or ""),
        password=_sealed(user.get_session_auth_hash()),
        at=time.time(),
    )


def confirm(request: HttpRequest, old: Pass | None) -> Pass | None:
    """Look the person up again: a new pass, or None when reading ends. Raises DatabaseLost."""
    if _lost.recently():
        raise DatabaseLost
    try:
        user = request.user
        if user.is_authenticated:
            return issue(request, user) if isinstance(user, User) else None
        return _overdue(request, old) if old else None
    except (DatabaseError, InterfaceError) as error:
        _lost.now()
        raise DatabaseLost from error


def put(response: HttpResponseBase, given: Pass) -> None:
    """Set the cookie; it ends with the browser, as the session's does."""
    response.set_cookie(
        COOKIE, given.signed(), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path="/"
    )


def take(response: HttpResponseBase) -> None:
    """Clear the cookie."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")


def _overdue(request: HttpRequest, old: Pass) -> Pass | None:
    """Reading goes on for a while when the session ran out by the clock and nothing else happened."""
    until = old.until or _grace(request, old)
    user = User.objects.filter(pk=old.user_id, is_active=True).first()
    if time.time() >= until or user is None or lacks_second_step(user):
        return None
    if not constant_time_compare(_sealed(user.get_session_auth_hash()), old.password):
        return None
    return replace(old, audience=audience_of(user), at=time.time(), until=until)


def _grace(request: HttpRequest, old: Pass) -> float:
    """When the grace of a session ends that ran out by the clock; 0 for one that was ended or is another's."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not constant_time_compare(_sealed(key), old.session):
        return 0
    ran_out = Session.objects.filter(session_key=key, expire_date__lte=timezone.now()).values_list(
        "expire_date", flat=True
    )
    return max((each + GRACE).timestamp() for each in ran_out) if ran_out else 0


def _sealed(text: str) -> str:
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()[:32]


class _Lost:
    """When this process last found the database lost."""

    def __init__(self) -> None:
        self.at = float("-inf")
        self.lock = threading.Lock()

    def now(self) -> None:
        with self.lock:
            self.at = time.monotonic()

    def recently(self) -> bool:
        return time.monotonic() - self.at < RETRY_SECONDS

    def forget(self) -> None:
        with self.lock:
            self.at = float("-inf")


_lost = _Lost()
