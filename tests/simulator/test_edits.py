"""Promises of editing, deleting, copying and forwarding."""

import struct
import zlib

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Phone

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("Sign", callback_data="sign")]])
KEYS = ReplyKeyboardMarkup([["Yes"]])


def picture(width: int = 8, height: int = 8) -> bytes:
    """A grey PNG."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def test_an_edit_is_seen_and_takes_the_keyboard_away(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "one", reply_markup=BUTTON)
    edited = await bot.edit_message_text("two", ada.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup, edited.date) == ("two", None, sent.date)
    assert edited.edit_date is not None
    assert [event["kind"] for event in await ada.events()] == ["message", "edit"]


async def test_a_keyboard_is_changed_alone(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "one")
    edited = await bot.edit_message_reply_markup(ada.id, sent.message_id, reply_markup=BUTTON)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("one", BUTTON)
    with pytest.raises(BadRequest, match="essage is not modified: specified new message content"):
        await bot.edit_message_reply_markup(ada.id, sent.message_id, reply_markup=BUTTON)


async def test_only_what_can_be_edited_is(bot: Bot, ada: Phone) -> None:
    with_keys = await bot.send_message(ada.id, "x", reply_markup=KEYS)
    forwarded = await bot.forward_message(ada.id, ada.id, with_keys.message_id)
    for message in (with_keys, forwarded):
        with pytest.raises(BadRequest, match="essage can't be edited"):
            await bot.edit_message_text("y", ada.id, message.message_id)
    text = await bot.send_message(ada.id, "x")
    with pytest.raises(BadRequest, match="nline keyboard expected"):
        await bot.edit_message_text("y", ada.id, text.message_id, reply_markup=KEYS)  # type: ignore[arg-type]
    with pytest.raises(BadRequest, match="here is no caption in the message to edit"):
        await bot.edit_message_caption(ada.id, text.message_id, caption="c")
    photo = await bot.send_photo(ada.id, picture())
    with pytest.raises(BadRequest, match="here is no text in the message to edit"):
        await bot.edit_message_text("y", ada.id, photo.message_id)
    await ada.does("block")
    with pytest.raises(Forbidden):
        await bot.edit_message_text("y", ada.id, text.message_id)


async def test_a_bots_own_message_can_be_edited_days_later(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    sent = await bot.send_message(ada.id, "x")
    await telegram.control("clock", advance_seconds=72 * 3600)
    assert await bot.edit_message_text("y", ada.id, sent.message_id)


async def test_a_caption_is_changed_and_taken_away(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_photo(ada.id, picture(), caption="one")
    edited = await bot.edit_message_caption(ada.id, sent.message_id, caption="two")
    assert not isinstance(edited, bool)
    assert edited.caption == "two"
    bare = await bot.edit_message_caption(ada.id, sent.message_id)
    assert not isinstance(bare, bool)
    assert bare.caption is None


async def test_a_picture_is_exchanged(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_photo(ada.id, picture(), caption="one")
    media = InputMediaPhoto(picture(16, 9), caption="two")
    edited = await bot.edit_message_media(media, ada.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.photo[-1].width, edited.photo[-1].height) == (16, 9)
    assert edited.caption == "two"
    same = InputMediaPhoto(edited.photo[-1].file_id, caption="two")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_media(same, ada.id, sent.message_id)


async def test_many_are_deleted_at_once_and_the_missing_skipped(bot: Bot, ada: Phone) -> None:
    sent = [await bot.send_message(ada.id, text) for text in ("a", "b", "c")]
    numbers = [message.message_id for message in sent]
    assert await bot.delete_messages(ada.id, [1, *numbers[:2]])
    assert [m["text"] for m in (await ada.looks())["messages"]] == ["/start", "c"]
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await bot.delete_message(ada.id, numbers[0])
    with pytest.raises(BadRequest, match="oo many message identifiers"):
        await bot.delete_messages(ada.id, list(range(1, 102)))


async def test_a_bot_deletes_what_a_person_wrote_to_it(bot: Bot, ada: Phone) -> None:
    told = await ada.writes("secret")
    assert await bot.delete_message(ada.id, told["message"]["message_id"])
    assert (await ada.events())[-1]["kind"] == "delete"


async def test_nothing_is_deleted_for_everyone_after_48_hours(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    old = await bot.send_message(ada.id, "old")
    await telegram.control("clock", advance_seconds=48 * 3600 + 1)
    young = await bot.send_message(ada.id, "young")
    with pytest.raises(BadRequest, match="essage can't be deleted for everyone"):
        await bot.delete_messages(ada.id, [young.message_id, old.message_id])
    assert len((await ada.looks())["messages"]) == 3


async def test_a_copy_has_no_buttons_and_no_origin(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "<b>x</b>", parse_mode="HTML", reply_markup=BUTTON)
    copied = await bot.copy_message(ada.id, ada.id, sent.message_id)
    seen = (await ada.looks())["messages"][-1]
    assert seen["message_id"] == copied.message_id
    assert (seen["text"], seen["entities"][0]["type"]) == ("x", "bold")
    assert not {"reply_markup", "forward_origin"} & seen.keys()


async def test_a_copy_takes_another_caption(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_photo(ada.id, picture(), caption="one")
    await bot.copy_message(ada.id, ada.id, sent.message_id, caption="two")
    await bot.copy_messages(ada.id, ada.id, [sent.message_id], remove_caption=True)
    two, none = (await ada.looks())["messages"][-2:]
    assert two["caption"] == "two"
    assert "caption" not in none
    assert none["photo"]


async def test_several_are_copied_and_forwarded_in_their_order(bot: Bot, ada: Phone) -> None:
    sent = [(await bot.send_message(ada.id, text)).message_id for text in ("a", "b")]
    assert len(await bot.copy_messages(ada.id, ada.id, [*sent, 2**31 - 1])) == 2
    assert len(await bot.forward_messages(ada.id, ada.id, sent)) == 2
    seen = (await ada.looks())["messages"][-4:]
    assert [message["text"] for message in seen] == ["a", "b", "a", "b"]
    assert [("forward_origin" in message) for message in seen] == [False, False, True, True]
    with pytest.raises(BadRequest, match="essage to copy not found"):
        await bot.copy_message(ada.id, ada.id, 1)
    with pytest.raises(BadRequest, match="here are no messages to forward"):
        await bot.copy_messages(ada.id, ada.id, [1])


async def test_a_protected_message_is_not_forwarded(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "x", protect_content=True)
    assert sent.has_protected_content
    with pytest.raises(BadRequest, match="rotected content"):
        await bot.forward_message(ada.id, ada.id, sent.message_id)


async def test_a_picture_has_its_real_size(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_photo(ada.id, picture(300, 200))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (300, 200)
    url = f"{ada.address}/people/{ada.id}/files/{sent.photo[-1].file_id}"
    async with ada.session.get(url) as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == picture(300, 200)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no picture", "mage_process_failed"),
        (b"", "ile must be non-empty"),
        (b"\x89PNG" + bytes(10 * 1024 * 1024), "too big"),
        (picture(9_990, 20), "hoto_invalid_dimensions"),
        (picture(2_100, 100), "hoto_invalid_dimensions"),
    ],
)
async def test_what_is_no_fit_picture_is_refused(
    bot: Bot, ada: Phone, content: bytes, why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.send_photo(ada.id, content)


async def test_a_file_stays_what_it_was_sent_as(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_photo(ada.id, picture())
    with pytest.raises(BadRequest, match="an't use file of type photo as document"):
        await bot.send_document(ada.id, sent.photo[-1].file_id)
    with pytest.raises(BadRequest, match="ailed to get http url content"):
        await bot.send_photo(ada.id, "https://example.org/a.png")


async def test_a_document_of_more_than_50_mb_is_refused(bot: Bot, ada: Phone) -> None:
    with pytest.raises(BadRequest, match="too big"):
        await bot.send_document(ada.id, bytes(50 * 1024 * 1024 + 1))


async def test_a_file_of_more_than_20_mb_cannot_be_fetched(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_document(ada.id, bytes(20 * 1024 * 1024 + 1))
    assert sent.document is not None
    with pytest.raises(BadRequest, match="ile is too big"):
        await bot.get_file(sent.document.file_id)


async def test_an_album_is_of_one_kind(bot: Bot, ada: Phone) -> None:
    film = InputMediaVideo(b"film", caption="c")
    album = await bot.send_media_group(ada.id, [InputMediaPhoto(picture()), film])
    assert [bool(m.photo) for m in album] == [True, False]
    assert len({m.media_group_id for m in album}) == 1
    mixed = [InputMediaPhoto(picture()), InputMediaDocument(b"x")]
    with pytest.raises(BadRequest, match="ocument can't be mixed with other media types"):
        await bot.send_media_group(ada.id, mixed)
    with pytest.raises(BadRequest, match="oo many messages to send as an album"):
        await bot.send_media_group(ada.id, [InputMediaPhoto(album[0].photo[-1])] * 11)
