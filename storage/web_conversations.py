"""Read all that is known of a browser's conversation in one statement."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select

from storage import dialogs, pending_addresses, pending_signatures, web_chats
from storage.addresses import WEB, Address
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter
from storage.tables import addresses, supporters
from storage.tables import dialogs as dialogs_table
from storage.tables import web_chats as chats_table
from storage.types import Id
from storage.web_chats import WebChat

_PARTS = (
    tuple(supporters.c[name] for name in Supporter.__slots__),
    tuple(addresses.c[name] for name in Address.__slots__),
    tuple(chats_table.c[name] for name in WebChat.__slots__),
    tuple(dialogs_table.c[name] for name in dialogs.COLUMNS),
)


def _waits(supporter_id: ColumnElement[int]) -> ColumnElement[bool]:
    return pending_signatures.waits(supporter_id) | pending_addresses.waits(supporter_id)


_WAITS = select(_waits(bindparam("who", type_=Id)))
_FIND = (
    select(
        *(column for part in _PARTS for column in part),
        _waits(supporters.c.id).label("waits"),
    )
    .select_from(addresses)
    .join(supporters, supporters.c.id == addresses.c.supporter_id)
    .outerjoin(chats_table, chats_table.c.address_id == addresses.c.id)
    .outerjoin(dialogs_table, dialogs_table.c.supporter_id == supporters.c.id)
    .where(addresses.c.channel == WEB, addresses.c.value == bindparam("wanted"))
)


@dataclass(frozen=True, slots=True)
class WebConversation:
    """What is known of it.

    Attributes:
        chat: None if nothing has been said.
        dialog: None if the person has done nothing yet.
        waits_for_code: whether a signature or an address of the person waits for the code from an
            email.
    """

    supporter: Supporter
    address: Address
    chat: WebChat | None
    dialog: Dialog | None
    waits_for_code: bool


async def waits_for_code(db: Connection, supporter_id: int) -> bool:
    """Whether a signature or an address of this person waits for the code from an email."""
    return bool(await db.scalar(_WAITS, {"who": supporter_id}))


async def find(db: Connection, value: str) -> WebConversation | None:
    """The conversation at this address of a browser; None if there is none."""
    row = (await db.execute(_FIND, {"wanted": value})).one_or_none()
    if row is None:
        return None
    places, parts = 0, []
    for part in _PARTS:
        parts.append(row[places : places + len(part)])
        places += len(part)
    supporter, address, chat, dialog = parts
    return WebConversation(
        Supporter(*supporter),
        Address(*address),
        web_chats.chat_of(chat) if chat[0] is not None else None,
        dialogs.dialog_of(dialog) if dialog[0] is not None else None,
        bool(row.waits),
    )
