"""Promises about the picture of how a campaign grows."""

import io
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pictures.growth import HEIGHT, WIDTH, Labels, growth_picture

FIRST = date(2009, 10, 20)
WORDS = Labels("Keep London’s human trafficking unit", "20 October 2009", "26 November 2009")
DAYS = st.dictionaries(
    st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days)),
    st.integers(-50, 1_000_000),
    min_size=1,
    max_size=30,
)


@given(DAYS, st.text(max_size=200))
def test_any_history_and_title_make_a_picture(days: dict[date, int], title: str) -> None:
    drawn = Image.open(io.BytesIO(growth_picture(days, Labels(title, "a", "b"))))
    assert drawn.size == (WIDTH, HEIGHT)


def test_the_picture_shows_the_growth() -> None:
    steady = growth_picture({FIRST + timedelta(days=n): 50 for n in range(37)}, WORDS)
    late = growth_picture({FIRST: 1, FIRST + timedelta(days=36): 1849}, WORDS)
    assert steady != late
    assert len(steady) < 100_000
