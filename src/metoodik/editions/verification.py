"""Proving that stored editions are what they were: for `metoodik edition verify`, `metoodik check` and backups."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from metoodik.editions import overlay
from metoodik.editions.content import ContentError, EditionContent
from metoodik.editions.models import Edition, EditionFile, ErasedPassage, OverlayEntry


@dataclass(frozen=True, slots=True)
class Verified:
    """One edition against its hashes. `erased` of its `passages` are tombstones; `problems` say what does not hold."""

    number: int
    content_hash: str
    passages: int
    erased: int
    files: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def verify_editions(number: int | None = None) -> Iterator[Verified]:
    """Each edition, or the one of that number: content hash, passages, tombstones, facts and files."""
    known = set(ErasedPassage.objects.values_list("passage_hash", flat=True))
    editions = Edition.objects.order_by("number")
    for edition in editions if number is None else editions.filter(number=number):
        yield _verified(edition, known)


def verify_overlay() -> list[str]:
    """What is wrong with the overlay: entries without our signature, and gaps between entries."""
    problems = []
    before = ""
    for place, entry in enumerate(OverlayEntry.objects.order_by("pk"), start=1):
        if not overlay.is_true(overlay.mark_of(entry)):
            problems.append(_("Warning or withdrawal %d does not carry our signature.") % entry.pk)
        if entry.previous != before or entry.pk != place:
            problems.append(_("A warning or withdrawal before number %d is missing.") % entry.pk)
        before = entry.signature
    return problems


def manifest() -> dict[str, Any]:
    """The part of a backup's manifest: numbers and hashes of editions and the overlay's end, all proven.

    Raises ValueError with a sentence when something does not hold.
    """
    rows = []
    for each in verify_editions():
        if each.problems:
            raise ValueError(_("Edition %(number)d: %(why)s") % {"number": each.number, "why": each.problems[0]})
        rows.append([each.number, each.content_hash, each.erased])
    if problems := verify_overlay():
        raise ValueError(problems[0])
    last = OverlayEntry.objects.order_by("-pk").values_list("pk", "signature").first()
    return {"editions": rows, "overlay": list(last) if last else None}


def _verified(edition: Edition, known: set[str]) -> Verified:
    problems: list[str] = []
    content = EditionContent((), ())
    try:
        content = edition.read_content()
    except ContentError:
        problems.append(_("Its content cannot be read."))
    else:
        problems += _content_problems(edition, content, known)
    count = 0
    for file in EditionFile.objects.filter(edition=edition).iterator():
        count += 1
        if not _is_whole(file):
            problems.append(_("The file for %s is not whole; it is made again when somebody opens it.") % file.audience)
    return Verified(
        number=edition.number,
        content_hash=edition.content_hash,
        passages=sum(len(page.page.passages) for page in content.pages),
        erased=sum(len(page.erased) for page in content.pages),
        files=count,
        problems=tuple(problems),
    )


def _content_problems(edition: Edition, content: EditionContent, known: set[str]) -> Iterator[str]:
    if content.hash != edition.content_hash:
        yield _("Its content does not fit its hash.")
    if any(each not in known for page in content.pages for each in page.erased.values()):
        yield _("A passage is missing that nobody erased.")
    if {page.place for page in content.pages} != set(edition.read_facts()):
        yield _("What stands beside its pages does not fit them.")


def _is_whole(file: EditionFile) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(bytes(file.data))).hexdigest() == file.sha256
    except zlib.error:
        return False
