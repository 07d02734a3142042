"""Contrast measured from the style sheet's own tokens, in both themes, as WCAG 2.2 counts it."""

from __future__ import annotations

import math
import re

import pytest

from metoodik.web.assets import FOLDER

TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(oklch\(([^)]+)\),\s*oklch\(([^)]+)\)\)")
BODY, TEXT, CONTROL = 7.0, 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")

PAIRS = [
    *(("ink", ground, BODY) for ground in (*GROUNDS, "accent-soft", "amber-soft", "red-soft", "mark")),
    *(("muted", ground, TEXT) for ground in (*GROUNDS, "accent-soft")),
    *(("accent", ground, TEXT) for ground in (*GROUNDS, "accent-soft", "amber-soft", "red-soft")),
    *(("accent-strong", ground, TEXT) for ground in (*GROUNDS, "accent-soft")),
    *(("amber", ground, TEXT) for ground in (*GROUNDS, "amber-soft")),
    *(("red", ground, TEXT) for ground in (*GROUNDS, "red-soft")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-red", "red-fill", TEXT),
    *(("control", ground, CONTROL) for ground in GROUNDS),
    *(("focus", ground, CONTROL) for ground in GROUNDS),
]

type Color = tuple[float, float, float]


def oklch(text: str) -> Color:
    """Linear sRGB of an `oklch()` value. Source: Björn Ottosson, "A perceptual color space for image processing"."""
    lightness, chroma, hue = (float(part) for part in text.split()[:3])
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def luminance(color: Color) -> float:
    """Relative luminance as WCAG defines it; what a screen cannot show is cut to what it can."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The ratio from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def themes(css: str) -> dict[str, dict[str, Color]]:
    """Every colour token of a piece of CSS, in the light and in the dark theme."""
    found: dict[str, dict[str, Color]] = {"light": {}, "dark": {}}
    for name, light, dark in TOKEN.findall(css):
        found["light"][name], found["dark"][name] = oklch(light), oklch(dark)
    return found


CSS = (FOLDER / "tokens.css").read_text(encoding="utf-8")
PLAIN, _, REST = CSS.partition("@media (prefers-contrast: more)")
STRONG = REST.partition("@media print")[0]


def test_the_measure_is_right() -> None:
    assert contrast(oklch("1 0 0"), oklch("0 0 0")) == pytest.approx(21, abs=0.01)
    assert contrast(oklch("0.628 0.2577 29.23"), oklch("1 0 0")) == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS, ids=[f"{a}-on-{b}" for a, b, _ in PAIRS])
def test_contrast(theme: str, front: str, ground: str, least: float) -> None:
    colors = themes(PLAIN)[theme]

    assert contrast(colors[front], colors[ground]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS, ids=[f"{a}-on-{b}" for a, b, _ in PAIRS])
def test_more_contrast_never_means_less(theme: str, front: str, ground: str, least: float) -> None:
    plain = themes(PLAIN)[theme]
    strong = plain | themes(STRONG)[theme]

    assert contrast(strong[front], strong[ground]) >= max(least, contrast(plain[front], plain[ground]) - 0.01)
