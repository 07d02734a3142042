"""`/tervis/`: whether this node can serve, in one word for monitors, in parts for those who keep the system running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from metoodik.people.permissions import Permission
from metoodik.people.roles import Counsellor

WORKER_SILENCE = timedelta(minutes=3)
"""A worker that has not been heard of for so long has stopped or hangs."""


class Health(StrEnum):
    """`DEGRADED`: reading works, something else does not. `FAILING`: the handbook cannot be read here."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Part:
    """How one part is, and what an operator sees of it."""

    health: Health
    detail: dict[str, str | int | None]


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Status 503 only when the handbook cannot be read here; the rest is a word, and parts for who may see them."""
    parts = {name: look() for name, look in PARTS.items()}
    whole = max((part.health for part in parts.values()), key=list(Health).index)
    answer: dict[str, object] = {"status": whole.value}
    if parts["database"].health is Health.OK and _may_see_parts(request):
        answer["parts"] = {name: {"status": part.health.value, **part.detail} for name, part in parts.items()}
    return JsonResponse(answer, status=503 if whole is Health.FAILING else 200)


def database() -> Part:
    """The main database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part(Health.DEGRADED, {})
    return Part(Health.OK, {"kind": connection.vendor})


def worker() -> Part:
    """Some worker is alive, anywhere."""
    from metoodik.web.models import WorkerBeat

    try:
        seen = WorkerBeat.objects.aggregate(seen=Max("seen"))["seen"]
    except DatabaseError:
        return Part(Health.DEGRADED, {})
    if seen is None:
        return Part(Health.DEGRADED, {"seconds_since_heard": None})
    silence = timezone.now() - seen
    state = Health.OK if silence <= WORKER_SILENCE else Health.DEGRADED
    return Part(state, {"seconds_since_heard": int(silence.total_seconds())})


def edition() -> Part:
    """An edition is in force and can be opened on this node. Before the first one there is nothing to fail."""
    from metoodik.editions import reading
    from metoodik.editions.audiences import AudienceClass

    found = reading.current(AudienceClass(Counsellor.circles))
    if found is None:
        state = Health.DEGRADED if database().health is Health.OK else Health.FAILING
        return Part(state, {"number": None})
    return Part(Health.OK, {"number": found.number, "in_force_since": found.effective_at.isoformat()})


PARTS: dict[str, Callable[[], Part]] = {"database": database, "worker": worker, "edition": edition}


def _may_see_parts(request: HttpRequest) -> bool:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = request.user
    return user.is_authenticated and user.can(Permission.OPERATE)
