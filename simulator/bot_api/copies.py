"""Copies and forwards of messages that are there."""

from simulator import rules
from simulator.bot_api.call import Call
from simulator.bot_api.chats import chat_id_of
from simulator.bot_api.media import KINDS
from simulator.bot_api.send import put
from simulator.bot_api.texts import caption_of
from simulator.errors import bad_request
from simulator.residents import Json, Message
from simulator.world import World

_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities")
_OTHER = ("sticker", "location", "contact", "has_media_spoiler", "show_caption_above_media")
_SAID = (*_TEXT, *KINDS, *_OTHER)


def copy_message(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#copymessage"""
    message = _source(world, call, call.integer("message_id"), "copy")
    caption = {"caption": call.text("caption")} if "caption" in call.given else None
    return _copied(world, call, message, caption)


def copy_messages(world: World, call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#copymessages: those that cannot be copied are skipped."""
    caption = {"caption": ""} if call.flag("remove_caption") else None
    sources = _sources(world, call)
    return [_copied(world, call, message, caption) for message in sources]


def forward_message(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#forwardmessage"""
    return _forwarded(world, call, _source(world, call, call.integer("message_id"), "forward"))


def forward_messages(world: World, call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#forwardmessages: those not found are skipped."""
    return [
        {"message_id": _forwarded(world, call, message)["message_id"]}
        for message in _sources(world, call)
    ]


def message_ids_of(call: Call) -> list[int]:
    """The `message_ids` of a call, 1 to 100 of them.

    Raises:
        Refused: they are not as Telegram takes them.
    """
    given = call.json("message_ids", "message_ids")
    if given is None:
        raise bad_request("message identifiers are not specified")
    if not isinstance(given, list):
        raise bad_request("expected an Array of message identifiers")
    if len(given) > rules.MESSAGES_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    try:
        numbers = [int(number) for number in given]
    except (TypeError, ValueError):
        raise bad_request("message identifier must be a Number") from None
    if not numbers:
        raise bad_request("message identifiers are not specified")
    return numbers


def said(content: Json) -> Json:
    """What a message says, without who, when and which buttons."""
    return {key: content[key] for key in (*_SAID, *_CAPTION) if key in content}


def _copied(world: World, call: Call, message: Message, caption: Json | None) -> Json:
    content = said(message.content)
    if caption is not None and "text" not in content:
        content = {key: value for key, value in content.items() if key not in _CAPTION}
        wanted = call.json("caption_entities", "caption entities")
        content |= caption_of(world, {**call.given, "caption_entities": wanted, **caption})
    return {"message_id": put(world, call, content).content["message_id"]}


def _forwarded(world: World, call: Call, message: Message) -> Json:
    content = said(message.content) | {"forward_origin": origin_of(message.content)}
    return put(world, call, content).content


def origin_of(content: Json) -> Json:
    """Where a forwarded message comes from (https://core.telegram.org/bots/api#messageorigin)."""
    return dict(content.get("forward_origin") or {}) or {
        "type": "user",
        "date": content["date"],
        "sender_user": content["from"],
    }


def _source(world: World, call: Call, message_id: int, act: str) -> Message:
    from_chat_id = chat_id_of(call, "from_chat_id")
    world.chat(call.bot, from_chat_id)
    message = world.find(call.bot, from_chat_id, message_id)
    if message is None:
        raise bad_request(f"message to {act} not found")
    if not said(message.content):
        past = {"copy": "copied", "forward": "forwarded"}[act]
        raise bad_request(f"the message can't be {past}")
    if message.content.get("has_protected_content"):
        raise bad_request("message has protected content and can't be forwarded")
    return message


def _sources(world: World, call: Call) -> list[Message]:
    from_chat_id = chat_id_of(call, "from_chat_id")
    world.chat(call.bot, from_chat_id)
    found = [
        message
        for number in message_ids_of(call)
        if (message := world.find(call.bot, from_chat_id, number)) and said(message.content)
    ]
    if not found:
        raise bad_request("there are no messages to forward")
    return found
