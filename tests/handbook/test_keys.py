"""A passage keeps its key while it is the same passage, and gets a new one when it becomes another."""

from __future__ import annotations

from tests.handbook_fixtures import draft_page, draft_section, latest, passage
from wagtail.models import Locale, Page

from metoodik.handbook.content import Phrase
from metoodik.handbook.models import GuidancePage, SectionPage
from metoodik.people.models import User


def keys(page: GuidancePage) -> list[tuple[str, str]]:
    written = page.to_content()
    return [(written.key, each.key) for each in written.passages]


def test_editing_a_heading_keeps_the_key(danger: GuidancePage, tiina: User) -> None:
    before = keys(latest(danger))
    draft = latest(danger)
    draft.body[0].value["heading"] = "Helista kohe 112"
    draft.save_revision(user=tiina)

    assert keys(latest(danger)) == before
    assert latest(danger).to_content().passages[0].heading == "Helista kohe 112"


def test_moving_a_passage_keeps_the_keys(danger: GuidancePage, tiina: User) -> None:
    before = keys(latest(danger))
    draft = latest(danger)
    draft.body = list(reversed(draft.body.get_prep_value()))
    draft.save_revision(user=tiina)

    assert keys(latest(danger)) == list(reversed(before))


def test_a_passage_pasted_twice_renews_the_second(danger: GuidancePage, tiina: User) -> None:
    draft = latest(danger)
    data = draft.body.get_prep_value()
    draft.body = [*data, data[0]]
    draft.save_revision(user=tiina)

    first, second, third = latest(danger).to_content().passages
    assert [first.key, second.key] == [each["id"] for each in data]
    assert third.key not in {first.key, second.key}
    assert third.blocks[0].key != first.blocks[0].key
    assert third.heading == first.heading


def test_a_copied_page_is_another_page(danger: GuidancePage, tiina: User) -> None:
    copied = Page.objects.get(pk=danger.pk).specific.copy(update_attrs={"slug": "koopia"}, user=tiina, keep_live=False)

    assert not set(keys(latest(danger))) & set(keys(latest(copied)))


def test_a_translation_is_the_same_passages_in_another_language(danger: GuidancePage, tiina: User) -> None:
    draft_section(tiina, "Безопасность", "ru", translation_key=danger.get_parent().translation_key)
    translated = danger.copy_for_translation(Locale.objects.get(language_code="ru"))

    assert keys(translated.get_latest_revision().as_object() if translated.latest_revision else translated) == keys(
        danger
    )


def test_an_alias_never_brings_the_same_passages_under_a_second_page(
    danger: GuidancePage, section: SectionPage
) -> None:
    alias = danger.create_alias(parent=section, update_slug="teisik")

    assert alias.translation_key != danger.translation_key


def test_words_written_now_are_confirmed_and_left_words_go_stale(section: SectionPage, tiina: User) -> None:
    said = Phrase("f1", "Kas sa oled ohus?", ru="Вы в опасности?", en="Are you in danger?")
    page = draft_page(tiina, section, passages=(passage("Küsi", said),), phrase_sources={})
    phrase = latest(page).to_content().passages[0].blocks[0]
    assert isinstance(phrase, Phrase)
    assert (phrase.state("ru"), phrase.state("en")) == ("current", "current")

    draft = latest(page)
    block = draft.body[0].value["body"][0].value
    block["et"] = "Kas sa oled praegu ohus?"
    block["ru"] = "Вы сейчас в опасности?"
    draft.save_revision(user=tiina)

    phrase = latest(page).to_content().passages[0].blocks[0]
    assert isinstance(phrase, Phrase)
    assert (phrase.state("ru"), phrase.state("en")) == ("current", "stale")
