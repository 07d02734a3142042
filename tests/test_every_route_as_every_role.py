"""Nobody meets what is not written for them: every address of the whole plan, as every role and signed out.

Pages for each circle of readers carry a word of their own, in force, in an old edition and in clearance. Each address
is opened with every argument that the content gives; no answer may hold a word from outside the person's audience, in
body or headers, and none may be an error of the server. An address without a maker of arguments fails the test.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils import timezone
from django.utils.regex_helper import normalize
from pypdf import PdfReader
from tests.handbook_fixtures import draft_page, draft_section, passage, send
from tests.people_fixtures import person

from metoodik.editions import reading
from metoodik.editions.actions import make_edition, warn
from metoodik.editions.audiences import audience_of
from metoodik.editions.export import actions as export_actions
from metoodik.editions.export.document import Format
from metoodik.editions.models import BuildAttempt, Edition, OverlayEntry, PrintedCard
from metoodik.editions.views.history import clock_of
from metoodik.handbook import actions, content, restrictions
from metoodik.handbook.actions import releases
from metoodik.handbook.actions import requests as clearance_requests
from metoodik.handbook.actions import restrictions as restriction_actions
from metoodik.handbook.actions.comments import comment_on_passage
from metoodik.handbook.models import (
    Fact,
    GuidancePage,
    ImportBatch,
    ImportedFile,
    Release,
    RestrictionExtension,
    RestrictionGround,
    Version,
)
from metoodik.people import actions as people_actions
from metoodik.people.models import Notice, Substitution, User
from metoodik.people.permissions import Permission
from metoodik.people.roles import ROLES

pytestmark = pytest.mark.once

NEVER_ERROR = 500
MEANT_TO_FAIL = {"/haldus/failwhale/"}
"""Wagtail's own address for trying out error reports; what it says is checked like the rest."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A word that stands on pages for some circles alone."""

    word: str
    circles: frozenset[str]
    restricted: bool = False

    def is_for(self, user: User | None) -> bool:
        """Whether this person may meet it anywhere."""
        if user is None or not self.circles & user.circles:
            return False
        if self.restricted and not user.can(Permission.READ_RESTRICTED):
            return False
        return user.can(Permission.READ_HANDBOOK)


MARKERS = (
    Marker("vaarikmets", frozenset({"staff"})),
    Marker("sinilillkask", frozenset({"counselling"})),
    Marker("karulaukpuu", frozenset({"groups"})),
    Marker("tuulelohekaev", frozenset({"leadership"})),
    Marker("hundinuipaat", frozenset({"counselling", "leadership"}), restricted=True),
)
GONE = Marker("kadunudvikerkaar", frozenset({"groups"}))
DRAFTED = (
    Marker("kuuseriisikas", frozenset({"groups"})),
    Marker("pajutibukell", frozenset({"counselling"}), restricted=True),
)
HIDDEN = Marker("mustsostrakook", frozenset({"staff", "counselling", "groups", "leadership"}), restricted=True)
"""Stands in one AK passage of a page that everybody reads."""
HIDDEN_DRAFT = Marker("pihlakahelmes", HIDDEN.circles, restricted=True)
"""The same, in clearance, and in a comment on that passage."""
ALL = (*MARKERS, GONE, *DRAFTED, HIDDEN, HIDDEN_DRAFT)


@dataclass
class House:
    """Everything that addresses are made from."""

    people: dict[str, User]
    versions: list[Version]
    pages: list[GuidancePage]
    editions: list[Edition]
    entries: list[OverlayEntry]

    @property
    def places(self) -> list[tuple[str, str]]:
        """(locale, slug) of every page that any edition holds."""
        return sorted({(p.page.locale, p.page.slug) for e in self.editions for p in e.read_content().pages})

    @property
    def keys(self) -> list[str]:
        return sorted({page.page.key for e in self.editions for page in e.read_content().pages})

    @property
    def sections(self) -> list[tuple[str, str]]:
        return sorted({(each.locale, each.slug) for e in self.editions for each in e.read_content().sections})

    @property
    def numbers(self) -> list[int]:
        return [each.number for each in self.editions]


def marked_page(tiina: User, section: Any, marker: Marker) -> GuidancePage:
    """A page that says its word in every part of it."""
    fields: dict[str, Any] = {"audiences": sorted(marker.circles), "summary": f"Kokkuvõte {marker.word}."}
    if marker.restricted:
        fields |= {
            "access": "restricted",
            "restriction_ground": f"AvTS § 35 lg 1 p 9 {marker.word}",
            "restriction_authority": "Sotsiaalkindlustusamet (näidis)",
            "restriction_since": date(2026, 10, 1),
            "restriction_until": date(2031, 9, 30),
        }
    word = marker.word
    blocks = (
        content.Text(f"t-{word}", f"<p>Tekst {word}.</p>"),
        content.Steps(f"s-{word}", (f"Samm {word}.",)),
        content.Phrase(f"p-{word}", f"Lause {word}.", f"Фраза {word}.", f"Phrase {word}."),
        content.Contact(f"c-{word}", f"Abi {word}", "116 006"),
    )
    return draft_page(tiina, section, f"Leht {word}", passages=(passage(f"Lõik {word}", *blocks),), **fields)


def partly_hidden(tiina: User, section: Any, marker: Marker, linked: GuidancePage) -> GuidancePage:
    """A page for everybody with one AK passage, which says its word in every part of it and leads to another page."""
    word = marker.word
    today = timezone.localdate()
    blocks = (
        content.Text(f"t-{word}", f'<p>Tekst {word} <a href="metoodik:page/{linked.translation_key}">{word}</a>.</p>'),
        content.Text(f"u-{word}", f'<p><a href="https://naidis.ee/{word}">{word}</a></p>'),
        content.Phrase(f"p-{word}", f"Lause {word}.", f"Фраза {word}.", f"Phrase {word}."),
        content.Contact(f"c-{word}", f"Abi {word}", "5123 4567", "", word),
    )
    marking = content.Restriction(
        "AvTS § 35 lg 1 p 9", f"Amet {word}", today, today.replace(year=today.year + 4, day=1)
    )
    hidden = replace(passage(f"Lõik {word}", *blocks), restriction=marking)
    passages = (passage("Avatud lõik"), hidden)
    title = f"Osalt piiratud {len(word)}"
    return draft_page(tiina, section, title, passages=passages, audiences=sorted(marker.circles))


@pytest.fixture
def house(tiina: User, rein: User, settings: Any) -> House:
    """Two editions, a warning over each page, and drafts in clearance; somebody of every role."""
    people = {role.key: _person_of(role, tiina, rein) for role in ROLES.values()}
    section = draft_section(tiina)
    actions.approve_version(version=send(section, tiina), by=rein)
    pages = [marked_page(tiina, section, each) for each in (*MARKERS, GONE)]
    versions = [actions.approve_version(version=send(each, tiina), by=rein) for each in pages]
    partly = partly_hidden(tiina, section, HIDDEN, pages[0])
    versions.append(actions.approve_version(version=send(partly, tiina), by=rein))
    first = make_edition(by=tiina, note="Esimene väljaanne")
    actions.approve_version(version=send(pages[-1], tiina, withdraws=True), by=rein)
    second = make_edition(by=tiina, note="Teine väljaanne")
    coming = partly_hidden(tiina, section, HIDDEN_DRAFT, pages[0])
    versions.append(send(coming, tiina))
    hidden = versions[-1].page_content.passages[-1].key
    comment_on_passage(version=versions[-1], passage_key=hidden, text=f"Märkus {HIDDEN_DRAFT.word}.", by=tiina)
    drafts = [marked_page(tiina, section, each) for each in DRAFTED]
    versions += [send(each, tiina) for each in drafts]
    entries = [
        warn(by=tiina, page_key=str(page.translation_key), sentence_et=f"Hoiatus {marker.word}.")
        for page, marker in zip(pages, MARKERS, strict=False)
    ]
    assert first is not None
    assert second is not None
    return House(people, versions, [*pages, partly, coming, *drafts], [first, second], entries)


def _person_of(role: Any, tiina: User, rein: User) -> User:
    known = {"methods_expert": tiina, "service_owner": rein}
    return known.get(role.key) or person(f"{role.key.title().replace('_', '')} Naidis", role)


type Arguments = Callable[[House], list[dict[str, Any]]]


def nothing(_house: House) -> list[dict[str, Any]]:
    return [{}]


def old(arguments: Arguments) -> Arguments:
    """The same arguments in each edition, and in one that is not there."""
    return lambda house: [{"number": n, **each} for n in (*house.numbers, 99) for each in arguments(house)]


def a_page(house: House) -> list[dict[str, Any]]:
    return [{"locale": locale, "slug": slug} for locale, slug in house.places]


def a_section(house: House) -> list[dict[str, Any]]:
    return [{"locale": locale, "slug": slug} for locale, slug in house.sections]


def a_key(house: House) -> list[dict[str, Any]]:
    return [{"key": each} for each in house.keys]


def a_measure(_house: House) -> list[dict[str, Any]]:
    return [{"measure": each} for each in ("in_force", "current", "ru", "links", "facts", "puudub")]


def a_version(house: House) -> list[dict[str, Any]]:
    return [{"pk": each.pk} for each in house.versions]


def a_draft(house: House) -> list[dict[str, Any]]:
    return [{"page_pk": each.pk} for each in house.pages]


def a_translation(house: House) -> list[dict[str, Any]]:
    return [{"key": page.translation_key, "locale": locale} for page in house.pages for locale in ("ru", "en")]


def a_phrase(house: House) -> list[dict[str, Any]]:
    return [
        {"pk": each.pk, "block_key": block["key"], "locale": "ru"}
        for each in house.versions
        for passage in each.content["passages"]
        for block in passage["blocks"]
        if block["kind"] == "phrase"
    ]


def a_person(house: House) -> list[dict[str, Any]]:
    return [{"pk": house.people["counsellor"].pk}]


def an_import(_house: House) -> list[dict[str, Any]]:
    return [{"pk": each.pk} for each in ImportedFile.objects.all()] or [{"pk": 1}]


def a_batch(_house: House) -> list[dict[str, Any]]:
    return [{"pk": each.pk} for each in ImportBatch.objects.all()] or [{"pk": 1}]


def an_entry(house: House) -> list[dict[str, Any]]:
    return [{"pk": each.pk} for each in house.entries]


def an_attempt(_house: House) -> list[dict[str, Any]]:
    return [{"pk": each.pk} for each in BuildAttempt.objects.all()]


def two_editions(house: House) -> list[dict[str, Any]]:
    return [{"before": a, "after": b} for a in house.numbers for b in house.numbers]


def today(_house: House) -> list[dict[str, Any]]:
    return [{"on": day.isoformat()} for day in (timezone.localdate(), timezone.localdate() - timedelta(days=1))]


def as_a_file(arguments: Arguments, *kinds: str) -> Arguments:
    """All arguments as HTML, one of them (a page with an AK passage, if there is one) as other kinds too."""

    def made(house: House) -> list[dict[str, Any]]:
        given = arguments(house)
        one = next((each for each in given if each.get("slug", "").startswith("osalt")), given[0])
        return [{**each, "kind": "html"} for each in given] + [{**one, "kind": kind} for kind in kinds]

    return made


def a_passage(house: House) -> list[dict[str, Any]]:
    last = house.editions[-1]
    return [
        {"number": last.number, "locale": it.locale, "slug": it.slug, "passage": it.passages[-1].key}
        for it in (each.page for each in last.read_content().pages)
    ]


def a_card(house: House) -> list[dict[str, Any]]:
    """One card of each page, hung by the methods expert."""
    today = timezone.localdate()
    for edition in house.editions:
        for it in (each.page for each in edition.read_content().pages):
            PrintedCard.objects.get_or_create(
                page_key=it.key,
                locale=it.locale,
                edition=edition.number,
                defaults={
                    "words_hash": "0" * 64,
                    "title": f"{it.title} {it.summary}",
                    "paper": "a5",
                    "place": "Seinal",
                    "printed_on": today,
                    "by": house.people["methods_expert"],
                },
            )
    return [{"pk": each.pk} for each in PrintedCard.objects.all()]


def a_job(house: House) -> list[dict[str, Any]]:
    """A file of the whole last edition, written for the methods expert."""
    expert = house.people["methods_expert"]
    edition = reading.current(audience_of(expert))
    assert edition is not None
    job = export_actions.request_export(by=expert, edition=edition, locale="et", kind=Format.HTML)
    return [{"pk": export_actions.write_export(job=job).pk}]


def a_request(house: House) -> list[dict[str, Any]]:
    """Each version in clearance, on which the coach and whoever else may is asked by name."""
    drafts = house.versions[-len(DRAFTED) :]
    return [
        {"pk": each.pk, "request_pk": request.pk}
        for each in drafts
        for request in clearance_requests.ask(version=each, by=house.people["methods_expert"], approver=_owner(house))
        or each.requests.all()
    ]


def _owner(house: House) -> User:
    return house.people["service_owner"]


def a_comment(house: House) -> list[dict[str, Any]]:
    """A comment on each version in clearance that repeats the page's word."""
    pairs = zip(house.versions[-len(DRAFTED) :], DRAFTED, strict=True)
    by = house.people["methods_expert"]
    said = [comment_on_passage(version=each, passage_key="", text=f"Märkus {m.word}.", by=by) for each, m in pairs]
    return [{"pk": each.version_id, "comment_pk": each.pk} for each in said]


def a_package(house: House) -> list[dict[str, Any]]:
    """A package around each version in clearance, its name the page's word."""
    by = house.people["methods_expert"]
    for version, marker in zip(house.versions[-len(DRAFTED) :], DRAFTED, strict=True):
        if Version.objects.filter(pk=version.pk, release=None).exists():
            release = releases.make_release(name=f"Pakett {marker.word}", sentence=f"Lause {marker.word}.", by=by)
            releases.add_to_release(release=release, version=version, by=by)
    return [{"pk": each.pk} for each in Release.objects.all()]


def a_substitution(house: House) -> list[dict[str, Any]]:
    """The service owner away, the team lead in their stead."""
    lead, owner = house.people["team_lead"], house.people["service_owner"]
    since = timezone.now() - timedelta(days=9)
    return [
        {
            "pk": Substitution.objects.get_or_create(
                absent=owner, substitute=lead, role="service_owner", since=since, until=since + timedelta(days=1)
            )[0].pk
        }
    ]


def a_fact(house: House) -> list[dict[str, Any]]:
    """A number in the register, confirmed by a second person."""
    if not Fact.objects.filter(key="ohvriabi").exists():
        from tests.handbook.test_facts import add, confirm

        confirm(add(house.people["methods_expert"]), house.people["service_owner"])
    return [{"key": "ohvriabi"}]


def an_extension(house: House) -> list[dict[str, Any]]:
    """The restricted page in force, for which the methods expert asks a longer restriction with the page's word."""
    expert = house.people["methods_expert"]
    if not RestrictionExtension.objects.exists():
        marker = next(each for each in MARKERS if each.restricted)
        marked = restrictions.marked_for(expert)[0]
        until, reason = date(2033, 9, 30), f"Põhjus {marker.word}."
        restriction_actions.ask_extension(by=expert, marked=marked, until=until, reason=reason)
    return [{"pk": each.pk} for each in RestrictionExtension.objects.all()]


def a_restriction(house: House) -> list[dict[str, Any]]:
    return [{"version": each.pk} for each in house.versions]


def at_an_instant(arguments: Arguments) -> Arguments:
    """Now, when the second edition is in force, and long ago."""

    def made(house: House) -> list[dict[str, Any]]:
        on, at = clock_of(timezone.now() - timedelta(seconds=1))
        moments = [{"on": on, "at": at}, {"on": "2020-01-01", "at": "12.00"}]
        return [{**each, **moment} for each in arguments(house) for moment in moments]

    return made


def a_passage_by_key(house: House) -> list[dict[str, Any]]:
    pages = {each.page.key: each.page for edition in house.editions for each in edition.read_content().pages}
    return [{"key": key, "passage": each.key} for key, it in pages.items() for each in it.passages]


OURS: dict[str, Arguments] = {
    "no-localize": lambda _house: [{"rest": "translate/1/"}],
    "handbook:restriction-ground-end": lambda _house: [{"pk": RestrictionGround.objects.values_list("pk")[0][0]}],
    "handbook:restriction-decide": an_extension,
    "handbook:restriction-extend": a_restriction,
    "handbook:restriction-extend-passage": lambda house: [{**each, "passage": "x"} for each in a_restriction(house)],
    "editions:page-history": a_key,
    "editions:passage-history": a_passage_by_key,
    "editions:cited-day": lambda house: [{**key, **day} for key in a_key(house) for day in today(house)],
    "editions:cited": at_an_instant(a_key),
    "editions:cited-passage": at_an_instant(a_passage_by_key),
    "editions:preview-page": a_page,
    "editions:preview-section": a_section,
    "handbook:fact": a_fact,
    "handbook:fact-set": a_fact,
    "handbook:fact-still-right": a_fact,
    "handbook:fact-change": a_fact,
    "handbook:fact-confirm": a_fact,
    "handbook:fact-decline": a_fact,
    "handbook:fact-retire": a_fact,
    "handbook:fact-replace-typed": a_draft,
    "handbook:ask": a_version,
    "handbook:stop-asking": a_request,
    "handbook:comment": a_version,
    "handbook:reply": a_comment,
    "handbook:settle": a_comment,
    "handbook:release": a_package,
    "handbook:release-change": a_package,
    "handbook:release-add": a_package,
    "handbook:release-remove": a_package,
    "handbook:release-approve": a_package,
    "handbook:release-dissolve": a_package,
    "people:end-substitution": a_substitution,
    "people:substitution-of": a_person,
    "web:stylesheet": lambda _house: [{"digest": "0123456789ab"}],
    "web:gallery-page": lambda _house: [{"name": "leht"}, {"name": "vorm"}, {"name": "puudub"}],
    "editions:page": a_page,
    "editions:section": a_section,
    "editions:lasting": a_key,
    "editions:day": today,
    "editions:compare": two_editions,
    "editions:attempt": an_attempt,
    "editions:old-contents": old(nothing),
    "editions:old-search": old(nothing),
    "editions:old-page": old(a_page),
    "editions:old-section": old(a_section),
    "editions:overlay-act": a_key,
    "editions:overlay-lift": an_entry,
    "editions:export-edition": old(nothing),
    "editions:export-page": as_a_file(old(a_page), "pdf", "docx"),
    "editions:export-section": as_a_file(old(a_section), "docx"),
    "editions:export-card": lambda house: old(a_page)(house)[:1],
    "editions:export-passage": lambda house: a_passage(house)[-3:],
    "editions:health-rows": a_measure,
    "editions:health-rows-csv": a_measure,
    "editions:export-version": as_a_file(a_version, "docx"),
    "editions:export-package": as_a_file(a_package),
    "editions:export-job": a_job,
    "editions:export-file": a_job,
    "editions:printed-new": old(a_page),
    "editions:printed-end": a_card,
    "handbook:version": a_version,
    "handbook:upkeep-page": a_version,
    "handbook:review": a_version,
    "handbook:approve": a_version,
    "handbook:return": a_version,
    "handbook:take-back": a_version,
    "handbook:submit": a_draft,
    "handbook:withdraw": a_draft,
    "handbook:passages": a_draft,
    "handbook:split-passage": a_draft,
    "handbook:join-passage": a_draft,
    "handbook:confirm-phrase": a_draft,
    "handbook:translate": a_translation,
    "handbook:translation-send": a_translation,
    "handbook:translation-section": a_translation,
    "handbook:translation-past": lambda house: [{**each, "segment": "title.0"} for each in a_translation(house)],
    "handbook:phrases": a_version,
    "handbook:phrase-exception": a_phrase,
    "handbook:phrase-exception-end": lambda house: [{"pk": each["pk"], "exception_pk": 1} for each in a_version(house)],
    "handbook:move-passage": a_draft,
    "handbook:undo-draft": a_draft,
    "handbook:where-used": a_draft,
    "handbook:move-page": a_draft,
    "handbook:merge-page": a_draft,
    "handbook:delete-draft": a_draft,
    "handbook:page-order": a_draft,
    "handbook:order-page": a_draft,
    "handbook:import-batch": a_batch,
    "handbook:batch-progress": a_batch,
    "handbook:batch-cancel": a_batch,
    "handbook:batch-draft": a_batch,
    "handbook:batch-undo": a_batch,
    "handbook:import-merge": an_import,
    "handbook:import": an_import,
    "handbook:import-progress": an_import,
    "handbook:import-draft": an_import,
    "handbook:import-undo": an_import,
    "people:person": a_person,
    "people:change": a_person,
    "people:grant": a_person,
    "people:end-role": a_person,
    "people:invite-again": a_person,
    "people:remove-second-step": a_person,
    "people:leave": a_person,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the plan: its name with namespaces, its pieces, and whether it is another package's."""

    name: str
    pieces: tuple[Any, ...]
    foreign: bool

    def addresses(self, house: House) -> list[str]:
        """Every address that the content gives. Raises LookupError for one whose arguments nobody makes."""
        kinds = {name: kind for piece in self.pieces for name, kind in _arguments_of(piece).items()}
        if not kinds:
            return [self._with({})]
        if self.foreign:
            return [self._with(each) for each in _guessed(self.name, kinds, house)]
        if self.name not in OURS:
            raise LookupError(f"nobody makes arguments for {self.name}")
        return [self._with(each) for each in OURS[self.name](house)]

    def _with(self, values: dict[str, Any]) -> str:
        return "/" + "".join(_filled(piece, values) for piece in self.pieces)


def _arguments_of(piece: Any) -> dict[str, str]:
    if isinstance(piece, RoutePattern):
        return {name: type(each).__name__ for name, each in piece.converters.items()}
    return dict.fromkeys(piece.regex.groupindex, "regex") if isinstance(piece, RegexPattern) else {}


def _filled(piece: Any, values: dict[str, Any]) -> str:
    if isinstance(piece, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), str(piece._route))
    filled, _names = normalize(piece.regex.pattern)[0]
    return (filled % values).lstrip("^").rstrip("$")


def _guessed(name: str, kinds: dict[str, str], house: House) -> list[dict[str, Any]]:
    """Arguments for Wagtail's and allauth's addresses: our own pages wherever a number is asked."""
    plain = {
        "UUIDConverter": "00000000-0000-4000-8000-000000000001",
        "StringConverter": "handbook",
        "SlugConverter": "leht",
        "PathConverter": "leht",
        "regex": "1",
    }
    numbers = [page.pk for page in house.pages]
    if "IntConverter" not in kinds.values():
        numbers = numbers[:1]
    return [
        {
            each: number if kind == "IntConverter" or each in {"pk", "id"} else plain[kind]
            for each, kind in kinds.items()
        }
        for number in numbers
    ]


def routes(resolver: Any = None, pieces: tuple[Any, ...] = (), spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every address of the plan, with the way to it."""
    for each in (resolver or get_resolver()).url_patterns:
        way = (*pieces, each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, way, (*spaces, each.namespace) if each.namespace else spaces)
        elif isinstance(each, URLPattern):
            yield Route(":".join((*spaces, each.name or "")), way, _is_foreign(each))


def _is_foreign(pattern: URLPattern) -> bool:
    module = getattr(pattern.callback, "__module__", "") or ""
    view = getattr(pattern.callback, "view_class", None)
    return not (view.__module__ if view else module).startswith("metoodik.")


def text_of(response: HttpResponseBase) -> str:
    """Body and headers as one text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return "\n".join([readable(body), *(f"{name}: {value}" for name, value in response.items())])


def readable(body: bytes) -> str:
    """Words of a page, a CSV, a PDF or a Word file."""
    if body.startswith(b"%PDF"):
        return "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return body.decode(errors="replace")


class Visitor:
    """One person's browser that reports every answer which is an error or says too much."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.hidden = [each.word for each in ALL if not each.is_for(user)]
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        if user is not None:
            self.client.force_login(user)
            self.client.get("/kasiraamat/")

    def get(self, address: str, **headers: str) -> None:
        self._judge("GET", address, lambda: self.client.get(address, headers=headers))

    def post(self, address: str, data: dict[str, str] | None = None, **headers: str) -> None:
        self._judge("POST", address, lambda: self.client.post(address, data or {}, headers=headers))

    def _judge(self, method: str, address: str, ask: Callable[[], HttpResponseBase]) -> None:
        """Ask, and put everything back as it was."""
        cookies = self.client.cookies.copy()
        with transaction.atomic():
            response = ask()
            said = text_of(response).replace(address, "")  # What somebody typed may be said back to them.
            transaction.set_rollback(True)
        self.client.cookies = cookies
        if response.status_code >= NEVER_ERROR and address not in MEANT_TO_FAIL:
            self.wrong.append(f"{method} {address}: {response.status_code}")
        self.wrong += [f"{method} {address}: says {word}" for word in self.hidden if word in said.casefold()]
        self.seen |= {each.word for each in ALL if each.word in said.casefold()}


def who(house: House) -> dict[str, User | None]:
    """Every role, and nobody."""
    return {**house.people, "signed out": None}


def test_every_address_has_a_maker_of_arguments(house: House) -> None:
    missing = []
    for route in routes():
        try:
            assert route.addresses(house)
        except LookupError as error:
            missing.append(str(error))
    assert not missing


@pytest.mark.parametrize("role", [*ROLES, "signed out"])
def test_no_address_says_what_is_not_for_this_role(house: House, role: str) -> None:
    visitor = Visitor(who(house)[role])
    for route in routes():
        for address in route.addresses(house):
            visitor.get(address)
            if not route.foreign:
                visitor.post(address)
    assert not visitor.wrong


def test_no_notice_says_what_is_not_for_its_reader(house: House) -> None:
    for arguments in (a_request, a_comment, a_package, an_extension, a_fact):
        arguments(house)
    told = list(Notice.objects.select_related("user"))
    assert told
    wrong = [
        (each.user.name, each.key, marker.word)
        for each in told
        for marker in ALL
        if marker.word in json.dumps(each.values, ensure_ascii=False).casefold() and not marker.is_for(each.user)
    ]
    assert not wrong


@pytest.mark.parametrize("role", [*ROLES, "signed out"])
def test_no_search_says_what_is_not_for_this_role(house: House, role: str) -> None:
    visitor = Visitor(who(house)[role])
    for marker in ALL:
        for words in (marker.word[:-1], marker.word[:4], "leht", "lause", "hoiatus"):
            for address in ("/otsi/", *(f"/valjaanded/{number}/otsi/" for number in house.numbers)):
                visitor.post(address, {"words": words})
                visitor.post(address, {"words": words}, **{"HX-Request": "true"})
    assert not visitor.wrong


@pytest.mark.parametrize("role", [*ROLES, "signed out"])
def test_open_pages_hear_only_of_warnings_on_what_they_may_see(house: House, role: str) -> None:
    visitor = Visitor(who(house)[role])
    for since in ("", "?since=0000"):
        visitor.get(f"/ohutus/teated.json{since}")
    assert not visitor.wrong
    user = who(house)[role]
    if user is not None and user.can(Permission.READ_HANDBOOK):
        told = json.dumps(visitor.client.get("/ohutus/teated.json").json(), ensure_ascii=False)
        assert {each.word for each in MARKERS if each.word in told} == {e.word for e in MARKERS if e.is_for(user)}


def test_everybody_meets_what_is_written_for_them(house: House) -> None:
    for role, user in who(house).items():
        visitor = Visitor(user)
        for path in ("/kasiraamat/", "/valjaanded/1/", "/valjaanded/vordle/1/2/"):
            visitor.get(path)
        assert visitor.seen == {each.word for each in (*MARKERS, GONE) if each.is_for(user)}, role


def test_an_administrators_mode_opens_reading_and_nothing_to_write(house: House) -> None:
    peeter = house.people["administrator"]
    people_actions.enter_admin_mode(by=peeter, reason="Kontrollin, kas väljaanne avaneb.")
    again = User.objects.get(pk=peeter.pk)
    visitor = Visitor(again)
    for path in ("/kasiraamat/", "/valjaanded/koosta/", "/ohutus/uus/", "/haldus/"):
        visitor.get(path)
    assert not visitor.wrong
    assert "vaarikmets" in visitor.seen
    assert visitor.client.get("/valjaanded/koosta/").status_code == 403
    assert visitor.client.get("/ohutus/").status_code == 403
