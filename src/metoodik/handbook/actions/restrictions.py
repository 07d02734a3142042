"""Grounds of restrictions, decisions to let one last longer, reminders before one ends."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from metoodik.handbook.actions.clearance import approve_version, return_version, submit_version
from metoodik.handbook.content import Restriction
from metoodik.handbook.models import GuidancePage, RestrictionExtension, RestrictionGround, RestrictionReminder, Version
from metoodik.handbook.models.restrictions import ExtensionState
from metoodik.handbook.models.versions import Change
from metoodik.handbook.restrictions import Marked, get_marked_for, latest_end, marked_in_force, may_ask_extension
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User, with_roles
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

REMIND_DAYS = (60, 30, 7, 0)


@transaction.atomic
def seed_grounds() -> int:
    """Put the grounds of the acts that come with the product into the register; returns how many were not there.

    What somebody changed or ended stays as it is.
    """
    made = 0
    text = resources.files("metoodik.handbook").joinpath("data/restriction_grounds.toml").read_text(encoding="utf-8")
    for act in tomllib.loads(text)["text"]:
        shared = {name: value for name, value in act.items() if name != "ground"}
        for ground in act["ground"]:
            made += _seeded(shared | ground)
    return made


def _seeded(fields: dict[str, Any]) -> bool:
    fields = fields | {"longest_years": fields["longest_years"] or None}
    named = {name: fields.pop(name) for name in ("act", "section", "subsection", "clause", "valid_from")}
    _ground, created = RestrictionGround.objects.get_or_create(**named, defaults=fields)
    return created


@transaction.atomic
def add_ground(*, by: User, fields: dict[str, Any]) -> RestrictionGround:
    """Put a ground into the register. Raises PermissionDenied, NotReady when the same clause stands for that time."""
    _need(by)
    ground = RestrictionGround(**fields)
    same = RestrictionGround.objects.filter(
        act=ground.act, section=ground.section, subsection=ground.subsection, clause=ground.clause
    )
    until = ground.valid_until
    overlapping = [
        each
        for each in same
        if (each.valid_until is None or each.valid_until >= ground.valid_from)
        and (until is None or each.valid_from <= until)
    ]
    if overlapping:
        raise NotReady([_("“%s” already stands for that time. End it first.") % ground.citation])
    ground.save()
    record("handbook.ground_added", by=by, subject=ground)
    return ground


@transaction.atomic
def end_ground(*, by: User, ground: RestrictionGround, valid_until: date) -> RestrictionGround:
    """Say until when a ground stands; markings by it have to name another from then on. Raises PermissionDenied,
    NotReady."""
    _need(by)
    ground = RestrictionGround.objects.select_for_update().get(pk=ground.pk)
    if valid_until < ground.valid_from:
        raise NotReady([_("It cannot end before it begins.")])
    ground.valid_until = valid_until
    ground.save(update_fields=["valid_until"])
    record("handbook.ground_ended", by=by, subject=ground)
    return ground


@transaction.atomic
def ask_extension(*, by: User, marked: Marked, until: date, reason: str) -> RestrictionExtension:
    """Ask that a restriction lasts longer: a version with the new end goes to clearance and waits for the decision.

    Two people are in it: whoever writes guidance asks, whoever decides on restrictions approves that very version.
    Raises PermissionDenied, NotReady.
    """
    now = get_marked_for(by, marked.version, marked.passage_key)
    if now is None or not may_ask_extension(by, now):
        raise PermissionDenied
    last = latest_end(now)
    if not reason.strip():
        raise NotReady([_("Say why the reason of the restriction still stands.")])
    if until <= max(now.restriction.until, timezone.localdate()) or last is None or until > last:
        limit = f"{last:%d.%m.%Y}" if last else ""
        raise NotReady([_("The new end is later than the old one, in the future, and %s at the latest.") % limit])
    version = Version.objects.get(pk=now.version)
    page = Page.objects.select_for_update().get(pk=version.page_id)
    if page.latest_revision_id != version.revision_id:
        raise NotReady([_("The page has a newer draft. Send that to clearance first, or take it back.")])
    extension = RestrictionExtension(
        key=now.key,
        passage_key=now.passage_key,
        version=version,
        until_before=now.restriction.until,
        until=until,
        reason=reason.strip(),
        asked_by=by,
    )
    extension.save()
    draft: GuidancePage = version.revision.as_object()
    _set_end(draft, now.passage_key, until)
    draft.save_revision(user=by, log_action=True)
    sentence = _("The restriction of access is extended until %s.") % f"{until:%d.%m.%Y}"
    extension.version = submit_version(page=page, by=by, change_kind=Change.EDITORIAL, change_sentence=sentence)
    extension.save(update_fields=["version"])
    record("handbook.extension_asked", by=by, subject=extension)
    for person in User.objects.allowed(Permission.DECIDE_RESTRICTION).exclude(pk=by.pk):
        if now.is_for(person):
            notify(person, "extension_asked", {"person": by.name, "title": now.title}, reverse("handbook:restrictions"))
    return extension


def _set_end(draft: GuidancePage, passage_key: str, until: date) -> None:
    if not passage_key:
        draft.restriction_until = until
        return
    passages = draft.to_content().passages
    draft.write_passages(
        tuple(
            replace(each, restriction=_until(each.restriction, until)) if each.key == passage_key else each
            for each in passages
        )
    )


def _until(restriction: Restriction | None, until: date) -> Restriction | None:
    return replace(restriction, until=until) if restriction else None


@transaction.atomic
def decide_extension(
    *, by: User, extension: RestrictionExtension, agrees: bool, answer: str = ""
) -> RestrictionExtension:
    """Extend a restriction, or do not: the version that carries the new end is approved or returned with it.

    Raises PermissionDenied without DECIDE_RESTRICTION and to whoever asked, NotReady.
    """
    _need(by)
    extension = RestrictionExtension.objects.select_for_update().get(pk=extension.pk)
    if not extension.waits_for(by):
        raise PermissionDenied
    if not agrees and not answer.strip():
        raise NotReady([_("Say why it is not extended.")])
    if not agrees:
        return_version(version=extension.version, by=by, answer=answer.strip())
        extension.refresh_from_db()
        return extension
    extension.state = ExtensionState.AGREED
    extension.decided_by, extension.decided_at, extension.answer = by, timezone.now(), answer.strip()
    extension.save()
    record("handbook.extension_agreed", by=by, subject=extension)
    approve_version(version=extension.version, by=by)
    return extension


@transaction.atomic
def note_list_read(*, by: User) -> None:
    """Put it on record that somebody looked at the list of what is AK."""
    record("handbook.restrictions_listed", by=by)


@transaction.atomic
def remind_of_ends(*, today: date | None = None) -> int:
    """Remind keepers and deciders 60, 30 and 7 days before a restriction ends and on its last day; each once.

    Returns how many reminders were new.
    """
    day = today or timezone.localdate()
    deciders = list(with_roles(User.objects.allowed(Permission.DECIDE_RESTRICTION)))
    writers = {each.pk: each for each in with_roles(User.objects.allowed(Permission.WRITE_GUIDANCE))}
    sent = 0
    for marked in marked_in_force():
        left = marked.restriction.until - day
        step = min((each for each in REMIND_DAYS if left <= timedelta(days=each)), default=None)
        if step is None:
            continue
        _reminder, new = RestrictionReminder.objects.get_or_create(
            key=marked.key, passage_key=marked.passage_key, until=marked.restriction.until, days_before=step
        )
        if new:
            sent += 1
            keeper = writers.get(marked.keeper_id or 0)
            _tell([*deciders, *([keeper] if keeper else [])], marked, day)
    if sent:
        record("handbook.ends_reminded", by=None, count=sent)
    return sent


def _tell(people: list[User], marked: Marked, day: date) -> None:
    ended = marked.restriction.until <= day
    values: dict[str, str | int] = {"title": marked.title, "day": f"{marked.restriction.until:%d.%m.%Y}"}
    for person in {each.pk: each for each in people}.values():
        if marked.is_for(person):
            key = "restriction_ended" if ended else "restriction_ends"
            notify(person, key, values, reverse("handbook:restrictions"))


def _need(user: User) -> None:
    if not user.can(Permission.DECIDE_RESTRICTION):
        raise PermissionDenied
