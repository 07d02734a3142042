"""What every reading screen shares: the edition it opens, its words about time, and how a browser may keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from metoodik.editions import reading, shells
from metoodik.editions.permissions import audience_of, reader_of
from metoodik.editions.places import Place
from metoodik.editions.reading import OpenEdition
from metoodik.people.permissions import Permission

LANGUAGES = ("et", "ru", "en")
PRIVATE = "private, no-cache"
NEVER_KEPT = "no-store"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an edition stands in time. `until` is None while it is in force or has not begun."""

    number: int
    since: date
    until: date | None
    is_current: bool
    is_coming: bool


def reading_languages() -> tuple[str, ...]:
    """The interface's language first, then the others, Estonian before them."""
    first = translation.get_language() or "et"
    return (first, *(each for each in LANGUAGES if each != first))


def opened(request: HttpRequest, number: int | None) -> OpenEdition:
    """The edition in force, or the numbered one, as this reader may see it.

    Raises Http404 when there is none; a coming edition is there only for those who make editions.
    """
    audience = audience_of(request)
    if number is None:
        edition = reading.current(audience)
    else:
        edition = reading.numbered(number, audience) or _coming(request, number)
    if edition is None:
        raise Http404
    return edition


def _coming(request: HttpRequest, number: int) -> OpenEdition | None:
    """A coming edition, for those who make editions. Asks the database only when there is such a one."""
    if not any(each.number == number for each in reading.pending()) or not _makes_editions(request):
        return None
    return reading.numbered(number, audience_of(request), pending=True)


def _makes_editions(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.can(Permission.MAKE_EDITION)


def standing(edition: OpenEdition) -> Standing:
    """Where an opened edition stands in time now."""
    now = timezone.now()
    own = (edition.effective_at, edition.number)
    later = [each.effective_at for each in reading.history() if (each.effective_at, each.number) > own]
    until = min(later, default=None)
    return Standing(
        number=edition.number,
        since=timezone.localdate(edition.effective_at),
        until=timezone.localdate(until) if until else None,
        is_current=edition.is_current,
        is_coming=edition.effective_at > now,
    )


def frame(request: HttpRequest, edition: OpenEdition, place: Place) -> dict[str, object]:
    """What the frame of every reading page shows."""
    return {"edition": edition, "place": place, "administrates": shells.administrates(request)}


def kept_by_reader(
    request: HttpRequest, parts: tuple[object, ...], make: Callable[[], HttpResponse]
) -> HttpResponseBase:
    """A page that only this reader's browser keeps, asking each time whether it is still good.

    `parts` are all that the page's own content depends on; what the frame around it depends on is added here.
    """
    shell = (translation.get_language(), tuple(sorted(getattr(request, "nav_keys", None) or ())), _release())
    etag = quote_etag(_digest((*parts, *shell, *_own_parts(request))))
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = shells.drawn(request, (*parts, *shell), make)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = PRIVATE
    patch_vary_headers(response, ("Cookie",))
    return response


def never_kept(response: HttpResponse) -> HttpResponse:
    """For search and AK pages: nothing stays in the browser's cache."""
    response.headers["Cache-Control"] = NEVER_KEPT
    return response


def _own_parts(request: HttpRequest) -> tuple[object, ...]:
    """What tells one reader's copy from another's."""
    cookies = request.COOKIES
    own = (reader_of(request).user_id, cookies.get(settings.CSRF_COOKIE_NAME, ""), cookies.get("messages", ""))
    return (*own, timezone.now() if shells.administrates(request) else None)


def _digest(parts: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


@cache
def _release() -> float:
    """When this release's templates were last touched: a new release makes kept pages stale."""
    rooms = Path(__file__).resolve().parents[2]
    folders = (rooms / "web" / "templates", rooms / "web" / "static", rooms / "editions" / "templates")
    return max((each.stat().st_mtime for folder in folders for each in folder.rglob("*.*")), default=0.0)
