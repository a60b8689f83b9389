"""Promises of answers to inline queries: what Telegram refuses, it refuses whole."""

import asyncio
from typing import Any

import pytest
from telegram import Bot

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json, Phone


def article(**changes: Any) -> Json:
    """A result as it goes over the wire; a change to None leaves a field out."""
    said = {"message_text": "Sign!"}
    given = {"type": "article", "id": "1", "title": "x", "input_message_content": said} | changes
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
async def query_id(telegram: Telegram, bot: Bot, ada: Phone) -> Any:
    """The number of a query that waits for its answer."""
    asking = asyncio.create_task(ada.does("inline", query="x"))
    await bot.get_updates(offset=-1)
    async with asyncio.timeout(120):
        while not (new := await bot.get_updates(timeout=1)) or not new[-1].inline_query:
            pass
    yield next(iter(telegram.world.inline.waiting))
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


WRONG_RESULTS: tuple[tuple[Json, str], ...] = (
    (article(type=None), "can't parse inline query result: Can't find field \"type\""),
    (article(type="poem"), 'type "poem" is unsupported for the inline query result'),
    (article(id=None), 'Can\'t find field "id"'),
    (article(id=""), "RESULT_ID_INVALID"),
    (article(id="x" * 65), "RESULT_ID_INVALID"),
    (article(title=None), "can't parse inline query result: Can't find field \"title\""),
    (article(title=" "), "ARTICLE_TITLE_EMPTY"),
    (article(title=["x"]), 'Field "title" must be of type String'),
    (article(input_message_content=None), 'Can\'t find field "message_text"'),
    (article(input_message_content=5), "must be of type Object"),
    (article(input_message_content={}), "Input message content is not specified"),
    (article(input_message_content={"message_text": ""}), "content is not specified"),
    (article(input_message_content={"message_text": " \n"}), "text must be non-empty"),
    (article(input_message_content={"message_text": "x" * 4097}), "MESSAGE_TOO_LONG"),
    (
        article(input_message_content={"message_text": "<b>x", "parse_mode": "HTML"}),
        "can't parse inline query result: Can't parse entities",
    ),
    (article(input_message_content={"message_text": "x", "parse_mode": "?"}), "parse_mode"),
    (article(reply_markup={"keyboard": [["x"]]}), "inline keyboard expected"),
    (article(reply_markup={"inline_keyboard": [[{"text": "x"}]]}), "Text buttons are unallowed"),
    (
        article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]}),
        "BUTTON_DATA_INVALID",
    ),
    (article(reply_markup={"inline_keyboard": [[{"text": "x", "url": "x"}]]}), "Wrong HTTP URL"),
)


@pytest.mark.parametrize(("result", "why"), WRONG_RESULTS)
async def test_one_wrong_result_refuses_the_whole_answer(
    telegram: Telegram, query_id: str, result: Json, why: str
) -> None:
    results = [article(id="0"), result]
    told = await telegram.calls("answerInlineQuery", inline_query_id=query_id, results=results)
    assert told["error_code"] == 400
    assert why in told["description"]
    assert query_id in telegram.world.inline.waiting
    right = {"inline_query_id": query_id, "results": [article()]}
    assert (await telegram.calls("answerInlineQuery", **right))["ok"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"results": 5}, "expected an Array of inline query results"),
        ({"results": "["}, "can't parse inline query results JSON object"),
        ({"results": ["x"]}, "Inline query result must be an object"),
        ({"results": [article(id=str(n)) for n in range(51)]}, "too many inline query results"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"next_offset": "é" * 33}, "NEXT_OFFSET_INVALID"),
        ({"inline_query_id": "5"}, "query is too old"),
        ({"button": 5}, "InlineQueryResultsButton must be an Object"),
        ({"button": {"start_parameter": "x"}}, 'Can\'t find field "text"'),
        ({"button": {"text": "", "start_parameter": "x"}}, "SWITCH_PM_TEXT_EMPTY"),
        ({"button": {"text": "x"}}, "must have exactly one optional field"),
        ({"button": {"text": "x", "start_parameter": ""}}, "can't use empty start_parameter"),
        ({"button": {"text": "x", "start_parameter": "x" * 65}}, "too long start_parameter"),
        ({"button": {"text": "x", "start_parameter": "a b"}}, "unallowed characters"),
        ({"button": {"text": "x", "web_app": {"url": "http://x.org"}}}, "Only HTTPS links"),
    ],
)
async def test_a_wrong_answer_is_refused(
    telegram: Telegram, query_id: str, wrong: Json, why: str
) -> None:
    given = {"inline_query_id": query_id, "results": [article()]} | wrong
    told = await telegram.calls("answerInlineQuery", **given)
    assert told["error_code"] == 400
    assert why in told["description"]


async def test_another_bot_cannot_answer(telegram: Telegram, query_id: str) -> None:
    url = f"{telegram.address}/bot7654321:{'other' * 7}/answerInlineQuery"
    body = {"inline_query_id": query_id, "results": []}
    async with telegram.session.post(url, json=body) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"switch_inline_query": 5}, "must be of type String"),
        ({"switch_inline_query_current_chat": {}}, "must be of type String"),
        ({"switch_inline_query_chosen_chat": "x"}, "must be of type Object"),
        ({"switch_inline_query_chosen_chat": {"query": "x"}}, "at least one chat type"),
        ({"switch_inline_query": ""}, ""),
        ({"switch_inline_query_current_chat": "x"}, ""),
        ({"switch_inline_query_chosen_chat": {"allow_user_chats": True}}, ""),
    ],
)
async def test_buttons_that_switch_to_inline_mode_are_checked(
    telegram: Telegram, ada: Phone, button: Json, why: str
) -> None:
    keys = {"inline_keyboard": [[{"text": "Share", **button}]]}
    told = await telegram.calls("sendMessage", chat_id=ada.id, text="x", reply_markup=keys)
    assert told["ok"] is not bool(why)
    assert why in told.get("description", "")
