"""Looking at links to outside, a few at a time, and keeping what they answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from metoodik.handbook.links import outside_links
from metoodik.handbook.models import LinkCheck
from metoodik.handbook.models.upkeep import LinkFault
from metoodik.handbook.outside import Answer, look_at
from metoodik.handbook.upkeep import kept_pages
from metoodik.trust.audit import record

A_HOST_A_MINUTE = 6
AT_ONCE = 12
AGAIN_AFTER = timedelta(hours=20)


def look_at_some(*, look: Callable[[str], Answer] = look_at, now: datetime | None = None) -> int:
    """Ask a few addresses that were not asked for 20 hours, at most 6 a minute of one host. Returns how many."""
    moment = now or timezone.now()
    chosen = _claimed(moment)
    for check in chosen:
        note_answer(check=check, answer=look(check.url), now=moment)
    if chosen:
        with transaction.atomic():
            record("handbook.links_looked_at", by=None, count=len(chosen))
    return len(chosen)


@transaction.atomic
def note_answer(*, check: LinkCheck, answer: Answer, now: datetime) -> LinkCheck:
    """Keep what an address answered; a failing day counts once, a good answer ends the failing."""
    check.status, check.fault = answer.status, answer.fault
    if answer.fault == LinkFault.NONE:
        check.failing_since, check.failing_days = None, 0
    elif check.failing_since is None:
        check.failing_since, check.failing_days = now, 1
    elif timezone.localdate(check.checked_at or now) < timezone.localdate(now):
        check.failing_days += 1
    check.checked_at = now
    check.save()
    return check


@transaction.atomic
def _claimed(now: datetime) -> list[LinkCheck]:
    """Rows to ask now, marked as asked so that no other worker takes them; rows of vanished links are removed.

    What is returned still holds when each was asked before.
    """
    named = {url for url in outside_links(kept_pages()) if len(url) <= 2000}
    known = {each.url: each for each in LinkCheck.objects.select_for_update()}
    LinkCheck.objects.filter(url__in=known.keys() - named).delete()
    new = LinkCheck.objects.bulk_create([LinkCheck(url=url) for url in sorted(named - known.keys())])
    rows = [*new, *(each for url, each in known.items() if url in named)]
    hosts = Counter(_host(each) for each in rows if each.checked_at and each.checked_at > now - timedelta(minutes=1))
    chosen: list[LinkCheck] = []
    for each in sorted(rows, key=lambda row: (row.checked_at is not None, row.checked_at or now, row.url)):
        due = each.checked_at is None or each.checked_at <= now - AGAIN_AFTER
        if due and hosts[_host(each)] < A_HOST_A_MINUTE and len(chosen) < AT_ONCE:
            hosts[_host(each)] += 1
            chosen.append(each)
    LinkCheck.objects.filter(pk__in=[each.pk for each in chosen]).update(checked_at=now)
    return chosen


def _host(check: LinkCheck) -> str:
    return urlsplit(check.url).netloc
