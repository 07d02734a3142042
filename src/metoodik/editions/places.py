"""Where a page stands: in the handbook in force, or in one numbered edition of the past or the future."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


def anchor(passage_key: str) -> str:
    """The id of a passage on its page: short enough to be read out, from the start of its lasting key."""
    return f"l-{passage_key[:8]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Makes addresses within one handbook. `number` is None for the handbook in force."""

    number: int | None = None

    def contents(self) -> str:
        return self._reverse("contents")

    def section(self, locale: str, slug: str) -> str:
        return self._reverse("section", locale, slug)

    def page(self, locale: str, slug: str, passage_key: str = "") -> str:
        address = self._reverse("page", locale, slug)
        return f"{address}#{anchor(passage_key)}" if passage_key else address

    def search(self) -> str:
        return self._reverse("search")

    def _reverse(self, name: str, *rest: str) -> str:
        if self.number is None:
            return reverse(f"editions:{name}", args=rest)
        return reverse(f"editions:old-{name}", args=(self.number, *rest))
