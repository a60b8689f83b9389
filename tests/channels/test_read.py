"""Promises of what is typed where choices were offered."""

from datetime import UTC, datetime

import pytest

from channels.page import Choice
from channels.read import read
from handlers.events import Address, Capabilities, Event, Message, Person, Tap

MENU = (
    Choice("✍️ Sign", data="sign:1"),
    Choice("Read more", data="page:why:1"),
    Choice("Open their page", url="https://x.example"),
    Choice("Skip", says="Skip"),
    Choice("‹ Back", data="page:home:1"),
)


def typed(text: str | None) -> Event:
    said = Message(1, datetime(2026, 11, 29, tzinfo=UTC), text=text)
    return Event(1, Address("sms", "1"), Person(1), Capabilities(buttons=0), message=said)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("1", "sign:1"),
        (" 2. ", "page:why:1"),
        ("sign", "sign:1"),
        ("READ MORE!", "page:why:1"),
        ("✍️ Sign", "sign:1"),
        ("back", "page:home:1"),
    ],
)
def test_a_number_or_the_words_of_a_choice_are_a_tap(text: str, data: str) -> None:
    event = read(typed(text), MENU)
    assert event.tap == Tap(data)
    assert event.message is None


@pytest.mark.parametrize(
    "text", ["0", "3", "6", "12345", "²", "1 2", "Ada", "", None, "Open their page", "1.5"]
)
def test_everything_else_stays_what_it_is(text: str | None) -> None:
    assert read(typed(text), MENU) == typed(text)


def test_a_choice_that_speaks_for_the_person_is_said_whole() -> None:
    event = read(typed("4"), MENU)
    assert event.tap is None
    assert event.message is not None
    assert event.message.text == "Skip"


def test_a_number_is_no_choice_where_none_was_offered_with_a_number() -> None:
    assert read(typed("2"), MENU, numbered=False) == typed("2")
    assert read(typed("skip"), MENU, numbered=False) != typed("skip")


def test_words_that_two_choices_have_are_neither() -> None:
    menu = (Choice("Change", data="a:1"), Choice("change!", data="a:2"))
    assert read(typed("change"), menu) == typed("change")


def test_an_edit_and_a_tap_are_never_read_again() -> None:
    edit = Event(
        1, Address("x", "1"), Person(1), Capabilities(), message=typed("1").message, is_edit=True
    )
    assert read(edit, MENU) == edit
