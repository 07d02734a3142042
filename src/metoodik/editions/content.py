"""What an edition says: canonical content as a tree of hashes.

A passage has a hash, a page has one over its own details and its passages' hashes, the edition has one over its
sections' and pages' hashes. Nothing else is in it: no number, time, predecessor, provenance or index, so equal content
has an equal hash everywhere. An erased passage leaves its hash in its place, and every hash above it still verifies.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from metoodik.handbook.content import Fact, Page, Passage, Section, canonical_json, fingerprint
from metoodik.handbook.fact_marks import facts_of_page

FORMAT = 1


class ContentError(Exception):
    """Stored bytes are not an edition's content. The text says what is wrong."""


@dataclass(frozen=True, slots=True)
class EditionPage:
    """A page as an edition keeps it. `erased` holds, by passage key, the hash of each passage whose words are gone.

    An erased passage stands in `page.passages` with an empty heading and no blocks. `withheld` counts passages that
    were left out for readers without the AK right; no hash is taken over it.
    """

    page: Page
    erased: Mapping[str, str] = field(default_factory=dict)
    withheld: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """(page key, locale): what names the page in an edition."""
        return self.page.key, self.page.locale

    @property
    def passage_hashes(self) -> dict[str, str]:
        """The hash of each passage by its key, in order; an erased passage's is the one it had."""
        return {each.key: self.erased.get(each.key) or each.hash for each in self.page.passages}

    @property
    def details_hash(self) -> str:
        """SHA-256 over everything of the page but its passages."""
        return fingerprint({name: value for name, value in self.page.to_data().items() if name != "passages"})

    @property
    def hash(self) -> str:
        """SHA-256 over the page's details and its passages' hashes."""
        return fingerprint(["page", FORMAT, self.details_hash, list(self.passage_hashes.items())])

    def without(self, hashes: Collection[str]) -> EditionPage:
        """The page with every passage of those hashes erased; the page's hash stays."""
        found = {key: each for key, each in self.passage_hashes.items() if each in hashes or key in self.erased}
        if found == self.erased:
            return self
        passages = tuple(Passage(each.key, "") if each.key in found else each for each in self.page.passages)
        return EditionPage(replace(self.page, passages=passages), found)

    def open_part(self) -> EditionPage:
        """The page as readers without the AK right have it: its restricted passages are not there."""
        passages = tuple(each for each in self.page.passages if each.restriction is None)
        withheld = len(self.page.passages) - len(passages)
        return EditionPage(replace(self.page, passages=passages), self.erased, withheld) if withheld else self

    def to_data(self) -> dict[str, Any]:
        """JSON types. A whole page as `Page.to_data`; an erased passage as its key and `erased`, the hash it had."""
        data = self.page.to_data()
        if self.erased:
            data["passages"] = [
                {"key": each["key"], "erased": self.erased[each["key"]]} if each["key"] in self.erased else each
                for each in data["passages"]
            ]
        if self.withheld:
            data["withheld"] = self.withheld
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> EditionPage:
        """The page that `to_data` described. Raises KeyError, TypeError or ValueError for anything else."""
        erased = {each["key"]: each["erased"] for each in data["passages"] if "erased" in each}
        if erased:
            passages = [
                {"key": each["key"], "heading": "", "blocks": []} if "erased" in each else each
                for each in data["passages"]
            ]
            data = {**data, "passages": passages}
        return cls(Page.from_data(data), erased, data.get("withheld", 0))


@dataclass(frozen=True, slots=True)
class EditionContent:
    """Everything an edition says, in canonical order: sections and pages by key and locale, facts by key.

    Pages hold marks of facts, so a page's hash stays when a fact changes; the content hash does not.
    """

    sections: tuple[Section, ...]
    pages: tuple[EditionPage, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def hash(self) -> str:
        """The content hash: SHA-256 over the hashes of sections and pages, and of facts where there are any."""
        sections = [fingerprint(each.to_data()) for each in self.sections]
        parts: list[Any] = ["edition", FORMAT, sections, [each.hash for each in self.pages]]
        if self.facts:
            parts.append([fingerprint(each.to_data()) for each in self.facts])
        return fingerprint(parts)

    def page(self, key: str, locale: str) -> EditionPage | None:
        """The page of that key in that language, if there is one."""
        return next((each for each in self.pages if each.place == (key, locale)), None)

    def without(self, hashes: Collection[str]) -> EditionContent:
        """The content with every passage of those hashes erased; the content hash stays."""
        return replace(self, pages=tuple(each.without(hashes) for each in self.pages)) if hashes else self

    def passage_hashes(self) -> Iterator[str]:
        """Every passage's hash."""
        for page in self.pages:
            yield from page.passage_hashes.values()

    def to_bytes(self) -> bytes:
        """Canonical bytes, compressed: what the database keeps."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "sections": [each.to_data() for each in self.sections],
            "pages": [each.to_data() for each in self.pages],
        }
        if self.facts:
            data["facts"] = [each.to_data() for each in self.facts]
        return zlib.compress(canonical_json(data), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> EditionContent:
        """The content that `to_bytes` gave. Raises ContentError for anything else."""
        try:
            stored = json.loads(zlib.decompress(data))
            if stored["format"] != FORMAT:
                raise ContentError(f"format {stored['format']} is not known here")
            return cls(
                tuple(Section.from_data(each) for each in stored["sections"]),
                tuple(EditionPage.from_data(each) for each in stored["pages"]),
                tuple(Fact.from_data(each) for each in stored.get("facts", ())),
            )
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise ContentError(f"not an edition's content: {type(error).__name__}") from error


def content_of(sections: Iterable[Section], pages: Iterable[Page], facts: Iterable[Fact] = ()) -> EditionContent:
    """Canonical content: in canonical order and Unicode NFC, whatever order and form it came in.

    Of the facts only those that some page names and those in every reader's list are in it.
    """
    shelves = [Section.from_data(_canonical(each.to_data())) for each in sections]
    sheets = [EditionPage(Page.from_data(_canonical(each.to_data()))) for each in pages]
    named = {key for each in sheets for key in facts_of_page(each.page)}
    kept = [Fact.from_data(_canonical(each.to_data())) for each in facts if each.listed or each.key in named]
    return EditionContent(
        tuple(sorted(shelves, key=lambda each: (each.key, each.locale))),
        tuple(sorted(sheets, key=lambda each: each.place)),
        tuple(sorted(kept, key=lambda each: each.key)),
    )


def _canonical(data: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = json.loads(canonical_json(data))
    return again
