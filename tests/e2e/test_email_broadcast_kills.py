"""Promises of a broadcast in chats and by email under kill -9: nobody is skipped, nobody gets it in
both ways, and nobody twice of whom it is known that it arrived."""

import asyncio
import os
import random
from pathlib import Path

import aiohttp
import pytest

from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.delivery.lane import MOST_IN_HAND
from storage import delivery_stats
from storage.database import Database
from tests import engines, migrated
from tests.amount import cases
from tests.campaign import email_readers
from tests.e2e import listeners
from tests.e2e.killable import Killable, free_port
from tests.e2e.listeners import FIRST, NOW
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator
from tests.stage.bot import EXAMPLE

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
PEOPLE = cases(short=150, full=1000)
"""In chats, and so many by email."""
KILLS = cases(short=3, full=20)
IN_BOTH = PEOPLE // 10
"""Of those in chats, who have agreed to emails, too; half of them have blocked the bot."""


def sections(mail_port: int) -> str:
    port = free_port()
    return (
        f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
        f'[email]\nhost = "127.0.0.1"\nport = {mail_port}\ntls = "none"\nper_minute = 60000\n'
    )


async def block(address: str, numbers: range) -> None:
    async with aiohttp.ClientSession(address) as session:
        for number in numbers:
            async with session.post(f"/people/{number}/block", json={}) as done:
                assert done.status < 300


@pytest.mark.parametrize(("engine", "kind"), engines.crossed("decision", "news"))
async def test_killed_again_and_again_during_a_broadcast_in_both_ways(
    engine: str, kind: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    in_chats = range(FIRST, FIRST + PEOPLE)
    in_both, blocked = in_chats[:IN_BOTH], in_chats[: IN_BOTH // 2]
    moments = sorted(random.Random(SEED).sample(range(1, PEOPLE * 3 // 2), KILLS))
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
        Mailbox.open() as mailbox,
    ):
        await listeners.people_are_there(address, PEOPLE)
        await block(address, blocked)
        database = await Database.open(url)
        petition = await publish(database, load_definition(EXAMPLE), now=NOW)
        async with database.transaction() as db:
            await listeners.hear(db, petition.id, in_chats)
            by_email = await email_readers.come_by_email(db, petition, PEOPLE)
            await email_readers.agree_to_emails(db, petition, in_both)
            broadcast_id = await listeners.sent_now(db, petition.id, kind)
        async with Killable.running(
            tmp_path / "config.toml",
            api=address,
            database=url,
            rate=1000,
            sections=sections(mailbox.port),
        ) as bot:
            for moment in moments:
                while await listeners.sent(address) + len(
                    mailbox.letters
                ) < moment and await listeners.goes_on(database, broadcast_id):
                    await asyncio.sleep(0.005)
                await bot.kill()
                await bot.restart()
            async with asyncio.timeout(180):
                while await listeners.goes_on(database, broadcast_id):
                    await asyncio.sleep(0.05)
        done = await listeners.told(database, broadcast_id)
        async with database.reading() as db:
            through_mail = await delivery_stats.count_by_email(db, broadcast_id)
        chats = await listeners.arrived(address, PEOPLE)
        await database.close()
    letters = email_readers.got(mailbox, [*in_chats, *by_email])
    everybody = [*in_chats, *by_email]
    missed = [number for number in everybody if chats[number] + letters[number] == 0]
    again = [number for number in everybody if max(chats[number], letters[number]) > 1]
    assert (done.status, done.total) == ("done", 2 * PEOPLE)
    assert done.failed == done.unreachable == done.left_out == 0
    assert [number for number in everybody if chats[number] and letters[number]] == []
    assert [number for number in in_chats if letters[number] and number not in blocked] == []
    assert through_mail.get("sent", 0) >= PEOPLE - through_mail.get("unknown", 0)
    assert sum(through_mail.values()) >= PEOPLE, "each by the way that was theirs"
    most_in_hand = KILLS * 2 * MOST_IN_HAND
    assert done.unknown <= most_in_hand
    if kind == "news":
        assert again == [], "once is enough"
        assert len(missed) <= done.unknown
    else:
        assert missed == [], "a decision reaches everybody"
        assert done.unknown == 0
        assert len(again) <= most_in_hand
