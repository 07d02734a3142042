"""From Estonian into Russian and English: side by side, piece by piece, approved by others, honest of its age."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from tests.handbook_fixtures import draft_page, latest, passage, send
from tests.people_fixtures import person
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from metoodik.handbook import actions, content, glossary, sample, translation
from metoodik.handbook.actions import phrases as phrase_actions
from metoodik.handbook.actions import translation as translating
from metoodik.handbook.blocks import stream_data
from metoodik.handbook.models import GuidancePage, SectionPage, SegmentTranslation, Version
from metoodik.handbook.models.translation import Deed
from metoodik.handbook.models.versions import Change, Verdict
from metoodik.handbook.pinned import pinned_handbook
from metoodik.handbook.staleness import stale_passages, words_fingerprint
from metoodik.handbook.translations import standings
from metoodik.handbook.validation import NotReady
from metoodik.people.models import Notice, User
from metoodik.people.roles import MethodsExpert, ServiceOwner

LISTEN = content.Text("a1111111-0000-4000-8000-000000000001", "<p>Kuula <b>rahulikult</b>.</p><p>Ära kiirusta.</p>")
STEPS = content.Steps("a1111111-0000-4000-8000-000000000002", ("Helista 112.", "Jää liinile."))
CONTACT = content.Contact("a1111111-0000-4000-8000-000000000003", "Häirekeskus", "112", "kogu aeg")
PHRASE = content.Phrase("a1111111-0000-4000-8000-000000000004", "Ma olen siin.")
OUR_PASSAGE = content.Passage(
    "b1111111-0000-4000-8000-000000000001", "Esimesed sammud", (LISTEN, STEPS, CONTACT, PHRASE)
)
SAID = {
    "Vahetu oht": "Непосредственная опасность",
    "Kui kellegi elu on praegu ohus.": "Если чья-то жизнь сейчас в опасности.",
    "Esimesed sammud": "Первые шаги",
    "Kuula **rahulikult**.": "Слушай **спокойно**.",
    "Ära kiirusta.": "Не торопись.",
    "Helista 112.": "Позвони 112.",
    "Jää liinile.": "Оставайся на линии.",
    "Häirekeskus": "Центр тревоги",
    "kogu aeg": "круглосуточно",
}


@pytest.fixture
def source(tiina: User, section: SectionPage, in_force: Callable[..., Version]) -> Version:
    """A page in force with text, steps, a contact and a phrase."""
    return in_force(draft_page(tiina, section, passages=(OUR_PASSAGE,)))


def fields(source: Version, page: GuidancePage | None) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Estonian words to segment ids, what the form was filled from, and the words there, as a translator sees them."""
    segments = [each for part in translating.parts_of(source, page and latest(page)) for each in part.segments]
    ids = {translation.to_marked(each.source): each.id for each in segments}
    bases = {each.id: translating.base_of(each) for each in segments}
    return ids, bases, {each.id: translation.to_marked(each.words) for each in segments}


def translated(source: Version, by: User, said: dict[str, str] | None = None) -> GuidancePage:
    """The page in Russian, drafted."""
    page = translating.begin_translation(source=source, locale="ru", by=by)
    ids, bases, _words = fields(source, page)
    words = {ids[estonian]: russian for estonian, russian in (said or SAID).items()}
    translating.save_translation(page=page, source=source, by=by, words=words, bases=bases)
    return page


def sent(source: Version, page: GuidancePage, by: User) -> Version:
    return translating.send_translation(
        page=page, source=source, by=by, change_kind=Change.MATERIAL, change_sentence="Перевод."
    )


def approved(source: Version, jelena: User, olga: User) -> Version:
    """The Russian page in force, with its section."""
    version = sent(source, translated(source, jelena), jelena)
    for each in Version.objects.in_clearance():
        actions.approve_version(version=each, by=olga)
    version.refresh_from_db()
    return version


def changed(page: Page, tiina: User, passages: tuple[content.Passage, ...]) -> GuidancePage:
    draft = latest(page)
    draft.body = stream_data(passages)
    draft.save_revision(user=tiina)
    return draft


def states(source: Version, page: GuidancePage) -> dict[str, str]:
    return {
        translation.to_marked(each.source): each.state
        for part in translating.parts_of(source, latest(page))
        for each in part.segments
    }


# --- As values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", [each for each in sample.load().pages if each.locale == "et"], ids=lambda page: page.slug
)
def test_a_page_taken_apart_and_put_together_is_the_same_page(page: content.Page) -> None:
    segments = [each for part in translation.parts(page, None, {}, None) for each in part.segments]
    whole = [replace(each, words=each.source, was=each.source) for each in segments]
    again, made = translation.composed(page, whole)
    assert again == page
    for each in again.passages:
        assert translation.confirmed_source(each, made) == words_fingerprint(each)
    for each in segments:
        assert translation.from_marked(translation.to_marked(each.source), len(each.links)) == each.source


def test_what_a_translator_writes_is_never_markup() -> None:
    assert translation.from_marked('<script>1</script> & "x"', 0) == '&lt;script&gt;1&lt;/script&gt; &amp; "x"'
    assert translation.from_marked("[здесь](1) и [там](2)", 1) == '<a id="a1">здесь</a> и [там](2)'
    assert translation.from_marked("a_b_c и _тихо_", 0) == "a_b_c и <i>тихо</i>"


def test_a_lost_link_fact_or_number_is_noticed() -> None:
    page = content.Text("t", '<p>Helista <a href="tel:116006">siia</a>, {{fact:abi}} või 112.</p>')
    [piece] = translation.unit_of(page).pieces
    segment = translation.Segment("t.0", "", "text", piece.words, "Позвони.", piece.words, piece.links)
    assert segment.lost == ("{{fact:abi}}", "[1]")
    assert segment.lost_numbers == ("112",)


def test_terms_are_found_in_bent_words() -> None:
    assert [each.ru for each in glossary.hints("Tee inimesega turvaplaanid valmis.", "ru")] == ["план безопасности"]
    assert glossary.hints("Rahulikult.", "en") == []


# --- A translation from beginning to readers ------------------------------------------------------------------------


def test_a_page_is_translated_sent_and_approved_by_somebody_else(source: Version, jelena: User, olga: User) -> None:
    page = translated(source, jelena)
    draft = latest(page)
    assert (draft.title, draft.slug) == ("Непосредственная опасность", "neposredstvennaya-opasnost")
    assert [each.key for each in draft.to_content().passages] == [OUR_PASSAGE.key]
    assert draft.to_content().passages[0].blocks[0] == replace(
        LISTEN, html="<p>Слушай <b>спокойно</b>.</p><p>Не торопись.</p>"
    )
    assert set(states(source, page).values()) == {"drafted", "current"}

    version = sent(source, page, jelena)
    assert version.translates == source
    with pytest.raises(PermissionDenied):
        actions.approve_version(version=version, by=jelena)
    for each in Version.objects.in_clearance():
        actions.approve_version(version=each, by=olga)

    assert set(states(source, page).values()) == {"current"}
    assert SegmentTranslation.objects.filter(approved_in=version).count() == len(SAID)
    [russian] = [each for each in pinned_handbook(timezone.now()).pages if each.content.locale == "ru"]
    assert stale_passages(russian.content, source.page_content) == frozenset()
    assert russian.content.passages[0].source == words_fingerprint(source.page_content.passages[0])


def test_nothing_is_sent_with_pieces_missing(source: Version, jelena: User) -> None:
    page = translated(source, jelena, {"Esimesed sammud": "Первые шаги"})
    with pytest.raises(NotReady) as refused:
        sent(source, page, jelena)
    assert len(refused.value.findings) == 2


def test_readers_and_access_are_the_estonian_pages(
    source: Version, jelena: User, olga: User, tiina: User, rein: User
) -> None:
    approved(source, jelena, olga)
    draft = latest(source.page)
    draft.audiences = ["leadership"]
    draft.save_revision(user=tiina)
    actions.approve_version(version=send(draft, tiina), by=rein)
    assert {each.content.audiences for each in pinned_handbook(timezone.now()).pages} == {
        (content.Audience.LEADERSHIP,)
    }


def test_a_translation_leaves_force_with_its_estonian_page(
    source: Version, jelena: User, olga: User, tiina: User, rein: User
) -> None:
    approved(source, jelena, olga)
    withdrawal = send(source.page.specific, tiina, withdraws=True)
    actions.approve_version(version=withdrawal, by=rein)
    assert pinned_handbook(timezone.now()).pages == ()


# --- A source that changes ------------------------------------------------------------------------------------------


def test_a_changed_paragraph_leaves_its_translation_stale_and_the_rest_as_it_was(
    source: Version, jelena: User, olga: User, tiina: User, rein: User
) -> None:
    version = approved(source, jelena, olga)
    new = replace(LISTEN, html="<p>Enne hinga.</p><p>Kuula <b>väga rahulikult</b>.</p><p>Ära kiirusta.</p>")
    changed(source.page, tiina, (replace(OUR_PASSAGE, blocks=(new, STEPS, CONTACT, PHRASE)),))
    now = actions.approve_version(version=send(source.page.specific, tiina), by=rein)

    page = GuidancePage.objects.get(pk=version.page_id)
    found = states(now, page)
    assert found["Ära kiirusta."] == "current"
    assert found["Helista 112."] == "current"
    assert sorted(found.values()).count("missing") == 1
    assert sorted(found.values()).count("stale") == 1
    assert stale_passages(version.page_content, now.page_content) == {OUR_PASSAGE.key}
    assert Notice.objects.filter(user=jelena, key="translation_source_changed").exists()

    ids, bases, _words = fields(now, page)
    missing = next(each for each, state in found.items() if state == "missing")
    stale = next(each for each, state in found.items() if state == "stale")
    translating.save_translation(
        page=page, source=now, by=jelena, words={ids[missing]: "Сначала вдохни."}, bases=bases, same={ids[stale]}
    )
    assert {"missing", "stale"} & set(states(now, page).values()) == set()
    assert SegmentTranslation.objects.filter(deed=Deed.CONFIRMED).get().by == jelena


def test_a_split_passage_keeps_what_was_translated(
    source: Version, jelena: User, olga: User, tiina: User, rein: User
) -> None:
    version = approved(source, jelena, olga)
    second = content.Passage(str(uuid.uuid4()), "Kellele helistada", (CONTACT, PHRASE))
    changed(source.page, tiina, (replace(OUR_PASSAGE, blocks=(LISTEN, STEPS)), second))
    now = actions.approve_version(version=send(source.page.specific, tiina), by=rein)
    found = states(now, GuidancePage.objects.get(pk=version.page_id))
    assert [each for each, state in found.items() if state != "current"] == ["Kellele helistada"]


def test_a_mark_of_restriction_does_not_make_a_translation_stale(source: Version, jelena: User, olga: User) -> None:
    version = approved(source, jelena, olga)
    marked = content.Restriction("AvTS § 35", "SKA", timezone.localdate(), timezone.localdate() + timedelta(days=9))
    estonian = replace(
        source.page_content, passages=(replace(OUR_PASSAGE, restriction=marked, formerly=(str(uuid.uuid4()),)),)
    )
    assert stale_passages(version.page_content, estonian) == frozenset()


def test_two_translators_lose_nothing(source: Version, jelena: User, tiina: User) -> None:
    page = translated(source, jelena)
    ids, bases, _words = fields(source, page)
    heading, step = ids["Esimesed sammud"], ids["Jää liinile."]
    first = translating.save_translation(page=page, source=source, by=tiina, words={heading: "Сначала"}, bases=bases)
    second = translating.save_translation(
        page=page, source=source, by=jelena, words={heading: "Первое", step: "Останься на линии."}, bases=bases
    )
    assert (first.changed, second.changed, second.conflicts) == (1, 1, {heading})
    assert fields(source, page)[2][heading] == "Сначала"
    assert fields(source, page)[2][step] == "Останься на линии."


def test_the_same_sentence_elsewhere_is_offered(
    source: Version,
    jelena: User,
    olga: User,
    tiina: User,
    section: SectionPage,
    in_force: Callable[..., Version],
    client: Client,
) -> None:
    approved(source, jelena, olga)
    assert StringTranslation.objects.count() == len(SAID)
    other = in_force(
        draft_page(
            tiina, section, "Teine leht", passages=(passage("Esimesed sammud", replace(STEPS, key=str(uuid.uuid4()))),)
        )
    )
    client.force_login(jelena)
    page = client.get(f"/tolkimine/{other.key}/ru/").text
    assert "Оставайся на линии." in page
    assert "Первые шаги" in page


# --- Words to say ---------------------------------------------------------------------------------------------------


@pytest.fixture
def safety(tiina: User, section: SectionPage, liis: User) -> Version:
    """A safety page in clearance, whose phrase is in Estonian alone; a counsellor agrees with it."""
    version = send(draft_page(tiina, section, "Enesetapurisk", passages=(OUR_PASSAGE,), risk="safety"), tiina)
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    return version


def test_a_missing_safety_phrase_blocks_until_it_is_excepted_by_name(safety: Version, rein: User) -> None:
    with pytest.raises(NotReady) as refused:
        actions.approve_version(version=safety, by=rein)
    assert len(refused.value.findings) == 2
    for language in ("ru", "en"):
        phrase_actions.except_phrase(
            version=safety,
            block_key=PHRASE.key,
            language=language,
            reason="Tõlge tuleb järgmisel nädalal.",
            until=timezone.localdate() + timedelta(days=7),
            by=rein,
        )
    assert actions.approve_version(version=safety, by=rein).approved_by == rein


def test_exceptions_are_listed_and_ended_early(safety: Version, rein: User, liis: User, client: Client) -> None:
    until = timezone.localdate() + timedelta(days=7)
    details = {"version": safety, "block_key": PHRASE.key, "language": "ru", "reason": "Tõlge tuleb.", "until": until}
    exception = phrase_actions.except_phrase(by=rein, **details)  # type: ignore[arg-type]
    end = f"/tolkimine/laused/{safety.pk}/erand/{exception.pk}/lopeta/"
    client.force_login(liis)
    page = client.get(f"/tolkimine/laused/{safety.pk}/").text
    assert "Tõlge tuleb." in page
    assert rein.name in page
    assert client.post(end).status_code == 403
    client.force_login(rein)
    assert end in client.get(f"/tolkimine/laused/{safety.pk}/").text
    assert client.post(end).status_code == 302
    assert "Tõlge tuleb." not in client.get(f"/tolkimine/laused/{safety.pk}/").text
    with pytest.raises(NotReady) as refused:
        actions.approve_version(version=safety, by=rein)
    assert len(refused.value.findings) == 2
    assert client.post(end).status_code == 404


def test_nobody_excepts_a_phrase_of_what_they_wrote(section: SectionPage, liis: User) -> None:
    both = person("Mall Maasikas", MethodsExpert, ServiceOwner)
    version = send(draft_page(both, section, "Enesetapurisk", passages=(OUR_PASSAGE,), risk="safety"), both)
    until = timezone.localdate() + timedelta(days=7)
    details = {"version": version, "block_key": PHRASE.key, "language": "ru", "reason": "Tõlge tuleb.", "until": until}
    with pytest.raises(PermissionDenied):
        phrase_actions.except_phrase(by=both, **details)  # type: ignore[arg-type]


def test_a_safety_phrase_is_agreed_with_by_another_than_who_wrote_it(
    tiina: User, section: SectionPage, liis: User, rein: User, olga: User, make_person: Callable[..., User]
) -> None:
    said = replace(PHRASE, ru="Я здесь.", en="I am here.")
    said = replace(said, ru_source=content.fingerprint(said.et), en_source=content.fingerprint(said.et))
    page = draft_page(tiina, section, "Oht", passages=(replace(OUR_PASSAGE, blocks=(said,)),), risk="safety")
    version = send(page, tiina)
    actions.review_version(version=version, by=liis, verdict=Verdict.AGREES)
    with pytest.raises(NotReady):
        actions.approve_version(version=version, by=rein)
    with pytest.raises(PermissionDenied):
        phrase_actions.agree_with_phrases(version=version, by=tiina)
    assert phrase_actions.agree_with_phrases(version=version, by=olga) == 2
    actions.approve_version(version=version, by=rein)


def test_the_translation_of_a_safety_page_is_for_a_language_reviewer_alone(
    source: Version, jelena: User, rein: User, olga: User
) -> None:
    version = sent(source, translated(source, jelena), jelena)
    Version.objects.filter(pk=version.pk).update(risk="safety")
    version.refresh_from_db()
    assert not version.may_be_approved_by(rein)
    assert version.may_be_approved_by(olga)


# --- At the workplace -----------------------------------------------------------------------------------------------


def test_jelena_translates_a_phrase_and_a_heading_in_her_browser(source: Version, jelena: User, client: Client) -> None:
    client.force_login(jelena)
    address = f"/tolkimine/{source.key}/ru/"
    page = client.get(address).text
    fields_there = dict(re.findall(r'name="(base-[^"]+)" value="([^"]+)"', page))
    form = fields_there | {f"p-{PHRASE.key}": "Я здесь.", f"s-{OUR_PASSAGE.key}.0": "Первые шаги"}
    assert client.post(address, form).status_code == 302
    page = client.get(address).text
    assert "Я здесь." in page
    assert "Первые шаги" in page
    phrase = latest(source.page.specific).phrase(PHRASE.key)
    assert phrase is not None
    assert (phrase.ru, phrase.state("ru")) == ("Я здесь.", "current")
    assert client.get(f"{address}ajalugu/{PHRASE.key}/").status_code == 200
    assert client.get(f"{address}saada/").status_code == 200


def test_what_cannot_be_saved_is_kept_on_the_page(
    source: Version, jelena: User, tiina: User, rein: User, client: Client
) -> None:
    client.force_login(jelena)
    address = f"/tolkimine/{source.key}/ru/"
    field = f"s-{OUR_PASSAGE.key}.0"
    refused = client.post(address, {field: "Код 38001085718"})
    assert refused.status_code == 422
    assert "38001085718" in refused.text
    actions.approve_version(version=send(source.page.specific, tiina, withdraws=True), by=rein)
    gone = client.post(address, {field: "Первые шаги"})
    assert gone.status_code == 409
    assert "Первые шаги" in gone.text


def test_the_list_shows_what_each_may_see(
    source: Version,
    jelena: User,
    olga: User,
    liis: User,
    tiina: User,
    section: SectionPage,
    in_force: Callable[..., Version],
    client: Client,
) -> None:
    in_force(draft_page(tiina, section, "Juhtide leht", audiences=["leadership"]))
    assert {each.title for each in standings(jelena)} == {"Vahetu oht"}
    assert {each.title for each in standings(tiina)} == {"Vahetu oht", "Juhtide leht"}
    approved(source, jelena, olga)
    assert {each.locale: each.state for each in standings(jelena)} == {"ru": "current", "en": "missing"}
    client.force_login(olga)
    assert "Vahetu oht" in client.get("/tolkimine/?keel=ru").text
    assert "Vahetu oht" in b"".join(client.get("/tolkimine/tabel.csv")).decode()  # type: ignore[arg-type]
    client.force_login(liis)
    assert client.get("/tolkimine/").status_code == 403


def test_a_page_of_twenty_thousand_words_opens(
    tiina: User, section: SectionPage, in_force: Callable[..., Version], jelena: User, client: Client
) -> None:
    words = "<p>" + " ".join(["Kuula rahulikult ja küsi."] * 12) + "</p>"
    long = tuple(
        content.Passage(str(uuid.uuid4()), f"Lõik {number}", (content.Text(str(uuid.uuid4()), words * 10),))
        for number in range(42)
    )
    version = in_force(draft_page(tiina, section, "Pikk", passages=long))
    client.force_login(jelena)
    assert client.get(f"/tolkimine/{version.key}/en/").status_code == 200


def test_each_finds_their_work_on_the_desk(
    source: Version, safety: Version, jelena: User, olga: User, client: Client
) -> None:
    translated(source, jelena)
    client.force_login(jelena)
    assert "Vahetu oht" in client.get("/").text
    assert client.get("/toimetus/").status_code == 200
    client.force_login(olga)
    assert "Enesetapurisk" not in client.get("/").text
    said = replace(PHRASE, ru="Я здесь.", ru_source=content.fingerprint(PHRASE.et))
    page = latest(safety.page.specific)
    page.write_passages((replace(OUR_PASSAGE, blocks=(said,)),))
    page.save_revision(user=safety.submitted_by)
    version = send(page, safety.submitted_by)
    assert "Enesetapurisk" in client.get("/").text
    assert f"/tolkimine/laused/{version.pk}/" in client.get(version.get_absolute_url()).text
    assert client.post(f"/tolkimine/laused/{version.pk}/").status_code == 302
    assert "Enesetapurisk" not in client.get("/").text
