"""Keys of mailboxes that the version before did not keep, or left where an address has gone."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, text, update

from storage.database import Connection
from storage.email_keys import mailbox_key
from storage.name_keys import readable
from storage.signatures import Signature
from storage.tables import MAILBOX_KEY_AMISS, signatures

PAGE = 200
_PAGE = (
    select(signatures.c.id)
    .where(text(MAILBOX_KEY_AMISS), signatures.c.id > bindparam("after"))
    .order_by(signatures.c.id)
    .with_for_update(of=signatures, key_share=True)
)
_FILL = (
    update(signatures)
    .where(signatures.c.id == bindparam("own"))
    .values(mailbox_key=bindparam("found"))
)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page has brought.

    Attributes:
        changed: live signatures that have a key now.
        last: the number of the page's last signature, to go on after; None if nothing is left.
    """

    changed: list[Signature]
    last: int | None


async def fill(db: Connection, after: int) -> Filled:
    """Fill in the keys of the next PAGE signatures that lack one, and empty those of no address.

    Those that cannot be decrypted stay as they are.
    """
    page = (await db.scalars(_PAGE.limit(PAGE), {"after": after})).all()
    if not page:
        return Filled([], None)
    changed = await readable(db, page)
    if changed:
        await db.execute(_FILL, [{"own": s.id, "found": mailbox_key(s.email)} for s in changed])
    live = [one for one in changed if one.status == "live" and one.email]
    return Filled(live, page[-1] if len(page) == PAGE else None)
