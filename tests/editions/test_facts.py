"""A partner's number changes: one edit, and the old number stands nowhere in force (scenario 8)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from tests.handbook.test_facts import add, confirm, renew
from tests.handbook_fixtures import draft_page, draft_section, passage, send
from tests.reading_plugin import SignIn, body

from metoodik.editions import reading
from metoodik.editions.actions import lift, make_edition
from metoodik.editions.audiences import audience_of
from metoodik.editions.content import EditionContent
from metoodik.editions.models import Edition, OverlayEntry
from metoodik.editions.overlay import is_true, mark_of
from metoodik.handbook import actions, content
from metoodik.handbook.content import FactKind
from metoodik.handbook.models import Fact, GuidancePage, SectionPage
from metoodik.handbook.models.facts import FactState
from metoodik.people.models import User

pytestmark = pytest.mark.django_db

OLD, NEW = "116 006", "116 123"
MARK = "{{fact:ohvriabi}}"


def blocks() -> tuple[content.Block, ...]:
    """The fact wherever a fact may stand."""
    et, ru, en = f"Helistage {MARK}.", f"Звоните {MARK}.", f"Call {MARK}."
    confirmed = content.fingerprint(et)
    return (
        content.Text("00000000-0000-4000-8000-000000000011", f"<p>Kriisiliin on {MARK}, iga päev.</p>"),
        content.Steps("00000000-0000-4000-8000-000000000012", (f"Ütle: {MARK}", "Kuula")),
        content.Phrase("00000000-0000-4000-8000-000000000013", et, ru, en, confirmed, confirmed),
        content.Table("00000000-0000-4000-8000-000000000014", "Kuhu", ("Kes", "Number"), (("Ohvriabi", MARK),)),
        content.Contact("00000000-0000-4000-8000-000000000015", "Ohvriabi", MARK, "Ööpäev läbi", ""),
    )


@pytest.fixture
def line(tiina: User, rein: User) -> Fact:
    fact = add(tiina, value=OLD, name_ru="Кризисная линия", name_en="Crisis line")
    confirm(fact, rein)
    return Fact.objects.get(pk=fact.pk)


@pytest.fixture
def guide(line: Fact, tiina: User, section: SectionPage, in_force: Any) -> GuidancePage:
    """A page that names the crisis line, in an edition."""
    page = draft_page(tiina, section, "Kuhu helistada", passages=(passage("Numbrid", *blocks()),))
    in_force(page)
    make_edition(by=tiina)
    return page


ADDRESS = "/kasiraamat/et/kuhu-helistada/"


def found(client: Any, words: str) -> str:
    answer = client.post("/otsi/", {"words": words})
    assert answer.status_code == 200
    return answer.text.replace("<mark>", "").replace("</mark>", "")


def test_an_edition_shows_the_value_and_no_mark(guide: GuidancePage, liis: User, sign_in: SignIn) -> None:
    page = body(sign_in(liis), ADDRESS)
    assert "{{fact" not in page
    assert 'href="tel:116006"' in page
    assert page.count(OLD) >= 7
    assert f"Звоните {OLD}." in page
    assert 'data-state="stale"' not in page


def test_the_old_number_stands_nowhere_in_force(
    guide: GuidancePage, line: Fact, tiina: User, rein: User, liis: User, sign_in: SignIn
) -> None:
    client = sign_in(liis)
    renew(line, tiina, NEW)
    corrected = body(client, ADDRESS)
    assert OLD not in corrected
    assert f"Звоните {NEW}" in corrected
    assert f"Call {NEW}" in corrected
    assert 'href="tel:116123"' in corrected
    results = found(client, "kriisiliin")
    assert OLD not in results
    assert NEW in results
    assert OLD not in body(client, "/kasiraamat/numbrid/")

    confirm(line, rein)
    make_edition(by=tiina)
    page = body(client, ADDRESS)
    assert NEW in page
    assert OLD not in page
    assert "data-told-facts" not in page, "the correction ended by itself"
    assert "Kuhu helistada" in found(client, "116 123")
    before = body(client, "/valjaanded/1/et/kuhu-helistada/")
    assert OLD in before
    compared = body(client, "/valjaanded/vordle/1/2/")
    assert re.search(r"<del[^>]*>(?:<[^>]*>[^<]*</[^>]*>)?006", compared)
    assert re.search(r"<ins[^>]*>(?:<[^>]*>[^<]*</[^>]*>)?123", compared)


def test_a_past_edition_says_the_number_of_its_day_and_the_number_now(
    guide: GuidancePage, line: Fact, tiina: User, liis: User, sign_in: SignIn
) -> None:
    # Edition 2 differs by another page, so that edition 1 is past while both have the old number.
    other = draft_page(tiina, SectionPage.objects.get(), "Teine leht")
    version = send(other, tiina)
    actions.approve_version(version=version, by=User.objects.get(email="rein@naidis.ee"))
    make_edition(by=tiina)
    renew(line, tiina, NEW)
    past = body(sign_in(liis), "/valjaanded/1/et/kuhu-helistada/")
    assert OLD in past
    assert NEW in past


def test_a_value_that_is_not_confirmed_goes_again(
    guide: GuidancePage, line: Fact, tiina: User, rein: User, liis: User, sign_in: SignIn
) -> None:
    from metoodik.handbook.actions import facts as fact_actions

    client = sign_in(liis)
    version = renew(line, tiina, NEW)
    assert NEW in body(client, ADDRESS)
    fact_actions.decline_value(by=rein, version=version, answer="See number on teise teenuse oma.")
    page = body(client, ADDRESS)
    assert OLD in page
    assert NEW not in page


def test_the_newest_of_two_corrections_is_seen(
    guide: GuidancePage, line: Fact, tiina: User, liis: User, sign_in: SignIn
) -> None:
    client = sign_in(liis)
    renew(line, tiina, "116 222")
    renew(line, tiina, NEW)
    page = body(client, ADDRESS)
    assert NEW in page
    assert "116 222" not in page


def test_corrections_are_signed_and_the_board_lifts_them(
    guide: GuidancePage, line: Fact, tiina: User, liis: User, sign_in: SignIn
) -> None:
    renew(line, tiina, NEW)
    entry = OverlayEntry.objects.get(fact_key="ohvriabi")
    assert is_true(mark_of(entry))
    entry.value_et = "900 666"
    assert not is_true(mark_of(entry))
    assert NEW in body(sign_in(tiina), "/ohutus/")
    lift(by=tiina, entry=OverlayEntry.objects.get(fact_key="ohvriabi"))
    assert OLD in body(sign_in(liis), ADDRESS)


def test_an_entry_without_a_fact_is_signed_as_it_always_was(guide: GuidancePage, tiina: User) -> None:
    from metoodik.editions.actions import warn

    entry = warn(by=tiina, page_key=str(guide.translation_key), sentence_et="Oota.")
    assert "fact_key" not in mark_of(entry).to_data()
    assert is_true(mark_of(entry))


def test_facts_are_in_the_content_hash_only_where_there_are_any(guide: GuidancePage) -> None:
    whole = Edition.objects.get(number=1).read_content()
    assert [each.key for each in whole.facts] == ["ohvriabi"]
    assert EditionContent.from_bytes(whole.to_bytes()) == whole
    bare = EditionContent(whole.sections, whole.pages)
    assert bare.hash != whole.hash
    sections = [content.fingerprint(each.to_data()) for each in bare.sections]
    assert bare.hash == content.fingerprint(["edition", 1, sections, [each.hash for each in bare.pages]])


def test_a_fact_on_a_page_for_others_is_in_nobody_elses_file(
    guide: GuidancePage, tiina: User, rein: User, liis: User, section: SectionPage, in_force: Any
) -> None:
    secret = add(tiina, key="juhi-number", value="5123 4567", name_et="Juhi valvenumber")
    confirm(secret, rein)
    words = content.Text("00000000-0000-4000-8000-000000000021", "<p>Helista {{fact:juhi-number}}.</p>")
    in_force(draft_page(tiina, section, "Juhile", audiences=["leadership"], passages=(passage("Valve", words),)))
    edition = make_edition(by=tiina)
    assert edition is not None
    for person, keys in ((liis, ["ohvriabi"]), (rein, ["juhi-number", "ohvriabi"])):
        opened = reading.current(audience_of(person))
        assert opened is not None
        assert sorted(each.key for each in opened.facts("et")) == keys


def test_a_listed_fact_is_in_every_readers_list(
    guide: GuidancePage, tiina: User, rein: User, aino: User, sign_in: SignIn
) -> None:
    confirm(add(tiina, key="hadaabi", value="112", name_et="Hädaabi", listed=True), rein)
    make_edition(by=tiina)
    assert "112" in body(sign_in(aino), "/kasiraamat/numbrid/")


def test_the_panel_says_when_a_number_was_checked(guide: GuidancePage, liis: User, sign_in: SignIn) -> None:
    page = body(sign_in(liis), ADDRESS)
    today = timezone.localdate()
    assert f"{today.day}.{today.month}.{today.year}" in page
    assert "Ohvriabi kriisitelefon" in page


def test_open_pages_are_told_of_a_corrected_fact(
    guide: GuidancePage, line: Fact, tiina: User, liis: User, aino: User, sign_in: SignIn
) -> None:
    renew(line, tiina, NEW)
    told = sign_in(liis).get("/ohutus/teated.json").json()["notices"]
    assert [(each["fact"], each["sentence"]) for each in told] == [("ohvriabi", f"Ohvriabi kriisitelefon: {NEW}")]
    assert sign_in(aino).get("/ohutus/teated.json").json()["notices"] == []


def test_a_first_value_or_somebody_without_the_right_corrects_nothing(
    guide: GuidancePage, line: Fact, tiina: User
) -> None:
    add(tiina, key="uus", value="1220")
    assert not OverlayEntry.objects.exists()
    assert line.versions.get().state == FactState.CONFIRMED
    assert line.kind == FactKind.PHONE


def test_a_russian_page_reads_the_russian_value(
    line: Fact, tiina: User, rein: User, liis: User, sign_in: SignIn
) -> None:
    from metoodik.handbook.actions import facts as fact_actions

    fact_actions.set_value(
        by=tiina,
        fact=line,
        values={"et": OLD, "ru": "116 007", "en": ""},
        source="Kiri",
        checked_on=timezone.localdate(),
    )
    confirm(line, rein)
    section = draft_section(tiina, "Безопасность", language="ru", slug="bezopasnost")
    actions.approve_version(version=send(section, tiina), by=rein)
    text = content.Text("00000000-0000-4000-8000-000000000031", f"<p>Звоните {MARK}.</p>")
    page = draft_page(tiina, section, "Куда звонить", slug="kuda-zvonit", passages=(passage("Номера", text),))
    actions.approve_version(version=send(page, tiina), by=rein)
    make_edition(by=tiina)
    assert "116 007" in body(sign_in(liis), "/kasiraamat/ru/kuda-zvonit/")


def test_a_check_is_seen_at_once_and_an_overdue_one_is_said_in_neutral_words(
    guide: GuidancePage, line: Fact, tiina: User, liis: User, sign_in: SignIn
) -> None:
    from datetime import date

    from metoodik.handbook.actions import facts as fact_actions
    from metoodik.handbook.models import FactVersion

    FactVersion.objects.filter(fact=line).update(checked_on=date(2020, 3, 3))
    edition = make_edition(by=tiina)
    assert edition is not None
    client = sign_in(liis)
    page = body(client, ADDRESS)
    assert "3.03.2020" in page
    assert "3.09.2020" in page, "when the next check was planned"
    fact_actions.note_still_right(by=tiina, fact=line, source="Koduleht", on=timezone.localdate())
    reading.look_again()
    page = body(client, ADDRESS)
    assert "3.09.2020" not in page
    assert Edition.objects.count() == edition.number, "a check makes no edition"
