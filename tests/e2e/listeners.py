"""Many people who hear updates, a broadcast to them, and what has become of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
from sqlalchemy import insert

from campaign.broadcasts import audience, states
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from storage import broadcasts, delivery_stats
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.tables import subscriptions, supporters
from tests.stage.bot import EXAMPLE, TOKEN

FIRST = 100_001
NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def people_are_there(address: str, people: int) -> None:
    """In the simulator, each with the bot let in."""
    crowd = {"first_id": FIRST, "count": people, "first_name": "Ada"}
    async with aiohttp.ClientSession(address) as session:
        async with session.get(f"/bot{TOKEN}/getMe") as known:
            assert known.status == 200
        async with session.post("/control/crowd", json=crowd) as made:
            assert made.status == 201


async def started(database: Database, kind: str, people: int) -> int:
    """A broadcast to everybody, on its way."""
    petition = await publish(database, load_definition(EXAMPLE), now=NOW)
    async with database.transaction() as db:
        await hear(db, petition.id, range(FIRST, FIRST + people))
        return await sent_now(db, petition.id, kind)


async def sent_now(db: Connection, campaign_id: int, kind: str) -> int:
    """A broadcast to whoever hears of a campaign, on its way."""
    made = await broadcasts.add(
        db,
        campaign_id=campaign_id,
        kind=kind,
        author_id=None,
        content=Content({"en": Version("It is <b>decided</b>.")}).to_dict(),
        audience=audience.to_dict(Audience()),
        options={},
        now=NOW,
    )
    await states.start(db, made.id, now=datetime.now(UTC))
    return made.id


async def hear(db: Connection, campaign_id: int, numbers: Sequence[int]) -> None:
    """Let people with these Telegram ids hear of a campaign, without the way they came there."""
    traits = {"first_name": "Ada", "telegram_language": "en", "reachable": True, "created_at": NOW}
    made = await db.execute(
        insert(supporters).returning(supporters.c.id),
        [{"telegram_id": number, **traits} for number in numbers],
    )
    await db.execute(
        insert(subscriptions),
        [
            {"campaign_id": campaign_id, "supporter_id": supporter_id, "since": NOW}
            for supporter_id in made.scalars()
        ],
    )


async def told(database: Database, broadcast_id: int) -> Broadcast:
    async with database.reading() as db:
        broadcast = await broadcasts.of(db, broadcast_id)
        counted = await delivery_stats.count_by_status(db, broadcast_id)
    assert broadcast is not None
    assert broadcast.sent == counted.get("sent", 0)
    assert broadcast.unknown == counted.get("unknown", 0)
    return broadcast


async def goes_on(database: Database, broadcast_id: int) -> bool:
    return (await told(database, broadcast_id)).status == "sending"


async def arrived(address: str, people: int) -> Counter[int]:
    """How often each person has got it."""
    async with (
        aiohttp.ClientSession(address) as session,
        session.get("/control/received", params={"text": "decided"}) as answer,
    ):
        by_person = await answer.json()
    return Counter({n: by_person[str(n)] for n in range(FIRST, FIRST + people)})


async def sent(address: str) -> int:
    async with (
        aiohttp.ClientSession(address) as session,
        session.get("/control/stats") as answer,
    ):
        calls = (await answer.json())["calls"]
        return int(calls.get("sendMessage", 0))


async def order(address: str, **fault: object) -> None:
    """Let something go wrong in the simulator."""
    async with (
        aiohttp.ClientSession(address) as session,
        session.post("/control/faults", json=fault) as answer,
    ):
        assert answer.status == 201, await answer.text()
