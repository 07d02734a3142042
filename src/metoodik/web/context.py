"""What every template may ask for under `page`. Nothing is looked up before a template asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from metoodik.web.navigation import Room, rooms


class Page:
    """One request as the base template sees it; every answer is made when asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def rooms(self) -> list[Room]:
        """The rail, empty for those who are signed out."""
        return rooms(self._request) if self.signed_in else []

    @cached_property
    def first_rooms(self) -> list[Room]:
        """Rooms that fit a phone's bottom bar."""
        return self.rooms if len(self.rooms) <= 4 else self.rooms[:3]

    @cached_property
    def later_rooms(self) -> list[Room]:
        """The rooms that a phone keeps under "More"."""
        return self.rooms[len(self.first_rooms) :]

    @cached_property
    def signed_in(self) -> bool:
        """True for a valid read pass (`request.nav_keys`), else asks the session."""
        if getattr(self._request, "nav_keys", None) is not None:
            return True
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @cached_property
    def account_name(self) -> str:
        """Whose account this is: `request.account_name` when a pass set it, else asks the session; may be empty."""
        name: str | None = getattr(self._request, "account_name", None)
        if name is not None:
            return name
        if getattr(self._request, "nav_keys", None) is not None:
            return ""
        user = getattr(self._request, "user", None)
        return str(user) if user is not None and user.is_authenticated else ""

    @property
    def path(self) -> str:
        """The address without its query."""
        return self._request.path

    @property
    def address(self) -> str:
        """The full address, for paper."""
        return f"{getattr(settings, 'BASE_URL', '')}{self._request.path}"

    @property
    def production(self) -> bool:
        """False where people only try things out."""
        return bool(getattr(settings, "PRODUCTION", False))


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `page`. Costs one small object."""
    return {"page": Page(request)}
