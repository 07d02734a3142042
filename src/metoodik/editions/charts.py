"""A small line over editions: points for an SVG, with words beside it; the numbers stand in a table under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 8, 56, 16, 24


@dataclass(frozen=True, slots=True)
class Dot:
    """One edition on the line: where, which, how much."""

    x: float
    y: float
    number: int
    percent: int


@dataclass(frozen=True, slots=True)
class Line:
    """A measure over editions. `points` is what a polyline takes; `top` and `bottom` are the heights of 100 and 0."""

    title: str
    dots: tuple[Dot, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def points(self) -> str:
        return " ".join(f"{each.x:g},{each.y:g}" for each in self.dots)

    @property
    def first(self) -> Dot:
        return self.dots[0]

    @property
    def last(self) -> Dot:
        return self.dots[-1]


def line(title: str, values: Sequence[tuple[int, int]]) -> Line | None:
    """A line through (edition's number, per cent); None when there are not two editions to compare."""
    if len(values) < 2:
        return None
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    dots = tuple(
        Dot(
            round(LEFT + wide * place / (len(values) - 1), 1),
            round(TOP + high * (100 - percent) / 100, 1),
            number,
            percent,
        )
        for place, (number, percent) in enumerate(values)
    )
    return Line(title, dots)
