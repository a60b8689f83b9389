"""Promises of joining what one person began in two places, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from campaign import joining
from campaign.erasure import erase
from storage import addresses, blocks, campaigns, dialogs, signatures, staff, supporters
from storage.database import Connection, Database
from storage.dialogs import Dialog
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.storage.world import NOW

SESSION = "5f2e" * 16
LATE = NOW + timedelta(minutes=15)


async def web(db: Connection, session: str = SESSION) -> tuple[Supporter, Dialog]:
    mia = await addresses.add(db, "web", session, now=NOW)
    return await dialogs.open(
        db,
        telegram_id=mia.telegram_id,
        first_name="",
        telegram_language="en",
        now=NOW,
        reachable=False,
    )


async def telegram(db: Connection, number: int = 7) -> tuple[Supporter, Dialog]:
    return await dialogs.open(
        db, telegram_id=number, first_name="Ada", telegram_language="en", now=NOW
    )


async def in_form(db: Connection, dialog: Dialog) -> None:
    answers = {"1": {"name": "Ada Lovelace"}}
    await dialogs.save(db, replace(dialog, flow="sign", step="postcode", answers=answers))


async def test_a_form_begun_in_the_browser_goes_on_in_telegram(database: Database) -> None:
    async with database.transaction() as db:
        mia, begun = await web(db)
        await in_form(db, begun)
        await blocks.add(db, mia.id, None, None, NOW)
        token = await joining.offer(db, mia, "sign:1", NOW)
    async with database.transaction() as db:
        ada, _ = await telegram(db)
        done = await joining.join(db, token, ada, NOW)
        one, dialog, wish = done.person, done.dialog, done.wish
    assert (one.id, one.telegram_id, one.first_name, wish) == (ada.id, 7, "Ada", "sign:1")
    assert (dialog.flow, dialog.step) == ("sign", "postcode")
    assert dialog.answers == {"1": {"name": "Ada Lovelace"}}
    assert dialog.serial > begun.serial
    async with database.reading() as db:
        places = await addresses.of_supporter(db, ada.id)
        assert {place.channel for place in places} == {"telegram", "web"}
        assert await blocks.is_blocked_everywhere(db, ada.id), "a block of either holds"
        gone = await supporters.by_id(db, mia.id)
        assert gone is not None
        assert gone.telegram_id < 0


async def test_who_signed_in_the_browser_keeps_the_signature_in_telegram(
    database: Database,
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, _ = await web(db)
        await petitions.signs(db, petition, mia, NOW)
        ada, _ = await telegram(db)
        token = await joining.offer(db, ada, "", NOW)
        one = (await joining.join(db, token, mia, NOW)).person
        assert (one.id, one.telegram_id, one.reachable) == (ada.id, 7, True)
        assert await signatures.of(db, petition.id, ada.id) is not None
        assert await signatures.of(db, petition.id, mia.id) is None
        live = (await campaigns.totals(db, petition.id)).live
        assert live == (await campaigns.recount(db, petition.id)).live == 1


async def test_staff_rights_stay_with_the_telegram_account(database: Database) -> None:
    async with database.transaction() as db:
        mia, _ = await web(db)
        ada, _ = await telegram(db)
        await staff.upsert(db, ada.telegram_id, "editor", NOW)
        token = await joining.offer(db, ada, "", NOW)
        one = (await joining.join(db, token, mia, NOW)).person
        assert (one.id, one.telegram_id) == (ada.id, 7)
        assert await staff.roles_of(db, 7) == {None: "editor"}


async def test_two_telegram_accounts_stay_two(database: Database) -> None:
    async with database.transaction() as db:
        ada, _ = await telegram(db)
        bob, _ = await telegram(db, 8)
        token = await joining.offer(db, ada, "", NOW)
        with pytest.raises(joining.TwoAccounts):
            await joining.join(db, token, bob, NOW)
        assert len(await addresses.of_supporter(db, bob.id)) == 1


async def test_a_token_used_twice_late_by_its_owner_or_made_up_joins_nothing(
    database: Database,
) -> None:
    async with database.transaction() as db:
        mia, _ = await web(db)
        ada, _ = await telegram(db)
        bob, _ = await telegram(db, 8)
        token = await joining.offer(db, mia, "", NOW)
        with pytest.raises(joining.TokenExpired):
            await joining.join(db, token, ada, LATE)
        with pytest.raises(joining.SamePerson):
            await joining.join(db, token, mia, NOW)
        with pytest.raises(joining.NoSuchToken):
            await joining.join(db, token + "x", ada, NOW)
        await joining.join(db, token, ada, NOW)
        with pytest.raises(joining.JoiningError):
            await joining.join(db, token, bob, NOW)
        assert len(await addresses.of_supporter(db, bob.id)) == 1


async def test_the_token_of_an_erased_person_joins_nothing(database: Database) -> None:
    async with database.transaction() as db:
        mia, _ = await web(db)
        token = await joining.offer(db, mia, "", NOW)
        await erase(db, mia, now=NOW)
        ada, _ = await telegram(db)
        with pytest.raises(joining.NoSuchToken):
            await joining.join(db, token, ada, NOW)


async def test_a_token_shown_by_two_at_once_joins_one(database: Database) -> None:
    async with database.transaction() as db:
        mia, _ = await web(db)
        token = await joining.offer(db, mia, "", NOW)

    async def shown(number: int) -> bool:
        async with database.transaction() as db:
            ada, _ = await telegram(db, number)
            try:
                await joining.join(db, token, ada, NOW)
            except joining.JoiningError:
                return False
            return True

    assert sorted(await asyncio.gather(shown(7), shown(8))) == [False, True]
