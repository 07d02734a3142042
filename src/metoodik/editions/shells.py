"""Whole pages kept for the next reader who would see the same: all but the form token and the reader's own mark.

The rail, the search and the foot of a page are the same for everybody with the same rooms and language. Drawing them
costs more than the page itself, so a finished page is kept hollow, and each reader's two values are put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac

from metoodik.editions.permissions import reader_of
from metoodik.editions.rendering import Kept

KEPT_SHELLS = 512
"""How many whole pages a process keeps; about 40 KB each."""

ADMINISTRATES = "people"
"""The room of those who may be in the administrator's mode: their pages say for how long, so they are drawn anew."""

_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+"')
_TOKEN_HERE = "\ue000token\ue000"  # noqa: S105 - a place, no secret
_READER_HERE = "\ue000reader\ue000"
_shells: Kept[tuple[object, ...], str] = Kept(KEPT_SHELLS)


def administrates(request: HttpRequest) -> bool:
    """Whether the page has to say if the administrator's mode is on, which takes the database."""
    lost = getattr(request, "database_lost", False)
    return not lost and ADMINISTRATES in (getattr(request, "nav_keys", None) or ())


def reader_mark(user_id: int) -> str:
    """Tells one reader's memory in a shared browser from another's, without naming anybody."""
    return salted_hmac("metoodik.editions.seen", str(user_id), algorithm="sha256").hexdigest()[:16]


def drawn(request: HttpRequest, parts: tuple[object, ...], make: Callable[[], HttpResponse]) -> HttpResponse:
    """The page that `make` draws, from memory where one is kept for `parts`; they must say all it depends on."""
    if "messages" in request.COOKIES or administrates(request):
        return make()
    mark = reader_mark(reader_of(request).user_id)
    hollow = _shells.get(parts, lambda: _hollow(make().text, mark))
    return HttpResponse(hollow.replace(_TOKEN_HERE, get_token(request)).replace(_READER_HERE, mark))


def _hollow(text: str, mark: str) -> str:
    clean = text.replace("\ue000", "")
    return _TOKEN.sub(rf'\g<1>{_TOKEN_HERE}"', clean).replace(mark, _READER_HERE)


def forget_shells() -> None:
    """Empty the memory of whole pages, for tests."""
    _shells.clear()
