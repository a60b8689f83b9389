"""Replies to a message of the bot: which of its buttons say what the reply is about."""

from typing import TypeVar

from handlers.actions import Action
from handlers.events import Message

Found = TypeVar("Found", bound=Action)


def action_under(message: Message | None, kind: type[Found]) -> Found | None:
    """The first button of this kind under the message of ours that another one replies to."""
    found = (kind.parse(data) for data in message.replies_to) if message else ()
    return next((one for one in found if one is not None), None)
