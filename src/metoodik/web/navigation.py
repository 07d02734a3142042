"""The rooms in the rail. Each app registers its own from its `desk` module; the order is theirs to state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

MOST = 8


def everybody(request: HttpRequest) -> bool:  # noqa: ARG001
    """Visible to all who are signed in."""
    return True


@dataclass(frozen=True)
class NavItem:
    """One room of the rail.

    `label` is lazy, `url_name` a name without arguments, `icon` a name of `web.icons`. A page counts as being in the
    room when its path begins with the room's address. `visible` may query the database; a request that carries
    `nav_keys` is never asked.
    """

    key: str
    label: str | Promise
    url_name: str
    order: int
    visible: Callable[[HttpRequest], bool] = everybody
    icon: str = "dot"

    @property
    def url(self) -> str:
        """The room's address, or an empty string when its app is not in the address plan."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Room:
    """A rail item as one request sees it."""

    key: str
    label: str
    url: str
    icon: str
    current: bool


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> NavItem:
    """Put `item` in the rail. Raises ValueError when its key is taken by another item."""
    if _items.setdefault(item.key, item) != item:
        raise ValueError(f"The rail already has a room called {item.key!r}")
    return item


def visible_items(request: HttpRequest) -> list[NavItem]:
    """The rooms this reader uses, in order, at most eight.

    When `request.nav_keys` is set (by a read pass), it decides alone, so that reading needs no database.
    """
    keys: frozenset[str] | None = getattr(request, "nav_keys", None)
    ordered = sorted(_items.values(), key=lambda item: (item.order, item.key))
    seen = [item for item in ordered if (item.visible(request) if keys is None else item.key in keys)]
    return seen[:MOST]


def visible_keys(request: HttpRequest) -> frozenset[str]:
    """The keys of the rooms that `visible` grants, for writing into a read pass at sign-in."""
    return frozenset(item.key for item in _items.values() if item.visible(request))


def rooms(request: HttpRequest) -> list[Room]:
    """What the rail draws: visible rooms that have an address, the one being visited marked."""
    items = [(item, item.url) for item in visible_items(request)]
    here = _current(request.path, [url for _, url in items])
    return [Room(item.key, str(item.label), url, item.icon, current=url == here) for item, url in items if url]


def _current(path: str, urls: list[str]) -> str:
    """The longest address that `path` lies under; the root only for itself."""
    under = [url for url in urls if url and (path == url or (url != "/" and path.startswith(url)))]
    return max(under, key=len, default="")
