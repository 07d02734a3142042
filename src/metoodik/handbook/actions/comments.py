"""Comments on passages of a version in clearance: written, answered, settled, carried to the next version."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metoodik.handbook.access import sees
from metoodik.handbook.models import PassageComment, Version
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.validation import NotReady
from metoodik.people.actions import notify
from metoodik.people.models import User
from metoodik.trust.audit import record


@transaction.atomic
def comment_on_passage(*, version: Version, passage_key: str, text: str, by: User) -> PassageComment:
    """Begin a thread on a passage; an empty key is the page as a whole.

    Raises PermissionDenied for who does not see the version or when it is decided, NotReady.
    """
    version = _open(version, by)
    headings = _headings(version)
    if passage_key not in headings:
        raise NotReady([_("This version has no such passage. Look at it anew and try again.")])
    comment = _write(version, by, text, passage_key=passage_key, heading=headings[passage_key][:300])
    record("handbook.passage_commented", by=by, subject=version, comment=comment.pk)
    _tell(comment, {version.submitted_by, *version.authors.all()}, "passage_commented")
    return comment


@transaction.atomic
def reply_to_comment(*, comment: PassageComment, text: str, by: User) -> PassageComment:
    """Answer in a thread that is open. Raises PermissionDenied, NotReady."""
    thread = _thread(comment)
    version = _open(thread.version, by)
    if not thread.is_open:
        raise NotReady([_("This thread is settled. Begin a new one if something is still wrong.")])
    reply = _write(version, by, text, passage_key=thread.passage_key, heading=thread.heading, thread=thread)
    record("handbook.passage_commented", by=by, subject=version, comment=reply.pk)
    people = {thread.author, version.submitted_by, *(each.author for each in thread.replies.all())}
    _tell(reply, people, "passage_comment_answered")
    return reply


@transaction.atomic
def settle_comment(*, comment: PassageComment, by: User) -> PassageComment:
    """Close a thread: whoever began it, or a writer of the version. Raises PermissionDenied."""
    thread = _thread(comment)
    version = _open(thread.version, by)
    if not may_settle(thread, version, by):
        raise PermissionDenied
    if thread.is_open:
        thread.settled_at, thread.settled_by = timezone.now(), by
        thread.save(update_fields=["settled_at", "settled_by"])
        record("handbook.passage_comment_settled", by=by, subject=version, comment=thread.pk)
        _tell(thread, {thread.author}, "passage_comment_settled", by=by)
    return thread


def may_settle(thread: PassageComment, version: Version, user: User) -> bool:
    """Whether this person may close the thread."""
    return thread.author_id == user.pk or version.is_written_by(user.pk)


def carry_comments(*, page_id: int, to: Version) -> int:
    """Bring open threads of a page's earlier versions to the one sent now, in the caller's transaction."""
    open_threads = PassageComment.objects.filter(
        version__page_id=page_id, thread__isnull=True, settled_at__isnull=True
    ).exclude(version=to)
    numbers = list(open_threads.values_list("pk", flat=True))
    PassageComment.objects.filter(thread__in=numbers).update(version=to)
    return PassageComment.objects.filter(pk__in=numbers).update(version=to)


def erase_comments(*, page_key: str, passage_key: str) -> int:
    """Delete what was said of a passage that is erased, in the caller's transaction: it may repeat its words."""
    said = PassageComment.objects.filter(version__key=page_key, passage_key=passage_key)
    gone = said.filter(thread__isnull=False).delete()[0]
    return gone + said.delete()[0]


def _open(version: Version, by: User) -> Version:
    found = Version.objects.select_for_update().get(pk=version.pk)
    if found.state != State.CLEARANCE or not sees(by, found):
        raise PermissionDenied
    return found


def _thread(comment: PassageComment) -> PassageComment:
    found = PassageComment.objects.select_for_update(of=("self",)).select_related("version", "author")
    return found.get(pk=comment.thread_id or comment.pk)


def _headings(version: Version) -> dict[str, str]:
    if version.target == Target.SECTION:
        return {"": ""}
    return {"": "", **{each.key: each.heading for each in version.page_content.passages}}


def _write(
    version: Version, by: User, text: str, *, passage_key: str, heading: str, thread: PassageComment | None = None
) -> PassageComment:
    words = text.strip()
    if not words:
        raise NotReady([_("Write what you want to say.")])
    return PassageComment.objects.create(
        version=version,
        made_on=version.number,
        passage_key=passage_key,
        heading=heading,
        thread=thread,
        author=by,
        text=words,
    )


def _tell(comment: PassageComment, people: set[User], key: str, *, by: User | None = None) -> None:
    actor = by or comment.author
    values: dict[str, str | int] = {"title": comment.version.title, "person": actor.name}
    for person in people:
        if person.pk != actor.pk and person.is_active:
            notify(person, key, values, comment.version.get_absolute_url())
