"""The overlay: warnings, withdrawals and corrected numbers, drawn over every edition.

A node keeps a signed copy of it (see `store`), so that what was withdrawn stays withdrawn when the database is lost.
An entry whose signature does not hold is not drawn.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from metoodik.editions.models import OverlayEntry, OverlayKind
from metoodik.editions.opened import OpenEdition
from metoodik.handbook.content import canonical_json
from metoodik.trust.keys import AuditKey, audit_keys

FORMAT = 1
OF_FACTS = ("fact_key", "fact_version", "value_et", "value_ru", "value_en")


@dataclass(frozen=True, slots=True)
class OverlayMark:
    """One entry as it is drawn. `passage_key` None covers the page, `locale` None every language.

    A withdrawal hides the words and shows the sentence; a warning or correction shows it above them. A corrected fact
    has no page; its values stand wherever the fact is named.
    """

    number: int
    kind: str
    page_key: str
    passage_key: str | None
    locale: str | None
    sentence_et: str
    sentence_ru: str
    sentence_en: str
    at: datetime
    lifts: int | None
    previous: str
    signature: str
    fact_key: str = ""
    fact_version: int | None = None
    value_et: str = ""
    value_ru: str = ""
    value_en: str = ""

    def value(self, language: str) -> str:
        """The corrected fact in that language, or as in Estonian."""
        return {"ru": self.value_ru, "en": self.value_en}.get(language, "") or self.value_et

    def sentence(self, language: str) -> str:
        """The sentence in that language, or in Estonian when it is not said in it."""
        words = {"ru": self.sentence_ru, "en": self.sentence_en}.get(language, "")
        return words or self.sentence_et

    @property
    def withdraws(self) -> bool:
        """Whether the words under it must not be shown."""
        return self.kind == OverlayKind.WITHDRAWAL

    def covers(self, page_key: str, locale: str) -> bool:
        """Whether it concerns that page in that language, the page as a whole or a passage of it."""
        return self.page_key == page_key and self.locale in (None, locale)

    def to_data(self) -> dict[str, Any]:
        """JSON types: the local copy, and what is signed. What is said of facts is left out where there is nothing."""
        data = {name: getattr(self, name) for name in self.__slots__ if name not in {"at", *OF_FACTS}}
        return data | {"at": _utc(self.at)} | {name: said for name in OF_FACTS if (said := getattr(self, name))}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> OverlayMark:
        return cls(**{**data, "at": datetime.fromisoformat(data["at"])})


def mark_of(entry: OverlayEntry) -> OverlayMark:
    """The entry of the database as a value."""
    return OverlayMark(
        number=entry.pk or 0,
        kind=entry.kind,
        page_key=entry.page_key,
        passage_key=entry.passage_key,
        locale=entry.locale,
        sentence_et=entry.sentence_et,
        sentence_ru=entry.sentence_ru,
        sentence_en=entry.sentence_en,
        at=entry.at,
        lifts=entry.lifts_id,
        previous=entry.previous,
        signature=entry.signature,
        fact_key=entry.fact_key,
        fact_version=entry.fact_version,
        value_et=entry.value_et,
        value_ru=entry.value_ru,
        value_en=entry.value_en,
    )


def signed(mark: OverlayMark) -> str:
    """The signature an entry should carry now: by the newest key, over everything but itself."""
    return _sign(mark, audit_keys()[0])


def is_true(mark: OverlayMark, keys: Sequence[AuditKey] | None = None) -> bool:
    """Whether the entry carries the signature of one of our keys."""
    return any(hmac.compare_digest(mark.signature, _sign(mark, key)) for key in (keys or audit_keys()))


def true_marks(marks: Iterable[OverlayMark]) -> tuple[OverlayMark, ...]:
    """The entries whose signature holds, oldest first."""
    keys = audit_keys()
    return tuple(each for each in sorted(marks, key=lambda mark: mark.number) if is_true(each, keys))


def standing(marks: Iterable[OverlayMark]) -> tuple[OverlayMark, ...]:
    """The entries that are drawn: no lifts and nothing lifted."""
    every = tuple(marks)
    lifted = {each.lifts for each in every if each.kind == OverlayKind.LIFT}
    return tuple(each for each in every if each.kind != OverlayKind.LIFT and each.number not in lifted)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a node knows of the overlay: the standing entries, and how old that knowledge is."""

    marks: tuple[OverlayMark, ...]
    checked_at: datetime | None

    def entries_for(self, edition: OpenEdition) -> list[OverlayMark]:
        """Entries on pages and facts that the readers of this edition may see, oldest first.

        What stands over a page that was merged into another, or over a passage that was joined to another, stands over
        what took its words over. A corrected fact is none any more once the edition has that value, or when a newer
        correction came.
        """
        newest = {each.fact_key: each for each in self.marks if each.fact_key and _is_ahead(each, edition)}
        found: list[OverlayMark] = []
        for each in self.marks:
            if each.fact_key:
                found += [each] if newest.get(each.fact_key) == each else []
            else:
                found += _where_it_stands(each, edition)
        return found

    def age_seconds(self, now: datetime) -> float | None:
        """How long ago the node last saw the overlay in the database; None when it never did."""
        return None if self.checked_at is None else max(0.0, (now - self.checked_at).total_seconds())


def _where_it_stands(mark: OverlayMark, edition: OpenEdition) -> list[OverlayMark]:
    page_key = edition.standing(mark.page_key)
    if not page_key:
        return []
    here = replace(mark, page_key=page_key)
    joined = edition.joined_into(page_key, mark.passage_key) if mark.passage_key else set()
    return [here, *(replace(here, passage_key=key) for key in sorted(joined))]


def _is_ahead(mark: OverlayMark, edition: OpenEdition) -> bool:
    known = edition.fact(mark.fact_key)
    return known is not None and (mark.fact_version or 0) > known.version


@dataclass(frozen=True, slots=True)
class OverlayView:
    """The overlay over one edition as one class of readers sees it."""

    entries: tuple[OverlayMark, ...]
    age_seconds: float | None

    @property
    def version(self) -> str:
        """A short text that changes whenever an entry comes or goes."""
        return hashlib.sha256(" ".join(each.signature for each in self.entries).encode()).hexdigest()[:16]

    def on_fact(self, key: str) -> OverlayMark | None:
        """The correction of that fact, when there is one."""
        return next((each for each in self.entries if each.fact_key == key), None)

    def on_page(self, key: str, locale: str) -> list[OverlayMark]:
        """Entries on the page as a whole."""
        return [each for each in self.entries if each.covers(key, locale) and each.passage_key is None]

    def on_passage(self, page_key: str, passage_key: str, locale: str) -> list[OverlayMark]:
        """Entries on that passage alone."""
        return [each for each in self.entries if each.covers(page_key, locale) and each.passage_key == passage_key]

    def of_page(self, key: str, locale: str) -> list[OverlayMark]:
        """Entries on the page and on any passage of it."""
        return [each for each in self.entries if each.covers(key, locale)]


def _sign(mark: OverlayMark, key: AuditKey) -> str:
    own = hmac.new(key.secret, b"metoodik overlay", hashlib.sha256).digest()
    data = replace(mark, signature="").to_data()
    return hmac.new(own, canonical_json([FORMAT, data]), hashlib.sha256).hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
