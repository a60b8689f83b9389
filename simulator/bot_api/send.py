"""What a bot sends: texts, pictures, films, documents, albums."""

import itertools

from simulator import rules
from simulator.bot_api.call import Call
from simulator.bot_api.chats import chat_to_write
from simulator.bot_api.ephemeral import number_replied_to, receiver_of
from simulator.bot_api.keyboards import keyboard_of
from simulator.bot_api.media import album_of, look_of, media_of
from simulator.bot_api.texts import caption_of, text_of
from simulator.bot_api.topics import in_topic
from simulator.errors import bad_request
from simulator.residents import Json, Message
from simulator.world import World

_album_numbers = itertools.count(10**16)


def send_message(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#sendmessage"""
    content = text_of(world, call)
    preview = call.json("link_preview_options", "link preview options")
    if preview:
        content["link_preview_options"] = preview
    return put(world, call, content).content


def send_media(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#sendphoto and its kin"""
    kind = call.method.removeprefix("send")
    content = media_of(world, kind, call.given.get(kind), call)
    given = {**call.given, "caption_entities": call.json("caption_entities", "caption entities")}
    content |= caption_of(world, given)
    content |= look_of(call.flag("has_spoiler"), call.flag("show_caption_above_media"))
    return put(world, call, content).content


def send_media_group(world: World, call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#sendmediagroup"""
    contents = album_of(world, call)
    if len(contents) > 1:
        album = str(next(_album_numbers))
        contents = [content | {"media_group_id": album} for content in contents]
    return [put(world, call, content).content for content in contents]


def put(world: World, call: Call, content: Json) -> Message:
    """Put content into the call's chat, with the keyboard, reply and protection it asks for.

    Raises:
        Refused: the chat or one of these is not as it must be.
    """
    chat_id = chat_to_write(world, call)
    inline, keyboard = keyboard_of(call, private=chat_id > 0)
    if inline is not None:
        content["reply_markup"] = inline
    receiver = receiver_of(world, call, chat_id)
    content |= _reply(world, call, chat_id)
    group = world.groups.get(chat_id)
    if group is not None and group.has_topics and call.integer("message_thread_id"):
        content |= in_topic(world, call.bot, chat_id, call.integer("message_thread_id"))
    if call.flag("protect_content"):
        content["has_protected_content"] = True
    if receiver:
        content["receiver_user"] = world.people[receiver].user()
    sender = call.bot.user()
    return world.put_message(call.bot, chat_id, sender, content, keyboard, only_for=receiver)


def messages_in(call: Call) -> int:
    """How many messages a call sends, for the limits on them."""
    counted = {"sendmediagroup": "media", "copymessages": "message_ids"}
    name = counted.get(call.method) or {"forwardmessages": "message_ids"}.get(call.method)
    if name is None:
        return 1
    listed = call.json(name, name)
    return min(len(listed), rules.MESSAGES_AT_ONCE) if isinstance(listed, list) else 1


def _reply(world: World, call: Call, chat_id: int) -> Json:
    wanted = call.json("reply_parameters", "reply parameters")
    if wanted is None and call.integer("reply_to_message_id"):
        wanted = {
            "message_id": call.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if not wanted:
        return {}
    if not isinstance(wanted, dict):
        raise bad_request("object expected as reply parameters")
    number = number_replied_to(wanted) or int(wanted.get("message_id") or 0)
    replied = world.find(call.bot, chat_id, number)
    if replied is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": without_reply(replied.content)}


def without_reply(content: Json) -> Json:
    """A message as it stands in another one's `reply_to_message`."""
    return {key: value for key, value in content.items() if key != "reply_to_message"}
