"""What has to hold at any moment, and what has to hold when all has come to rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bench.soak.supporters import Supporter
from bench.soak.town import Town, Update
from campaign.catalogue import every_petition
from campaign.delivery.lane import MOST_IN_HAND
from campaign.petition import Petition
from storage import areas, audit, broadcasts, campaigns, delivery_stats, subscriptions
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.tables import broadcasts as broadcast_rows
from storage.tables import consents, signatures, supporters
from storage.tables import deliveries as delivery_rows
from tests.campaign.referral_recount import recount
from tests.campaign.referral_town import facts_in, kept_in

SURELY_BEFORE = 1.0


async def at_any_moment(database: Database, town: Town, people: Sequence[Supporter]) -> None:
    """Read one state of the database, and tell the town of everything that is not right in it."""
    settled = [(one, one.acts) for one in people if one.settled]
    async with database.reading() as db:
        (petition,) = await every_petition(db)
        wrong = [
            *await _counts(db, petition),
            *await _consents(db, petition),
            *await _referrals(db, petition),
            *await _deliveries(db),
        ]
        standing = await _standing(db)
    for one, acts in settled:
        if one.settled and one.acts == acts:
            wrong += _as_told(one, standing.get(one.phone.id))
    for what in wrong:
        town.violated(what)


async def at_rest(database: Database, town: Town, people: Sequence[Supporter]) -> None:
    """The same, and what only holds when nobody does anything any more."""
    await at_any_moment(database, town, people)
    async with database.reading() as db:
        (petition,) = await every_petition(db)
        totals = await campaigns.totals(db, petition.id)
        wrong = [] if totals.offline == town.paper else [f"paper: {totals}, not {town.paper}"]
        if broken := await audit.broken(db):
            wrong.append(f"the audit log is broken: {broken}")
        standing = await _standing(db)
        held = [row.status for row in standing.values() if row.status in ("invalidated", "pending")]
        wrong += [f"{len(held)} signatures are still held back"] if held else []
        for one in people:
            row = standing.get(one.phone.id)
            if row is not None and not row.reachable:
                wrong.append(f"{one.phone.id} is let in, and counts as unreachable")
        numbers = Counter(number for one in people for number in one.numbers)
        wrong += [f"number {number} was given twice" for number in numbers if numbers[number] > 1]
        for update in town.updates:
            wrong += await _reached(db, town, people, update)
    for what in wrong:
        town.violated(what)


async def _counts(db: Connection, petition: Petition) -> list[str]:
    """The totals shown are a fresh count, and numbers are given once, without a gap."""
    wrong = []
    kept, counted = (
        await campaigns.totals(db, petition.id),
        await campaigns.recount(db, petition.id),
    )
    if kept != counted:
        wrong.append(f"total {kept}, counted {counted}")
    theirs, fresh = await areas.of_campaign(db, petition.id), await areas.recount(db, petition.id)
    if theirs != fresh:
        wrong.append(f"areas {theirs}, counted {fresh}")
    rows = await db.execute(
        select(
            func.count(),
            func.count(signatures.c.number.distinct()),
            func.count(signatures.c.supporter_id.distinct()),
            func.coalesce(func.max(signatures.c.number), 0),
        ).where(signatures.c.campaign_id == petition.id)
    )
    if len(set(rows.one())) > 1:
        wrong.append("numbers have a gap, or somebody stands there twice")
    return wrong


async def _consents(db: Connection, petition: Petition) -> list[str]:
    """Who hears is who agreed by the ledger; everybody who stands there has agreed to that."""
    wrong = []
    hears = await subscriptions.all_of(db, petition.id)
    if hears != (agreed := await subscriptions.recount(db, petition.id)):
        wrong.append(f"hearing differs from the ledger for {sorted(hears ^ agreed)[:5]}")
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.purpose == "sign", consents.c.campaign_id == petition.id)
        .group_by(consents.c.supporter_id)
    )
    said_yes = set(
        await db.scalars(
            select(consents.c.supporter_id).where(consents.c.id.in_(newest), consents.c.granted)
        )
    )
    there = set(
        await db.scalars(
            select(signatures.c.supporter_id).where(
                signatures.c.campaign_id == petition.id,
                signatures.c.status.in_(("live", "invalidated")),
            )
        )
    )
    if there != said_yes:
        wrong.append(f"signatures and consents differ for {sorted(there ^ said_yes)[:5]}")
    return wrong


async def _referrals(db: Connection, petition: Petition) -> list[str]:
    """Kept figures are a plain count. Who opened a link is erased with people; the figure stays."""
    kept, counted = await kept_in(db, petition), recount(await facts_in(db, petition))
    links = {
        number: replace(found, opens=kept.links[number].opens)
        for number, found in counted.links.items()
    }
    if kept != replace(counted, links=links, opens=kept.opens):
        return [f"referral figures {kept}, counted {counted}"[:600]]
    return []


async def _deliveries(db: Connection) -> list[str]:
    wrong = []
    for one in await _sent(db):
        counted = await delivery_stats.count_by_status(db, one.id)
        kept = {
            "sent": one.sent,
            "unreachable": one.unreachable,
            "failed": one.failed,
            "unknown": one.unknown,
            "left_out": one.left_out,
        }
        if kept != {name: counted.get(name, 0) for name in kept}:
            wrong.append(f"broadcast {one.id}: {kept}, counted {dict(counted)}")
        if one.total != sum(counted.values()):
            wrong.append(f"broadcast {one.id}: {one.total} in all, counted {dict(counted)}")
        if counted.get("claimed", 0) > MOST_IN_HAND:
            wrong.append(f"broadcast {one.id}: {counted['claimed']} in hand")
        if one.status == "done" and {"pending", "claimed"} & counted.keys():
            wrong.append(f"broadcast {one.id} is done, and has {dict(counted)}")
    return wrong


async def _sent(db: Connection) -> list[Broadcast]:
    numbers = await db.scalars(
        select(broadcast_rows.c.id).where(
            broadcast_rows.c.status.in_(("sending", "paused", "done", "cancelled"))
        )
    )
    found = [await broadcasts.of(db, number) for number in numbers.all()]
    return [one for one in found if one is not None]


async def _standing(db: Connection) -> dict[int, Any]:
    """By Telegram number: whether they can be reached, and their signature's status."""
    rows = await db.execute(
        select(
            supporters.c.telegram_id,
            supporters.c.reachable,
            signatures.c.status,
            signatures.c.number,
        ).select_from(
            supporters.outerjoin(signatures, signatures.c.supporter_id == supporters.c.id)
        )
    )
    return {row.telegram_id: row for row in rows}


def _as_told(one: Supporter, row: Any) -> list[str]:
    """What somebody has been told is what stands in the database."""
    status = row.status if row is not None else None
    if one.signed and (status not in ("live", "invalidated") or row.number != one.number):
        number = row.number if row is not None else None
        return [f"{one.phone.id} was told they are number {one.number}: {status} {number}"]
    if one.signed is False and status == "live":
        return [f"{one.phone.id} was told that they are off, and counts"]
    return []


async def _reached(
    db: Connection, town: Town, people: Sequence[Supporter], update: Update
) -> list[str]:
    """Nobody skipped, nobody twice: by the rows, and by what is in people's chats."""
    made = [one for one in await _sent(db) if update.words in str(one.content)]
    if not made:
        return []  # staff never came to its yes
    rows = await db.execute(
        select(supporters.c.telegram_id, delivery_rows.c.status)
        .join(delivery_rows, delivery_rows.c.supporter_id == supporters.c.id)
        .where(delivery_rows.c.broadcast_id == made[0].id)
    )
    statuses = {row.telegram_id: row.status for row in rows}
    parameters = {"text": update.words}
    async with town.session.get(f"{town.address}/control/received", params=parameters) as answer:
        received = {int(number): often for number, often in (await answer.json()).items()}
    wrong = []
    for one in people:
        status, often = statuses.get(one.phone.id), received.get(one.phone.id, 0)
        who = f"{one.phone.id} and {update.words!r} ({update.kind}, {made[0].status})"
        if often > 1 and update.kind != "A decision":
            wrong.append(f"{who}: came {often} times, {status}")
        if status == "sent" and not often:
            wrong.append(f"{who}: recorded as sent, never came")
        heard = one.hears and 0 < one.hears_since < update.confirmed_at - SURELY_BEFORE
        if heard and made[0].status == "done" and status not in ("sent", "unknown"):
            wrong.append(f"{who}: skipped, {status}")
    return wrong
