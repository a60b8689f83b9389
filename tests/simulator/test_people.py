"""Promises to people: what they do reaches the bot, and what they see is what happened."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from telegram import (
    Bot,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import BadRequest

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json, Phone

Arrives = Callable[..., Awaitable[Phone]]


async def last(bot: Bot) -> Update:
    return (await bot.get_updates())[-1]


async def heard(bot: Bot) -> Message:
    message = (await last(bot)).message
    assert message is not None
    return message


async def test_somebody_is_told_to_the_bot_as_they_are(bot: Bot, ada: Phone) -> None:
    message = await heard(bot)
    assert message.from_user is not None
    assert message.from_user.full_name == "Ada Lovelace"
    assert (message.from_user.username, message.from_user.language_code) == ("ada", "en")
    assert (message.chat.id, message.chat.type) == (ada.id, "private")
    assert message.entities[0].type == "bot_command"


async def test_people_are_listed(telegram: Telegram, ada: Phone) -> None:
    async with telegram.session.get(f"{telegram.address}/people") as answer:
        [person] = await answer.json()
    assert person == {
        "id": ada.id,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "username": "ada",
        "language_code": "en",
        "phone": "+447700900001",
        "about": "",
    }


async def test_a_contact_tells_whose_it_is(bot: Bot, ada: Phone) -> None:
    await ada.does("messages", contact="own")
    own = (await heard(bot)).contact
    assert own is not None
    assert (own.phone_number, own.user_id) == ("+447700900001", ada.id)
    await ada.does("messages", contact={"phone_number": "+441", "first_name": "Ben"})
    other = (await heard(bot)).contact
    assert other is not None
    assert (other.first_name, other.user_id) == ("Ben", None)


async def test_other_kinds_of_message_reach_the_bot(bot: Bot, ada: Phone) -> None:
    await ada.does("messages", sticker=True)
    assert (await heard(bot)).sticker is not None
    await ada.does("messages", location=True)
    assert (await heard(bot)).location is not None
    await ada.uploads("photo", b"\x89PNG", caption="Look at x.org")
    photo = await heard(bot)
    assert (photo.photo[-1].file_size, photo.caption) == (4, "Look at x.org")
    assert photo.caption_entities[0].type == "url"
    await ada.uploads("document", b"text")
    document = (await heard(bot)).document
    assert document is not None
    file = await bot.get_file(document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"text"
    for kind in ("voice", "video"):
        await ada.uploads(kind, b"x")
        assert getattr(await heard(bot), kind) is not None


async def test_replies_and_forwards_show_where_they_come_from(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "asked")
    await ada.writes("answered", reply_to=sent.message_id)
    reply = (await heard(bot)).reply_to_message
    assert reply is not None
    assert reply.text == "asked"
    await ada.does("messages", forward_of=sent.message_id)
    assert (await heard(bot)).forward_origin is not None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " \n"},
        {"text": 5},
        {"text": "x" * 4097},
        {"text": "\ud800"},
        {"contact": 5},
        {"forward_of": 1},
        {"text": "x", "reply_to": 1},
        {"text": "x", "chat_id": -5},
        {"text": "x", "chat_id": "y"},
    ],
)
async def test_what_no_app_could_send_is_refused(ada: Phone, body: Json) -> None:
    told = await ada.does("messages", status=400, **body)
    assert told["description"].startswith("Bad Request: ")


async def test_a_tap_tells_message_and_data_even_of_a_button_that_is_gone(
    bot: Bot, ada: Phone
) -> None:
    button = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="a:1")]])
    sent = await bot.send_message(ada.id, "old", reply_markup=button)
    await bot.edit_message_text("new", ada.id, sent.message_id)
    told = await ada.does("taps", message_id=sent.message_id, data="a:1")
    query = (await last(bot)).callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    assert (query.id, query.data) == (told["callback_query_id"], "a:1")
    assert query.message.text == "new"
    await ada.does("taps", status=400, message_id=1, data="a")
    await ada.does("taps", status=400, message_id=sent.message_id, data="x" * 65)


async def test_an_alert_is_shown_and_a_late_answer_refused(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    sent = await bot.send_message(ada.id, "x")
    first = await ada.does("taps", message_id=sent.message_id, data="a")
    with pytest.raises(BadRequest, match="essage_too_long"):
        await bot.answer_callback_query(first["callback_query_id"], "x" * 201)
    await bot.answer_callback_query(first["callback_query_id"], "x" * 200, show_alert=True)
    toast = (await ada.events())[-1]
    assert (toast["kind"], len(toast["text"]), toast["show_alert"]) == ("toast", 200, True)
    late = await ada.does("taps", message_id=sent.message_id, data="a")
    await telegram.control("clock", advance_seconds=16 * 60)
    with pytest.raises(BadRequest, match="uery is too old"):
        await bot.answer_callback_query(late["callback_query_id"])


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("https://t.me/clamour_bot", "/start"),
        ("https://t.me/clamour_bot?start=", "/start"),
        ("t.me/Clamour_Bot?start=a_b-C9", "/start a_b-C9"),
        ("tg://resolve?domain=clamour_bot&start=x", "/start x"),
        ("https://t.me/clamour_bot?start=" + "x" * 64, "/start " + "x" * 64),
    ],
)
async def test_a_link_starts_the_bot(bot: Bot, ada: Phone, link: str, text: str) -> None:
    await ada.does("open", link=link)
    assert (await heard(bot)).text == text


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("https://t.me/other_bot", 404),
        ("https://example.org/clamour_bot", 400),
        ("https://t.me/clamour_bot?start=" + "x" * 65, 400),
        ("https://t.me/clamour_bot?start=a%20b", 400),
        ("https://[", 400),
        ("", 400),
    ],
)
async def test_a_link_that_leads_elsewhere_is_refused(
    bot: Bot, ada: Phone, link: str, status: int
) -> None:
    await ada.does("open", status=status, link=link)


async def test_blocking_and_writing_again_are_told(bot: Bot, ada: Phone) -> None:
    await ada.does("block")
    assert (await ada.does("block"))["update_id"] is None
    change = (await last(bot)).my_chat_member
    assert change is not None
    assert change.old_chat_member.status == ChatMember.MEMBER
    assert change.new_chat_member.status == ChatMember.BANNED
    await ada.writes("/start")
    *_, back, message = await bot.get_updates()
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == ChatMember.MEMBER
    assert message.message is not None


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Arrives
) -> None:
    ben = await arrives("Ben")
    stranger = await arrives("Cy")
    body = {"title": "Friends", "members": [ada.id, ben.id]}
    async with telegram.session.post(f"{telegram.address}/groups", json=body) as answer:
        assert answer.status == 201
        group = (await answer.json())["id"]
    assert group < 0
    sent = await bot.send_message(group, "Hello all")
    assert sent.chat.type == "group"
    meant = ("/start", "/start@clamour_bot", "you, @Clamour_Bot?")
    for text in (*meant, "hello", "/start@other_bot"):
        told = await ben.writes(text, chat_id=group)
        assert (told["update_id"] is not None) == (text in meant)
    reply = await ben.writes("hello", chat_id=group, reply_to=sent.message_id)
    assert reply["update_id"] is not None
    assert "hello" in [m.get("text") for m in (await ada.looks(group))["messages"]]
    assert (await ada.events())[-1]["chat_id"] == group
    await stranger.does("messages", status=400, text="x", chat_id=group)
    assert (await bot.get_chat_member(group, ada.id)).status == "creator"
    assert (await bot.get_chat_member(group, ben.id)).status == "member"
    assert (await bot.get_chat_member(group, stranger.id)).status == "left"


async def test_the_phone_number_is_asked_in_private_only(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    body = {"title": "Friends", "members": [ada.id]}
    async with telegram.session.post(f"{telegram.address}/groups", json=body) as answer:
        group = (await answer.json())["id"]
    keys = {"keyboard": [[{"text": "x", "request_contact": True}]]}
    told = await telegram.calls("sendMessage", chat_id=group, text="x", reply_markup=keys)
    assert told["description"].endswith("phone number can be requested in private chats only")


async def test_a_chosen_result_is_sent_and_told(bot: Bot, ada: Phone) -> None:
    offset = (await last(bot)).update_id + 1
    asking = asyncio.create_task(ada.does("inline", query="share"))
    [update] = await bot.get_updates(offset=offset, timeout=50)
    assert update.inline_query is not None
    content = InputTextMessageContent("<b>Sign!</b>", parse_mode="HTML")
    await update.inline_query.answer([InlineQueryResultArticle("1", "Share", content)])
    assert [result["title"] for result in (await asking)["results"]] == ["Share"]
    told = await ada.does("inline/choose", result_id="1")
    assert told["message"]["text"] == "Sign!"
    *_, message, chosen = await bot.get_updates()
    assert message.message is not None
    assert message.message.via_bot == bot.bot
    assert chosen.chosen_inline_result is not None
    assert (chosen.chosen_inline_result.result_id, chosen.chosen_inline_result.query) == (
        "1",
        "share",
    )
    await ada.does("inline/choose", status=400, result_id="2")
    with pytest.raises(BadRequest, match="uery is too old"):
        await update.inline_query.answer([])


async def test_news_come_as_they_happen(bot: Bot, ada: Phone) -> None:
    waiting = asyncio.create_task(ada.events(wait=5))
    await asyncio.sleep(0.05)
    await bot.send_message(ada.id, "x")
    [event] = await waiting
    assert event["message"]["text"] == "x"
    url = f"{ada.address}/people/{ada.id}/stream?after={event['seq'] - 1}"
    async with ada.session.get(url) as answer:
        assert answer.content_type == "text/event-stream"
        lines = [(await answer.content.readline()).decode() for _ in range(4)]
    assert lines[2] == f"id: {event['seq']}\n"
    assert json.loads(lines[3].removeprefix("data: ")) == event


async def test_news_of_many_come_over_one_connection(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Arrives
) -> None:
    ben = await arrives("Ben")
    url = f"{telegram.address}/stream"
    after = [("after", f"{ada.id}:1"), ("after", f"{ben.id}:0")]
    async with telegram.session.get(url, params=after) as answer:
        await ben.writes("to the bot")
        await ada.writes("to Ben", chat_id=ben.id)
        told: list[tuple[int, str]] = []
        while len(told) < 3:
            line = (await asyncio.wait_for(answer.content.readline(), 120)).decode()
            if line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                told.append((event["person"], event["message"]["text"]))
    assert sorted(told) == sorted([(ben.id, "to the bot"), (ada.id, "to Ben"), (ben.id, "to Ben")])
    for wrong in ("", "5:0", "x:0", str(ada.id)):
        async with telegram.session.get(url, params={"after": wrong}) as answer:
            assert answer.status == 400


async def test_a_crowd_comes_at_once_and_what_each_received_is_told(
    telegram: Telegram, bot: Bot
) -> None:
    await telegram.control("crowd", first_id=500, count=3, first_name="Ada")
    await bot.send_message(501, "It is decided")
    await bot.send_message(501, "Something else")
    address = f"{telegram.address}/control/received"
    async with telegram.session.get(address, params={"text": "decided"}) as answer:
        received = await answer.json()
    assert [received[who] for who in ("500", "501", "502")] == [0, 1, 0]


@pytest.mark.parametrize("count", [-1, 1_000_001, "many"])
async def test_a_crowd_of_no_sensible_size_is_refused(
    telegram: Telegram, bot: Bot, count: object
) -> None:
    order = {"first_id": 500, "count": count}
    async with telegram.session.post(f"{telegram.address}/control/crowd", json=order) as answer:
        assert answer.status == 400
