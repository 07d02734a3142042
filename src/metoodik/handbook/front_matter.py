"""What lists ask of every page in force: section, address, readers, interval, and whether anything in it is AK.

The database reads such fields out of a whole stored page each time. A version's content never changes, so they are read
once in a process and kept by the content's hash. No words of a page are kept, so an erasure leaves nothing here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import batched
from threading import Lock
from typing import Any

from django.db.models.fields.json import KeyTextTransform

from metoodik.handbook.content import Access
from metoodik.handbook.models import Version

MOST_KEPT = 20_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A version without its words; a section has only its address. `months` is the page's own interval of review."""

    section: str
    slug: str
    access: str
    audiences: tuple[str, ...]
    months: int
    has_sources: bool
    has_legal_basis: bool
    sample: bool
    has_marked_passages: bool

    @property
    def is_marked(self) -> bool:
        """Whether the page or a passage of it is for internal use (AK)."""
        return self.access == Access.RESTRICTED or self.has_marked_passages


_FIELDS = (
    "content__section",
    "content__slug",
    "content__access",
    "content__audiences",
    "content__review_months",
    "content__sources",
    "content__legal_basis",
    "content__sample",
)
_known: OrderedDict[str, FrontMatter] = OrderedDict()
_lock = Lock()


def front_matter_of(versions: Collection[tuple[int, str]]) -> dict[int, FrontMatter]:
    """Of versions given as (number in the database, content hash). A query for each 500 that are not yet known."""
    found: dict[int, FrontMatter] = {}
    wanted: dict[int, str] = {}
    with _lock:
        for number, content_hash in versions:
            if content_hash in _known:
                _known.move_to_end(content_hash)
                found[number] = _known[content_hash]
            else:
                wanted[number] = content_hash
    for some in batched(wanted, AT_ONCE, strict=False):
        rows = Version.objects.filter(pk__in=some).annotate(written=KeyTextTransform("passages", "content"))
        for number, written, *fields in rows.values_list("pk", "written", *_FIELDS):
            found[number] = _keep(wanted[number], _read(written, fields))
    return found


def forget() -> None:
    """Forget everything, for tests."""
    with _lock:
        _known.clear()


def _read(written: str | None, fields: list[Any]) -> FrontMatter:
    section, slug, access, audiences, months, sources, legal_basis, sample = fields
    return FrontMatter(
        section=section or "",
        slug=slug or "",
        access=access or "",
        audiences=tuple(audiences or ()),
        months=int(months or 0),
        has_sources=bool(sources),
        has_legal_basis=bool(legal_basis),
        sample=bool(sample),
        has_marked_passages='"restriction"' in (written or ""),
    )


def _keep(content_hash: str, made: FrontMatter) -> FrontMatter:
    with _lock:
        _known[content_hash] = made
        while len(_known) > MOST_KEPT:
            _known.popitem(last=False)
    return made
