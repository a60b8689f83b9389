"""Promises of the limits of codes and data, on both engines: they belong to the mailbox and the
account, whatever happens in between."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from campaign import email_codes, erasure, request_limits
from campaign.email_codes import TooManyCodes
from campaign.fields import mailbox
from campaign.petition import Petition
from campaign.request_limits import CODES_OF_ACCOUNT, CODES_OF_MAILBOX, DAY, HOUR
from campaign.signing import email_code, sign
from campaign.signing.choices import Choices
from storage import codes, pending_signatures, tables
from storage.database import Connection, Database
from tests.campaign import petitions
from tests.campaign.test_return_after_erasure import keeping

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
KEY = b"a key of the tests"
MINUTE = timedelta(minutes=1)
STRANGER = "jane.doe@gmail.com"


@pytest.mark.parametrize(
    "written",
    [
        "jane.doe@gmail.com",
        "JaneDoe@gmail.com",
        "j.a.n.e.d.o.e+petition@gmail.com",
        "janedoe+1+2@googlemail.com",
        "ｊａｎｅｄｏｅ@gmail.com",
    ],
)
def test_a_mailbox_is_the_same_however_its_address_is_written(written: str) -> None:
    assert mailbox(written) == mailbox(STRANGER)


@pytest.mark.parametrize(
    "other", ["janedoe@example.org", "jane@gmail.com", "+tag@gmail.com", "...@gmail.com"]
)
def test_other_mailboxes_are_others(other: str) -> None:
    assert mailbox(other) != mailbox(STRANGER)
    assert mailbox(other).partition("@")[0]


async def take(db: Connection, who: int, address: str, at: datetime) -> timedelta | None:
    return await request_limits.take_code(db, who, address, key=KEY, now=at)


async def asks_for_a_code(
    db: Connection, petition: Petition, who: int, address: str, now: datetime
) -> bool:
    """Sign with an address; gives whether a code is sent."""
    supporter = await petitions.person(db, who, now)
    recorded = await sign.sign(
        db,
        petition,
        supporter,
        {"name": "Jane", "postcode": "SW1A 1AA", "email": address},
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=now,
        key=KEY,
    )
    waiting = await pending_signatures.of(db, recorded.signature.id)
    assert waiting is not None, "nobody loses what they have answered"
    assert waiting.wants_code == (recorded.code_in is None)
    return waiting.wants_code


async def withdraws(db: Connection, petition: Petition, who: int, now: datetime) -> None:
    await sign.withdraw(db, petition, await petitions.person(db, who, now), now=now)


async def forgets(db: Connection, petition: Petition, who: int, now: datetime) -> None:
    await erasure.erase(db, await petitions.person(db, who, now), now=now, identity_key=KEY)


Leave = Callable[[Connection, Petition, int, datetime], Awaitable[None]]


@pytest.mark.parametrize("leaves", [withdraws, forgets])
async def test_no_way_of_leaving_begins_the_limit_again(database: Database, leaves: Leave) -> None:
    petition = await keeping(database, identity="email")
    sent = []
    for place in range(6):
        at = NOW + place * MINUTE
        async with database.transaction() as db:
            sent.append(await asks_for_a_code(db, petition, 7, STRANGER, at))
            await leaves(db, petition, 7, at)
    assert sent == [True] * 3 + [False] * 3
    async with database.transaction() as db:
        later = NOW + HOUR + MINUTE
        assert await asks_for_a_code(db, petition, 7, STRANGER, later), "an hour later there is one"


async def test_accounts_and_campaigns_share_one_mailboxs_limit(database: Database) -> None:
    campaigns = [await keeping(database, slug, identity="email") for slug in ("a", "b", "c")]
    sent = []
    for who, petition in enumerate([*campaigns, *campaigns], start=1):
        async with database.transaction() as db:
            sent.append(await asks_for_a_code(db, petition, who, STRANGER, NOW))
    assert sent == [True] * 3 + [False] * 3


async def test_an_address_changed_and_changed_back_has_no_more_codes(database: Database) -> None:
    petition = await keeping(database, identity="email")
    async with database.transaction() as db:
        await asks_for_a_code(db, petition, 7, STRANGER, NOW)
        jane = await petitions.person(db, 7, NOW)
        waiting = await email_code.of(db, jane, petition.id)
        for address in ("a@example.org", STRANGER, "b@example.org", STRANGER):
            await email_code.change_address(db, jane, waiting, address, key=KEY, now=NOW)
        with pytest.raises(TooManyCodes) as many:
            await email_code.change_address(db, jane, waiting, STRANGER, key=KEY, now=NOW)
    assert many.value.wait == HOUR


async def test_an_account_that_writes_to_many_mailboxes_has_a_limit_of_its_own(
    database: Database,
) -> None:
    async with database.transaction() as db:
        waits = [await take(db, 7, f"stranger{n}@example.org", NOW) for n in range(8)]
        assert await take(db, 8, "stranger7@example.org", NOW) is None, "nobody else's suffers"
    assert waits == [None] * CODES_OF_ACCOUNT.an_hour + [HOUR] * 2


async def test_a_code_that_is_sent_again_by_a_failing_server_gives_no_more_tries(
    database: Database,
) -> None:
    petition = await keeping(database, identity="email")
    async with database.transaction() as db:
        await asks_for_a_code(db, petition, 7, STRANGER, NOW)
        jane = await petitions.person(db, 7, NOW)
        tried = 0
        for _ in range(4):
            waiting = await email_code.of(db, jane, petition.id)
            await pending_signatures.change(db, waiting.signature_id, wants_code=True)
            code = email_codes.hashed("123456", waiting.signature_id, KEY)
            until = NOW + email_codes.VALID_FOR
            await codes.claim(
                db,
                pending_signatures.KEY,
                waiting.signature_id,
                since=waiting.since,
                not_before=waiting.not_before,
                until=until,
                code_hash=code,
                code_until=until,
            )
            await codes.is_sent(db, pending_signatures.KEY, waiting.signature_id, until)
            for _ in range(3):
                waiting = await email_code.of(db, jane, petition.id)
                with pytest.raises((email_codes.WrongCode, email_codes.UsedUp)):
                    await email_code.confirm(
                        db, petition, jane, waiting, "000000", key=KEY, now=NOW
                    )
            tried = (await email_code.of(db, jane, petition.id)).tries
    assert tried == email_codes.TRIES


@pytest.mark.parametrize("seed", range(3))
async def test_no_hour_and_no_day_has_more_than_its_codes(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    sent: list[tuple[datetime, int, str]] = []
    at = NOW
    async with database.transaction() as db:
        for _ in range(150):
            at += timedelta(minutes=chance.choice((0, 1, 9, 25, 90)))
            who, address = chance.randrange(3), f"{chance.randrange(3)}@example.org"
            wait = await take(db, who, address, at)
            if wait is None:
                sent.append((at, who, address))
            else:
                assert timedelta() < wait <= DAY
    assert len(sent) > 20
    for start, _, _ in sent:
        for window, mailbox_most, account_most in (
            (HOUR, CODES_OF_MAILBOX.an_hour, CODES_OF_ACCOUNT.an_hour),
            (DAY, CODES_OF_MAILBOX.a_day, CODES_OF_ACCOUNT.a_day),
        ):
            within = [one for one in sent if start <= one[0] < start + window]
            for place in range(3):
                assert sum(one[1] == place for one in within) <= account_most
                assert sum(one[2][0] == str(place) for one in within) <= mailbox_most


async def test_ten_who_ask_at_once_get_no_more_than_one_after_the_other(
    database: Database,
) -> None:
    async def ask(who: int) -> bool:
        async with database.transaction() as db:
            return await take(db, who, STRANGER, NOW) is None

    sent = await asyncio.gather(*(ask(who) for who in range(10)))
    assert sum(sent) == CODES_OF_MAILBOX.an_hour


async def test_a_clock_put_back_makes_nobody_wait_longer_than_the_limit(
    database: Database,
) -> None:
    async with database.transaction() as db:
        for _ in range(3):
            await take(db, 7, STRANGER, NOW)
        earlier = NOW - timedelta(hours=5)
        assert await take(db, 7, STRANGER, earlier) == HOUR


async def test_nothing_is_kept_of_it_for_longer_than_the_limit(database: Database) -> None:
    async with database.transaction() as db:
        await take(db, 7, STRANGER, NOW)
        await request_limits.drop_old(db, now=NOW + DAY + MINUTE)
        left = await db.scalar(select(func.count()).select_from(tables.recent_requests))
    assert left == 0
