"""Promises of the key of a mailbox: it goes with the address, whatever becomes of a signature."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.jobs import email_codes
from campaign import erasure
from campaign.catalogue import Catalogue
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.choices import Choices
from handlers.services import Services
from messages import bot_texts
from storage import lookalikes, signatures
from storage.database import Connection, Database
from storage.signatures import Signature
from storage.tables import signatures as table
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "unit", NOW)


async def signs(
    db: Connection, petition: Petition, who: int, email: str | None, *, unproven: bool = False
) -> Signature:
    recorded = await sign.sign(
        db,
        petition,
        await petitions.person(db, who, NOW),
        answers(who, email),
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=NOW,
        unproven=unproven,
    )
    return recorded.signature


def answers(who: int, email: str | None) -> dict[str, str | None]:
    return {"name": f"Nia {'abcdefgh'[who]}", "postcode": "SW1A 1AA", "email": email}


async def key(db: Connection, signature: Signature) -> str | None:
    kept: str | None = await db.scalar(
        select(table.c.mailbox_key).where(table.c.id == signature.id)
    )
    return kept


async def reasons(db: Connection, petition: Petition) -> list[str]:
    return [pair.reason for pair in await lookalikes.open_ones(db, petition.id, 10)]


async def test_a_change_of_the_address_changes_it_and_is_compared(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        await signs(db, petition, 1, "ada+1@x.org")
        second = await signs(db, petition, 2, "ben@x.org")
        assert await reasons(db, petition) == []
        me = await petitions.person(db, 2, NOW)
        await sign.change(db, petition, me, answers(2, "ada+2@x.org"), now=NOW)
        assert await key(db, second) == "ada@x.org"
        assert await reasons(db, petition) == ["same_mailbox"]
        await sign.change(db, petition, me, answers(2, None), now=NOW)
        assert await key(db, second) is None


async def test_who_signs_again_after_withdrawing_has_the_new_one(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        await signs(db, petition, 1, "ada+1@x.org")
        second = await signs(db, petition, 2, "ada+2@x.org")
        await sign.withdraw(db, petition, await petitions.person(db, 2, NOW), now=NOW)
        assert await reasons(db, petition) == []
        assert (await signs(db, petition, 2, "ben+2@x.org")).id == second.id
        assert await key(db, second) == "ben@x.org"


async def test_it_goes_when_a_person_is_erased(database: Database, petition: Petition) -> None:
    async with database.transaction() as db:
        await signs(db, petition, 1, "ada+1@x.org")
        second = await signs(db, petition, 2, "ada+2@x.org")
        await erasure.erase(db, await petitions.person(db, 2, NOW), now=NOW)
        assert await key(db, second) is None
        assert await reasons(db, petition) == []


async def test_one_that_waits_for_a_code_is_not_compared_and_leaves_none(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        await signs(db, petition, 1, "ada+1@x.org")
        waits = await signs(db, petition, 2, "ben@x.org", unproven=True)
        await signatures.change_email(db, waits.id, "ada+2@x.org")
        assert await key(db, waits) == "ada@x.org"
        assert await reasons(db, petition) == []
    later = NOW + timedelta(days=30)
    services = Services(database, bot_texts(), Catalogue(database), clock=lambda: later)
    nobody: Any = None  # is reminded of a signature that is not there any more
    await email_codes.look_after(services, nobody)
    assert services.erased.is_set(), "and then the disk is scrubbed"
    async with database.reading() as db:
        assert await key(db, waits) is None
