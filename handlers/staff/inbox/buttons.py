"""Buttons of the inbox."""

from typing import Literal

from handlers.actions import Action


class ShowInbox(Action, prefix="inbox"):
    """A page, from 0, of the conversations that wait, or of all others."""

    petition_id: int
    tab: Literal["waiting", "others"]
    page: int


class OpenConversation(Action, prefix="inbox:open"):
    """One conversation, up to the message before this one; None for the newest."""

    conversation_id: int
    before: int | None = None


class Work(Action, prefix="inbox:do"):
    """Answer, close, block and so on; a reply to a message that has one is an answer, too.

    Attributes:
        seen: the newest message of the conversation that its reader has seen.
        do: "add" sends an answer although a colleague has answered, "drop" does not.
    """

    conversation_id: int
    seen: int
    do: Literal["answer", "add", "drop", "close", "block_ask", "block", "unblock"]


class Unlink(Action, prefix="inbox:group"):
    """Let a group read the campaign's messages no longer."""

    petition_id: int
