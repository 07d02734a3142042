"""What a guidance page says, as values: no database, no framework.

The writing desk produces these values from a revision, the import engine from a file, the sample handbook from TOML;
an edition stores them and everything people read is drawn from them. `to_data` gives plain JSON types,
`canonical_json` the one byte form that hashes are taken over, so equal content has an equal hash on every database.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self

LANGUAGES = ("et", "ru", "en")


class Kind(StrEnum):
    """What sort of guidance a page is."""

    PRINCIPLE = "principle"
    METHOD = "method"
    INSTRUCTION = "instruction"
    MATERIAL = "material"


class Risk(StrEnum):
    """What a wrong word on the page could cost; a safety page needs a practising counsellor's review."""

    ORDINARY = "ordinary"
    ELEVATED = "elevated"
    SAFETY = "safety"


class Access(StrEnum):
    """Who may see the page by law: everybody, staff, or internal use only (AK) with its ground and dates."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Audience(StrEnum):
    """Circles of readers a page is written for. A person belongs to several; see `people.roles`."""

    STAFF = "staff"
    COUNSELLING = "counselling"
    GROUPS = "groups"
    LEADERSHIP = "leadership"


class FactKind(StrEnum):
    """What sort of fact a register entry holds; it decides how the value is checked and drawn."""

    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    AMOUNT = "amount"
    LINK = "link"


class ChangeKind(StrEnum):
    """How much a new version asks of its readers."""

    EDITORIAL = "editorial"
    MATERIAL = "material"
    SAFETY = "safety"


def canonical_json(data: Any) -> bytes:
    """One byte form for equal data: sorted keys, no spaces, UTF-8 in Unicode NFC."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text).encode()


def fingerprint(data: Any) -> str:
    """SHA-256 in hex over `canonical_json(data)`."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


@dataclass(frozen=True, slots=True)
class Text:
    """Running text. `html` holds only p, ul, ol, li, b, i, a, br (see `handbook.richtext`)."""

    kind: ClassVar[str] = "text"
    key: str
    html: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Numbered steps in order; each item is inline HTML (b, i, a, br)."""

    kind: ClassVar[str] = "steps"
    key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to say, side by side in three languages, plain text.

    `ru_source` and `en_source` are the fingerprints of the Estonian words that translation was last confirmed against.
    """

    kind: ClassVar[str] = "phrase"
    key: str
    et: str
    ru: str = ""
    en: str = ""
    ru_source: str = ""
    en_source: str = ""

    def state(self, language: str) -> str:
        """`"current"`, `"stale"` (the Estonian changed since) or `"missing"` for a language code of `LANGUAGES`."""
        if language == "et":
            return "current" if self.et.strip() else "missing"
        words, source = (self.ru, self.ru_source) if language == "ru" else (self.en, self.en_source)
        if not words.strip():
            return "missing"
        return "current" if source == fingerprint(self.et) else "stale"


@dataclass(frozen=True, slots=True)
class Warning:
    """What must not be done or overlooked; same HTML as `Text`."""

    kind: ClassVar[str] = "warning"
    key: str
    html: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """Things to have done or noticed, in any order; items are inline HTML."""

    kind: ClassVar[str] = "checklist"
    key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A small table: plain-text header and cells, every row as long as the header."""

    kind: ClassVar[str] = "table"
    key: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to reach: name, telephone, when it is answered, what to use it for. Plain text."""

    kind: ClassVar[str] = "contact"
    key: str
    name: str
    phone: str = ""
    hours: str = ""
    note: str = ""


type Block = Text | Steps | Phrase | Warning | Checklist | Table | Contact

BLOCKS: dict[str, type[Any]] = {
    block.kind: block for block in (Text, Steps, Phrase, Warning, Checklist, Table, Contact)
}


def block_to_data(block: Block) -> dict[str, Any]:
    """The block as JSON types, with its `kind`."""
    data: dict[str, Any] = {"kind": block.kind}
    for each in fields(block):
        data[each.name] = _plain(getattr(block, each.name))
    return data


def block_from_data(data: dict[str, Any]) -> Block:
    """The block that `block_to_data` described. Raises KeyError for an unknown kind, TypeError for unknown fields."""
    values = {name: _frozen(value) for name, value in data.items() if name != "kind"}
    block: Block = BLOCKS[data["kind"]](**values)
    return block


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return value


@dataclass(frozen=True, slots=True)
class Restriction:
    """The AK marking as the Public Information Act wants it: ground, authority, from, until."""

    ground: str
    authority: str
    since: date
    until: date

    def to_data(self) -> dict[str, str]:
        return {
            "ground": self.ground,
            "authority": self.authority,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }

    @classmethod
    def from_data(cls, data: dict[str, str]) -> Self:
        return cls(
            data["ground"], data["authority"], date.fromisoformat(data["since"]), date.fromisoformat(data["until"])
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading with its body. `key` is the block id; (page key, passage key) names the passage for ever.

    `restriction` marks this passage alone as AK on a page that others may read. `formerly` are keys of passages that
    were joined into this one: their addresses lead here. `source` is, in a translation, the fingerprint of the Estonian
    passage it was last confirmed against. All three are left out of the data when there is nothing to say.
    """

    key: str
    heading: str
    blocks: tuple[Block, ...] = ()
    restriction: Restriction | None = None
    formerly: tuple[str, ...] = ()
    source: str = ""

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "key": self.key,
            "heading": self.heading,
            "blocks": [block_to_data(each) for each in self.blocks],
        }
        if self.restriction:
            data["restriction"] = self.restriction.to_data()
        if self.formerly:
            data["formerly"] = list(self.formerly)
        if self.source:
            data["source"] = self.source
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["key"],
            data["heading"],
            tuple(block_from_data(each) for each in data["blocks"]),
            Restriction.from_data(data["restriction"]) if "restriction" in data else None,
            tuple(data.get("formerly", ())),
            data.get("source", ""),
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the passage's canonical content."""
        return fingerprint(self.to_data())


@dataclass(frozen=True, slots=True)
class Source:
    """Where the guidance comes from, or the legal basis it stands on."""

    title: str
    url: str = ""

    def to_data(self) -> dict[str, str]:
        return {"title": self.title, "url": self.url}


@dataclass(frozen=True, slots=True)
class Page:
    """One guidance page in one language.

    `key` is Wagtail's translation key, shared by the language variants; `section` is the section's key.
    `sources` and `legal_basis` may be empty only because the author said "none" explicitly: the desk enforces it.
    """

    key: str
    locale: str
    slug: str
    section: str
    title: str
    summary: str
    kind: Kind
    audiences: tuple[Audience, ...]
    risk: Risk
    access: Access
    review_months: int
    passages: tuple[Passage, ...]
    restriction: Restriction | None = None
    sources: tuple[Source, ...] = ()
    legal_basis: tuple[Source, ...] = ()
    sample: bool = False

    def to_data(self) -> dict[str, Any]:
        """JSON types; what `canonical_json` is taken over."""
        return {
            "key": self.key,
            "locale": self.locale,
            "slug": self.slug,
            "section": self.section,
            "title": self.title,
            "summary": self.summary,
            "kind": self.kind.value,
            "audiences": sorted(each.value for each in self.audiences),
            "risk": self.risk.value,
            "access": self.access.value,
            "review_months": self.review_months,
            "restriction": self.restriction.to_data() if self.restriction else None,
            "sources": [each.to_data() for each in self.sources],
            "legal_basis": [each.to_data() for each in self.legal_basis],
            "sample": self.sample,
            "passages": [each.to_data() for each in self.passages],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(
            key=data["key"],
            locale=data["locale"],
            slug=data["slug"],
            section=data["section"],
            title=data["title"],
            summary=data["summary"],
            kind=Kind(data["kind"]),
            audiences=tuple(Audience(each) for each in data["audiences"]),
            risk=Risk(data["risk"]),
            access=Access(data["access"]),
            review_months=data["review_months"],
            restriction=Restriction.from_data(data["restriction"]) if data["restriction"] else None,
            sources=tuple(Source(**each) for each in data["sources"]),
            legal_basis=tuple(Source(**each) for each in data["legal_basis"]),
            sample=data["sample"],
            passages=tuple(Passage.from_data(each) for each in data["passages"]),
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the page's canonical content."""
        return fingerprint(self.to_data())


@dataclass(frozen=True, slots=True)
class Section:
    """A shelf of the handbook: one level, in order of `position`.

    `order` are keys of its pages in the order that the editors chose; pages not named in it come after, by title. It is
    left out of the data when nothing was chosen.
    """

    key: str
    locale: str
    slug: str
    title: str
    summary: str
    position: int
    order: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        data = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "order"}
        return data | ({"order": list(self.order)} if self.order else {})

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(**(data | {"order": tuple(data.get("order", ()))}))

    def place_of(self, page_key: str) -> int:
        """The page's place among those put in order; the same last place for all others."""
        return self.order.index(page_key) if page_key in self.order else len(self.order)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the register as readers see it: a telephone, address, opening time, amount or link.

    `names` and `values` are by language; Estonian is always there, and stands in where a language has none.
    `version` counts the changes of the value; `listed` puts it into every reader's list of numbers;
    `check_months` is how often it is checked, 0 when nobody said. Texts refer to a fact by `{{fact:<key>}}`.
    """

    key: str
    kind: FactKind
    names: Mapping[str, str]
    values: Mapping[str, str]
    version: int
    checked_on: date
    source: str = ""
    listed: bool = False
    check_months: int = 0

    def name(self, language: str) -> str:
        """What the fact is called in a language, else in Estonian."""
        return self.names.get(language) or self.names["et"]

    def value(self, language: str) -> str:
        """The fact itself as written in a language, else as in Estonian."""
        return self.values.get(language) or self.values["et"]

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "key": self.key,
            "kind": self.kind.value,
            "names": dict(self.names),
            "values": dict(self.values),
            "version": self.version,
            "checked_on": self.checked_on.isoformat(),
            "source": self.source,
        }
        if self.listed:
            data["listed"] = True
        if self.check_months:
            data["check_months"] = self.check_months
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["key"],
            FactKind(data["kind"]),
            data["names"],
            data["values"],
            data["version"],
            date.fromisoformat(data["checked_on"]),
            data["source"],
            data.get("listed", False),
            data.get("check_months", 0),
        )
