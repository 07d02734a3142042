"""Values of facts for documents: from the edition where it carries them, else from the register."""

from __future__ import annotations

from metoodik.editions.opened import OpenEdition
from metoodik.handbook.fact_marks import Value


def values_of(edition: OpenEdition | None, locale: str) -> Value:
    """What each fact's mark says in a language."""
    facts = getattr(edition, "facts", None)
    known = {each.key: each.value(locale) for each in facts(locale)} if callable(facts) else {}
    return known.get
