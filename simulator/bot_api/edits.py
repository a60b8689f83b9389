"""Changing messages that a bot has sent, and deleting messages."""

from simulator import rules
from simulator.bot_api.call import Call
from simulator.bot_api.chats import chat_id_of
from simulator.bot_api.copies import message_ids_of
from simulator.bot_api.keyboards import inline_keyboard_of
from simulator.bot_api.media import KINDS, input_media_of, look_of
from simulator.bot_api.texts import caption_of, text_of
from simulator.errors import bad_request
from simulator.residents import Json, Message
from simulator.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")


def edit_text(world: World, call: Call) -> Json | bool:
    """https://core.telegram.org/bots/api#editmessagetext"""
    fresh = text_of(world, call)
    preview = call.json("link_preview_options", "link preview options")
    if preview:
        fresh["link_preview_options"] = preview
    message = _editable(world, call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _changed(world, call, message, _TEXT, fresh)


def edit_caption(world: World, call: Call) -> Json | bool:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    wanted = call.json("caption_entities", "caption entities")
    fresh = caption_of(world, {**call.given, "caption_entities": wanted})
    fresh |= look_of(False, call.flag("show_caption_above_media"))
    message = _editable(world, call)
    if not any(kind in message.content for kind in KINDS):
        raise bad_request("there is no caption in the message to edit")
    return _changed(world, call, message, _CAPTION, fresh)


def edit_markup(world: World, call: Call) -> Json | bool:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    return _changed(world, call, _editable(world, call), (), {})


def edit_media(world: World, call: Call) -> Json | bool:
    """https://core.telegram.org/bots/api#editmessagemedia"""
    item = call.json("media", "input media")
    if item is None:
        raise bad_request('parameter "media" is required')
    message = _editable(world, call)
    fresh = input_media_of(world, item, call)
    return _changed(world, call, message, (*KINDS, *_CAPTION, *_TEXT, "has_media_spoiler"), fresh)


def delete_message(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    if not call.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not call.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat_id, message_id = chat_id_of(call), call.integer("message_id")
    world.chat(call.bot, chat_id)
    message = world.find(call.bot, chat_id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(world, call, message)
    world.delete_message(call.bot, chat_id, message_id)
    return True


def delete_messages(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessages: those not found are skipped."""
    numbers = message_ids_of(call)
    chat_id = chat_id_of(call)
    world.chat(call.bot, chat_id)
    found = {
        number: message
        for number in numbers
        if (message := world.find(call.bot, chat_id, number)) is not None
    }
    for message in found.values():
        _check_deletable(world, call, message)
    for number in found:
        world.delete_message(call.bot, chat_id, number)
    return True


def _check_deletable(world: World, call: Call, message: Message) -> None:
    """A bot's own within 48 hours, a person's too in a private chat."""
    mine = message.content["from"]["id"] == call.bot.id
    private = message.content["chat"]["type"] == "private"
    old = world.now() - message.content["date"] > rules.DELETE_WITHIN_SECONDS
    if old or not (mine or private):
        raise bad_request("message can't be deleted for everyone")


def _editable(world: World, call: Call) -> Message:
    if call.text("inline_message_id"):
        return _inline(world, call)
    chat_id = chat_id_of(call)
    world.chat(call.bot, chat_id)
    message = world.find(call.bot, chat_id, call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    # td, can_edit_message: not a person's, not forwarded, not with a keyboard other than inline.
    mine = message.content["from"]["id"] == call.bot.id
    if not mine or "forward_origin" in message.content or message.keyboard is not None:
        raise bad_request("message can't be edited")
    world.check_may_write(call.bot, chat_id)
    return message


def _inline(world: World, call: Call) -> Message:
    """A result of the bot's that somebody has chosen, in whatever chat."""
    message = world.inline_messages.get(call.text("inline_message_id"))
    if message is None or message.content["via_bot"]["id"] != call.bot.id:
        raise bad_request("MESSAGE_ID_INVALID")
    return message


def _changed(
    world: World, call: Call, message: Message, replaced: tuple[str, ...], fresh: Json
) -> Json | bool:
    """The message as it is now; of an inline one a bot learns only that it has changed."""
    gone = {*replaced, "reply_markup", "edit_date"}
    content = {key: value for key, value in message.content.items() if key not in gone} | fresh
    keyboard = inline_keyboard_of(call)
    if keyboard is not None:
        content["reply_markup"] = keyboard
    before = {key: value for key, value in message.content.items() if key != "edit_date"}
    if content == before:
        raise bad_request(NOT_MODIFIED)
    world.change_message(message, content)
    return True if message.inline_id else message.content
