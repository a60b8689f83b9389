"""Let one supporter take over what another has, who was the same person all along.

Signatures, links and consents have been dealt with before: storage.joining_signatures,
storage.joining_links, campaign.joining_consents.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from storage import dialogs, joined_people, joining_rows, personal_data, signatures, tombstones
from storage import supporters as people
from storage.database import Connection
from storage.dialogs import Dialog
from storage.joined_people import JoinedPerson
from storage.joining_signatures import Sides
from storage.supporters import Supporter
from storage.tables import addresses, data_requests, join_tokens, notifications, supporters

SIGNING = "sign"
"""The flow of a person who fills a petition's form."""

LIGHT = frozenset(
    {
        *("supporters", "dialogs", "data_requests", "addresses", "web_chats", "join_tokens"),
        *("blocks", "referral_opens", "referrals", "notifications", "reminders", "joined_people"),
        "pending_addresses",
        "personal_letters",
    }
)
"""Who is in no other table has done nothing yet that counts."""


async def take_over(
    db: Connection, loser: Supporter, survivor: Supporter, *, now: datetime
) -> tuple[Supporter, Dialog]:
    """Move what is left, and an unfinished form; the loser becomes nobody.

    The caller has locked both. The loser's account is none of Telegram's.

    Returns:
        The survivor and their dialog as they are now.
    """
    theirs, mine = [await _dialog_of(db, one, now) for one in (loser, survivor)]
    both = Sides(loser.id, survivor.id)
    await joining_rows.move(db, both)
    for moved in (addresses, join_tokens, data_requests):
        await db.execute(
            update(moved).where(moved.c.supporter_id == loser.id).values(supporter_id=survivor.id)
        )
    await _notify(db, loser.telegram_id, survivor.telegram_id)
    await joined_people.move(db, loser.id, survivor.id)
    await personal_data.erase(db, loser.id, loser.telegram_id, now=now)
    key = await tombstones.key(db)
    stone = tombstones.hash_of(key, loser.telegram_id) if key is not None else None
    await joined_people.add(db, JoinedPerson(loser.id, survivor.id, stone, now))
    kept = {
        "first_name": survivor.first_name or loser.first_name,
        "language": survivor.language or loser.language,
        "telegram_language": survivor.telegram_language or loser.telegram_language,
    }
    await db.execute(update(supporters).where(supporters.c.id == survivor.id).values(kept))
    dialog = await _without_form_of_signed(db, _joined(theirs, mine, now))
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


async def _without_form_of_signed(db: Connection, dialog: Dialog) -> Dialog:
    """Not in the form of a petition that the person has signed in the other place."""
    if dialog.flow != SIGNING or dialog.campaign_id is None:
        return dialog
    found = await signatures.countable(db, dialog.campaign_id, dialog.supporter_id)
    if found is None or found.status == "withdrawn":
        return dialog
    kept = {key: one for key, one in dialog.answers.items() if key != str(dialog.campaign_id)}
    return replace(dialog, flow="", step="", answers=kept)


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


async def _notify(db: Connection, before: int, account: int) -> None:
    """What waits to be told to the account that is given up is told to the other one."""
    other = notifications.alias()
    told: ColumnElement[bool] = (
        select(other.c.id)
        .where(
            other.c.telegram_id == account,
            other.c.dedupe_key == notifications.c.dedupe_key,
        )
        .exists()
    )
    await db.execute(
        update(notifications)
        .where(notifications.c.telegram_id == before, ~told)
        .values(telegram_id=account)
    )
