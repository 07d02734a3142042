"""Puts the sample's facts into the register through its doors: set by one person, confirmed by another."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from django.utils import timezone

from metoodik.handbook.actions import facts as fact_actions
from metoodik.handbook.content import FactKind
from metoodik.handbook.models import Fact
from metoodik.handbook.models.facts import FactState
from metoodik.people.models import User


def load_sample_facts(*, author: User, approver: User) -> int:
    """Set and confirm every sample fact that is not there yet; returns how many. In the caller's transaction."""
    written = tomllib.loads((files("metoodik.handbook") / "sample" / "facts.toml").read_text(encoding="utf-8"))
    known = set(Fact.objects.values_list("key", flat=True))
    new = [each for each in written["fact"] if each["key"] not in known]
    for each in new:
        names = each["names"]
        fact = fact_actions.add_fact(
            by=author,
            key=each["key"],
            kind=FactKind(each["kind"]),
            details={
                "name_et": names["et"],
                "name_ru": names["ru"],
                "name_en": names["en"],
                "check_every_months": each["check_months"],
                "listed": each.get("listed", False),
            },
            values={"et": each["value"]},
            source=each["source"],
            checked_on=timezone.localdate(),
        )
        fact_actions.confirm_value(by=approver, version=fact.versions.get(state=FactState.PROPOSED))
    return len(new)
