"""Promises of one's own addresses where a person is in Telegram and in a browser."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import addresses, staff, supporters, tables
from tests.browser.visitor import Visitor
from tests.conversations.broadcast_steps import listens
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site

DORA = "dora1@example.org"


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def places(site: Site, person: Person) -> list[str]:
    async with site.stage.database.reading() as db:
        found = await supporters.by_telegram_id(db, person.id)
        assert found is not None
        return sorted(one.channel for one in await addresses.of_supporter(db, found.id))


async def goes_on_in_telegram(browser: Visitor, person: Person) -> None:
    answer = await browser.sends("/chat/telegram?to=keep-the-unit", method="GET")
    await person.opens(answer.headers["Location"])
    await person.taps("Yes, that was me")


async def test_an_address_is_added_and_taken_away_in_the_browser_too(site: Site) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        asked = await dora.says("/email")
        assert DORA in asked.newest, "the address under the signature has been proved"
        await dora.taps("Use another address")
        assert dora.page.field_["autocomplete"] == "email"
        await dora.says("maar@example.org")
        assert dora.page.field_["autocomplete"] == "one-time-code"
        question = await dora.says(await site.mailbox.code(2))
        assert "maar@example.org" in question.newest
        await dora.taps("I agree")
        shown = await dora.says("/settings")
        assert "this browser" in shown.newest
        assert "m•••@example.org" in shown.newest
        await dora.taps("Remove m•••@example.org")
        assert "can’t reach you anywhere" in dora.page.newest
        await dora.taps("Yes, do that")
        last = await dora.says("/settings")
        assert "Sign out of this browser" in last.labels
        assert "m•••" not in last.newest


async def test_who_signs_out_of_this_browser_is_shown_nothing_any_more(site: Site) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.taps("Email me updates")
        await dora.taps("I agree")
        await dora.says("/settings")
        await dora.taps("Sign out of this browser")
        last = await dora.taps("Yes, sign out")
        assert "this browser no longer knows you" in last.newest
        await dora.opens("/chat")
        assert dora.answer is not None
        assert dora.answer.status == 403
        assert "Dora" not in dora.answer.text
    async with site.stage.database.reading() as db:
        (signature,) = await db.execute(select(tables.signatures.c.status))
        assert signature.status == "live"
        assert await db.scalar(select(tables.email_subscriptions.c.campaign_id)) is not None


async def test_one_address_proved_in_both_places_makes_one_person_if_they_say_so(
    site: Site, ada: Person
) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.taps("Email me updates")
        await dora.taps("I agree")
        await ada.says("/start")
        await ada.says("/email")
        asked = await ada.says("Dora1@example.org")
        assert "another place" not in asked.text, "nobody hears who has signed"
        offer = await ada.says(await site.mailbox.code(2))
        assert "another place" in offer.text
        assert await places(site, ada) == ["telegram"], "nothing is joined yet"
        done = await ada.taps("That was me: join them")
        assert f"We email you at {DORA}" in done.text
        assert await places(site, ada) == ["email", "telegram", "web"]
        assert (await site.stage.consents(ada.id))["updates_email"].granted
        assert "joined" in (await dora.opens("/chat")).newest or await site.stage.signature(ada.id)


async def test_a_code_is_good_still_once_both_places_are_one(site: Site, ada: Person) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.says("/email")
        await dora.taps("Use another address")
        await dora.says("maar@example.org")
        code = await site.mailbox.code(2)
        await goes_on_in_telegram(dora, ada)
        assert "maar@example.org" in (await ada.says(code)).text
    async with site.stage.database.reading() as db:
        found = await addresses.find(db, addresses.EMAIL, "maar@example.org")
    assert found is not None
    assert found[0].telegram_id == ada.id


async def test_the_chat_app_is_written_to_no_more_and_stays_the_same_person(
    site: Site, ada: Person
) -> None:
    await listens(ada)
    async with site.visitor() as browser:
        await browser.begins()
        await goes_on_in_telegram(browser, ada)
        shown = await browser.says("/settings")
        assert "your chat in Telegram" in shown.newest
        asked = await browser.taps("No messages in Telegram")
        assert "Keep London" in asked.newest
        assert "can’t reach you anywhere" in asked.newest
        await browser.taps("Yes, do that")
        assert "your chat in Telegram" not in browser.page.newest
        said = (await site.stage.consents(ada.id))["updates"]
        assert (said.granted, said.method) == (False, "address")
        async with site.stage.database.reading() as db:
            found = await supporters.by_telegram_id(db, ada.id)
            assert found is not None
            assert not found.reachable
        assert "You signed on" in (await ada.says("/start")).text, "the same person"
        assert "your chat in Telegram" in (await browser.says("/settings")).newest


async def test_staff_do_not_lose_their_chat(site: Site, ada: Person) -> None:
    await ada.says("/start")
    async with site.visitor() as browser:
        await browser.begins()
        await goes_on_in_telegram(browser, ada)
        async with site.stage.database.transaction() as db:
            await staff.upsert(db, ada.id, "editor", datetime.now(UTC))
        await browser.says("/settings")
        refused = await browser.taps("No messages in Telegram")
        assert "the team works in Telegram" in refused.newest
    async with site.stage.database.reading() as db:
        found = await supporters.by_telegram_id(db, ada.id)
        assert found is not None
        assert found.reachable
        assert await staff.roles_of(db, ada.id)
