"""Promise: the log tells where something broke and of which kind, and quotes nobody."""

import asyncio
import io
import json
from collections.abc import Callable

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest

from bot import logs
from channels.log_exceptions import LEFT_OUT, format_exception
from storage.errors import DatabaseUnavailable
from tests.bot.commandline import as_before

WORDS = "Ada Lovelace, SW1A 1AA"


def raised(fails: Callable[[], object]) -> BaseException:
    try:
        fails()
    except BaseException as fault:
        return fault
    raise AssertionError("nothing was raised")


def from_a_cause() -> None:
    try:
        {}[WORDS]
    except KeyError as fault:
        raise RuntimeError(WORDS) from fault


def while_handling() -> None:
    try:
        int(WORDS)
    except ValueError:
        raise TypeError(WORDS)  # noqa: B904 - that is what is tried


def together() -> None:
    raise ExceptionGroup(WORDS, [KeyError(WORDS), ExceptionGroup(WORDS, [ValueError(WORDS)])])


def by_telegram() -> None:
    raise BadRequest(f'Can\'t parse entities: unsupported start tag "{WORDS}"')


@pytest.mark.parametrize(
    ("fails", "kinds"),
    [
        (from_a_cause, ["KeyError", "RuntimeError"]),
        (while_handling, ["ValueError", "TypeError"]),
        (together, ["ExceptionGroup", "KeyError", "ValueError"]),
        (by_telegram, ["telegram.error.BadRequest: Can't parse entities"]),
        (lambda: (WORDS + "\ud800").encode(), ["UnicodeEncodeError"]),
    ],
)
def test_kinds_and_places_are_told_and_words_are_not(
    fails: Callable[[], object], kinds: list[str]
) -> None:
    said = format_exception(raised(fails))

    assert WORDS not in said
    assert all(kind in said for kind in kinds)
    assert __file__ in said


def test_what_cannot_quote_anybody_says_why() -> None:
    assert "No space left" in format_exception(OSError(28, "No space left on device"))
    assert "disk full" in format_exception(DatabaseUnavailable("disk full"))
    assert LEFT_OUT in format_exception(ValueError(WORDS))


def test_a_fault_that_is_its_own_cause_is_told_once() -> None:
    one, other = ValueError("x"), KeyError("y")
    one.__cause__, other.__cause__ = other, one

    assert format_exception(one).count("ValueError") == 1


@given(st.text(min_size=8))
def test_whatever_is_said_in_an_exception_stays_out(words: str) -> None:
    words = f"{words}-Quux-"

    assert "-Quux-" not in format_exception(ValueError(words))
    assert "-Quux-" not in format_exception(KeyError(words, {words: words}))


async def test_a_task_that_failed_unseen_is_told_without_its_words() -> None:
    stream = io.StringIO()

    async def fails() -> None:
        raise RuntimeError(WORDS)

    with as_before():
        logs.configure("info", "json", stream)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, about: logs.unseen(about))
        task = asyncio.create_task(fails())
        await asyncio.wait({task})
        del task
        loop.call_exception_handler({"message": "closing failed"})
        structlog.get_logger().info("through")
    said = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert [event["event"] for event in said] == ["failed unseen", "failed unseen", "through"]
    assert "RuntimeError" in said[0]["exception"]
    assert WORDS not in stream.getvalue()
