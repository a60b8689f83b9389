"""Promises of browsers that nobody uses any more, on both engines."""

from datetime import timedelta

from campaign import idle_browsers
from storage import addresses, dialogs, signatures, supporters, web_chats
from storage.database import Connection, Database
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.storage.world import NOW

MONTH = timedelta(days=30)


async def begun(db: Connection, session: str) -> tuple[Supporter, int]:
    one = await addresses.add(db, "web", session, now=NOW)
    await dialogs.open(
        db,
        telegram_id=one.telegram_id,
        first_name="",
        telegram_language="en",
        now=NOW,
        reachable=False,
    )
    (place,) = await addresses.of_supporter(db, one.id)
    await web_chats.append(db, place.id, [{"words": session}], last_number=1, now=NOW)
    return one, place.id


async def test_who_began_in_a_browser_and_went_away_is_erased_after_a_month(
    database: Database,
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        away, away_place = await begun(db, "away")
        _, back_place = await begun(db, "back")
        await addresses.heard_from(db, back_place, NOW + timedelta(seconds=1))
        signer, signer_place = await begun(db, "signer")
        await petitions.signs(db, petition, signer, NOW)
    assert await idle_browsers.drop(database, now=NOW + MONTH) == 0
    later = NOW + MONTH + timedelta(seconds=1)
    assert await idle_browsers.drop(database, now=later) == 1
    async with database.reading() as db:
        assert await supporters.by_telegram_id(db, away.telegram_id) is None
        assert await addresses.find(db, "web", "away") is None
        assert await web_chats.of(db, away_place) is None
        assert await addresses.find(db, "web", "back") is not None
        assert await web_chats.of(db, back_place) is not None
        assert await web_chats.of(db, signer_place) is None, "what was said goes"
        assert await addresses.find(db, "web", "signer") is not None, "they can still withdraw"
        kept = await signatures.of(db, petition.id, signer.id)
        assert kept is not None
        assert kept.status == "live"


async def test_a_browser_of_somebody_in_telegram_goes_alone(database: Database) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 7, NOW)
        await addresses.keep(db, ada.id, "web", "old", reachable=False, now=NOW)
    assert await idle_browsers.drop(database, now=NOW + 2 * MONTH) == 0
    async with database.reading() as db:
        (left,) = await addresses.of_supporter(db, ada.id)
        assert left.channel == "telegram"
