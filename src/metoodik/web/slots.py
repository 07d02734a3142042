"""Places on a page for higher rooms to fill: `{% slot "name" obj %}` in a template, `@register("name")` in `desk`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

type Filler = Callable[[HttpRequest, Any], SafeString | str | None]

_fillers: dict[str, list[tuple[int, Filler]]] = {}


def register(name: str, *, order: int = 100) -> Callable[[Filler], Filler]:
    """Fill the slot `name` with what the function returns for (request, object); None adds nothing.

    Several rooms may fill one slot; they stand in `order`. Text that is not marked safe is escaped.
    """

    def add(filler: Filler) -> Filler:
        _fillers.setdefault(name, []).append((order, filler))
        _fillers[name].sort(key=lambda pair: pair[0])
        return filler

    return add


def fill(name: str, request: HttpRequest, obj: Any = None) -> SafeString:
    """Everything registered for the slot, in order; empty when nobody fills it."""
    parts = (filler(request, obj) for _, filler in _fillers.get(name, ()))
    return mark_safe("".join(conditional_escape(part) for part in parts if part is not None))  # noqa: S308


def filled(name: str) -> bool:
    """Whether any room fills the slot at all."""
    return bool(_fillers.get(name))
