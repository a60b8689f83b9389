"""What is kept of a conversation in a browser."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from channels.browser import numbers
from channels.browser.bubbles import Bubble
from channels.browser.sessions import Token
from storage import addresses, web_chats, web_conversations
from storage.addresses import WEB
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter

HEARD_AGAIN_AFTER = timedelta(hours=1)
"""So exact is `last_heard_at`: one change an hour is enough to know who has gone."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was when it was read.

    Attributes:
        last_heard_at: UTC, to the hour.
        last_number: of the newest event whose answer is in it; None of an empty one.
        dialog: where the person is; None if they have done nothing yet.
        waits_for_code: whether a signature or an address waits for the code from an email.
    """

    address_id: int
    value: str
    supporter: Supporter
    last_heard_at: datetime | None
    bubbles: Sequence[Bubble] = ()
    last_number: int | None = None
    dialog: Dialog | None = None
    waits_for_code: bool = False

    @property
    def unanswered(self) -> int | None:
        """The number of an event whose work is done and whose answer is not kept: it could not be
        written, or the program of a version before was ended in between."""
        known = self.dialog.recent_updates if self.dialog else ()
        done = [one for one in known if numbers.is_ours(one)]
        newest = max(done, default=0)
        return newest if newest > (self.last_number or 0) else None


async def find(db: Connection, value: str) -> Conversation | None:
    """The conversation at a browser's address; None if there is none, or none any more."""
    found = await web_conversations.find(db, value)
    if found is None:
        return None
    return Conversation(
        found.address.id,
        found.address.value,
        found.supporter,
        found.address.last_heard_at,
        cast("Sequence[Bubble]", found.chat.bubbles) if found.chat else (),
        found.chat.last_number if found.chat else None,
        found.dialog,
        found.waits_for_code,
    )


async def begin(db: Connection, token: Token, *, language: str, now: datetime) -> Conversation:
    """Let a browser have a conversation from now on."""
    supporter = await addresses.add(db, WEB, token.value, now=now, language=language)
    found = await addresses.find(db, WEB, token.value)
    assert found is not None  # noqa: S101 - it has just been added
    return Conversation(found[1].id, token.value, supporter, now)


async def settle(db: Connection, token: Token, supporter: Supporter, *, now: datetime) -> None:
    """Let a browser have the conversation of somebody who is known from another place."""
    await addresses.keep(db, supporter.id, WEB, token.value, reachable=False, now=now)


async def note(db: Connection, token: Token, bubble: Bubble, *, now: datetime) -> None:
    """Keep a word about what has just happened."""
    found = await addresses.find(db, WEB, token.value)
    if found is not None:
        await web_chats.append(db, found[1].id, [bubble], last_number=0, now=now)


async def append(
    db: Connection,
    conversation: Conversation,
    bubbles: Sequence[Bubble],
    *,
    number: int,
    supporter: Supporter,
    dialog: Dialog,
    now: datetime,
) -> Conversation | None:
    """Keep an answer, in the order in which answers come.

    Args:
        number: of the event that it answers.
        supporter, dialog: as they are now.
        now: UTC.

    Returns:
        The conversation as it is now; None where the person has just been erased.
    """
    address_id, heard = conversation.address_id, conversation.last_heard_at
    chat = await web_chats.append(db, address_id, bubbles, last_number=number, now=now)
    if chat is None:
        return None
    if heard is None or not timedelta(0) <= now - heard < HEARD_AGAIN_AFTER:
        heard = now
        await addresses.heard_from(db, address_id, now)
    return replace(
        conversation,
        supporter=supporter,
        last_heard_at=heard,
        bubbles=cast("Sequence[Bubble]", chat.bubbles),
        last_number=chat.last_number,
        dialog=dialog,
        waits_for_code=await web_conversations.waits_for_code(db, supporter.id),
    )
