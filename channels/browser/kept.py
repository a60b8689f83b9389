"""What is kept of a conversation in a browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from channels.browser import numbers
from channels.browser.bubbles import Bubble
from channels.browser.sessions import Token
from storage import addresses, dialogs, pending_signatures, web_chats
from storage.addresses import WEB
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was when it was read.

    Attributes:
        last_number: of the newest event whose answer is in it; None of an empty one.
        dialog: where the person is; None if they have done nothing yet.
        waits_for_code: whether a signature waits for the code from an email.
    """

    address_id: int
    value: str
    supporter: Supporter
    bubbles: Sequence[Bubble]
    last_number: int | None
    dialog: Dialog | None
    waits_for_code: bool

    @property
    def unanswered(self) -> int | None:
        """The number of an event whose work is done and whose answer is not kept: the program was
        ended in between."""
        known = self.dialog.recent_updates if self.dialog else ()
        done = [one for one in known if numbers.is_ours(one)]
        newest = max(done, default=0)
        return newest if newest > (self.last_number or 0) else None


async def find(db: Connection, token: Token) -> Conversation | None:
    """The conversation of a browser; None if there is none, or none any more."""
    found = await addresses.find(db, WEB, token.value)
    if found is None:
        return None
    supporter, address = found
    chat = await web_chats.of(db, address.id)
    return Conversation(
        address.id,
        address.value,
        supporter,
        cast("Sequence[Bubble]", chat.bubbles) if chat else (),
        chat.last_number if chat else None,
        await dialogs.read(db, supporter.id),
        bool(await pending_signatures.of_supporter(db, supporter.id)),
    )


async def begin(db: Connection, token: Token, *, language: str, now: datetime) -> None:
    """Let a browser have a conversation from now on."""
    await addresses.add(db, WEB, token.value, now=now, language=language)


async def append(
    db: Connection, value: str, bubbles: Sequence[Bubble], *, number: int, now: datetime
) -> None:
    """Keep an answer, in the order in which answers come; nothing where the person has just been
    erased.

    Args:
        value: of the address.
        number: of the event that it answers.
        now: UTC.
    """
    found = await addresses.find(db, WEB, value)
    if found is None:
        return
    _, address = found
    await web_chats.append(db, address.id, bubbles, last_number=number, now=now)
    await addresses.heard_from(db, address.id, now)
