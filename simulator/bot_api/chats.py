"""Chats and their members."""

from simulator.bot_api.call import Call
from simulator.errors import bad_request
from simulator.residents import Json
from simulator.world import World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
"""https://core.telegram.org/bots/api#sendchataction"""


def chat_id_of(call: Call, name: str = "chat_id") -> int:
    """The chat a call is about.

    Raises:
        Refused: none is given, or no number.
    """
    value = call.text(name)
    if not value:
        raise bad_request(f"{name} is empty")
    chat_id = call.integer(name)
    if not chat_id:
        raise bad_request("chat not found")
    return chat_id


def chat_to_write(world: World, call: Call) -> int:
    """The chat to write into.

    Raises:
        Refused: there is none, or the bot may not.
    """
    chat_id = chat_id_of(call)
    world.check_may_write(call.bot, chat_id)
    return chat_id


def get_chat(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getchat"""
    return world.chat(call.bot, chat_id_of(call)) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }


def get_chat_member(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat_id, user_id = chat_id_of(call), call.integer("user_id")
    world.chat(call.bot, chat_id)
    group = world.groups.get(chat_id)
    if user_id == call.bot.id:
        ordinary = {"user": call.bot.user(), "status": "member"}
        return ordinary if group is None else group.membership(call.bot)
    person = world.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    if group is None:
        status = "member" if user_id == chat_id else "left"
    elif user_id not in group.members:
        status = "left"
    elif user_id == group.members[0]:
        return {"status": "creator", "user": person.user(), "is_anonymous": False}
    else:
        status = "member"
    return {"status": status, "user": person.user()}


def send_chat_action(world: World, call: Call) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat_id = chat_to_write(world, call)
    action = call.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    for person in world.watchers(chat_id):
        world.tell(person, "action", chat_id, text=action)
    return True
