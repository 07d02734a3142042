"""Clearance and import speak the language a person chose: no word of theirs is left in English or in another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.handbook_fixtures import draft_page, latest, passage, send

from metoodik.handbook import actions
from metoodik.handbook.actions import imports as import_actions
from metoodik.handbook.content import Text
from metoodik.handbook.importing.values import Reason
from metoodik.handbook.models import GuidancePage, ImportedFile, SectionPage, Version
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.models.versions import Change, Verdict
from metoodik.people.models import User

LANGUAGES = ("et", "ru")
SOURCE = """<html><head><title>Meelespea</title></head><body>
<h1>Ärev helistaja</h1><h2>Kõne alguses</h2>
<p>Räägi aeglaselt. <del>Vana lause.</del></p><img src="x.png" alt="Rahulik hingamine">
</body></html>""".encode()
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[ds]|\{\w+\}")
SHOWN = {"alt", "aria-label", "data-label", "placeholder", "title"}
SILENT = {"script", "style", "title"}


class Seen(HTMLParser):
    """What a person reads or hears on a page, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent = tag
        self.pieces += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces += [" ".join(each.split()) for each in data.split("·")]


@cache
def catalogue(language: str) -> polib.POFile:
    """The room's words in a language."""
    path = Path(settings.PACKAGE) / "handbook" / "locale" / language / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path))


def forms(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """The English of an entry beside its translation, each plural form in turn."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
    for text in entry.msgstr_plural.values():
        yield entry.msgid, text
        yield entry.msgid_plural, text


def texts(language: str) -> set[str]:
    """Everything the room says in a language; its sources when the language is English."""
    book = catalogue("et" if language == "en" else language)
    return {source if language == "en" else text for entry in book for source, text in forms(entry)}


@cache
def foreign(language: str) -> tuple[set[str], set[str]]:
    """Whole strings and runs of at least two words in the other languages, which a page in this one must not show."""
    others = set().union(*(texts(other) for other in ("en", *LANGUAGES) if other != language)) - texts(language)
    runs = {part.strip(" ,.:“”„«»()") for text in others for part in PLACEHOLDER.split(text)}
    return {each for each in others if not PLACEHOLDER.search(each)}, {run for run in runs if " " in run}


def left_foreign(page: str, language: str) -> set[str]:
    """What of the room's words stands on a page in another language than the page's."""
    seen = Seen()
    seen.feed(page)
    whole, runs = foreign(language)
    everything = "\n".join(seen.pieces)
    return {piece for piece in seen.pieces if piece.rstrip(":") in whole} | {run for run in runs if run in everything}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """The language that everybody in the story chose."""
    return str(request.param)


@pytest.fixture
def reads(client: Client, language: str) -> Callable[..., None]:
    """Opens an address as somebody, in the story's language; answers a form there when fields are given."""

    def read(who: User, address: str, form: dict[str, str] | None = None, status: int = 200) -> None:
        client.force_login(who)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(address) if form is None else client.post(address, form)
        page = answer.content.decode()
        assert answer.status_code == status
        assert f'<html lang="{language}"' in page
        assert left_foreign(page, language) == set(), address

    return read


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_string_is_said_and_none_is_doubtful(spoken: str) -> None:
    book = catalogue(spoken)
    assert [entry.msgid for entry in book if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_placeholders_are_kept(spoken: str) -> None:
    for entry in catalogue(spoken):
        wanted = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural)}
        for source, text in forms(entry):
            assert set(PLACEHOLDER.findall(text)) <= wanted, source
            assert entry.msgid_plural or set(PLACEHOLDER.findall(text)) == wanted, source


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_quotes_are_the_languages_own(spoken: str) -> None:
    opening, closing = {"et": ("„", "“"), "ru": ("«", "»")}[spoken]
    for entry in catalogue(spoken):
        for _source, text in forms(entry):
            assert text.count(opening) == text.count(closing), text
            assert not set(text) & (set('„“”«»"!') - {opening, closing}), text


def test_a_page_left_in_another_language_is_noticed() -> None:
    page = '<p>Mustand · approved by Rein Mets</p><button>Approve</button><input placeholder="Remark">'
    assert left_foreign(page, "et") == {"approved by", "Approve", "Remark"}
    assert left_foreign("<p>Import</p><p>Mustand</p><p>Черновик</p>", "ru") == {"Import", "Mustand"}


def test_clearance_from_sending_to_approval(
    reads: Callable[..., None], section: SectionPage, tiina: User, liis: User, rein: User
) -> None:
    reads(rein, "/kooskolastus/")
    draft = draft_page(tiina, section, "Enesetapurisk", risk="safety")
    reads(tiina, f"/kooskolastus/saada/{draft.pk}/")
    reads(tiina, f"/kooskolastus/saada/{draft.pk}/", {"change_kind": "", "change_sentence": ""}, 422)
    version = send(draft, tiina, kind=Change.SAFETY)
    address = version.get_absolute_url()

    for who in (tiina, liis, rein):
        reads(who, "/")
        reads(who, "/kooskolastus/")
        reads(who, address)
    reads(liis, f"{address}arvamus/", {"verdict": "change", "comment": ""}, 422)
    reads(rein, f"{address}kinnita/", {}, 409)
    reads(rein, f"{address}tagasta/", {"answer": ""}, 422)
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    reads(rein, address)
    actions.approve_version(version=version, by=rein)
    reads(rein, address)
    reads(tiina, "/kooskolastus/")


def test_a_draft_with_everything_missing(reads: Callable[..., None], section: SectionPage, tiina: User) -> None:
    empty = draft_page(
        tiina,
        section,
        "Pooleli",
        summary="",
        audiences=[],
        passages=(passage("", Text("t", "")),),
        sources_none=False,
        legal_basis_none=False,
        review_months=0,
        access="restricted",
    )
    reads(tiina, f"/kooskolastus/saada/{empty.pk}/")


def test_returned_edited_and_withdrawn(
    reads: Callable[..., None],
    section: SectionPage,
    danger: GuidancePage,
    in_force: Callable[..., Version],
    tiina: User,
    liis: User,
    rein: User,
) -> None:
    in_force(danger, kind=Change.EDITORIAL)
    link = f'<p>Loe ka: <a href="metoodik:page/{danger.translation_key}">vahetu oht</a>.</p>'
    today = timezone.localdate()
    marked = draft_page(
        tiina,
        section,
        "Sisekord",
        passages=(passage("Kuhu", Text("t", link)),),
        access="restricted",
        restriction_ground="AvTS § 35 lg 1 p 9",
        restriction_authority="Sotsiaalkindlustusamet (näidis)",
        restriction_since=today,
        restriction_until=today + timedelta(days=365),
    )
    reads(rein, in_force(marked).get_absolute_url())
    reads(tiina, f"/kooskolastus/kehtetuks/{danger.pk}/")
    withdrawal = send(danger, tiina, withdraws=True)
    reads(rein, withdrawal.get_absolute_url())

    returned = send(draft_page(tiina, section, "Tagasi"), tiina)
    actions.review_version(version=returned, by=liis, verdict=Verdict.CHANGE, comment="Kaks sammu on vahetuses.")
    reads(rein, returned.get_absolute_url())
    actions.return_version(version=returned, by=rein, answer="Lisa venekeelsed laused.")
    reads(tiina, returned.get_absolute_url())

    edited = draft_page(tiina, section, "Muudetud")
    sent = send(edited, tiina)
    latest(edited).save_revision(user=tiina)
    reads(rein, sent.get_absolute_url())
    reads(tiina, "/")
    reads(tiina, "/kooskolastus/")


def test_an_import_in_every_state(reads: Callable[..., None], section: SectionPage, tiina: User) -> None:
    reads(tiina, "/import/")
    reads(tiina, "/import/", {"section": str(section.pk)}, 422)
    taken = import_actions.take_file(by=tiina, data=SOURCE, filename="ärev.html", section=section)
    address = f"/import/{taken.pk}/"
    reads(tiina, address)
    read = import_actions.read_file(imported=taken)
    assert read.leftovers
    reads(tiina, address)
    reads(tiina, "/")
    import_actions.make_draft(imported=read, by=tiina)
    reads(tiina, address)
    import_actions.undo_import(imported=ImportedFile.objects.get(pk=taken.pk), by=tiina)
    reads(tiina, address)
    reads(tiina, "/import/")


def test_a_refusal_says_why(reads: Callable[..., None], section: SectionPage, tiina: User) -> None:
    for reason in Reason:
        refused = ImportedFile.objects.create(
            by=tiina, filename="leht.pdf", size=0, section=section, state=ImportState.REFUSED, reason=reason
        )
        reads(tiina, f"/import/{refused.pk}/")
