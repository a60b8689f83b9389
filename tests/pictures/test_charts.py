"""Promises of the pictures of numbers: any figures make one, and everything on it can be read."""

import io
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from pictures import area_map, bars, curves, week
from pictures.bars import Bar
from pictures.canvas import (
    BLUE,
    GROUND,
    INK,
    ORANGE,
    RAMP,
    SOFT,
    TROUGH,
    WIDTH,
    AxisFormat,
    steps_to,
    writable,
)
from pictures.curves import Fan, Mark
from pictures.week import shade

FIRST = date(2009, 10, 20)
SPEECH = AxisFormat(lambda number: f"{number:,}", lambda day: f"{day.day}.{day.month}.")
COUNTS = st.integers(0, 10_000_000)
WORDS = st.text(max_size=60)
TALLEST = 1800
"""Telegram takes pictures of which a side is no more than twenty times the other; a phone shows
one at its full width that is not much longer than its screen."""


def is_a_picture(made: bytes) -> None:
    drawn = Image.open(io.BytesIO(made))
    assert drawn.width == WIDTH
    assert 200 < drawn.height <= TALLEST
    assert drawn.getpixel((2, drawn.height - 2)) == ImageColor.getrgb(GROUND)


@settings(max_examples=6)
@given(st.lists(COUNTS, min_size=1, max_size=60), COUNTS, st.lists(WORDS, max_size=6), WORDS)
def test_any_growth_makes_a_picture(
    totals: list[int], goal: int, marks: list[str], title: str
) -> None:
    days = [(FIRST + timedelta(days=place), total) for place, total in enumerate(totals)]
    drawn = [Mark(FIRST + timedelta(days=place), words) for place, words in enumerate(marks)]
    words = curves.Labels(writable(title, "x"), "1", "of 2", "Goal")
    is_a_picture(curves.growth(days, goal, words, SPEECH, marks=drawn))


@settings(max_examples=4)
@given(st.lists(st.none() | st.integers(0, 1830), min_size=3, max_size=3), st.integers(1, 500))
def test_any_band_makes_a_picture(far: list[int | None], days: int) -> None:
    ordered = sorted((one for one in far if one is not None), reverse=False)
    known: list[date | None] = [FIRST + timedelta(days=days + one) for one in ordered]
    early, middle, late = [*known, None, None, None][:3]
    totals = [(FIRST + timedelta(days=place), place * 10) for place in range(days + 1)]
    words = curves.Labels("x", "1", "of 2", "Goal")
    is_a_picture(curves.ahead(totals, 10_000, Fan(early, middle, late), words, SPEECH))


@settings(max_examples=4)
@given(st.lists(st.tuples(WORDS, st.integers(-5, 10_000_000), WORDS), min_size=1, max_size=9))
def test_any_bars_make_a_picture(rows: list[tuple[str, int, str]]) -> None:
    shown = [Bar(words, count, f"{count:,}", note[:30]) for words, count, note in rows]
    is_a_picture(bars.bars("How people came", "All", shown))


@settings(max_examples=4)
@given(st.lists(st.integers(-20, 10_000_000), min_size=31, max_size=31), COUNTS)
def test_any_week_makes_a_picture(days: list[int], one: int) -> None:
    words = week.Labels("x", "y", "days", "hours", ["Mon"] * 7, "1", "9")
    by_hour = [[one if hour == day else 0 for hour in range(24)] for day in range(7)]
    is_a_picture(week.week(FIRST, days, by_hour, words, SPEECH))


AREAS = st.sampled_from([*area_map.places(), "XX", "GIR"])


@settings(max_examples=6)
@given(st.dictionaries(AREAS, st.integers(1, 10_000_000), min_size=1, max_size=124))
@example({"AB": 1, "AL": 1, "IP": 1, "JE": 17})
@example({"AB": 1, "IM": 2, "AL": 1, "B": 33, "BA": 1, "BB": 2})
def test_any_areas_make_a_map(counts: dict[str, int]) -> None:
    by_size = dict(sorted(counts.items(), key=lambda one: -one[1]))
    is_a_picture(area_map.area_map(by_size, area_map.Labels("x", "y", "1", "9"), SPEECH))


def test_the_map_has_a_place_of_its_own_for_each_of_the_124_areas() -> None:
    places = area_map.places()
    assert len(places) == len(set(places.values())) == 124
    assert {"ZE", "BT", "SW", "EC", "JE", "IM"} <= places.keys()
    assert places["ZE"][1] < places["EH"][1] < places["NE"][1] < places["SW"][1] < places["BN"][1]
    assert places["SA"][0] < places["OX"][0] < places["NR"][0]


def test_a_campaign_of_one_city_fills_the_picture_and_one_of_all_the_country_shows_it_all() -> None:
    words = area_map.Labels("x", "y", "1", "9")
    london = {"SE": 400, "SW": 380, "E": 300, "N": 200, "W": 100, "EC": 40, "ZE": 1}
    country = dict.fromkeys(area_map.places(), 10)
    part, whole = area_map._shown(london), area_map._shown(country)
    assert (whole.columns, whole.rows) == (12, 23)
    assert part.rows <= 6
    assert all(area_map._within(part, *area_map.places()[area]) for area in ("SE", "E", "EC"))
    assert area_map.area_map(london, words, SPEECH) != area_map.area_map(country, words, SPEECH)


def _light(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [one / 255 for one in ImageColor.getrgb(colour)[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_letter_stands_out_from_its_ground() -> None:
    """4.5 is what WCAG asks for; 3 is enough for large letters."""
    for colour in (INK, SOFT, BLUE, ORANGE):
        assert contrast(colour, GROUND) >= 4.5
    assert contrast("#ffffff", ORANGE) >= 4.5
    for place, colour in enumerate(RAMP):
        assert contrast("#ffffff" if place >= area_map.DARK else INK, colour) >= 4.5
    assert contrast(SOFT, TROUGH) >= 4.5


def test_more_is_darker_for_every_eye() -> None:
    lights = [_light(shade(number, 100)) for number in range(101)]
    assert lights == sorted(lights, reverse=True)
    assert len(set(lights)) == len(RAMP) + 1


@given(COUNTS, st.integers(2, 6))
def test_lines_stand_at_round_numbers_and_reach_the_most(most: int, lines: int) -> None:
    steps = steps_to(most, lines)
    assert steps[0] == 0
    assert steps[-1] >= most
    assert 2 <= len(steps) <= lines + 1
    assert str(steps[1]).rstrip("0") in {"1", "2", "5"}


def test_what_our_type_cannot_write_is_said_otherwise() -> None:
    assert writable("Cadwch uned Llundain – ŵyth", "x") == "Cadwch uned Llundain – ŵyth"
    assert writable("Łódź і Київ", "x") == "Łódź і Київ"
    for other in ("שלום", "سلام", "नमस्ते", "你好", "🙂", "a\u202eb", "a\nb"):
        assert writable(other, "x") == "x"
