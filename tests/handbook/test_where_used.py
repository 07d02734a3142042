"""Before a page moves or goes, its editor sees what links to it: in force and drafted, in every language."""

from __future__ import annotations

from collections.abc import Callable

from tests.handbook_fixtures import draft_page, draft_section, latest, passage

from metoodik.handbook import where_used as uses_of
from metoodik.handbook.content import Text
from metoodik.handbook.models import GuidancePage, SectionPage, Version
from metoodik.handbook.where_used import Use, lost_passages, where_used
from metoodik.people.models import User

type InForce = Callable[..., Version]


def linking(heading: str, page: GuidancePage, anchor: str = "") -> tuple[object, ...]:
    target = f"metoodik:page/{page.translation_key}{'#' + anchor if anchor else ''}"
    return (passage(heading, Text(f"b-{heading}-{anchor}", f'<p>Vaata <a href="{target}">siit</a>.</p>')),)


def rows(page: GuidancePage, by: User) -> list[tuple[str, str, str]]:
    return [(each.title, each.place, str(each.state)) for each in where_used(str(page.translation_key), by=by).seen]


def test_links_in_force_and_in_drafts_are_found_in_every_language(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User
) -> None:
    first = latest(danger).to_content().passages[0].key
    russian = draft_section(tiina, "Безопасность", "ru", translation_key=section.translation_key)
    in_force(russian)
    in_force(danger)
    in_force(draft_page(tiina, section, "Edasi", passages=linking("Kuhu", danger)))
    in_force(draft_page(tiina, russian, "Дальше", slug="dalshe", passages=linking("Куда", danger, first)))
    draft_page(tiina, section, "Mustand", passages=linking("Kus", danger))
    draft_page(tiina, section, "Muu leht")

    assert [
        (each.title, each.locale, each.passage_key) for each in where_used(str(danger.translation_key), by=tiina).seen
    ] == [
        ("Edasi", "et", ""),
        ("Дальше", "ru", first),
        ("Mustand", "et", ""),
    ]


def test_a_link_chosen_in_the_editor_is_found_by_its_number(
    danger: GuidancePage, section: SectionPage, tiina: User
) -> None:
    page = draft_page(tiina, section, "Valitud link", passages=(passage("Kus", Text("b1", "<p>Siit</p>")),))
    draft = latest(page)
    draft.body[0].value["body"][0].value.source = f'<p><a id="{danger.pk}" linktype="page">siit</a></p>'
    draft.save_revision(user=tiina)

    assert [title for title, _place, _state in rows(danger, tiina)] == ["Valitud link"]


def test_a_link_taken_out_is_a_use_no_more(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User
) -> None:
    page = draft_page(tiina, section, "Edasi", passages=linking("Kuhu", danger))
    in_force(page)
    draft = latest(page)
    draft.write_passages((passage("Kuhu"),))
    draft.save_revision(user=tiina)
    assert len(rows(danger, tiina)) == 1
    in_force(page)
    assert rows(danger, tiina) == []


def test_pages_one_may_not_see_are_only_counted(
    danger: GuidancePage, section: SectionPage, in_force: InForce, tiina: User, liis: User
) -> None:
    in_force(draft_page(tiina, section, "Juhtide leht", audiences=["leadership"], passages=linking("Kuhu", danger)))
    found = where_used(str(danger.translation_key), by=liis)
    assert (found.seen, found.hidden) == ((), 1)
    assert bool(found)


def test_other_rooms_say_where_they_use_a_page(danger: GuidancePage, tiina: User) -> None:
    use = Use("Kõnejuhis", "Samm 3", "et", "in force", "/juhised/1/")
    finder = uses_of.register(lambda key, _by: [use] if key == str(danger.translation_key) else [])
    try:
        assert where_used(str(danger.translation_key), by=tiina).seen == (use,)
    finally:
        uses_of._finders.remove(finder)


def test_a_passage_that_goes_while_others_link_to_it_is_named(
    section: SectionPage, in_force: InForce, tiina: User
) -> None:
    stays, goes, joined = passage("Jääb"), passage("Kaob"), passage("Liidetakse")
    page = draft_page(tiina, section, "Sihtleht", passages=(stays, goes, joined))
    in_force(page)
    in_force(draft_page(tiina, section, "Üks", passages=linking("Siin", page, goes.key)))
    in_force(draft_page(tiina, section, "Kaks", passages=linking("Seal", page, joined.key)))
    draft = latest(page)
    draft.write_passages((stays,))
    draft.former_keys = {stays.key: [joined.key]}
    draft.save_revision(user=tiina)

    assert [(heading, [use.title for use in led.seen]) for heading, led in lost_passages(latest(page), by=tiina)] == [
        ("Kaob", ["Üks"])
    ]
