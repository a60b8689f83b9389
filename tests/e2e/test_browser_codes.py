"""Promises of codes by email for people in browsers: what is counted, and what of it is told."""

import asyncio

import pytest
from sqlalchemy import func, select

from campaign.signing import funnel
from storage import tables
from tests.browser.visitor import Visitor
from tests.e2e.mailbox import NOBODY
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site
from tests.e2e.test_browser import live


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def until_the_code(visitor: Visitor, name: str, email: str) -> None:
    await visitor.begins()
    for words in (name, "SW1A 1AA", email):
        await visitor.says(words)
    await visitor.taps("✍️ Sign")


async def steps(site: Site) -> dict[str, tuple[int, int | None]]:
    """How many have come to each step, and how many stopped there."""
    (petition,) = await site.stage.services.catalogue.petitions()
    async with site.stage.database.reading() as db:
        found = await funnel.funnel(db, petition)
    return {step.name: (step.people, step.lost) for step in found.steps}


async def test_ways_around_a_code_count_nobody_twice_and_lose_nobody(site: Site) -> None:
    async with site.visitor() as dora, site.visitor() as away:
        await until_the_code(away, "Eve Adams", "eve@example.org")
        await until_the_code(dora, "Dora Maar", "dora@example.org")
        await site.mailbox.code(2)
        waiting = {"name": (2, 0), "email": (2, 0), "review": (2, 0), "code": (2, 2)}
        counted = await steps(site)
        assert counted | waiting == counted
        await dora.taps("Send the code again")
        await dora.says("000000")
        await dora.taps("Change the address")
        await dora.says("not an address")
        await dora.taps("‹ Back")
        await dora.taps("Change the address")
        await dora.says("maar@example.org")
        async with asyncio.timeout(60):
            while (code := site.mailbox.newest_code("maar@example.org")) is None:
                await asyncio.sleep(0.05)
        assert await steps(site) == counted, "a side step is none of the way"
        await dora.says(code)
        signed = {"name": (2, 0), "email": (2, 0), "review": (2, 0), "code": (2, 1)}
        assert (await steps(site)) | signed == await steps(site)
        assert (await steps(site))["signed"] == (1, None)


async def test_what_another_has_signed_with_ones_mailbox_is_told_to_staff_alone(
    site: Site, owner: Person
) -> None:
    said = []
    for number, email in enumerate(("dora@example.org", "Dora@EXAMPLE.org"), 1):
        async with site.visitor() as somebody:
            await until_the_code(somebody, ("Dora Maar", "Ben Adams")[number - 1], email)
            page = await somebody.says(await site.mailbox.code(number))
            assert "Thank you" in page.newest
            said.append(" ".join(words for _, words in page.bubbles))
    assert len(await live(site)) == 2, "both count until staff decide"
    assert "same" not in said[1].lower()
    assert "already" not in said[1].lower()
    async with site.stage.database.reading() as db:
        reasons = (await db.scalars(select(tables.signature_flags.c.reason))).all()
        assert await db.scalar(select(func.count()).select_from(tables.signature_flags)) == 1
    assert reasons == ["same_email"]
    await owner.says("/lookalikes")
    assert "Ben Adams" in owner.last.text
    assert "Dora Maar" in owner.last.text


async def test_what_becomes_of_a_letter_stands_in_the_chat(site: Site) -> None:
    await site.mailbox.goes_away()
    async with site.visitor() as dora, site.visitor() as ben:
        await until_the_code(dora, "Dora Maar", "dora@example.org")
        await reads(dora, "longer than usual")
        await site.mailbox.comes_back()
        await until_the_code(ben, "Ben Adams", NOBODY)
        await reads(ben, "mailbox doesn’t exist")
        await ben.taps("Change the address")
        await ben.says("ben@example.org")
        async with asyncio.timeout(60):
            while (code := site.mailbox.newest_code("ben@example.org")) is None:
                await asyncio.sleep(0.05)
        assert "Thank you" in (await ben.says(code)).newest


async def reads(visitor: Visitor, words: str) -> None:
    async with asyncio.timeout(60):
        while words not in (await visitor.opens("/chat")).newest:
            await asyncio.sleep(0.1)


async def test_a_code_is_good_for_its_own_signature_alone(site: Site) -> None:
    async with site.visitor() as dora, site.visitor() as ben:
        await until_the_code(dora, "Dora Maar", "dora@example.org")
        first = await site.mailbox.code(1)
        await until_the_code(ben, "Ben Adams", "ben@example.org")
        assert await site.mailbox.code(2) != first or pytest.skip("one in a million")
        assert "4 more times" in (await ben.says(first)).newest
        assert await live(site) == []
        assert "Thank you" in (await dora.says(first)).newest
