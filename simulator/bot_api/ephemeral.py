"""Messages that one member of a group alone sees, since Bot API 10.2; since 10.3 by one parameter:
https://core.telegram.org/bots/api#ephemeralmessageparameters

An administrator may send them to any member; another bot answers what a member has asked so.
"""

from simulator.bot_api.call import Call
from simulator.errors import bad_request
from simulator.world import World


def receiver_of(world: World, call: Call, chat_id: int) -> int:
    """Who alone is to see what is sent; 0 for everybody.

    Raises:
        Refused: the bot may not, or there is nobody such.
    """
    wanted = call.json("ephemeral_message_parameters", "ephemeral message parameters")
    if wanted is None:
        return 0
    receiver = wanted.get("receiver_user_id") if isinstance(wanted, dict) else None
    if not isinstance(receiver, int):
        raise bad_request("can't parse EphemeralMessageParameters")
    group = world.groups.get(chat_id)
    if group is None:
        raise bad_request("BOT_NOT_ADMIN")
    if receiver not in group.members:
        raise bad_request("USER_NOT_PARTICIPANT")
    if not group.bot_is_administrator and not _answers(world, call, chat_id, receiver):
        raise bad_request("BOT_NOT_ADMIN")
    return receiver


def number_replied_to(wanted: object) -> int:
    """The ephemeral message that reply parameters name; 0 for none."""
    number = wanted.get("ephemeral_message_id") if isinstance(wanted, dict) else None
    return number if isinstance(number, int) else 0


def _answers(world: World, call: Call, chat_id: int, receiver: int) -> bool:
    number = number_replied_to(call.json("reply_parameters", "reply parameters"))
    asked = world.find(call.bot, chat_id, number)
    return asked is not None and asked.only_for == receiver
