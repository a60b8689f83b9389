"""Promises for chats that refuse, taps without a message, and topics: no alarm, and an answer where
there can be one."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from handlers.supporter import pages
from handlers.supporter.buttons import Page
from storage.tables import notifications
from tests.handlers.routes_harness import RoutesHarness, message, tap, user

NO_RIGHTS = "Bad Request: not enough rights to send text messages to the chat"
GONE = "Bad Request: chat not found"
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
TOPIC = {"message_thread_id": 9, "is_topic_message": True}


ADA = 500


@pytest.fixture(autouse=True)
def _nothing_said(doors: RoutesHarness) -> None:
    doors.calls.clear()
    doors.telegram.said.clear()
    doors.shown.clear()


def in_group(text: str = "/petition@clamour_bot", **more: Any) -> dict[str, Any]:
    return {"message": message(ADA, group=True, text=text, **more)}


def answers(doors: RoutesHarness) -> list[dict[str, Any]]:
    return [given for call, given in doors.telegram.said if call.startswith("send")]


async def how_much_is_owed(doors: RoutesHarness, chat_id: int) -> int:
    async with doors.services.database.reading() as db:
        owed = select(notifications.c.id).where(notifications.c.telegram_id == chat_id)
        return len((await db.execute(owed)).all())


@pytest.mark.parametrize(("group", "why"), [(True, NO_RIGHTS), (True, GONE), (False, GONE)])
def test_a_chat_that_takes_no_message_is_no_failure(
    doors: RoutesHarness, runner: asyncio.Runner, group: bool, why: str
) -> None:
    doors.telegram.refusals = {"sendMessage": [{"description": why}] * 3}
    update = in_group() if group else {"message": message(ADA, text="/privacy")}
    runner.run(doors.comes(update))
    assert doors.services.failed == set()
    assert doors.calls["sendMessage"] == 1, "an apology, too, would be refused"


def test_a_group_that_has_moved_is_answered_where_it_is_now(
    doors: RoutesHarness, runner: asyncio.Runner
) -> None:
    moved = {"description": "x", "parameters": {"migrate_to_chat_id": -1009}}
    doors.telegram.refusals = {"sendMessage": [moved]}
    runner.run(doors.comes(in_group()))
    assert [given["chat_id"] for given in answers(doors)] == [-5, -1009]
    assert doors.services.failed == set()


def test_a_group_that_has_moved_and_is_held_is_owed_its_answer(
    doors: RoutesHarness, runner: asyncio.Runner
) -> None:
    moved = {"description": "x", "parameters": {"migrate_to_chat_id": -1009}}
    held = {"description": "x", "parameters": {"retry_after": 20}}
    doors.telegram.refusals = {"sendMessage": [moved, held]}
    runner.run(doors.comes(in_group()))
    assert doors.services.failed == set()
    assert runner.run(how_much_is_owed(doors, -1009)) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"data": "home", "message": {"chat": {"id": ADA, "type": "private"}, "message_id": 7}},
        {"message": {"chat": {"id": ADA, "type": "private"}, "message_id": 7}},
        {"data": "home", "inline_message_id": "a"},
        {"inline_message_id": "a"},
        {"game_short_name": "x", "inline_message_id": "a"},
    ],
    ids=["inaccessible", "inaccessible and empty", "inline", "inline and empty", "a game"],
)
def test_a_tap_without_a_message_or_data_is_no_failure(
    doors: RoutesHarness, runner: asyncio.Runner, query: dict[str, Any]
) -> None:
    if (under := query.get("message")) is not None:
        under["date"] = 0
    runner.run(
        doors.comes(
            {"callback_query": {"id": "1", "from": user(ADA), "chat_instance": "1", **query}}
        )
    )
    assert doors.services.failed == set()
    assert doors.calls["answerCallbackQuery"] == 1
    assert len(answers(doors)) == ("message" in query)


def test_an_apology_for_a_tap_that_is_too_old_is_made_all_the_same(
    doors: RoutesHarness, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(pages.PAGES, "more", broken)
    doors.telegram.refusals = {"answerCallbackQuery": [{"description": TOO_OLD}]}
    runner.run(doors.comes(tap(ADA, str(Page("more", doors.petition.id)))))
    assert doors.shown["error/oops"] == 1
    assert len(answers(doors)) == 1


@pytest.mark.parametrize(
    "update",
    [
        in_group(**TOPIC),
        {"message": message(ADA, text="/privacy", **TOPIC)},
        {"message": message(ADA, text="/mydata", **TOPIC)},
        {"message": message(ADA, text="/start", **TOPIC)},
    ],
    ids=["forum", "private", "file", "picture"],
)
def test_an_answer_goes_to_the_topic_in_which_it_was_asked_for(
    doors: RoutesHarness, runner: asyncio.Runner, update: dict[str, Any]
) -> None:
    runner.run(doors.comes(update))
    assert answers(doors)
    assert {given.get("message_thread_id") for given in answers(doors)} == {9}


def test_a_reply_thread_is_no_topic(doors: RoutesHarness, runner: asyncio.Runner) -> None:
    runner.run(doors.comes(in_group(message_thread_id=9)))
    assert "message_thread_id" not in answers(doors)[0]


@pytest.mark.parametrize("why", [{"retry_after": 20}, {"migrate_to_chat_id": -1009}, {}])
def test_who_cannot_be_answered_alone_is_answered_as_everybody_is(
    doors: RoutesHarness, runner: asyncio.Runner, why: dict[str, int]
) -> None:
    doors.telegram.refusals = {"sendMessage": [{"description": "BOT_NOT_ADMIN", "parameters": why}]}
    runner.run(doors.comes(in_group("/start@clamour_bot")))
    alone, aloud = answers(doors)
    assert alone["ephemeral_message_parameters"] == {"receiver_user_id": ADA}
    assert "ephemeral_message_parameters" not in aloud


def test_nobody_is_behind_what_a_chat_says(doors: RoutesHarness, runner: asyncio.Runner) -> None:
    channel = {"id": -1001, "type": "channel", "title": "News"}
    runner.run(doors.comes(in_group("/start@clamour_bot", sender_chat=channel)))
    (aloud,) = answers(doors)
    assert "ephemeral_message_parameters" not in aloud


@pytest.mark.parametrize("number", [0, 7], ids=["no number", "its own number"])
def test_a_secret_question_is_answered_by_its_number(
    doors: RoutesHarness, runner: asyncio.Runner, number: int
) -> None:
    asked = in_group("/sign", ephemeral_message_id=31)
    asked["message"]["message_id"] = number
    runner.run(doors.comes(asked))
    (secret,) = answers(doors)
    assert secret["ephemeral_message_parameters"] == {"receiver_user_id": ADA}
    assert secret["reply_parameters"] == {"ephemeral_message_id": 31}
