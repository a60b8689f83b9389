"""Promises of signing on the campaign's site while a burst is on: each code costs a browser some
work, once, in whichever process; nobody is locked out, and it ends by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaign.invalidation import bursts
from storage import bursts as kept
from storage import tables
from storage.database import Database
from tests import engines, migrated
from tests.browser.solver import with_solution
from tests.browser.visitor import FRAGMENT, Page, Visitor
from tests.campaign import petitions
from tests.conversations.form_steps import signs
from tests.e2e.browser_signer import NO_LIMITS
from tests.e2e.fleet import member, running
from tests.e2e.killable import free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator
from tests.e2e.site import Site
from tests.e2e.test_browser import live

ASKED = "One moment, please"
MINUTE = timedelta(minutes=1)
MANY = 25


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def up_to_the_last_tap(visitor: Visitor, email: str) -> Page:
    await visitor.begins()
    for words in ("Dora Maar", "SW1A 1AA", email):
        await visitor.says(words)
    return visitor.page


async def test_a_burst_is_noticed_asked_about_signed_through_and_over(
    site: Site, ada: Person, owner: Person
) -> None:
    services, database = site.stage.services, site.stage.database
    (petition,) = await services.catalogue.petitions()
    await owner.says("/start")
    async with site.visitor() as dora, site.visitor() as eve:
        await up_to_the_last_tap(dora, "dora@example.org")
        now = datetime.now(UTC)
        async with database.transaction() as db:
            for number in range(MANY):
                one = await petitions.person(db, 5_000 + number, now)
                await petitions.signs(db, petition, one, now)
        assert await bursts.detect(services.database, petition, now=now + 5 * MINUTE)
        services.notified.set()
        told = await owner.reads(within=10)
        assert "browsers now do a small sum" in told.text

        asked = await dora.taps("✍️ Sign")
        assert asked.heading == ASKED
        assert site.mailbox.letters == []
        page = await dora.taps("Go on", on=with_solution(asked))
        assert "dora@example.org" in page.newest
        page = await dora.says(await site.mailbox.code())
        assert "Thank you" in str(page.bubbles)
        await signs(ada)
        assert [channel for channel, *_ in await live(site)][-2:] == ["web", "telegram"]

        async with database.transaction() as db:
            over = now - bursts.IS_OVER_AFTER - MINUTE
            await db.execute(tables.bursts.update().values(until=over))
        await up_to_the_last_tap(eve, "eve@example.org")
        assert "eve@example.org" in (await eve.taps("✍️ Sign")).newest
        assert "Thank you" in str((await eve.says(await site.mailbox.code(2))).bubbles)


async def test_who_waits_without_scripts_signs_in_the_end(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin_burst(site.stage.database)
    monkeypatch.setattr("channels.browser.proof_of_work.WAIT", timedelta(seconds=2))
    async with site.visitor() as dora:
        await up_to_the_last_tap(dora, "dora@example.org")
        await dora.taps("✍️ Sign")
        assert "more second" in (await dora.taps("Go on")).html
        await asyncio.sleep(3)
        await dora.taps("Go on")
        page = await dora.says(await site.mailbox.code())
        assert "Thank you" in str(page.bubbles)


async def begin_burst(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.transaction() as db:
        campaign_id = await db.scalar(select(tables.campaigns.c.id))
        await kept.add(
            db,
            campaign_id=campaign_id,
            kind="postcode",
            key="SW1A 1AA",
            since=now - 10 * MINUTE,
            until=now,
            count=MANY,
            usual=2,
        )


@pytest.mark.postgres
async def test_two_processes_take_one_proof_once(tmp_path: Path) -> None:
    """What one of them asks for, the other takes; both at once, it is done once."""
    await engines.require("postgresql")
    ports = [free_port(), free_port()]
    async with (
        Mailbox.open() as mailbox,
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as api,
    ):
        made = []
        for number, port in enumerate(ports):
            hook = f"http://127.0.0.1:{ports[0]}/telegram"
            one = member(tmp_path, number, "web", api=api, database=url, hook=hook, port=port)
            with one.config.open("a", encoding="utf-8") as file:  # in [web]
                file.write(f'port = {port}\npublic_url = "http://127.0.0.1:{ports[0]}"\n')
                file.write(f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n')
                file.write(NO_LIMITS)
            made.append(one)
        first, second = (f"http://127.0.0.1:{port}" for port in ports)
        async with running(made), Visitor.to(first) as dora:
            database = await Database.open(url)
            try:
                await begin_burst(database)
                await up_to_the_last_tap(dora, "dora@example.org")
                asked = await dora.taps("✍️ Sign")
                assert asked.heading == ASKED
                given = with_solution(asked).hidden["chat"]
                here, there = Visitor(first, dora.session), Visitor(second, dora.session)
                answers = await asyncio.gather(
                    *(
                        one.sends(data=given, headers={"Accept": FRAGMENT})
                        for one in (there, here) * 5
                    )
                )
                assert {answer.status for answer in answers} == {200}
                page = await there.opens("/chat")
                taps = [words for who, words in page.bubbles if who == "me" and "Sign" in words]
                assert len(taps) == 2, "the first of all, and the last"
                async with database.reading() as db:
                    asked_for = select(tables.recent_requests.c.asked_at)
                    moments = (await db.scalars(asked_for)).all()
                    waiting = select(func.count()).select_from(tables.pending_signatures)
                    assert await db.scalar(waiting) == 1
                assert [len(one) for one in moments] == [1, 1], "of the mailbox, of the account"
            finally:
                await database.close()
