"""Staff's own texts: variables are filled in, values stay text, and nothing can be run."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from messages.harmless import harmless
from messages.limits import length, one_line, sendable, visible_length
from messages.personal import (
    LONGEST,
    LONGEST_TEXT,
    BadTemplate,
    PersonalText,
    UnknownVariable,
    escape_variables,
)
from tests.folded import for_each
from tests.hostile import VALUES, big_list
from tests.messages.telegram_html import parse

PIECES = [
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{",
        "}",
        "first_name",
        "count",
        "{{first_name}}",
        "upper",
    ),
    *(
        "{{title}}",
        "{{link}}",
        "(",
        ")",
        "[",
        "]",
        ".",
        "|",
        "if",
        "else",
        "for",
        "in",
        "range",
        "==",
    ),
    *(
        "set",
        "x",
        "=",
        "1",
        "9",
        "'",
        '"',
        "\\",
        "-",
        "+",
        "~",
        ",",
        ":",
        "not",
        "none",
        "self",
        "loop",
    ),
    *("raw", "endraw", "include", "import", "block", "endif", "<b>", "</b>", "<", ">", "&", "&lt;"),
    *("&#39;", "&#x27;", ";", "amp", "😀", "é"),
]
HTML = st.lists(st.one_of(st.sampled_from([*PIECES, " ", "\n"]), st.text(max_size=4))).map("".join)
WORDS = st.lists(
    st.sampled_from(
        [
            *(f"{{{{ {name} }}}}" for name in LONGEST),
            *(
                "<b>",
                "</b>",
                "<i>",
                "</i>",
                "<",
                ">",
                "&",
                "&amp;",
                "&#x27;",
                "&#128512;",
                ";",
                "lt",
            ),
            *(" ", "\n", "\n\n", "\u202e", "\x00", "Dŵr", "😀", "&nbsp;", "{# note #}"),
        ]
    )
).map("".join)
VALUE = st.one_of(st.text(max_size=200), st.sampled_from(VALUES))


def refused(html: str) -> BadTemplate:
    with pytest.raises(BadTemplate) as error:
        PersonalText(html)
    return error.value


def test_variables_are_filled_in() -> None:
    text = PersonalText("<b>{{ first_name }}</b>, {{count}} of {{ goal }}: {{ title }} {# ha #}!")
    assert text.variables == {"first_name", "count", "goal", "title"}
    filled = text.render(first_name="Ada", count="1,000", goal=2000, title="Keep it", link="unused")
    assert filled == "<b>Ada</b>, 1,000 of 2000: Keep it !"


def test_a_text_without_variables_is_the_same_for_everybody() -> None:
    assert PersonalText("<b>Hi</b> %s {0} {x} }").render() == "<b>Hi</b> %s {0} {x} }"
    assert PersonalText("").render() == ""


def test_a_variable_without_a_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(LookupError):
        PersonalText("{{ first_name }}").render(title="x")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("first_nme", "first_name"), ("Count", "count"), ("gaol", "goal"), ("password", None)],
)
def test_a_variable_that_there_is_not_is_named_with_the_nearest(
    name: str, nearest: str | None
) -> None:
    with pytest.raises(UnknownVariable) as error:
        PersonalText(f"Hi {{{{ {name} }}}}")
    assert (error.value.name, error.value.nearest) == (name, nearest)


@for_each(
    "inside",
    [
        *("{{ first_name.__class__ }}", "{{ first_name['x'] }}", "{{ first_name() }}"),
        *(
            "{{ first_name|upper }}",
            "{{ 7*7 }}",
            "{{ 10**10**10 }}",
            "{{ 'x' * 10**9 }}",
            "{{ 1 }}",
        ),
        *("{{ first_name, title }}", "{{ first_name ~ title }}", "{{ none }}", "{{ not count }}"),
        *("{{ count if goal }}", "{{ first_name is defined }}", "{{ range(10**9) }}", "{{ {} }}"),
        *("{% for x in title %}x{% endfor %}", "{% if count %}x{% endif %}", "{% set x = 1 %}"),
        *(
            "{% include 'x' %}",
            "{% import 'x' as y %}",
            "{% extends 'x' %}",
            "{% block b %}{% endblock %}",
        ),
        *("{% macro m() %}{% endmacro %}", "{% filter upper %}x{% endfilter %}"),
    ],
)
def test_anything_but_a_plain_variable_is_refused_with_its_line(inside: str) -> None:
    error = refused(f"one\ntwo {inside} {{{{ first_name }}}}")
    assert (error.why, error.line) == ("not_a_variable", 2)


@pytest.mark.parametrize(
    "broken",
    [
        *("{{ first_name", "{{ }}", "{{ first name }}", "{% nonsense %}", "{# never closed"),
        *("{{ <b>first_name</b> }}", "{% if %}", "{{ &#x27;a&#x27; }}", '{{ "\\N{zzz}" }}'),
    ],
)
def test_broken_braces_are_refused_with_their_line(broken: str) -> None:
    error = refused(f"one\n{broken}")
    assert (error.why, error.line) == ("syntax", 2)


@pytest.mark.parametrize("inside", ["9" * 15_000, "(" * 15_000, "[" * 9_000, "-" * 15_000])
def test_what_is_deep_or_long_between_braces_is_refused_as_well(inside: str) -> None:
    assert refused(f"{{{{ {inside} }}}}").why in ("syntax", "not_a_variable")


def test_a_text_of_more_than_20000_characters_is_not_looked_at() -> None:
    PersonalText("x" * LONGEST_TEXT)
    assert refused("{" * (LONGEST_TEXT + 1)).why == "too_long"


@for_each("value", [*VALUES, *big_list()])
def test_hostile_values_stay_text(value: str) -> None:
    text = PersonalText('Hi <b>{{ first_name }}</b><a href="https://x.example/{{ title }}">!</a>')
    read = parse(text.render(first_name=value, title=value))
    assert read.tags == ("b", "a")
    shown = read.text.removeprefix("Hi ").removesuffix("!")
    assert str(harmless(one_line(value))).startswith(shown.removesuffix("…").rstrip())
    assert length(shown) <= LONGEST["first_name"]
    assert sendable(read.text) == read.text


@given(HTML)
@example("{{" + "(" * 500 + "}}")
def test_any_text_parses_or_is_refused_by_name(html: str) -> None:
    try:
        text = PersonalText(html)
    except (UnknownVariable, BadTemplate):
        return
    assert text.variables <= LONGEST.keys()
    text.render(**dict.fromkeys(LONGEST, "x"))


@given(WORDS, st.fixed_dictionaries(dict.fromkeys(LONGEST, VALUE)))
def test_no_rendering_is_longer_than_the_longest(html: str, values: dict[str, str]) -> None:
    text = PersonalText(html)
    assert visible_length(text.render(**values)) <= text.longest_length()


@given(st.lists(st.sampled_from([f"{{{{ {n} }}}}" for n in LONGEST] + ["<b>é&amp;&#39;</b>", " "])))
def test_the_longest_length_is_what_telegram_counts(pieces: list[str]) -> None:
    text = PersonalText("".join(pieces))
    values = {name: "W" * limit for name, limit in LONGEST.items()}
    seen = parse(text.render(**values)).text.strip()
    assert text.longest_length() == length(seen)


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(max_size=80))
@example("{{ first_name }} {% raw %} {# gone #}")
@example("one\rtwo")
def test_words_made_literal_arrive_as_they_were_written(words: str) -> None:
    text = PersonalText(escape_variables(str(escape(words))))
    assert not text.variables
    assert parse(text.render()).text == parse(sendable(str(escape(words)))).text


def test_marks_and_tags_do_not_count_but_what_is_seen_does() -> None:
    assert visible_length("<b>Dŵr</b> &amp; &#x27;t&#39; 😀") == len("Dŵr & 't' ") + 2
    assert visible_length("a &nbsp; b") == len("a &nbsp; b")
    assert visible_length("&#99999999; a < b") == len("&#99999999; a < b")
    assert visible_length("<b> \n</b>\u00a0") == 0


def test_each_value_is_cut_to_its_length_and_lines_do_not_break() -> None:
    for name, limit in LONGEST.items():
        filled = PersonalText(f"{{{{ {name} }}}}").render(**{name: "😀\n" * 300})
        assert length(filled) <= limit
        assert not re.search(r"\n", filled)
