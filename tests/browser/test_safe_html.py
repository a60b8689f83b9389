"""Promises of the words in a bubble: whatever they are, nothing runs and nothing leads astray."""

from functools import cache
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from channels.browser.safe_html import safe
from messages import bot_texts
from tests import hostile
from tests.messages import catalogue
from tests.strict_html import StrictHtml

ALLOWED = {"b", "i", "u", "s", "code", "pre", "blockquote", "a", "button"}
LEAD_ON = ("http://", "https://", "mailto:", "tel:")
COMMANDS = {"help", "mydata"}


class Read(StrictHtml):
    """What a browser makes of it."""

    def check(self, tag: str, given: dict[str, str | None]) -> None:
        assert tag in ALLOWED
        if tag == "a":
            assert given.keys() == {"href", "target", "rel"}
            assert (given["href"] or "").startswith(LEAD_ON)
            assert given["rel"] == "noopener noreferrer"
        elif tag == "button":
            assert given.keys() == {"class", "form", "name", "value"}
            assert (given["value"] or "")[1:] in COMMANDS
        else:
            assert given == {}


pieces = st.sampled_from(
    [
        *("<b>", "</b>", "<a href='javascript:alert(1)'>", '<a href="https://x.example/?a=1&b=2">'),
        *("</a>", "<script>", "</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "<svg/"),
        *(
            "&lt;",
            "&#60;script",
            "&amp;",
            "\u2060",
            "/help",
            "/secret",
            "https://x.example/a_b).",
            "<",
        ),
        *(
            "<pre>",
            "</pre>",
            "<blockquote>",
            "</blockquote>",
            "\n\n",
            "words ",
            '"',
            "'>",
            "<style>",
        ),
    ]
)


@given(st.lists(pieces, max_size=30).map("".join) | st.text() | st.sampled_from(hostile.VALUES))
def test_nothing_but_the_small_subset_comes_through(html: str) -> None:
    Read(safe(html, COMMANDS))


@cache
def texts() -> list[str]:
    written = catalogue.html(lambda limit: "Ada <i>&"[:limit])
    return [
        bot_texts().html(name, language, **variables)
        for name, alternatives in written.items()
        for language in ("en", "cy")
        for variables in list(catalogue.each(alternatives))[:2]
    ]


def test_every_text_of_the_program_says_the_same_in_the_browser() -> None:
    for html in texts():
        before, after = Words(html).words, Words(safe(html, COMMANDS)).words
        assert "".join(before.split()).replace("\u2060", "") == "".join(after.split()), html


class Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.words += data


def test_addresses_and_commands_of_ours_can_be_tapped_and_other_peoples_cannot() -> None:
    html = safe("Share https://x.example/s/r_1. Or /mydata, /stopall, a/help.", COMMANDS)
    assert '<a href="https://x.example/s/r_1" target="_blank"' in html
    assert html.count("<button") == 1
    assert 'value="/mydata"' in html
    theirs = bot_texts().html("sign/review", "en", answers=[{"field": "name", "value": "/mydata"}])
    assert "<button" not in safe(theirs, COMMANDS)
    assert "<a" not in safe("https:\u2060//evil.example", COMMANDS)


def test_no_empty_line_stands_beside_a_block_that_has_its_own_space() -> None:
    assert safe("a\n\n<blockquote>b</blockquote>\n\nc") == "a<blockquote>b</blockquote>c"
