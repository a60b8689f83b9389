"""Promises of addresses: where people can be found, whichever way they came."""

import asyncio

import pytest
from sqlalchemy import func, select

from storage import (
    accounts,
    addresses,
    dialogs,
    personal_data,
    supporters,
)
from storage import tables as t
from storage.database import Connection, Database
from storage.dialogs import Dialog
from storage.errors import NoSuchAccount
from storage.supporters import Supporter
from tests.storage.world import NOW, person

SESSION = "5f2e" * 16
EVERYBODY = 8


async def opened(db: Connection, account: int, name: str = "") -> tuple[Supporter, Dialog]:
    return await dialogs.open(
        db,
        telegram_id=account,
        first_name=name,
        telegram_language="cy",
        now=NOW,
        reachable=accounts.is_telegrams(account),
    )


def test_numbers_of_ours_are_told_from_those_of_telegram_and_of_nobody() -> None:
    drawn = {accounts.new_account() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(2**53 <= one < 2**59 and len(str(one)) <= 18 for one in drawn)
    assert not any(accounts.is_telegrams(one) for one in drawn)
    assert accounts.is_telegrams(2**52)
    assert not accounts.is_telegrams(-7)
    assert not accounts.is_somebodys(-7)


async def test_who_comes_by_telegram_has_an_address_there(database: Database) -> None:
    async with database.transaction() as db:
        ada, _ = await person(db, 7)
    async with database.reading() as db:
        (one,) = await addresses.of_supporter(db, ada.id)
        assert (one.channel, one.value, one.verified_at) == ("telegram", "7", NOW)
        assert one.reachable
        assert await addresses.find(db, "telegram", "7") == (ada, one)
        assert await addresses.find(db, "web", "7") is None


async def test_who_comes_by_browser_cannot_be_written_to_and_has_no_name(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada = await addresses.add(db, "web", SESSION, now=NOW, language="cy")
    assert ada.telegram_id >= accounts.FIRST_OWN
    assert (ada.first_name, ada.telegram_language, ada.reachable) == ("", "cy", False)
    async with database.transaction() as db:
        again, dialog = await opened(db, ada.telegram_id)
        assert again == ada
        assert dialog.supporter_id == ada.id
        found = await addresses.find(db, "web", SESSION)
        assert found is not None
        assert found[0] == ada
        assert not found[1].reachable
        assert await addresses.add(db, "web", SESSION, now=NOW) == ada


async def test_a_name_that_is_kept_stays_where_the_channel_knows_none(database: Database) -> None:
    async with database.transaction() as db:
        ada, _ = await person(db, 7)
        again, _ = await opened(db, ada.telegram_id)
        assert again.first_name == "Ada"


async def test_a_browser_does_not_make_those_reachable_who_have_blocked_the_bot(
    database: Database,
) -> None:
    async with database.transaction() as db:
        await person(db, 7)
        await supporters.set_reachable(db, 7, False)
        ada, _ = await dialogs.open(
            db, telegram_id=7, first_name="", telegram_language="en", now=NOW, reachable=False
        )
        assert not ada.reachable
        again, _ = await opened(db, 7)
        assert again.reachable


async def test_a_session_that_begins_many_times_at_once_is_one_person(database: Database) -> None:
    async def begun() -> Supporter:
        async with database.transaction() as db:
            ada = await addresses.add(db, "web", SESSION, now=NOW)
            return (await opened(db, ada.telegram_id))[0]

    people = await asyncio.gather(*(begun() for _ in range(EVERYBODY)))
    assert len({one.id for one in people}) == 1
    async with database.reading() as db:
        for table in (t.supporters, t.addresses, t.dialogs):
            assert await db.scalar(select(func.count()).select_from(table)) == 1


async def test_the_account_of_an_erased_session_does_not_come_back_to_life(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada = await addresses.add(db, "web", SESSION, now=NOW)
        await opened(db, ada.telegram_id)
        await personal_data.erase(db, ada.id, ada.telegram_id, now=NOW)
    async with database.transaction() as db:
        assert await addresses.find(db, "web", SESSION) is None
        with pytest.raises(NoSuchAccount):
            await opened(db, ada.telegram_id)
        new = await addresses.add(db, "web", SESSION, now=NOW)
        assert new.id != ada.id
        assert new.telegram_id != ada.telegram_id


async def test_values_are_found_where_the_database_is_encrypted(sealed: Database) -> None:
    async with sealed.transaction() as db:
        ada = await addresses.add(db, "web", SESSION, now=NOW)
        bob, _ = await person(db, 7)
    async with sealed.reading() as db:
        for channel, value, who in (("web", SESSION, ada), ("telegram", "7", bob)):
            found = await addresses.find(db, channel, value)
            assert found is not None
            assert (found[0], found[1].value) == (who, value)


async def test_when_somebody_was_last_heard_from_is_kept_with_the_address(
    database: Database,
) -> None:
    later = NOW.replace(year=2010)
    async with database.transaction() as db:
        ada = await addresses.add(db, "web", SESSION, now=NOW)
        (one,) = await addresses.of_supporter(db, ada.id)
        await addresses.heard_from(db, one.id, later)
        (again,) = await addresses.of_supporter(db, ada.id)
        assert (one.last_heard_at, again.last_heard_at) == (NOW, later)
        await addresses.remove(db, one.id)
        assert not await addresses.of_supporter(db, ada.id)
        assert await supporters.by_id(db, ada.id) == ada


async def test_no_number_of_an_address_is_given_twice(database: Database) -> None:
    """Links in old emails name one."""
    given: list[int] = []
    async with database.transaction() as db:
        ada, _ = await person(db)
        for _ in range(3):
            await addresses.keep(db, ada.id, "email", "ada@example.org", reachable=True, now=NOW)
            found = await addresses.find(db, "email", "ada@example.org")
            assert found is not None
            given.append(found[1].id)
            await addresses.remove(db, found[1].id)
    assert len(set(given)) == 3
