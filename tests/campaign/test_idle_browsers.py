"""Promises of browsers that nobody uses any more, on both engines."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from campaign import erasure, idle_browsers
from storage import addresses, dialogs, set_aside, signatures, supporters, web_chats
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


async def test_one_who_cannot_be_erased_stops_nobody_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as db:
        bad, _ = await begun(db, "bad")
        await begun(db, "good")
    later = NOW + MONTH + timedelta(seconds=1)
    erase = erasure.erase

    async def breaks(db: Connection, one: Supporter, **how: Any) -> None:
        if one.id == bad.id:
            raise ValueError("a row that nobody can read")
        await erase(db, one, **how)

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "erase", breaks)
        for _ in range(2):
            await idle_browsers.drop(database, now=later)
        async with database.reading() as db:
            assert await addresses.find(db, "web", "good") is None
            assert await set_aside.count(db) == 1
    assert await idle_browsers.drop(database, now=later) == 1, "tried again"
    async with database.reading() as db:
        assert await set_aside.count(db) == 0


async def test_who_was_put_aside_and_comes_back_is_aside_no_more(database: Database) -> None:
    async with database.transaction() as db:
        ada, place = await begun(db, "ada")
        await set_aside.put(db, set_aside.IDLE_BROWSER, ada.id, "ValueError", NOW)
        await addresses.heard_from(db, place, NOW + MONTH)
    assert await idle_browsers.drop(database, now=NOW + MONTH + timedelta(seconds=1)) == 0
    async with database.reading() as db:
        assert await set_aside.count(db) == 0


async def test_signers_who_have_gone_are_not_written_to_again_and_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        signer, _ = await begun(db, "signer")
        await petitions.signs(db, petition, signer, NOW)
    later = NOW + MONTH + timedelta(seconds=1)
    await idle_browsers.drop(database, now=later)
    begins: list[str] = []
    real = Database.transaction

    def counted(database: Database) -> AbstractAsyncContextManager[Connection]:
        begins.append("transaction")
        return real(database)

    monkeypatch.setattr(Database, "transaction", counted)
    await idle_browsers.drop(database, now=later)
    assert begins == []
