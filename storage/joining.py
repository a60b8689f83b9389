"""Let one supporter take over what another has who has done nothing yet that counts."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, or_, select, update

from storage import accounts, dialogs, personal_data
from storage import supporters as people
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter
from storage.tables import (
    addresses,
    blocks,
    join_tokens,
    notifications,
    referral_links,
    referral_opens,
    referrals,
    supporters,
)

_MOVED: tuple[tuple[Table, str], ...] = (
    (blocks, "campaign_id"),
    (referral_opens, "link_id"),
    (referrals, "campaign_id"),
)
"""What goes along, unless the other has the same already."""

LIGHT = frozenset(
    {
        *("supporters", "dialogs", "data_requests", "addresses", "web_chats", "join_tokens"),
        *("blocks", "referral_opens", "referrals", "notifications", "reminders"),
    }
)
"""Tables whose rows are moved or needless: who is in no other has done nothing that counts."""


async def take_over(
    db: Connection, loser: Supporter, survivor: Supporter, *, now: datetime
) -> tuple[Supporter, Dialog]:
    """Move addresses, blocks and an unfinished form; the loser becomes nobody.

    The caller has locked both, and the loser is in LIGHT tables only. A Telegram account's number
    goes along, because its chat is written to by that number.

    Returns:
        The survivor and their dialog as they are now.
    """
    theirs, mine = [await _dialog_of(db, one, now) for one in (loser, survivor)]
    for table, key in _MOVED:
        await _move(db, table, key, loser.id, survivor.id)
    for moved in (addresses, join_tokens):
        await db.execute(
            update(moved).where(moved.c.supporter_id == loser.id).values(supporter_id=survivor.id)
        )
    await personal_data.erase(db, loser.id, loser.telegram_id, now=now)
    account = survivor.telegram_id
    if accounts.is_telegrams(loser.telegram_id):
        account = loser.telegram_id
        await db.execute(
            update(notifications)
            .where(notifications.c.telegram_id == survivor.telegram_id)
            .values(telegram_id=account)
        )
    kept = {
        "telegram_id": account,
        "first_name": survivor.first_name or loser.first_name,
        "language": survivor.language or loser.language,
        "telegram_language": survivor.telegram_language or loser.telegram_language,
        "reachable": survivor.reachable or loser.reachable,
    }
    await db.execute(update(supporters).where(supporters.c.id == survivor.id).values(kept))
    dialog = _joined(theirs, mine, now)
    await dialogs.save(db, dialog)
    found = await people.by_id(db, survivor.id)
    assert found is not None  # noqa: S101 - the caller has locked them
    return found, dialog


def _joined(theirs: Dialog, mine: Dialog, now: datetime) -> Dialog:
    """The survivor's dialog; in the loser's form, if they are in none themselves."""
    form: dict[str, Any] = {}
    if theirs.flow and not mine.flow:
        form = {
            "campaign_id": theirs.campaign_id,
            "flow": theirs.flow,
            "step": theirs.step,
            "answers": mine.answers | theirs.answers,
        }
    return replace(
        mine,
        serial=max(mine.serial, theirs.serial) + 1,
        recent_updates=tuple(sorted({*mine.recent_updates, *theirs.recent_updates})),
        updated_at=now,
        **form,
    )


async def _dialog_of(db: Connection, one: Supporter, now: datetime) -> Dialog:
    _, dialog = await dialogs.open(
        db,
        telegram_id=one.telegram_id,
        first_name="",
        telegram_language=one.telegram_language,
        now=now,
        reachable=False,
    )
    return dialog


async def _move(db: Connection, table: Table, key: str, loser: int, survivor: int) -> None:
    other = table.alias()
    same = or_(other.c[key] == table.c[key], and_(other.c[key].is_(None), table.c[key].is_(None)))
    has_it = select(other.c[key]).where(other.c.supporter_id == survivor, same).exists()
    wanted = [table.c.supporter_id == loser, ~has_it]
    if table in (referral_opens, referrals):  # nobody comes by their own link
        own = select(referral_links.c.id).where(referral_links.c.supporter_id == survivor)
        wanted.append(table.c.link_id.not_in(own))
    await db.execute(update(table).where(*wanted).values(supporter_id=survivor))
