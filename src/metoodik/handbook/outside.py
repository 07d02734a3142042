"""Asking an address outside whether it still answers, without being led into our own network.

Only http and https, only public addresses; the name is resolved once and the connection goes to the address that was
judged, so that a name cannot change its mind in between. Every redirect is judged anew.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

from metoodik.handbook.models.upkeep import LinkFault

TIMEOUT = 10
MOST_REDIRECTS = 5
USER_AGENT = "Metoodik link check (once a night; the handbook of the Estonian victim-support helpline links here)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEAD_NOT_LIKED = frozenset({400, 403, 404, 405, 406, 429, 500, 501, 503})
PORTS = {"http": 80, "https": 443}

type Resolve = Callable[[str, int], list[str]]
type Ask = Callable[[str, SplitResult, str], tuple[int, str]]
"""Method, address and the number to connect to, to the status and the `Location` of a redirect."""


class NotPublic(ValueError):
    """The address is none that a public web page can have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or None when nothing did."""

    fault: LinkFault
    status: int | None = None


def resolve(host: str, port: int) -> list[str]:
    """The numbers of a host. Raises OSError."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def ask(method: str, parts: SplitResult, number: str) -> tuple[int, str]:
    """One request to a number that was judged. Raises OSError, HTTPException."""
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", PORTS[parts.scheme], timeout=TIMEOUT)
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda address, *_rest, **_named: socket.create_connection((number, address[1]), timeout=TIMEOUT)
    )
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request(method, path, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def look_at(url: str, *, ask: Ask = ask, resolve: Resolve = resolve) -> Answer:
    """Whether an address answers: HEAD, then GET where HEAD is refused; a redirect counts by where it leads."""
    try:
        status = _followed(url, "HEAD", ask, resolve)
        if status in HEAD_NOT_LIKED:
            status = _followed(url, "GET", ask, resolve)
    except NotPublic:
        return Answer(LinkFault.NOT_PUBLIC)
    except (OSError, HTTPException, UnicodeError):
        return Answer(LinkFault.NO_ANSWER)
    return Answer(LinkFault.NONE if status < 400 else LinkFault.STATUS, status)


def _followed(url: str, method: str, ask: Ask, resolve: Resolve) -> int:
    for _each in range(MOST_REDIRECTS + 1):
        parts, number = _judged(url, resolve)
        status, location = ask(method, parts, number)
        if status not in REDIRECTS or not location:
            return status
        url = urljoin(url, location)
    raise HTTPException("too many redirects")


def _judged(url: str, resolve: Resolve) -> tuple[SplitResult, str]:
    """The address in parts and the number to connect to. Raises NotPublic, OSError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotPublic(url) from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or port not in {None, PORTS[parts.scheme]}:
        raise NotPublic(url)
    numbers = resolve(parts.hostname, PORTS[parts.scheme])
    if not numbers:
        raise OSError("no address")
    if not all(ipaddress.ip_address(each.partition("%")[0]).is_global for each in numbers):
        raise NotPublic(url)
    return parts, numbers[0]
