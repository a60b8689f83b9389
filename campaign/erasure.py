"""The right to be forgotten: out of every table, for good, backups included.

GDPR Art. 17(1)(b): consent is withdrawn and there is no other ground. What stays, stays without the
person: that somebody agreed to which words when (Art. 7(1), 17(3)(e)), and counts.

ErasureError
└── StillStaff        who works here keeps their number, until an owner takes their role away
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from campaign import erased_signers, inbox, subscriptions
from campaign.catalogue import every_petition
from campaign.errors import CampaignError
from campaign.isolation import isolated
from campaign.petition import Petition
from campaign.signing import sign
from storage import joined_people, locks, personal_data, set_aside, staff, tombstones
from storage.database import Connection, Database
from storage.locks import Lock
from storage.supporters import Supporter
from storage.tombstones import Tombstone, hash_of, newest_of


class ErasureError(CampaignError):
    """Nothing has been erased."""


class StillStaff(ErasureError):
    """They work on a campaign."""


async def erase(
    db: Connection,
    supporter: Supporter,
    *,
    now: datetime,
    identity_key: bytes = b"",
    method: str = "command",
) -> None:
    """Erase a person, and put up a tombstone. Who comes back afterwards is new, except for what
    `campaign.erased_signers` keeps. Accounts that they gave up by joining have a tombstone each.

    Their live signatures no longer count, and who brought them loses the credit, as after a
    withdrawal, unless the campaign keeps the count.

    Args:
        now: UTC.
        identity_key: for the hashes of erased signers.
        method: how it was said, for the ledger of consents.

    Raises:
        StillStaff: they have a role.
    """
    if await staff.roles_of(db, supporter.telegram_id):
        raise StillStaff
    given_up = [one.tombstone for one in await joined_people.of(db, supporter.id)]
    await _forget(db, supporter, now, identity_key, method)
    await _put_up_tombstone(db, supporter, now)
    for hash_ in given_up:
        if hash_ is not None:
            await tombstones.add(db, Tombstone(hash_, now))


async def erase_chat(db: Connection, supporter: Supporter, *, now: datetime) -> bool:
    """Erase somebody of whom nothing is held but that they have written; no row of theirs stays.

    Returns:
        False if they have only just written for the first time: nothing of them has been kept, so
        there is nothing to put a tombstone up for.
    """
    await personal_data.drop_chat(db, supporter.id)
    if supporter.created_at >= now:
        return False
    await _put_up_tombstone(db, supporter, now)
    return True


async def erase_again(
    database: Database,
    stones: Iterable[Tombstone],
    *,
    key: str,
    now: datetime,
    identity_key: bytes = b"",
) -> int:
    """Erase those whose tombstones are not in the database: it comes from before they left.

    Who has come after their tombstone was put up is another, new supporter, and stays.

    Who cannot be erased is put aside, and tried again the next time.

    Args:
        key: of the tombstones.
        identity_key: for the hashes of erased signers.

    Returns:
        How many have been erased.
    """
    async with database.reading() as db:
        known = newest_of(await tombstones.all(db))
    left = {
        hash_: at
        for hash_, at in newest_of(stones).items()
        if hash_ not in known or known[hash_] < at
    }
    erased = after = 0
    while left:
        async with database.reading() as db:
            people = await tombstones.people(db, after)
        if not people:
            break
        after = people[-1].id
        for one in people:
            left_at = left.get(hash_of(key, one.telegram_id))
            if left_at is None or one.created_at > left_at:
                continue
            mine = isolated(database, set_aside.ERASURE, one.id, now=now)
            async with mine, database.transaction() as db:
                done = await _forget(db, one, now, identity_key)
                await set_aside.clear(db, set_aside.ERASURE, [one.id])
                erased += done
    async with database.transaction() as db:
        aside = await _hashes_of(db, await set_aside.of(db, set_aside.ERASURE), key)
        for hash_, at in left.items():
            if hash_ not in aside:  # else it is tried again at the next start
                await tombstones.add(db, Tombstone(hash_, at))
    return erased


async def _hashes_of(db: Connection, supporter_ids: Collection[int], key: str) -> set[str]:
    people = await locks.people(db, supporter_ids)
    return {hash_of(key, one.telegram_id) for one in people}


async def _forget(
    db: Connection, supporter: Supporter, now: datetime, key: bytes, method: str = "command"
) -> bool:
    """Lock the person, then whatever counts of all that they have signed, and only then read.

    Returns:
        False if somebody else has erased them since they were read.
    """
    if not await locks.people(db, [supporter.id]):
        return False
    signed = await locks.totals_of_signer(db, supporter.id)
    for petition in await every_petition(db):
        if petition.id in signed:
            await _take_name_off(db, petition, supporter, signed[petition.id], now, method)
        await subscriptions.end_consents(db, petition, supporter, method=method, now=now)
        await erased_signers.remember(db, petition, supporter, key=key)
    await inbox.end_topics(db, supporter_id=supporter.id, now=now)
    await personal_data.erase(db, supporter.id, supporter.telegram_id, now=now)
    return True


async def _put_up_tombstone(db: Connection, supporter: Supporter, now: datetime) -> None:
    key = await tombstones.key(db)
    if key is not None:
        await tombstones.add(db, Tombstone(hash_of(key, supporter.telegram_id), now))


async def _take_name_off(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    lock: Lock,
    now: datetime,
    method: str,
) -> None:
    """As by a withdrawal, unless the campaign keeps the count."""
    found = await locks.signature(db, lock, supporter_id=supporter.id)
    if found is None or found.status == "withdrawn":
        return
    if found.status != "live" or not petition.definition.keep_count_after_erasure:
        await sign.withdraw(db, petition, supporter, method=method, now=now)
