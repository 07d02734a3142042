"""Dates and numbers as people write them in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from metoodik.web import dates
from metoodik.web.templatetags.web import day, deadline, longday, moment, number

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "et", "ru"),
    [
        (0, "täna", "сегодня"),
        (1, "homme", "завтра"),
        (-1, "eile", "вчера"),
        (3, "3 päeva pärast", "через 3 дня"),
        (-2, "2 päeva tagasi", "2 дня назад"),
        (21, "21 päeva pärast", "через 21 день"),
        (-45, "45 päeva tagasi", "45 дней назад"),
        (61, "2 kuu pärast", "через 2 месяца"),
        (-61, "2 kuud tagasi", "2 месяца назад"),
        (730, "2 aasta pärast", "через 2 года"),
        (-1826, "5 aastat tagasi", "5 лет назад"),
    ],
)
def test_distance_is_said_as_a_colleague_says_it(days: int, et: str, ru: str) -> None:
    then = TODAY + timedelta(days=days)

    with translation.override("et"):
        assert dates.distance(then, TODAY) == et
    with translation.override("ru"):
        assert dates.distance(then, TODAY) == ru


def test_a_late_evening_in_greenwich_is_already_tomorrow_here() -> None:
    assert dates.as_day(datetime(2026, 11, 21, 22, 30, tzinfo=UTC)) == TODAY


@pytest.mark.parametrize(
    ("language", "written"),
    [("et", "22.11.2026 kell 14.05"), ("ru", "22.11.2026 в 14:05"), ("en", "22.11.2026 at 14:05")],
)
def test_a_moment_in_three_languages(language: str, written: str) -> None:
    with translation.override(language):
        assert moment(datetime(2026, 11, 22, 14, 5)) == written  # noqa: DTZ001


def test_the_day_in_figures_and_in_words() -> None:
    with translation.override("et"):
        assert day(TODAY) == "22.11.2026"
        assert longday(TODAY) == "pühapäev, 22. november 2026"
    assert day(None) == ""


def test_a_deadline_is_a_date_and_a_plain_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    with translation.override("et"):
        assert deadline(date(2026, 11, 23)) == '<time datetime="2026-11-23">23.11.2026, homme</time>'


def test_thousands_by_a_thin_space_and_decimals_by_a_comma() -> None:
    with translation.override("et"):
        assert number(12500) == "12\u202f500"
        assert number(3.5) == "3,5"
