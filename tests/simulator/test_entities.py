"""Promises of formatted text: parsed, found and kept as Telegram does."""

import html
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.entities import find, parse_html, tidied, units
from simulator.errors import Refused
from simulator.links import WrongLink, checked
from tests.folded import for_each
from tests.hostile import VALUES

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PIECES = """<b> </b> <i> </i> <u> </u> <s> <a\u00a0href='t.me/x'> </a> <pre> </pre> <code> </code>
<blockquote> </blockquote> <tg-spoiler> < > & &lt; &#x &#39; 😀 é a ' " = / @bot_name /start
https://x.org #tag $USD a@b.org""".replace("\u00a0", "\x00").split()
MARKUP = st.lists(
    st.sampled_from([*(piece.replace("\x00", " ") for piece in PIECES), " ", "\n", "\0"])
).map("".join)


def kept(source: str) -> tuple[str, list[dict[str, Any]]]:
    return tidied(*parse_html(source))


def spans(source: str) -> list[tuple[str, int, int]]:
    return [(e["type"], e["offset"], e["length"]) for e in kept(source)[1]]


@given(ANY_TEXT)
@example("& &amp; &lt &#39; &#x27;")
def test_an_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(ANY_TEXT | MARKUP)
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with suppress(Refused):
        parse_html(source)


@for_each("source", VALUES)
def test_a_hostile_text_comes_back_as_it_was(source: str) -> None:
    assert parse_html(html.escape(source)) == (source, [])


@given(MARKUP)
def test_kept_entities_stand_within_the_text_and_nest(source: str) -> None:
    try:
        text, entities = kept(source)
    except Refused:
        return
    around: list[tuple[int, int]] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        assert 0 <= start < end <= units(text)
        while around and around[-1][1] <= start:
            around.pop()
        assert not around or end <= around[-1][1]
        around.append((start, end))


@given(MARKUP)
def test_a_kept_text_is_kept_as_it_is(source: str) -> None:
    try:
        text, entities = kept(source)
    except Refused:
        return
    assert tidied(text, entities)[0] == text


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("abc<foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("é<foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("<B><Foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b x", 'Unclosed start tag "b" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a ", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x_y>", "Unexpected end of name token at byte offset 8"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b ", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<i><b>x</b>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_faults_are_told_in_telegrams_words(source: str, why: str) -> None:
    with pytest.raises(Refused) as told:
        parse_html(source)
    assert told.value.description == f"Bad Request: can't parse entities: {why}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b>", [("bold", 0, 1)]),
        ("😀<b>é</b>", [("bold", 2, 1)]),
        ("<strong>a</strong><em>b</em>", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<ins>a</ins><del>b</del>", [("underline", 0, 1), ("strikethrough", 1, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', [("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", [("expandable_blockquote", 0, 1)]),
        ("<b>a</b><b>b</b>", [("bold", 0, 2)]),
        ("<b></b>a", []),
        ("<b>a</>", [("bold", 0, 1)]),
        ("<b>a<code>b</code></b>", [("bold", 0, 1), ("code", 1, 1)]),
        ("  <b>a</b> \n", [("bold", 0, 1)]),
        (
            "<b>see x.org now</b>",
            [("bold", 0, 4), ("url", 4, 5), ("bold", 4, 5), ("bold", 9, 4)],
        ),
    ],
)
def test_markup_becomes_entities(source: str, expected: list[tuple[str, int, int]]) -> None:
    assert spans(source) == expected


def test_a_code_block_knows_its_language() -> None:
    block = {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    for source in (
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ):
        assert kept(source) == ("x", [block])


def test_a_link_is_kept_with_its_address() -> None:
    text, entities = kept('<a href="https://x.org?a=1&amp;b=2">here</a>')
    assert text == "here"
    assert entities == [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://x.org/?a=1&b=2"}
    ]


def test_a_time_is_kept_with_its_moment_and_format() -> None:
    assert kept('<tg-time unix="1259260200" format="wDT">then</tg-time>')[1] == [
        {
            "type": "date_time",
            "offset": 0,
            "length": 4,
            "unix_time": 1259260200,
            "date_time_format": "wDT",
        }
    ]


@pytest.mark.parametrize("attribute", ['unix="x"', 'unix=""', "", 'unix="1" format="x"'])
def test_what_is_no_time_is_refused(attribute: str) -> None:
    with pytest.raises(Refused):
        kept(f"<tg-time {attribute}>then</tg-time>")


def test_a_link_that_is_no_address_is_plain_text() -> None:
    assert kept('<a href="nonsense">here</a>') == ("here", [])


def test_only_telegrams_four_names_are_decoded() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#39;&#x41;&nbsp;&copy;")[0] == "<>&\"'A&nbsp;&copy;"


def test_control_characters_and_carriage_returns_are_gone() -> None:
    assert tidied("\ta\r\nb\0 \u202ec ", []) == ("a\nb  c", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", [("bot_command", 0, 6)]),
        ("/start@clamour_bot now", [("bot_command", 0, 18)]),
        ("/start payload_1", [("bot_command", 0, 6)]),
        ("a/b 1/2 //x", []),
        ("hello @clamour_bot!", [("mention", 6, 12)]),
        ("mail ada@example.org", [("email", 5, 15)]),
        ("#save #1 a#b", [("hashtag", 0, 5)]),
        ("see https://t.me/clamour_bot?start=a_b.", [("url", 4, 34)]),
        ("see t.me/clamour_bot, please", [("url", 4, 16)]),
        ("Mr.Smith e.g. 3.14", []),
        ("😀 /start", [("bot_command", 3, 6)]),
    ],
)
def test_plain_texts_are_seen_through(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in find(text)] == expected


@given(ANY_TEXT)
def test_addresses_are_taken_or_refused(text: str) -> None:
    with suppress(WrongLink):
        assert "://" in checked(text)


@pytest.mark.parametrize(
    "source",
    [
        "<b>" * 8000,
        "<b>x.org</b> " * 2000,
        "<code>x</code> @abc " * 1500,
        "<blockquote>@abc</blockquote>" * 1000,
        "a." * 16000,
        "a@" * 16000,
        "&" * 32000,
        "." * 32000,
        "/" * 32000,
    ],
    ids=lambda source: source[:12],
)
def test_the_longest_texts_are_read_in_a_blink(source: str) -> None:
    begun = time.process_time()
    with suppress(Refused):
        kept(source)
    assert time.process_time() - begun < 0.5
