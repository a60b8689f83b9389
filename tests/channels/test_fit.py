"""Promises of pages in channels that can do less: every choice is there, and no limit is passed."""

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.fit import fit
from channels.markup import plain
from channels.page import Choice, Page
from handlers.events import Capabilities
from messages import bot_texts
from messages.limits import length, visible_length
from tests.messages import catalogue
from tests.messages.telegram_html import parse

TITLE = "Keep the <unit> & “save” our ward 🏥"


@cache
def texts() -> list[str]:
    """Every text of the program, in every language, with a name that is not harmless in HTML."""
    written = catalogue.html(lambda limit: TITLE[:limit])
    return [
        bot_texts().html(name, language, **next(iter(catalogue.each(alternatives))))
        for name, alternatives in written.items()
        for language in ("en", "cy")
    ]


labels = st.text("abc ŵ🏥<&", min_size=1, max_size=80).filter(str.strip)
choices = st.one_of(
    st.builds(Choice, labels, data=st.integers(0, 10**6).map(lambda n: f"page:x:{n}")),
    st.builds(Choice, labels, url=st.sampled_from(["https://x.example/?a=1&b=2", "mailto:a@b.c"])),
    st.builds(Choice, labels, copy=st.text("ab<& ", min_size=1, max_size=200).filter(str.strip)),
    st.builds(Choice, labels, inline=st.just("")),
    st.builds(Choice, labels, says=st.just("Skip")),
    st.builds(Choice, labels, says=st.just("Share"), gives_contact=st.just(True)),
)
pages = st.builds(
    Page,
    st.deferred(lambda: st.sampled_from(texts())) | st.text("ab \n", max_size=5000),
    st.lists(st.lists(choices, min_size=1, max_size=9).map(tuple), max_size=30).map(tuple),
    has_picture=st.booleans(),
    more=st.just("More"),
)
capabilities = st.builds(
    Capabilities,
    buttons=st.integers(0, 100),
    rows=st.integers(0, 100),
    label=st.integers(2, 64),
    text=st.integers(40, 5000),
    caption=st.integers(10, 1100),
    markup=st.sampled_from(["telegram", "html", "plain"]),
    link_buttons=st.booleans(),
    inline=st.booleans(),
    copies=st.booleans(),
    contact_request=st.booleans(),
    any_address=st.booleans(),
)


def every_part(page: Page, can: Capabilities) -> list[tuple[Page, ...]]:
    """What somebody sees who turns over until they are back at the beginning."""
    seen, part = [], 0
    while True:
        shown = fit(page, can, part=part)
        seen.append(shown)
        onward = [one.more for one in shown[-1].choices if one.more is not None]
        if onward in ([], [0]):
            return seen
        assert onward == [len(seen)]
        part = onward[0]


def words(shown: tuple[Page, ...], can: Capabilities) -> str:
    read = [one.text if can.markup == "plain" else plain(one.text) for one in shown]
    return re.sub(r"\s", "", "".join(read))


@given(pages, capabilities)
@settings(max_examples=400, deadline=None)
def test_every_choice_is_reachable_and_no_limit_is_passed(page: Page, can: Capabilities) -> None:
    parts = every_part(page, can)
    offered: list[tuple[str, str]] = []
    for shown in parts:
        last = shown[-1]
        for one in shown:
            size = length(one.text) if can.markup == "plain" else visible_length(one.text)
            assert size <= (can.caption if one.has_picture else can.text)
            if can.markup != "plain":
                parse(one.text)
        assert len(last.rows) <= can.rows
        assert sum(map(len, last.rows)) <= can.buttons
        assert all(length(one.label) <= can.label for row in last.rows for one in row)
        offered += [
            (one.data, one.says, one.url, one.copy) for one in last.choices if one.more is None
        ]  # type: ignore[misc]
    for choice in page.choices:
        if choice.inline is not None or choice.gives_contact:
            continue
        key = (choice.data, choice.says, choice.url, choice.copy)
        spelt = re.sub(r"\s", "", choice.url or choice.copy)
        assert key in offered or (spelt and spelt in words(parts[0], can)), choice


@given(pages, capabilities)
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost_however_short_a_message_may_be(page: Page, can: Capabilities) -> None:
    assert re.sub(r"\s", "", plain(page.text)) in words(fit(page, can), can)


def test_without_buttons_choices_are_numbered_and_links_are_written_out() -> None:
    page = Page(
        "Sign?",
        (
            (Choice("✍️ Sign", data="sign:1"), Choice("Read <more>", data="page:why:1")),
            (Choice("Their page", url="https://x.example/?a=1&b=2"),),
            (Choice("Copy my link", copy="https://x.example/s/r_1"),),
        ),
    )
    (shown,) = fit(page, Capabilities(buttons=0, markup="plain"))
    assert shown.rows == ()
    assert [one.data for one in shown.menu] == ["sign:1", "page:why:1"]
    assert shown.text == (
        "Sign?\n\nTheir page: https://x.example/?a=1&b=2\n\nCopy my link:\nhttps://x.example/s/r_1"
        "\n\n1. ✍️ Sign\n2. Read <more>"
    )


def test_what_is_behind_more_leads_round_again() -> None:
    page = Page("Which?", tuple((Choice(f"No {n}", data=f"n:{n}"),) for n in range(5)), more="More")
    can = Capabilities(buttons=3, rows=3)
    labels = [[one.label for one in fit(page, can, part=part)[-1].choices] for part in range(4)]
    assert labels == [
        ["No 0", "No 1", "More"],
        ["No 2", "No 3", "More"],
        ["No 4", "More"],
        ["No 0", "No 1", "More"],
    ]


def test_a_text_is_cut_between_paragraphs_and_its_tags_go_on_behind_the_cut() -> None:
    page = Page("<b>One two three.\n\nFour <i>five six seven eight</i></b> nine")
    shown = fit(page, Capabilities(text=20))
    assert [one.text for one in shown] == [
        "<b>One two three.</b>",
        "<b>Four <i>five six seven</i></b>",
        "<b><i>eight</i></b> nine",
    ]


def test_space_around_plain_words_does_not_count_and_is_not_sent() -> None:
    """Found by hypothesis: 41 characters where 40 may be sent."""
    words = f"{26 * 'a'}: mailto:a@b.c"
    assert length(words) == 40
    page = Page(" ", ((Choice(26 * "a", url="mailto:a@b.c"),),), more="More")
    (shown,) = fit(page, Capabilities(buttons=0, markup="plain", text=40))
    assert shown.text == words
