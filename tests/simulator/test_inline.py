"""Promises of inline mode: what is asked, kept, refused, chosen, and seen by whom."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import (
    Bot,
    CallbackQuery,
    ChosenInlineResult,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import BadRequest

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json, Phone
from tests.simulator.test_chats import gathers

Arrives = Callable[..., Awaitable[Phone]]
LINK = "https://t.me/clamour_bot?start=r_abc"
SIGN = InlineKeyboardMarkup([[InlineKeyboardButton("Sign", url=LINK)]])
TAP = InlineKeyboardMarkup([[InlineKeyboardButton("Tap", callback_data="tap")]])


def card(**more: Any) -> InlineQueryResultArticle:
    content = InputTextMessageContent("<b>Sign!</b>", parse_mode="HTML")
    return InlineQueryResultArticle(
        "1", "Keep the unit", content, description="3 have signed", **more
    )


async def updates(bot: Bot) -> tuple[Update, ...]:
    """What is new, confirmed at once."""
    new = await bot.get_updates()
    await bot.get_updates(offset=new[-1].update_id + 1) if new else None
    return new


@pytest.fixture
async def ben(arrives: Arrives) -> Phone:
    """Ben, who has never written to the bot."""
    return await arrives("Ben")


@pytest.fixture
async def asks(
    telegram: Telegram, bot: Bot, ada: Phone
) -> Callable[..., Awaitable[tuple[Json, InlineQuery | None]]]:
    """Ada (or somebody else) asks; the bot answers, if it is asked at all."""
    await updates(bot)

    async def ask(
        query: str = "share", *, by: Phone = ada, chat: int | None = None, **answer: Any
    ) -> tuple[Json, InlineQuery | None]:
        waiting = telegram.world.inline.waiting
        before = set(waiting)
        asking = asyncio.create_task(by.does("inline", query=query, chat_id=chat))
        while not asking.done() and before >= set(waiting):
            await asyncio.sleep(0.005)
        new = await bot.get_updates()
        heard = next((u.inline_query for u in new if u.inline_query), None)
        if heard is not None:
            await bot.get_updates(offset=new[-1].update_id + 1)
            await heard.answer(**{"results": [card(reply_markup=SIGN)], **answer})
        return await asking, heard

    return ask


async def test_a_query_tells_who_asks_what_and_in_which_kind_of_chat(
    telegram: Telegram, bot: Bot, ada: Phone, ben: Phone, asks: Any
) -> None:
    group = await gathers(telegram, ada, ben)
    await updates(bot)
    for number, (chat, kind) in enumerate(
        ((None, "sender"), (ben.id, "private"), (group, "group"))
    ):
        told, heard = await asks(f"query {number}", chat=chat)
        assert (heard.chat_type, heard.query, heard.from_user.id) == (
            kind,
            f"query {number}",
            ada.id,
        )
        assert heard.offset == ""
        assert [(r["title"], r["description"]) for r in told["results"]] == [
            ("Keep the unit", "3 have signed")
        ]


async def test_a_long_query_is_cut_at_256_characters(asks: Any) -> None:
    _, heard = await asks("x" * 300)
    assert heard.query == "x" * 256


async def test_the_same_query_reaches_the_bot_once_in_300_seconds(
    telegram: Telegram, ben: Phone, asks: Any
) -> None:
    first, _ = await asks()
    again, heard = await asks(by=ben)
    assert heard is None
    assert (again["update_id"], again["results"]) == (None, first["results"])
    assert (await asks("another"))[1] is not None
    await telegram.control("clock", advance_seconds=290)
    assert (await asks())[1] is None
    await telegram.control("clock", advance_seconds=11)
    assert (await asks())[1] is not None


async def test_a_personal_answer_is_kept_for_one_person(ben: Phone, asks: Any) -> None:
    await asks(is_personal=True, cache_time=30)
    assert (await asks())[1] is None
    assert (await asks(by=ben))[1] is not None


async def test_an_answer_is_kept_as_long_as_the_bot_says_and_a_day_at_most(
    telegram: Telegram, asks: Any
) -> None:
    await asks("never", cache_time=0)
    assert (await asks("never"))[1] is not None
    await asks("long", cache_time=10**6)
    await telegram.control("clock", advance_seconds=24 * 3600 - 5)
    assert (await asks("long"))[1] is None
    await telegram.control("clock", advance_seconds=10)
    assert (await asks("long"))[1] is not None


async def test_what_was_kept_can_be_chosen(bot: Bot, ben: Phone, asks: Any) -> None:
    await asks()
    await asks(by=ben)
    told = await ben.does("inline/choose", result_id="1")
    assert told["message"]["text"] == "Sign!"


async def test_an_older_answer_can_be_chosen_from_by_its_number(ada: Phone, asks: Any) -> None:
    older, _ = await asks("older")
    await asks("newer", results=[])
    await ada.does("inline/choose", status=400, result_id="1")
    number = older["inline_query_id"]
    await ada.does("inline/choose", result_id="1", inline_query_id=number)
    await ada.does("inline/choose", status=400, result_id="1", inline_query_id="5")


async def test_a_card_is_seen_in_a_friends_chat_and_the_bot_does_not_read_it(
    bot: Bot, ada: Phone, ben: Phone, asks: Any
) -> None:
    await asks(chat=ben.id)
    told = await ada.does("inline/choose", result_id="1", chat_id=ben.id)
    assert told["update_id"] is None
    [event] = [event for event in await ben.events() if event["kind"] == "message"]
    seen = event["message"]
    assert (event["chat_id"], seen["chat"]["id"], seen["out"]) == (ada.id, ada.id, False)
    assert (seen["text"], seen["entities"][0]["type"]) == ("Sign!", "bold")
    assert seen["via_bot"]["username"] == "clamour_bot"
    assert seen["reply_markup"]["inline_keyboard"][0][0]["url"] == LINK
    assert (await ben.looks(ada.id))["messages"] == [seen]
    [mine] = (await ada.looks(ben.id))["messages"]
    assert (mine["chat"]["id"], mine["out"]) == (ben.id, True)
    assert [update.message for update in await updates(bot)] == [None]
    await ben.does("open", link=LINK)
    [start] = await updates(bot)
    assert isinstance(start.message, Message)
    assert (start.message.text, start.message.chat.id) == ("/start r_abc", ben.id)


async def chosen_of(bot: Bot) -> ChosenInlineResult | None:
    return next(
        (u.chosen_inline_result for u in await updates(bot) if u.chosen_inline_result), None
    )


async def test_the_bot_hears_of_a_choice_only_with_inline_feedback(
    telegram: Telegram, bot: Bot, ada: Phone, ben: Phone, asks: Any
) -> None:
    await asks()
    await ada.does("inline/choose", result_id="1", chat_id=ben.id)
    choice = await chosen_of(bot)
    assert choice is not None
    assert (choice.result_id, choice.query, choice.from_user.id) == ("1", "share", ada.id)
    assert choice.inline_message_id
    await telegram.control("inline", feedback=False)
    await ada.does("inline/choose", result_id="1", chat_id=ben.id)
    assert await chosen_of(bot) is None


async def test_a_card_without_buttons_has_no_inline_message_id(
    bot: Bot, ada: Phone, asks: Any
) -> None:
    await asks(results=[card()])
    await ada.does("inline/choose", result_id="1")
    choice = await chosen_of(bot)
    assert choice is not None
    assert choice.inline_message_id is None


async def test_a_friends_tap_on_a_card_tells_the_bot_its_inline_id_and_it_can_be_changed(
    bot: Bot, ada: Phone, ben: Phone, asks: Any
) -> None:
    await asks(results=[card(reply_markup=TAP)])
    await ada.does("inline/choose", result_id="1", chat_id=ben.id)
    await updates(bot)
    [seen] = (await ben.looks(ada.id))["messages"]
    await ben.does("taps", message_id=seen["message_id"], data="tap", chat_id=ada.id)
    [update] = await updates(bot)
    query = update.callback_query
    assert isinstance(query, CallbackQuery)
    assert (query.from_user.id, query.data, query.message) == (ben.id, "tap", None)
    await query.answer("Thank you")
    assert await bot.edit_message_text("Done", inline_message_id=query.inline_message_id) is True
    toast, edit = [e for e in await ben.events() if e["kind"] in ("toast", "edit")]
    assert (toast["chat_id"], toast["text"]) == (ada.id, "Thank you")
    assert (edit["chat_id"], edit["message"]["text"]) == (ada.id, "Done")
    with pytest.raises(BadRequest, match="essage_id_invalid"):
        await bot.edit_message_text("x", inline_message_id="5")


async def test_nobody_can_ask_when_inline_mode_is_off(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    assert (await telegram.calls("getMe"))["result"]["supports_inline_queries"] is True
    await telegram.control("inline", enabled=False)
    assert (await telegram.calls("getMe"))["result"]["supports_inline_queries"] is False
    told = await ada.does("inline", status=400, query="x")
    assert told["description"] == "Bad Request: BOT_INLINE_DISABLED"


async def test_inline_updates_come_by_default_and_not_when_they_are_not_wanted(
    bot: Bot, ada: Phone, asks: Any
) -> None:
    assert (await asks("one"))[1] is not None
    await bot.get_updates(allowed_updates=["message"])
    told, heard = await asks("two")
    assert (heard, told["results"], told["update_id"]) == (None, [], None)
    await asks("one")
    await ada.does("inline/choose", result_id="1")
    assert await chosen_of(bot) is None
    await bot.get_updates(allowed_updates=["inline_query"])
    assert (await asks("three"))[1] is not None
    await ada.does("inline/choose", result_id="1")
    assert await chosen_of(bot) is None
    await bot.get_updates(allowed_updates=[])
    await asks("four")
    await ada.does("inline/choose", result_id="1")
    assert await chosen_of(bot) is not None


async def test_the_button_above_the_results_is_told(asks: Any) -> None:
    button = InlineQueryResultsButton("Get your own link", start_parameter="keep-the_unit9")
    told, _ = await asks(results=[], button=button, next_offset="50")
    assert told["button"] == {"text": "Get your own link", "start_parameter": "keep-the_unit9"}
    assert (told["results"], told["next_offset"]) == ([], "50")


async def test_the_longest_text_fits_and_is_counted_after_its_markup(ada: Phone, asks: Any) -> None:
    text = f"<b>{'x' * 4096}</b>"
    content = InputTextMessageContent(text, parse_mode="HTML")
    await asks(results=[InlineQueryResultArticle("1", "x", content)])
    told = await ada.does("inline/choose", result_id="1")
    assert told["message"]["text"] == "x" * 4096
