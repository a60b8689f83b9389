"""Topics of a group that has them: https://core.telegram.org/bots/api#createforumtopic"""

from typing import Any

from simulator.bot_api.call import Call
from simulator.bot_api.chats import chat_to_write
from simulator.errors import bad_request
from simulator.residents import Bot, Json
from simulator.world import World

_COLOUR = 0x6FB9F0


def create_topic(world: World, call: Call) -> Json:
    """Open a topic. Its number is that of the message that says so."""
    chat_id, name = _forum(world, call), call.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("topic name is invalid")
    topic = {"name": name, "icon_color": _COLOUR}
    opened = world.put_message(
        call.bot,
        chat_id,
        call.bot.user(),
        {"forum_topic_created": topic, "is_topic_message": True},
    )
    number = opened.content["message_id"]
    opened.content["message_thread_id"] = number
    return {"message_thread_id": number, **topic}


def delete_topic(world: World, call: Call) -> bool:
    """Delete a topic with all that is said in it."""
    chat_id, topic_id = _forum(world, call), call.integer("message_thread_id")
    in_topic(world, call.bot, chat_id, topic_id)
    said = [
        number
        for number, message in world.messages(call.bot, chat_id).items()
        if message.content.get("message_thread_id") == topic_id
    ]
    for number in said:
        world.delete_message(call.bot, chat_id, number)
    return True


def in_topic(world: World, bot: Bot, chat_id: int, topic_id: int) -> Json:
    """How a message says that it is in a topic.

    Raises:
        Refused: there is no such topic.
    """
    opened = world.find(bot, chat_id, topic_id)
    if opened is None or "forum_topic_created" not in opened.content:
        raise bad_request("message thread not found")
    return {"message_thread_id": topic_id, "is_topic_message": True}


def topic_of(content: dict[str, Any]) -> Json:
    """In which topic a message is, for one that replies to it."""
    kept = ("message_thread_id", "is_topic_message")
    return {name: content[name] for name in kept if name in content}


def _forum(world: World, call: Call) -> int:
    chat_id = chat_to_write(world, call)
    group = world.groups.get(chat_id)
    if group is None or not group.has_topics:
        raise bad_request("the chat is not a forum")
    return chat_id
