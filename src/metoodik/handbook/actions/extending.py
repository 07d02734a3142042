"""What becomes of a wish to extend a restriction when the version that carries it is sent anew, returned, taken back.

All in the transaction of what happens to the version. The wish itself is asked and decided in `actions.restrictions`.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from metoodik.handbook.models import RestrictionExtension, Version
from metoodik.handbook.models.restrictions import ExtensionState
from metoodik.people.models import User
from metoodik.trust.audit import record


def waiting_on(version: Version) -> QuerySet[RestrictionExtension]:
    """Wishes that the version carries and nobody has decided."""
    return RestrictionExtension.objects.filter(version=version, state=ExtensionState.ASKED)


def carry_extensions(*, to: Version, by: User) -> None:
    """A page sent anew carries the wishes of its earlier versions, if it still has the end that was asked for."""
    asked = RestrictionExtension.objects.filter(version__page_id=to.page_id, state=ExtensionState.ASKED)
    ends = _ends(to)
    for extension in asked.exclude(version=to):
        if not to.withdraws and ends.get(extension.passage_key) == extension.until.isoformat():
            extension.version = to
            extension.save(update_fields=["version"])
        else:
            _drop(extension, by)


def drop_extensions(*, version: Version, by: User | None) -> None:
    """A version taken out of clearance leaves nothing to decide."""
    for extension in waiting_on(version):
        _drop(extension, by)


def decline_extensions(*, version: Version, by: User, answer: str) -> None:
    """A returned version extends nothing: whoever returned it has declined the wish, for the same reason."""
    for extension in waiting_on(version):
        extension.state = ExtensionState.DECLINED
        extension.decided_by, extension.decided_at, extension.answer = by, timezone.now(), answer
        extension.save()
        record("handbook.extension_declined", by=by, subject=extension)


def _drop(extension: RestrictionExtension, by: User | None) -> None:
    record("handbook.extension_dropped", by=by, subject=extension)
    extension.delete()


def _ends(version: Version) -> dict[str, str]:
    """The last day of each marking, by passage key; the page's own under an empty one."""
    written = version.content
    found = {each["key"]: each["restriction"]["until"] for each in written.get("passages", ()) if "restriction" in each}
    whole = written.get("restriction")
    return found | ({"": whole["until"]} if whole else {})
