"""Promises about links to go on in Telegram that are sent to somebody else: to open one gives the
browser in which it was made nothing of theirs."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.visitor import Visitor
from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives, Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site

YES = "Yes, that was me"
OF_STAFF = ("/desk", "/stats", "/staff", "/update", "/inbox", "/handin", "/audit")


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


@pytest.fixture
async def eve(site: Site) -> AsyncIterator[Visitor]:
    """Somebody who has begun in a browser, and sends her link to others."""
    async with site.visitor() as eve:
        await eve.begins()
        await eve.says("Eve Mallory")
        yield eve


async def link_of(eve: Visitor) -> str:
    answer = await eve.sends("/chat/telegram?to=keep-the-unit", method="GET")
    return str(answer.headers["Location"])


async def test_to_open_the_link_joins_nobody(eve: Visitor, ada: Person, arrives: Arrives) -> None:
    await signs(ada)
    for one in (ada, await arrives("Carol")):
        asked = await one.opens(await link_of(eve))
        assert "If somebody sent you this link" in asked.text
        await one.taps("No")
        if one is not ada:
            await signs(one)
        assert "postcode" in (await eve.opens("/chat")).newest
    files = [link for link in (await eve.says("/mydata")).links.values() if "/file/" in link]
    assert files
    for link in files:
        assert "Lovelace" not in (await eve.sends(f"/{link}", method="GET")).text


async def test_a_browser_that_was_let_in_is_no_staff(
    site: Site, eve: Visitor, owner: Person
) -> None:
    await owner.says("/start")
    await owner.opens(await link_of(eve))
    await owner.taps(YES)
    for command in OF_STAFF:
        assert f"I don’t know {command}" in (await eve.says(command)).newest
