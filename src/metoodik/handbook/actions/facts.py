"""Everything that changes the register of facts. Whoever sets a value never confirms it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metoodik.handbook import fact_values, facts, facts_at_once
from metoodik.handbook.actions.drafts import save_draft
from metoodik.handbook.content import FactKind
from metoodik.handbook.models import Fact, FactCheck, FactVersion, GuidancePage
from metoodik.handbook.models.facts import FactState
from metoodik.handbook.typed_facts import replaced, typed_in
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

TOLD_BEFORE = (0, 7, 30)
"""Days before a check is due at which the keeper is told, the nearest first."""
LANGUAGES = ("et", "ru", "en")


@transaction.atomic
def add_fact(
    *,
    by: User,
    key: str,
    kind: FactKind,
    details: dict[str, Any],
    values: dict[str, str],
    source: str,
    checked_on: date,
) -> Fact:
    """Put a new fact into the register; its first value waits for a second person.

    `details` are the fields of `change_fact`; `values` are by language, Estonian required. Raises PermissionDenied,
    ValidationError by field.
    """
    _need(by, Permission.WRITE_GUIDANCE)
    if Fact.objects.filter(key=key).exists():
        raise ValidationError({"key": _("Another fact has this key.")})
    fact = Fact(key=key, kind=kind.value, **_details(details, by))
    fact.full_clean()
    fact.save()
    record("handbook.fact_added", by=by, subject=fact, key=key)
    set_value(by=by, fact=fact, values=values, source=source, checked_on=checked_on)
    return fact


@transaction.atomic
def change_fact(*, by: User, fact: Fact, details: dict[str, Any]) -> Fact:
    """Change what is said about a fact: names, how often it is checked, keeper, whether every reader's list has it."""
    _need(by, Permission.WRITE_GUIDANCE)
    fact = _locked(fact)
    keeper = fact.keeper_id
    for name, value in _details(details, by).items():
        setattr(fact, name, value)
    fact.full_clean()
    fact.save()
    record("handbook.fact_changed", by=by, subject=fact, key=fact.key)
    if fact.keeper_id != keeper:
        record("handbook.fact_keeper_changed", by=by, subject=fact, keeper=fact.keeper_id)
    return fact


@transaction.atomic
def set_value(*, by: User, fact: Fact, values: dict[str, str], source: str, checked_on: date) -> FactVersion:
    """Say what the fact is now. A second person confirms it for the next edition; readers see it at once where `by`
    may act on the overlay. A value that still waited gives way. Raises PermissionDenied, ValidationError by field.
    """
    _need(by, Permission.WRITE_GUIDANCE)
    fact = _locked(fact)
    _refuse_retired(fact)
    written = {name: _value(fact, name, values.get(name, "")) for name in LANGUAGES}
    _refuse_empty(written["et"], source)
    _refuse_future(checked_on)
    _give_way(fact, by)
    last = fact.versions.aggregate(last=models.Max("number"))["last"]
    version = FactVersion.objects.create(
        fact=fact,
        number=(last or 0) + 1,
        value_et=written["et"],
        value_ru=written["ru"],
        value_en=written["en"],
        source=_one_line(source),
        checked_on=checked_on,
        checked_by=by,
        set_by=by,
    )
    record("handbook.fact_set", by=by, subject=fact, key=fact.key, number=version.number)
    for person in User.objects.allowed(Permission.APPROVE_GUIDANCE):
        if version.may_be_confirmed_by(person):
            notify(person, "fact_to_confirm", _words(fact, by), fact.get_absolute_url())
    _show_at_once(version, by)
    return version


@transaction.atomic
def confirm_value(*, by: User, version: FactVersion) -> FactVersion:
    """Let the value into the next edition. Raises PermissionDenied for who set it or may not approve, NotReady."""
    version = _waiting(version)
    if not version.may_be_confirmed_by(by):
        raise PermissionDenied
    version.state = FactState.CONFIRMED
    version.confirmed_by, version.confirmed_at = by, timezone.now()
    version.save()
    record("handbook.fact_confirmed", by=by, subject=version.fact, key=version.fact.key, number=version.number)
    _show_at_once(version, by)
    notify(version.set_by, "fact_confirmed", _words(version.fact, by), version.fact.get_absolute_url())
    return version


@transaction.atomic
def decline_value(*, by: User, version: FactVersion, answer: str) -> FactVersion:
    """Say that a value is not right, with the reason; readers see the one before again. Raises as `confirm_value`."""
    version = _waiting(version)
    if not version.may_be_confirmed_by(by):
        raise PermissionDenied
    if not answer.strip():
        raise ValidationError({"answer": _("Say what is not right.")})
    _decline(version, by, _one_line(answer)[:300])
    notify(version.set_by, "fact_declined", _words(version.fact, by), version.fact.get_absolute_url())
    return version


@transaction.atomic
def note_still_right(*, by: User, fact: Fact, source: str, on: date) -> FactCheck:
    """Say that the confirmed value was looked at and is still right. Raises PermissionDenied, ValidationError."""
    _need(by, Permission.WRITE_GUIDANCE)
    fact = _locked(fact)
    _refuse_retired(fact)
    version = fact.value
    if version is None:
        raise ValidationError(_("The fact has no confirmed value yet."))
    _refuse_empty("-", source)
    _refuse_future(on)
    if on < version.checked_on:
        raise ValidationError({"on": _("It has been checked later already.")})
    version.checked_on, version.checked_by = on, by
    version.source, version.told_days = _one_line(source), None
    version.save(update_fields=["checked_on", "checked_by", "source", "told_days"])
    check = FactCheck.objects.create(version=version, on=on, source=version.source, by=by)
    record("handbook.fact_checked", by=by, subject=fact, key=fact.key, number=version.number)
    return check


@transaction.atomic
def retire_fact(*, by: User, fact: Fact) -> Fact:
    """Take a fact out of use. Raises PermissionDenied, NotReady naming the pages while any uses it."""
    _need(by, Permission.WRITE_GUIDANCE)
    fact = _locked(fact)
    _refuse_used(fact)
    _refuse_retired(fact)
    _give_way(fact, by)
    fact.retired_at = timezone.now()
    fact.save(update_fields=["retired_at"])
    record("handbook.fact_retired", by=by, subject=fact, key=fact.key)
    return fact


@transaction.atomic
def delete_fact(*, by: User, fact: Fact) -> None:
    """Delete a fact that was never confirmed and stands nowhere. Raises PermissionDenied, NotReady."""
    _need(by, Permission.WRITE_GUIDANCE)
    fact = _locked(fact)
    _refuse_used(fact)
    if fact.versions.filter(state=FactState.CONFIRMED).exists():
        raise NotReady([_("A fact that has been confirmed is part of the record. Retire it instead.")])
    record("handbook.fact_deleted", by=by, subject=fact, key=fact.key)
    fact.versions.all().delete()
    fact.delete()


@transaction.atomic
def replace_typed(*, page: GuidancePage, by: User, keys: Collection[str]) -> int:
    """Save a draft in which the chosen facts stand in place of values typed in text; returns how many were typed.

    `page` is the newest draft. Nothing is saved when nothing is typed. Raises PermissionDenied.
    """
    _need(by, Permission.WRITE_GUIDANCE)
    known = [each for each in facts.confirmed().values() if each.key in keys]
    written = page.to_content()
    typed = typed_in(written, known)
    if typed:
        page.write_passages(replaced(written.passages, keys, known))
        save_draft(page=page, by=by)
    return len(typed)


@transaction.atomic
def tell_of_checks(*, today: date | None = None) -> int:
    """Tell keepers of checks due in 30 days, in 7 days and today, each once; returns how many were told."""
    day = today or timezone.localdate()
    told = 0
    for fact in Fact.objects.standing().with_values():
        version, due = fact.value, fact.check_due
        if version is None or due is None:
            continue
        mark = next((each for each in TOLD_BEFORE if (due - day).days <= each), None)
        if mark is None or (version.told_days is not None and version.told_days <= mark):
            continue
        FactVersion.objects.filter(pk=version.pk).update(told_days=mark)
        key = "fact_check_due" if mark == 0 else "fact_check_soon"
        notify(fact.keeper, key, {"name": fact.name_et, "days": (due - day).days}, fact.get_absolute_url())
        told += 1
    return told


@transaction.atomic
def hand_over_facts(*, leaver: User, successor: User, by: User | None) -> int:
    """Give a leaver's facts to a successor; returns how many."""
    kept = list(Fact.objects.filter(keeper=leaver))
    for fact in kept:
        record("handbook.fact_keeper_changed", by=by, subject=fact, keeper=successor.pk)
    Fact.objects.filter(keeper=leaver).update(keeper=successor)
    return len(kept)


def duplicates(fact: Fact | None, kind: FactKind, value: str) -> list[Fact]:
    """Other facts of the kind that say the same."""
    form = fact_values.same_form(kind, value)
    others = Fact.objects.standing().filter(kind=kind.value).with_values()
    said = ((each, each.value or each.proposed) for each in others if fact is None or each.pk != fact.pk)
    return [each for each, version in said if version and fact_values.same_form(kind, version.value_et) == form]


def _details(details: dict[str, Any], by: User) -> dict[str, Any]:
    kept = {name: details[name] for name in ("name_et", "name_ru", "name_en", "check_every_months", "listed")}
    keeper = details.get("keeper") or by
    if not keeper.is_active or not keeper.can(Permission.WRITE_GUIDANCE):
        raise ValidationError({"keeper": _("Choose a keeper who works here and writes guidance.")})
    return kept | {"keeper": keeper}


def _value(fact: Fact, language: str, text: str) -> str:
    try:
        return fact_values.clean(FactKind(fact.kind), text)
    except ValidationError as error:
        raise ValidationError({f"value_{language}": error}) from error


def _refuse_empty(value: str, source: str) -> None:
    if not value:
        raise ValidationError({"value_et": _("Write the value.")})
    if not source.strip():
        raise ValidationError({"source": _("Say where it was checked.")})


def _refuse_future(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError({"checked_on": _("The day of checking is today or earlier.")})


def _refuse_retired(fact: Fact) -> None:
    if fact.retired_at is not None:
        raise NotReady([gettext_lazy("The fact is retired.")])


def _refuse_used(fact: Fact) -> None:
    uses = facts.where_used(fact.key)
    if uses:
        pages = ", ".join(dict.fromkeys(f"„{each.title}“" for each in uses[:5]))
        raise NotReady([_("The fact is in use: %s. Take it out of these pages first.") % pages])


def _give_way(fact: Fact, by: User) -> None:
    waiting = fact.versions.filter(state=FactState.PROPOSED).first()
    if waiting is not None:
        _decline(waiting, by, _("A newer value came before it was confirmed."))


def _decline(version: FactVersion, by: User, answer: str) -> None:
    version.state = FactState.DECLINED
    version.confirmed_by, version.confirmed_at, version.answer = by, timezone.now(), answer
    version.save()
    record("handbook.fact_declined", by=by, subject=version.fact, key=version.fact.key, number=version.number)
    facts_at_once.take_back(version, by)


def _show_at_once(version: FactVersion, by: User) -> None:
    """A first value stands on no page yet, so there is nothing to correct."""
    if version.fact.versions.filter(state=FactState.CONFIRMED, number__lt=version.number).exists():
        facts_at_once.correct(version, by)


def _waiting(version: FactVersion) -> FactVersion:
    found = FactVersion.objects.select_for_update().select_related("fact", "set_by").get(pk=version.pk)
    if found.state != FactState.PROPOSED:
        raise NotReady([gettext_lazy("This value is decided already.")])
    return found


def _locked(fact: Fact) -> Fact:
    return Fact.objects.select_for_update().get(pk=fact.pk)


def _need(user: User, permission: Permission) -> None:
    if not user.can(permission):
        raise PermissionDenied


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _words(fact: Fact, by: User) -> dict[str, str | int]:
    return {"name": fact.name_et, "person": by.name}
