"""What lists need of a page's text: its links, passages, phrases and facts, without keeping the text itself.

A version's content never changes, so its digest is made once in a process and kept by the content's hash.
"""

from __future__ import annotations

import html
import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from threading import Lock

from metoodik.handbook import content, richtext
from metoodik.handbook.fact_marks import facts_of_page
from metoodik.handbook.models import Version
from metoodik.handbook.staleness import words_fingerprint
from metoodik.handbook.texts import html_of

MOST_KEPT = 10_000
OUTSIDE = re.compile(r'href="(https?://[^"]+)"')
TRANSLATED = ("ru", "en")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a passage: to guidance (`key`, and `passage` or ""), or to an address (`url`).

    `restricted` says that the passage it stands in is AK.
    """

    place: str
    heading: str
    key: str = ""
    passage: str = ""
    url: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """A page without its words. `passages` are keys with those joined into them; `words` and `sources` by passage."""

    passages: frozenset[str]
    links: tuple[Link, ...]
    words: dict[str, str]
    sources: dict[str, str]
    phrases: dict[str, dict[str, int]]
    facts: tuple[str, ...]

    def is_behind(self, estonian: Digest) -> bool:
        """Whether a translation is older than the Estonian page, or lacks a passage of it."""
        stale = any(source and estonian.words.get(key) != source for key, source in self.sources.items())
        return stale or bool(estonian.words.keys() - self.words.keys())


def digest(page: content.Page) -> Digest:
    """The digest of a page."""
    passages = {key for each in page.passages for key in (each.key, *each.formerly)}
    return Digest(
        passages=frozenset(passages),
        links=tuple(_links(page)),
        words={each.key: words_fingerprint(each) for each in page.passages},
        sources={each.key: each.source for each in page.passages},
        phrases={language: _phrases(page, language) for language in TRANSLATED},
        facts=facts_of_page(page),
    )


def digests_of(versions: Collection[tuple[int, str]]) -> dict[int, Digest]:
    """Digests of page versions, given as (number in the database, content hash). One query for those not yet known."""
    found: dict[int, Digest] = {}
    wanted: dict[int, str] = {}
    with _lock:
        for number, content_hash in versions:
            if content_hash in _known:
                _known.move_to_end(content_hash)
                found[number] = _known[content_hash]
            else:
                wanted[number] = content_hash
    if wanted:
        rows = Version.objects.filter(pk__in=wanted) if len(wanted) < len(versions) else Version.objects.all()
        for number, stored in rows.filter(target="page").values_list("pk", "content").iterator(500):
            if number in wanted:
                found[number] = _keep(wanted[number], digest(content.Page.from_data(stored)))
    return found


_known: OrderedDict[str, Digest] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Forget everything, for tests and for an erased passage."""
    with _lock:
        _known.clear()


def _keep(content_hash: str, made: Digest) -> Digest:
    with _lock:
        _known[content_hash] = made
        while len(_known) > MOST_KEPT:
            _known.popitem(last=False)
    return made


def _links(page: content.Page) -> Iterator[Link]:
    for passage in page.passages:
        marked = passage.restriction is not None
        for block in passage.blocks:
            for source in html_of(block):
                for key, anchor in richtext.page_links(source):
                    yield Link(passage.key, passage.heading, key, anchor, restricted=marked)
                for url in OUTSIDE.findall(source):
                    yield Link(passage.key, passage.heading, url=html.unescape(url), restricted=marked)
    for each in (*page.sources, *page.legal_basis):
        if each.url.startswith(("http://", "https://")):
            yield Link("", each.title, url=each.url)


def _phrases(page: content.Page, language: str) -> dict[str, int]:
    phrases = (block for passage in page.passages for block in passage.blocks if isinstance(block, content.Phrase))
    return dict(Counter(each.state(language) for each in phrases))
