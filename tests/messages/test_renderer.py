"""The renderer's own promises: languages, labels, mistakes in texts."""

import datetime as dt
from pathlib import Path

import jinja2
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from messages import Language, Renderer
from messages.formats import Formats, bar
from messages.limits import length, one_line, sendable, shorten

RENDERER = Renderer()
ENGLISH = Formats(Locale.parse("en_GB"))
WELSH = Formats(Locale.parse("cy"))
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A house with one language, to put texts into."""
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "language.toml").write_text('name = "English"\nlocale = "en_GB"\n')
    (folder / "labels.toml").write_text('keep = "Keep {{ value }}"\n')
    (folder / "pack.toml").write_text('page = "Page {page} of {pages}"\n')
    (folder / "acts.toml").write_text("polite = []\nlittle = []\n")
    (folder / "words.toml").write_text("")
    return tmp_path


def test_languages_are_the_folders_and_the_default_comes_first() -> None:
    assert RENDERER.languages == (Language("en", "English"), Language("cy", "Cymraeg"))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (("cy",), "cy"),
        (("cy-GB",), "cy"),
        (("CY_gb",), "cy"),
        (("en-GB",), "en"),
        ((None, "cy"), "cy"),
        (("fr", "cy"), "cy"),
        (("cym",), "en"),
        (("fr",), "en"),
        (("",), "en"),
        ((None,), "en"),
        ((), "en"),
    ],
)
def test_the_first_wanted_language_that_there_is_is_spoken(
    wanted: tuple[str | None, ...], code: str
) -> None:
    assert RENDERER.match(*wanted) == code


@pytest.mark.parametrize(
    ("name", "language"),
    [("start/nowhere", "en"), ("subscriptions/stopped", "fr"), ("../en/updates/stopped", "en")],
)
def test_a_text_that_is_not_there_is_named(name: str, language: str) -> None:
    with pytest.raises(LookupError, match=name if language == "en" else language):
        RENDERER.html(name, language)


def test_a_label_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="applause"):
        RENDERER.label("applause", "en")


def test_a_variable_that_was_forgotten_raises() -> None:
    with pytest.raises(jinja2.UndefinedError, match="changed"):
        RENDERER.html("subscriptions/on", "en")


def test_a_house_without_the_default_language_does_not_open(texts: Path) -> None:
    with pytest.raises(LookupError, match="cy"):
        Renderer(texts, default="cy")


def test_a_broken_text_is_found_before_it_is_needed(texts: Path) -> None:
    (texts / "en" / "broken.html.j2").write_text("{{ campaign.title")
    with pytest.raises(jinja2.TemplateSyntaxError):
        list(Renderer(texts).compile())


def test_what_a_caller_adds_to_the_printed_words_is_nobody_elses() -> None:
    RENDERER.printed_plain("en")["added"] = "words of one pack"
    assert "added" not in RENDERER.printed_plain("en")


def test_texts_are_compiled_once(texts: Path) -> None:
    renderer = Renderer(texts)
    assert list(renderer.compile())
    assert not list(renderer.compile())


def test_a_text_cannot_reach_into_the_program(texts: Path) -> None:
    (texts / "en" / "sly.html.j2").write_text("{{ name.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        Renderer(texts).html("sly", "en", name="Ada")


def test_html_escapes_values_and_plain_text_does_not(texts: Path) -> None:
    (texts / "en" / "a.html.j2").write_text("<b>{{ name }}</b>")
    (texts / "en" / "a.txt.j2").write_text("{{ name }}")
    renderer = Renderer(texts)
    assert renderer.html("a", "en", name="<i> & “it’s”") == "<b>&lt;i&gt; &amp; “it’s”</b>"
    assert renderer.text("a", "en", name="<i> &") == "<i> &"
    assert renderer.label("keep", "en", value="<i>\n&") == "Keep <i> &"


def test_a_value_is_never_read_as_a_template(texts: Path) -> None:
    (texts / "en" / "a.html.j2").write_text("{{ name }}")
    assert Renderer(texts).html("a", "en", name="{{ 7*7 }}") == "{{ 7*7 }}"


@given(ANY_TEXT)
def test_a_sendable_text_is_utf8_without_control_characters(text: str) -> None:
    sent = sendable(text)
    sent.encode("utf-8")
    assert not [sign for sign in sent if ord(sign) < 0x20 and sign not in "\n\t"]
    assert "\n\n\n" not in sent
    assert sendable(sent) == sent


@given(ANY_TEXT)
def test_one_line_has_no_line_ends(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@given(ANY_TEXT, st.integers(min_value=1, max_value=320))
def test_a_shortened_text_fits_and_a_short_one_is_left_alone(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert length(short) <= limit
    if length(text) <= limit:
        assert short == text
    else:
        assert short.endswith("…")


def test_a_text_is_shortened_between_words() -> None:
    assert shorten("Keep the trafficking unit open", 20) == "Keep the…"
    assert shorten("x" * 30, 20) == "x" * 19 + "…"
    assert shorten("😀" * 30, 20) == "😀" * 9 + "…"


@pytest.mark.parametrize(
    ("value", "goal", "cells"),
    [(0, 2000, 0), (1, 2000, 1), (812, 2000, 4), (1999, 2000, 9), (2000, 2000, 10), (9, 3, 10)],
)
def test_the_bar_is_full_at_the_goal_and_not_before(value: int, goal: int, cells: int) -> None:
    assert bar(value, goal) == "▰" * cells + "▱" * (10 - cells)


def test_numbers_dates_and_countries_are_written_as_the_language_does() -> None:
    assert ENGLISH.number(1_234_567) == "1,234,567"
    assert ENGLISH.date(dt.date(2009, 11, 3)) == "3 November 2009"
    assert WELSH.date(dt.date(2009, 11, 3)) == "3 Tachwedd 2009"
    assert ENGLISH.percent(0.406) == "41%"
    assert WELSH.country("GB") == "Y Deyrnas Unedig"
    assert WELSH.country("Ruritania") == "Ruritania"


def test_a_time_is_written_in_the_zone_asked_for() -> None:
    noon = dt.datetime(2009, 7, 3, 12, 5, tzinfo=dt.UTC)
    assert ENGLISH.datetime(noon) == "3 July 2009, 12:05"
    assert ENGLISH.datetime(noon, "Europe/London") == "3 July 2009, 13:05"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ENGLISH.datetime(dt.datetime(2009, 7, 3, 12, 5))  # noqa: DTZ001
