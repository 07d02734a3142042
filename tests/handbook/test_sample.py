"""The sample handbook is whole, careful and the same everywhere; a broken file is refused by name and place."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest

from metoodik.handbook import sample
from metoodik.handbook.content import (
    BLOCKS,
    LANGUAGES,
    Access,
    Audience,
    Block,
    Checklist,
    Contact,
    Kind,
    Page,
    Phrase,
    Risk,
    Steps,
    Text,
    Warning,
    fingerprint,
)
from metoodik.handbook.fact_marks import MARK, facts_of_page, filled_page, filled_passage

HANDBOOK = sample.load()
PAGES = HANDBOOK.pages
ESTONIAN = [page for page in PAGES if page.locale == "et"]
SAFETY = [page for page in PAGES if page.risk is Risk.SAFETY]
FACTS = tomllib.loads((Path(sample.__file__).parent / "facts.toml").read_text(encoding="utf-8"))["fact"]
VALUES = {each["key"]: each["value"] for each in FACTS}
NUMBERS = {each["value"] for each in FACTS if each["kind"] == "phone"}


def named(page: Page) -> str:
    return f"{page.locale}-{page.slug}"


def blocks(page: Page) -> Iterator[Block]:
    for passage in page.passages:
        yield from passage.blocks


def html_of(page: Page) -> Iterator[str]:
    for block in blocks(page):
        if isinstance(block, Text | Warning):
            yield block.html
        elif isinstance(block, Steps | Checklist):
            yield from block.items


def words_of(value: object) -> Iterator[str]:
    """Every text in plain data, keys of pages and blocks aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from words_of(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in {"key", "section", "source", "ru_source", "en_source", "since", "until"}:
                yield from words_of(each)


class Tags(HTMLParser):
    """Checks that tags are allowed, closed in order, and that links lead somewhere lasting."""

    def __init__(self, *, inline: bool) -> None:
        super().__init__()
        self.allowed = {"b", "i", "a", "br"} if inline else {"p", "ul", "ol", "li", "b", "i", "a", "br"}
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed
        if tag == "a":
            ((name, address),) = attrs
            assert name == "href"
            assert address
            self.links.append(address)
        else:
            assert not attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def links_in(html: str, *, inline: bool) -> list[str]:
    tags = Tags(inline=inline)
    tags.feed(html)
    tags.close()
    assert not tags.open
    return tags.links


def test_the_handbook_has_its_shelves_and_pages() -> None:
    assert {section.locale for section in HANDBOOK.sections} == set(LANGUAGES)
    shelves = {section.key for section in HANDBOOK.sections}
    assert len(HANDBOOK.sections) == len(LANGUAGES) * len(shelves)
    assert len(ESTONIAN) >= 32
    for locale in ("ru", "en"):
        assert len([page for page in PAGES if page.locale == locale]) >= 12
    assert {page.section for page in PAGES} == shelves
    assert {page.kind for page in PAGES} == set(Kind)
    assert {page.risk for page in PAGES} == set(Risk)
    assert {page.access for page in PAGES} == set(Access)
    assert {audience for page in PAGES for audience in page.audiences} == set(Audience)
    assert {block.kind for page in PAGES for block in blocks(page)} == set(BLOCKS)


def test_loading_twice_gives_equal_content_and_hashes() -> None:
    again = sample.load()
    assert again == HANDBOOK
    assert [page.hash for page in again.pages] == [page.hash for page in PAGES]


def test_a_page_is_found_by_key_and_language() -> None:
    page = SAFETY[0]
    assert HANDBOOK.page(page.key, page.locale) is page
    with pytest.raises(KeyError):
        HANDBOOK.page(page.key, "fi")


def test_keys_are_uuids_and_name_one_thing() -> None:
    keys = [section.key for section in HANDBOOK.sections if section.locale == "et"]
    for page in ESTONIAN:
        keys += [page.key, *(passage.key for passage in page.passages), *(block.key for block in blocks(page))]
    assert all(str(UUID(key)) == key for key in keys)
    assert len(set(keys)) == len(keys)


def test_addresses_are_short_latin_and_unique_in_a_language() -> None:
    for locale in LANGUAGES:
        shelves = [section.slug for section in HANDBOOK.sections if section.locale == locale]
        pages = [page.slug for page in PAGES if page.locale == locale]
        assert len(set(shelves)) == len(shelves)
        assert len(set(pages)) == len(pages)
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 40 for slug in shelves + pages)


def test_safety_pages_exist_in_three_languages_with_the_same_keys() -> None:
    keys = {page.key for page in SAFETY}
    assert len(keys) == 7
    for key in keys:
        variants = [HANDBOOK.page(key, locale) for locale in LANGUAGES]
        assert len({page.section for page in variants}) == 1
        assert len({tuple(passage.key for passage in page.passages) for page in variants}) == 1
        assert len({tuple((block.kind, block.key) for block in blocks(page)) for page in variants}) == 1


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_every_page_survives_the_way_to_data_and_back(sheet: Page) -> None:
    assert Page.from_data(sheet.to_data()) == sheet


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_every_page_is_complete(sheet: Page) -> None:
    assert sheet.sample
    assert 4 <= len(sheet.passages) <= 9
    assert sheet.review_months == (6 if sheet.risk is Risk.SAFETY else 12)
    assert sheet.summary.endswith(".")
    assert all(passage.blocks for passage in sheet.passages)
    assert (sheet.restriction is not None) == (sheet.access is Access.RESTRICTED)


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_only_allowed_tags_and_lasting_links(sheet: Page) -> None:
    targets = {each.key: {passage.key for passage in each.passages} for each in ESTONIAN}
    for block in blocks(sheet):
        if isinstance(block, Text | Warning):
            found = links_in(block.html, inline=False)
            assert block.html.startswith(("<p>", "<ul>", "<ol>"))
        elif isinstance(block, Steps | Checklist):
            found = [link for item in block.items for link in links_in(item, inline=True)]
        else:
            continue
        for link in found:
            key, _, passage = link.removeprefix("metoodik:page/").partition("#")
            assert key in targets
            assert not passage or passage in targets[key]


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_numbers_come_from_the_register_and_no_other_stands_anywhere(sheet: Page) -> None:
    assert set(facts_of_page(sheet)) <= set(VALUES)
    for raw in words_of(sheet.to_data()):
        words = re.sub(r"metoodik:page/[0-9a-f#-]+|§(?:§|-d)? \d+", "", raw)
        for number in re.findall(r"\+?\d(?:[  -]?\d){4,}", words):
            assert number in NUMBERS, number
        assert not set(re.findall(r"\b1\d\d\b", re.sub("116 006|116 111", "", words))) - {"112"}
    for block in blocks(sheet):
        if isinstance(block, Contact):
            assert not block.phone or MARK.fullmatch(block.phone)
            assert not re.search(r"\d{3}", MARK.sub("", block.note + block.hours))
        elif isinstance(block, Phrase):
            assert not re.search(r"\d{3}", MARK.sub("", block.et + block.ru + block.en))


@pytest.mark.parametrize("sheet", PAGES, ids=named)
def test_text_has_typographic_quotes_and_estonian_does_not_shout(sheet: Page) -> None:
    for words in words_of(sheet.to_data()):
        plain = re.sub(r"<[^>]*>", "", words)
        assert '"' not in plain
        assert "  " not in plain
        if sheet.locale == "et":
            assert "!" not in plain


@pytest.mark.parametrize("sheet", SAFETY, ids=named)
def test_a_safety_page_names_112_first_and_speaks_three_languages(sheet: Page) -> None:
    first = filled_passage(sheet.passages[0], VALUES.get)
    assert any(isinstance(block, Warning) and "112" in block.html for block in first.blocks[:1])
    assert any(isinstance(block, Contact) and block.phone == "112" for block in first.blocks)
    phrases = [block for block in blocks(sheet) if isinstance(block, Phrase)]
    assert phrases
    assert all(phrase.state(language) == "current" for phrase in phrases for language in LANGUAGES)


def test_child_pages_tell_the_two_duties_apart() -> None:
    (page,) = [page for page in SAFETY if page.locale == "et" and "laps" in page.slug]
    text = " ".join(words_of(filled_page(page, VALUES.get).to_data()))
    assert {"112", "116 111"} <= set(re.findall(r"116 111|112", text))
    assert "kohalik" in text
    assert "§-d 26, 27, 30 ja 31" in text


def test_one_translation_is_stale_and_one_missing_on_an_ordinary_page() -> None:
    states = [
        (page.risk, language, block.state(language))
        for page in ESTONIAN
        for block in blocks(page)
        if isinstance(block, Phrase)
        for language in ("ru", "en")
    ]
    assert [state for state in states if state[2] != "current"] == [
        (Risk.ORDINARY, "ru", "stale"),
        (Risk.ORDINARY, "en", "missing"),
    ]


def test_the_restricted_page_carries_its_marking_for_no_more_than_five_years() -> None:
    (page,) = [page for page in PAGES if page.access is Access.RESTRICTED]
    assert page.restriction is not None
    assert page.restriction.ground.startswith("AvTS § 35 lg 1 p ")
    assert "näidis" in page.restriction.authority
    assert page.restriction.until <= page.restriction.since.replace(year=page.restriction.since.year + 5)
    assert page.audiences == (Audience.COUNSELLING, Audience.LEADERSHIP)


def test_one_passage_alone_is_restricted_on_a_page_that_others_read() -> None:
    ((page, passage),) = [(page, each) for page in PAGES for each in page.passages if each.restriction]
    assert page.access is Access.INTERNAL
    assert page.passages[-1] is passage
    assert passage.restriction is not None
    assert "näidis" in passage.restriction.authority
    assert passage.restriction.until <= passage.restriction.since.replace(year=passage.restriction.since.year + 5)


# What is refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample files to spoil."""
    target = tmp_path / "sample"
    shutil.copytree(Path(sample.__file__).parent, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


def spoil(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_untouched_copy_loads(folder: Path) -> None:
    assert sample.load(folder) == HANDBOOK


@pytest.mark.parametrize(
    ("file", "before", "after", "complaint"),
    [
        ("et/vahetu-oht.toml", 'risk = "safety"', 'risk = "deadly"', r"et/vahetu-oht\.toml: 'risk' must be one of"),
        ("et/vahetu-oht.toml", "review_months = 6", "review_months = 0", r"'review_months' must be a whole number"),
        ("et/vahetu-oht.toml", "sample = true", "sample = false", r"must say 'sample = true'"),
        ("et/vahetu-oht.toml", 'heading = "', 'headline = "', r"passage 1: unknown field 'headline'"),
        ("et/vahetu-oht.toml", 'kind = "warning"', 'kind = "shout"', r"passage 1, block 1: 'kind' must be one of"),
        (
            "et/vahetu-oht.toml",
            'phone = "{{fact:hadaabi}}"',
            "phone = 112",
            r"block 2: 'phone' must be text",
        ),
        ("et/vahetu-oht.toml", 'current = ["ru", "en"]', 'current = ["ru"]', r"block 3: 'en' needs words and either"),
        ("et/vahetu-oht.toml", 'access = "internal"', 'access = "restricted"', r"needs its \[restriction\]"),
        ("et/vahetu-oht.toml", 'audiences = ["staff"]', 'audiences = ["world"]', r"'audiences' must be among"),
        ("et/vahetu-oht.toml", "sources = [", "sources = [] #", r"et/vahetu-oht\.toml: "),
        ("et/ahvardav-helistaja.toml", "until = 2031", "until = 2021", r"'until' must be later than 'since'"),
        ("ru/vahetu-oht.toml", 'kind = "contact"', 'kind = "text"', r"ru/vahetu-oht\.toml, passage 1, block 2"),
        (
            "ru/vahetu-oht.toml",
            'phone = "{{fact:hadaabi}}"',
            'phone = "{{fact:ohvriabi}}"',
            r"passage 1: blocks must be those of the Estonian",
        ),
        (
            "en/laps.toml",
            "https://www.riigiteataja.ee/",
            "https://naidis.ee/",
            r"sources and legal basis must be those",
        ),
        ("sections.toml", '"laps"', '"lapsed"', r"et/lapsed\.toml: the file is missing"),
        ("sections.toml", '"enesehoid",', "", r"et/enesehoid\.toml: no section in sections\.toml names this page"),
        ("sections.toml", '"veebivestlus"', '"suunamine"', r"page 'suunamine' stands on a shelf twice"),
    ],
)
def test_a_mistake_is_refused_by_file_and_place(
    folder: Path, file: str, before: str, after: str, complaint: str
) -> None:
    spoil(folder / file, before, after)
    with pytest.raises(ValueError, match=complaint):
        sample.load(folder)


def test_a_key_used_twice_is_refused(folder: Path) -> None:
    page = next(page for page in ESTONIAN if page.slug == "enesehoid")
    spoil(folder / "et" / "enesehoid.toml", page.passages[1].key, page.passages[0].key)
    with pytest.raises(ValueError, match=f"key {page.passages[0].key} is used twice"):
        sample.load(folder)


def test_a_stale_translation_remembers_the_words_it_was_made_from() -> None:
    (phrase,) = [
        block
        for page in ESTONIAN
        for block in blocks(page)
        if isinstance(block, Phrase) and block.state("ru") == "stale"
    ]
    assert phrase.ru_source == fingerprint("Ma loen teie sõnumit ja vastan kohe.")


def test_no_link_leads_a_reader_to_a_page_meant_for_others() -> None:
    pages = {page.key: page for page in ESTONIAN}
    for page in ESTONIAN:
        for key in re.findall(r"metoodik:page/([0-9a-f-]{36})", " ".join(html_of(page))):
            target = pages[key]
            assert Audience.STAFF in target.audiences or set(page.audiences) <= set(target.audiences)
            assert target.access is not Access.RESTRICTED
