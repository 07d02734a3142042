"""A reader of a translation is told, passage by passage, when the Estonian has moved on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.editions_plugin import SECTION, Shelf, key, page, passage
from tests.reading_plugin import SignIn, body

from metoodik.editions.actions import make_edition
from metoodik.editions.places import anchor
from metoodik.handbook.staleness import words_fingerprint
from metoodik.people.models import User

pytestmark = pytest.mark.django_db

ESTONIAN = page(1, "Vahetu oht", passage(10, "Helista", "Helista 112."), passage(11, "Jää liinile", "Ära katkesta."))
CONFIRMED = [words_fingerprint(each) for each in ESTONIAN.passages]
RUSSIAN = page(
    1,
    "Опасность",
    replace(passage(10, "Позвони", "Позвони 112."), source=CONFIRMED[0]),
    replace(passage(11, "Оставайся", "Не вешай трубку."), source=CONFIRMED[1]),
    locale="ru",
)
OLDER = "Эстонский фрагмент изменён"


def read_in_russian(shelf: Shelf, sign_in: SignIn, tiina: User, liis: User) -> str:
    shelf.sections.append(replace(SECTION, locale="ru", slug="bezopasnost", title="Безопасность"))
    make_edition(by=tiina, note="Väljaanne")
    return body(sign_in(liis, "ru"), f"/kasiraamat/ru/{RUSSIAN.slug}/")


def test_a_translation_in_step_says_so(shelf: Shelf, sign_in: SignIn, tiina: User, liis: User) -> None:
    shelf.put(ESTONIAN, RUSSIAN)
    page_read = read_in_russian(shelf, sign_in, tiina, liis)
    assert OLDER not in page_read
    assert "говорит то же, что эстонский" in page_read


def test_a_passage_behind_leads_to_the_estonian_one(shelf: Shelf, sign_in: SignIn, tiina: User, liis: User) -> None:
    first, second = ESTONIAN.passages
    new = passage(10, "Helista", "Helista kohe 112.")
    third = passage(12, "Pärast", "Räägi kolleegiga.")
    shelf.put(replace(ESTONIAN, passages=(new, second, third)), RUSSIAN)
    page_read = read_in_russian(shelf, sign_in, tiina, liis)
    assert page_read.count(OLDER) == 1
    assert f"/kasiraamat/et/{ESTONIAN.slug}/#{anchor(key(10))}" in page_read
    assert "Pärast" in page_read
    assert first.key == key(10)


def test_a_translation_of_unknown_age_says_nothing_of_it(
    shelf: Shelf, sign_in: SignIn, tiina: User, liis: User
) -> None:
    shelf.put(ESTONIAN, replace(RUSSIAN, passages=tuple(replace(each, source="") for each in RUSSIAN.passages)))
    assert OLDER not in read_in_russian(shelf, sign_in, tiina, liis)
