"""A card on a wall: printed on one A5, registered, and called back when the words in force are others."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.editions_plugin import Shelf, key, page, passage
from tests.export_plugin import edition_of, mixed_page, rich_page, secret_page
from tests.reading_plugin import SignIn, body

from metoodik.editions import reading
from metoodik.editions.actions import make_edition, warn, withdraw_at_once
from metoodik.editions.export import actions, cards
from metoodik.editions.export.document import sheet_of
from metoodik.editions.models import PrintedCard
from metoodik.editions.opened import OpenEdition
from metoodik.people.models import User
from metoodik.trust.models import AuditEntry

A5 = (148, 210)


@pytest.fixture
def edition(shelf: Shelf, clock: Any, db: None, tiina: User) -> OpenEdition:
    return edition_of(shelf, tiina, rich_page(), mixed_page(), secret_page())


def card_of(edition: OpenEdition, number: int = 1, passage_key: str = "") -> cards.Card:
    read = edition.page_by_key(key(number), "et")
    assert read is not None
    card = cards.card_of(sheet_of(edition, read, None), edition, passage_key)
    assert card is not None
    return card


def hung(by: User, edition: OpenEdition, number: int = 1, passage_key: str = "") -> PrintedCard:
    card = card_of(edition, number, passage_key)
    return actions.register_card(
        by=by, card=card, paper="a5", place="Kõneruum 2", copies=3, printed_on=timezone.localdate()
    )


@pytest.mark.pango
class TestOnPaper:
    def test_a_passage_stands_on_one_a5_with_its_address(
        self, sign_in: SignIn, liis: User, edition: OpenEdition
    ) -> None:
        response = sign_in(liis).get(f"/laadi/kaart/1/et/leht-1/{key(11)}/")

        with pikepdf.open(io.BytesIO(response.content)) as file:
            sizes = [tuple(round(float(edge) * 25.4 / 72) for edge in list(each.MediaBox)[2:]) for each in file.pages]
            assert sizes == [A5]
            assert file.Root.MarkInfo.Marked

    def test_too_long_a_page_says_what_to_do(
        self, sign_in: SignIn, liis: User, tiina: User, shelf: Shelf, clock: Any, db: None
    ) -> None:
        long = page(4, "Pikk", *(passage(40 + n, f"Lõik {n}", "Pikk jutt. " * 80) for n in range(6)))
        edition_of(shelf, tiina, long)

        response = sign_in(liis).get("/laadi/kaart/1/et/leht-4/")

        assert response.status_code == 409
        assert "ei mahu ühele A5" in response.text


class TestRegister:
    def test_a_counsellor_registers_what_hangs_where(self, sign_in: SignIn, liis: User, edition: OpenEdition) -> None:
        today = timezone.localdate().isoformat()
        values = {"part": key(11), "paper": "a5", "place": "Kõneruum 2", "copies": "3", "printed_on": today}

        response = sign_in(liis).post("/trukised/uus/1/et/leht-1/", values)

        assert response.headers["Location"] == "/trukised/"
        card = PrintedCard.objects.get()
        assert (card.passage_key, card.copies, card.by) == (key(11), 3, liis)
        said = body(sign_in(liis), "/trukised/")
        assert "Kõne avamine: Kuulamine" in said
        assert "Ühtegi kaarti ei ole vaja maha võtta." in said
        assert AuditEntry.objects.filter(action="editions.card_registered").count() == 1

    def test_a_persons_code_is_no_place(self, liis: User, edition: OpenEdition) -> None:
        with pytest.raises(ValidationError):
            actions.register_card(
                by=liis,
                card=card_of(edition),
                paper="a5",
                place="38001085718 laual",
                copies=1,
                printed_on=timezone.localdate(),
            )

    def test_a_card_of_an_ak_page_is_seen_by_those_who_may_see_the_page(
        self, sign_in: SignIn, liis: User, tiina: User, edition: OpenEdition
    ) -> None:
        hung(tiina, edition, 2)

        assert "Vaarikaplaan" in body(sign_in(tiina), "/trukised/")
        for path in ("/trukised/", "/trukised/csv/"):
            assert "Vaarika" not in body(sign_in(liis), path)
        assert sign_in(liis).get(f"/trukised/{PrintedCard.objects.get().pk}/maha/").status_code == 404

    def test_the_database_refuses_a_card_that_is_down_without_a_day(self, tiina: User, edition: OpenEdition) -> None:
        card = hung(tiina, edition)

        with pytest.raises(IntegrityError), transaction.atomic():
            PrintedCard.objects.filter(pk=card.pk).update(outcome="recalled")


class TestRecall:
    def again(self, shelf: Shelf, clock: Any, *pages: Any) -> None:
        clock.on(days=1)
        shelf.put(*pages)
        assert make_edition(by=None) is not None
        reading.look_again()

    def reasons(self, sign_in: SignIn, person: User) -> str:
        said = body(sign_in(person), "/trukised/")
        return said[said.index('id="maha"') : said.index('id="seinal"')]

    def test_changed_words_call_the_card_back(
        self, sign_in: SignIn, tiina: User, liis: User, edition: OpenEdition, shelf: Shelf, clock: Any
    ) -> None:
        hung(liis, edition, 1, key(12))
        before = rich_page()
        self.again(
            shelf, clock, replace(before, passages=(before.passages[0], passage(12, "Lõpetamine", "Küsi lõpuks.")))
        )

        said = self.reasons(sign_in, tiina)

        assert "Kõneruum 2" in said
        assert "Tekst on muutunud" in said
        assert "1 kaart tuleb seinalt maha võtta" in body(sign_in(tiina), "/")

    def test_words_beside_it_do_not(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition, shelf: Shelf, clock: Any
    ) -> None:
        hung(tiina, edition, 1, key(12))
        before = rich_page()
        self.again(shelf, clock, replace(before, passages=(passage(11, "Kuulamine", "Uus."), before.passages[1])))

        assert "Kõneruum 2" not in self.reasons(sign_in, tiina)

    def test_a_passage_that_is_gone_calls_the_card_back(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition, shelf: Shelf, clock: Any
    ) -> None:
        hung(tiina, edition, 1, key(12))
        self.again(shelf, clock, replace(rich_page(), passages=rich_page().passages[:1]))

        assert "Lõik enam ei kehti." in self.reasons(sign_in, tiina)

    def test_withdrawing_and_warning_call_it_back_at_once(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition, clock: Any
    ) -> None:
        hung(tiina, edition, 1, key(12))
        hung(tiina, edition, 3)
        clock.on(minutes=2)
        withdraw_at_once(by=tiina, page_key=key(1), sentence_et="Vana tekst.")
        warn(by=tiina, page_key=key(3), sentence_et="Küsi teisiti.")
        reading.look_again()

        said = self.reasons(sign_in, tiina)

        assert "Vana tekst." in said
        assert "Küsi teisiti." in said

    def test_a_warning_that_was_printed_with_it_does_not(
        self, sign_in: SignIn, tiina: User, edition: OpenEdition, clock: Any
    ) -> None:
        warn(by=tiina, page_key=key(3), sentence_et="Küsi teisiti.")
        clock.on(minutes=2)
        hung(tiina, edition, 3)
        reading.look_again()

        assert "Küsi teisiti." not in self.reasons(sign_in, tiina)

    def test_a_card_taken_down_is_on_no_list(self, sign_in: SignIn, tiina: User, edition: OpenEdition) -> None:
        card = hung(tiina, edition)
        values = {"outcome": "replaced", "ended_on": timezone.localdate().isoformat()}

        assert sign_in(tiina).post(f"/trukised/{card.pk}/maha/", values).status_code == 302

        card.refresh_from_db()
        assert (card.outcome, card.ended_by) == ("replaced", tiina)
        assert "Kõneruum 2" not in body(sign_in(tiina), "/trukised/")
        with pytest.raises(ValidationError):
            actions.end_card(by=tiina, card=card, outcome="recalled", ended_on=timezone.localdate())

    def test_only_its_owner_and_those_who_answer_for_guidance_end_a_card(
        self, liis: User, kadri: User, marko: User, edition: OpenEdition
    ) -> None:
        card = hung(liis, edition)
        today = timezone.localdate()

        with pytest.raises(PermissionDenied):
            actions.end_card(by=kadri, card=card, outcome="recalled", ended_on=today)
        with pytest.raises(ValidationError):
            actions.end_card(by=marko, card=card, outcome="recalled", ended_on=today + timedelta(days=1))
        assert actions.end_card(by=marko, card=card, outcome="recalled", ended_on=today).outcome == "recalled"
