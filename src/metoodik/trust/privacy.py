"""Each table says what it is for, whether it holds personal data, how long it is kept and who may read it.

A test fails for a model without a declaration; `/andmekaitse/` shows them all; the daily retention job enforces them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db import models
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Retention:
    """How long rows are kept.

    `days` counted from the datetime or date field `since`; `None` means as long as `reason` says.
    """

    reason: str | Promise
    days: int | None = None
    since: str = ""

    @property
    def period(self) -> timedelta | None:
        return None if self.days is None else timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Privacy:
    """A model's declaration. `purpose`, `personal` (which personal data, or None) and `readers` are shown to people."""

    purpose: str | Promise
    personal: str | Promise | None
    retention: Retention
    readers: str | Promise


_declared: dict[str, Privacy] = {}
_named: dict[str, str | Promise] = {}


def declare(label: str, privacy: Privacy) -> None:
    """Declare for a model that is not ours to edit. `label` as in `people.User`, any case."""
    _declared[label.lower()] = privacy


def name_tables(**names: str | Promise) -> None:
    """Name tables whose own name people would not read in their language; the dot of a label is written as `__`."""
    _named.update({label.replace("__", ".", 1).lower(): words for label, words in names.items()})


def table_name(model: type[models.Model]) -> str:
    """What people read for a table, in the plural."""
    return str(_named.get(model._meta.label_lower, model._meta.verbose_name_plural))


def privacy_of(model: type[models.Model]) -> Privacy | None:
    """The model's own declaration, or the one made for it, or its owner's when it only joins two others, or None."""
    own = model.__dict__.get("privacy")
    if isinstance(own, Privacy):
        return own
    declared = _declared.get(model._meta.label_lower)
    owner = model._meta.auto_created
    return privacy_of(owner) if declared is None and isinstance(owner, type) else declared


def declarations() -> Iterable[tuple[type[models.Model], Privacy | None]]:
    """Every managed, non-proxy model with its declaration, by app and name."""
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda each: each._meta.label_lower):
        if model._meta.managed and not model._meta.proxy:
            yield model, privacy_of(model)
