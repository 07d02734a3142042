"""Facts as readers meet them: the edition's value, or a newer one that the overlay shows before the next edition.

In a numbered edition of the past the value stands as it was, with a remark that says what it is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext

from metoodik.editions import actions, reading
from metoodik.editions.fact_checks import FactChecks
from metoodik.editions.models import Edition, OverlayEntry
from metoodik.editions.opened import OpenEdition
from metoodik.editions.overlay import OverlayView
from metoodik.editions.places import Place
from metoodik.handbook import facts_at_once
from metoodik.handbook.content import Fact, FactKind
from metoodik.handbook.days import add_months
from metoodik.handbook.drawing import Said
from metoodik.handbook.fact_values import dialled
from metoodik.handbook.models import FactVersion
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.web.templatetags.web import day


@dataclass(frozen=True, slots=True)
class DrawnFact:
    """A fact in a list: its name, value and remark, when it was checked (None where a newer value is shown) and whether
    another check was planned before today; `address` is what a tap leads to, when anything.
    """

    key: str
    kind: FactKind
    name: str
    value: str
    remark: str
    checked_on: date | None
    planned: date | None
    address: str


@dataclass(frozen=True, slots=True)
class FactsSeen:
    """What stands for each fact in one edition under one overlay. `is_past` for a numbered edition not in force."""

    edition: OpenEdition
    overlay: OverlayView
    checks: FactChecks
    is_past: bool = False

    def said(self, key: str, language: str) -> Said | None:
        """Value and remark in a language, or None for a fact that this class of readers does not have."""
        fact = self.edition.fact(key)
        if fact is None:
            return None
        value = fact.value(language)
        newer = self.overlay.on_fact(key)
        if newer is None:
            return Said(fact.kind, value)
        with translation.override(language):
            if self.is_past:
                return Said(fact.kind, value, gettext("now %(value)s") % {"value": newer.value(language)})
            moment = timezone.localdate(newer.at)
            return Said(fact.kind, newer.value(language), gettext("corrected %(day)s") % {"day": day(moment)})

    def value(self, key: str, language: str) -> str | None:
        """The value alone, for excerpts."""
        said = self.said(key, language)
        return said.value if said else None

    def drawn(self, facts: Iterable[Fact], language: str, *, today: date) -> list[DrawnFact]:
        """Facts for a list, in the order given."""
        found = []
        for fact in facts:
            said = self.said(fact.key, language) or Said(fact.kind, fact.value(language))
            is_newer = not self.is_past and self.overlay.on_fact(fact.key) is not None
            checked = None if is_newer else self.checks.of(fact)
            due = add_months(checked, fact.check_months) if checked and fact.check_months else None
            found.append(
                DrawnFact(
                    key=fact.key,
                    kind=fact.kind,
                    name=fact.name(language),
                    value=said.value,
                    remark=said.remark,
                    checked_on=checked,
                    planned=due if due and due < today else None,
                    address=_address(said),
                )
            )
        return found


def facts_seen(edition: OpenEdition, overlay: OverlayView, place: Place) -> FactsSeen:
    """What facts say in an edition that is read at a place."""
    been = edition.effective_at <= timezone.now()
    checks = reading.checks() if edition.is_current else FactChecks()
    return FactsSeen(edition, overlay, checks, place.number is not None and not edition.is_current and been)


def _address(said: Said) -> str:
    if said.kind is FactKind.PHONE:
        return f"tel:{dialled(said.value)}"
    return said.value if said.kind is FactKind.LINK else ""


def correct(version: FactVersion, by: User) -> bool:
    """Show the value at once, unless it is shown already or `by` may not act on the overlay."""
    if not by.can(Permission.ACT_ON_OVERLAY) or not Edition.objects.exists():
        return False
    fact = version.to_content()
    if OverlayEntry.objects.standing().filter(fact_key=fact.key, fact_version=fact.version).exists():
        return False
    actions.correct_fact(by=by, fact=fact)
    return True


def take_back(version: FactVersion, by: User) -> bool:
    """End the showing of a value that was not confirmed."""
    return actions.take_back_fact(by=by, fact=version.to_content())


def register() -> None:
    """Let the register of facts act at once, through the overlay."""
    facts_at_once.register(correct, take_back)
