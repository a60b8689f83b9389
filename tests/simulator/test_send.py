"""Promises of sending: what python-telegram-bot gets back, and what Telegram refuses."""

from collections.abc import Awaitable, Callable

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    User,
)
from telegram.error import BadRequest, Forbidden

from tests.folded import for_each
from tests.simulator.conftest import Telegram
from tests.simulator.phone import TOKEN, Phone


def under(**act: object) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Sign", **act)]])  # type: ignore[arg-type]


async def test_the_bot_is_who_the_token_says(bot: Bot) -> None:
    me = await bot.get_me()
    assert isinstance(me, User)
    assert (me.id, me.username, me.is_bot) == (1234567, "clamour_bot", True)


async def test_a_message_comes_back_as_it_stands_in_the_chat(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(
        ada.id, "<b>Hello</b> &amp; x", parse_mode="HTML", reply_markup=under(callback_data="a")
    )
    assert sent.text == "Hello & x"
    assert sent.text_html == "<b>Hello</b> &amp; x"
    assert sent.chat.id == ada.id
    assert sent.reply_markup == under(callback_data="a")
    [event] = await ada.events()
    assert event["kind"] == "message"
    assert event["message"]["text"] == "Hello & x"
    assert event["message"]["out"] is False


async def test_a_person_sees_a_reply_keyboard_and_the_bot_does_not(bot: Bot, ada: Phone) -> None:
    keys = ReplyKeyboardMarkup([[KeyboardButton("My number", request_contact=True)]])
    sent = await bot.send_message(ada.id, "Your number?", reply_markup=keys)
    assert sent.reply_markup is None
    message, keyboard = await ada.events()
    assert message["message"]["reply_markup"]["keyboard"][0][0]["request_contact"] is True
    assert keyboard["kind"] == "keyboard"
    await bot.send_message(ada.id, "Thanks", reply_markup=ReplyKeyboardRemove())
    gone, _ = await ada.events()
    assert gone["message"]["reply_markup"]["remove_keyboard"] is True


async def test_a_reply_shows_what_it_replies_to(bot: Bot, ada: Phone) -> None:
    asked = await ada.writes("Where?")
    number = asked["message"]["message_id"]
    sent = await bot.send_message(ada.id, "Here", reply_parameters=ReplyParameters(number))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "Where?"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ada.id, "x", reply_parameters=ReplyParameters(1))


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("", None, "Message text is empty"),
        ("<b></b>", "HTML", "Message text is empty"),
        (" \n ", None, "Text must be non-empty"),
        ("x" * 4097, None, "Message is too long"),
        ("<b>" + "x" * 4097 + "</b>", "HTML", "Message is too long"),
        ("x" * 40_000, None, "Text is too long"),
        ("<foo>", "HTML", 'Can\'t parse entities: unsupported start tag "foo" at byte offset 0'),
        ("x", "Klingon", "Unsupported parse_mode"),
    ],
)
async def test_a_wrong_text_is_refused(
    bot: Bot, ada: Phone, text: str, mode: str | None, why: str
) -> None:
    with pytest.raises(BadRequest) as told:
        await bot.send_message(ada.id, text, parse_mode=mode)
    assert told.value.message.lower() == why.lower()


async def test_the_limit_counts_characters_after_parsing(bot: Bot, ada: Phone) -> None:
    text = "<b>" + "&amp;" * 4096 + "</b>"
    sent = await bot.send_message(ada.id, text, parse_mode="HTML")
    assert sent.text == "&" * 4096
    astral = await bot.send_message(ada.id, "😀" * 4096)
    assert len(astral.text or "") == 4096


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ({"callback_data": "x" * 65}, "Button_data_invalid"),
        ({"callback_data": "é" * 33}, "Button_data_invalid"),
        ({"url": "nonsense"}, "Inline keyboard button URL 'nonsense' is invalid: Wrong HTTP URL"),
        ({"url": "http://localhost/"}, "Inline keyboard button URL 'http://localhost/' is invalid"),
        ({"url": "ftp://x.org"}, "Unsupported URL protocol"),
        ({}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
    ],
)
async def test_a_wrong_button_is_refused(
    telegram: Telegram, ada: Phone, act: dict[str, str], why: str
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", **act}]]}
    told = await telegram.calls("sendMessage", chat_id=ada.id, text="x", reply_markup=keyboard)
    assert why.lower() in told["description"].lower()


@pytest.mark.parametrize("size", [1, 256])
async def test_a_button_that_copies_takes_1_to_256_characters(
    bot: Bot, ada: Phone, size: int
) -> None:
    keyboard = under(copy_text=CopyTextButton("x" * size))
    assert (await bot.send_message(ada.id, "x", reply_markup=keyboard)).reply_markup == keyboard
    with pytest.raises(BadRequest):
        await bot.send_message(ada.id, "x", reply_markup=under(copy_text=CopyTextButton("x" * 257)))


async def test_buttons_of_all_kinds_are_taken(bot: Bot, ada: Phone) -> None:
    for act in (
        {"callback_data": "x" * 64},
        {"url": "https://t.me/clamour_bot?start=a"},
        {"url": "tg://resolve?domain=clamour_bot"},
        {"switch_inline_query": ""},
        {"switch_inline_query_current_chat": "x"},
    ):
        assert (await bot.send_message(ada.id, "x", reply_markup=under(**act))).reply_markup


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        ('{"inline_keyboard": 1}', 'field "inline_keyboard" must be of type Array'),
        ('{"inline_keyboard": [1]}', "of the InlineKeyboardMarkup must be an Array of Arrays"),
        ('{"inline_keyboard": [[1]]}', "InlineKeyboardButton must be an Object"),
        ('{"keyboard": [[1]]}', "KeyboardButton must be a String or an Object"),
    ],
)
async def test_a_keyboard_of_another_shape_is_refused(
    telegram: Telegram, ada: Phone, markup: str, why: str
) -> None:
    told = await telegram.calls("sendMessage", chat_id=ada.id, text="x", reply_markup=markup)
    assert why in told["description"]


async def test_empty_rows_are_dropped(bot: Bot, ada: Phone) -> None:
    assert (await bot.send_message(ada.id, "x", reply_markup=InlineKeyboardMarkup([[]]))).text


async def test_nobody_is_written_to_who_has_not_pressed_start(
    bot: Bot, arrives: Callable[..., Awaitable[Phone]]
) -> None:
    ben = await arrives("Ben")
    with pytest.raises(Forbidden, match="ot can't initiate conversation with a user"):
        await bot.send_message(ben.id, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "x")
    with pytest.raises(BadRequest, match="Chat_id is empty"):
        await bot.send_message("", "x")


async def test_who_has_blocked_the_bot_is_not_written_to(bot: Bot, ada: Phone) -> None:
    await ada.does("block")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ada.id, "x")
    await ada.does("unblock")
    await bot.send_message(ada.id, "x")


async def test_a_mention_link_names_somebody_known(bot: Bot, ada: Phone) -> None:
    link = '<a href="tg://user?id={}">Ada</a>'
    sent = await bot.send_message(ada.id, link.format(ada.id), parse_mode="HTML")
    assert sent.entities[0].user is not None
    assert sent.entities[0].user.id == ada.id
    nobody = await bot.send_message(ada.id, link.format(5), parse_mode="HTML")
    assert not nobody.entities


async def test_typing_is_seen(bot: Bot, ada: Phone) -> None:
    await bot.send_chat_action(ada.id, "typing")
    [event] = await ada.events()
    assert (event["kind"], event["text"]) == ("action", "typing")


async def test_methods_and_parameters_come_in_any_form(telegram: Telegram, ada: Phone) -> None:
    url = f"{telegram.address}/bot{TOKEN}"
    query = {"chat_id": str(ada.id), "text": "x"}
    async with telegram.session.get(f"{url}/SENDMESSAGE", params=query) as answer:
        assert (await answer.json())["ok"]
    async with telegram.session.post(f"{url}/sendMessage", data=query) as answer:
        assert (await answer.json())["ok"]


@for_each("method", ["sendMessage", "editMessageText", "sendMediaGroup", "copyMessage"])
@for_each("value", [None, 1, "x", [], {}, [[]], {"a": 1}, -1, "\ud800"])
async def test_no_shape_of_parameters_breaks_it(
    telegram: Telegram, ada: Phone, method: str, value: object
) -> None:
    names = ("text", "media", "reply_markup", "reply_parameters", "entities", "message_id")
    for name in names:
        given = {"chat_id": ada.id, "text": "x", "from_chat_id": ada.id, name: value}
        assert "ok" in await telegram.calls(method, **given)


async def test_a_body_that_is_no_json_is_refused(telegram: Telegram, bot: Bot) -> None:
    url = f"{telegram.address}/bot{TOKEN}/sendMessage"
    for body in (b"{", b"[" * 100_000, b"\xff", b"5"):
        headers = {"Content-Type": "application/json"}
        async with telegram.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400
