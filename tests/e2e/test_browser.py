"""Promises of signing on the campaign's own site, with the whole bot behind it."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from storage import accounts, tables
from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives, Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def live(site: Site) -> list[tuple[str, str | None, int]]:
    """The signatures that count: channel, what proves them, the signer's account."""
    people, signed = tables.supporters, tables.signatures
    async with site.stage.database.reading() as db:
        rows = await db.execute(
            select(signed.c.channel, signed.c.proof, people.c.telegram_id)
            .join(people, people.c.id == signed.c.supporter_id)
            .where(signed.c.status == "live")
            .order_by(signed.c.id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_a_friend_without_telegram_signs_and_gets_a_link_of_their_own(
    site: Site, ada: Person
) -> None:
    await signs(ada)
    shared = next(word for word in ada.last.text.split() if "/s/r_" in word)
    async with site.visitor() as dora:
        await dora.begins(shared.rpartition("/")[2])
        assert "thought of you" in str(dora.page.bubbles)
        await dora.says("Dora Maar")
        await dora.says("SW1A 1AA")
        asked = await dora.says("dora@example.org")
        assert "✍️ Just sign" not in asked.labels
        page = await dora.taps("✍️ Sign")
        assert "dora@example.org" in page.newest
        assert len(await live(site)) == 1

        wrong = await dora.says("000000")
        assert "isn’t" in wrong.newest
        page = await dora.says(await site.mailbox.code())

        assert "Thank you" in page.newest
        own = next(value for value in page.copied.values() if "/s/r_" in value)
        assert own.startswith(site.address)
        assert own != shared
        assert "Send on WhatsApp" in page.links
        page = await dora.taps("QR code")
        assert f'alt="QR code that opens {own}"' in page.html
    (_, (channel, proof, account)) = await live(site)
    assert (channel, proof) == ("web", "email")
    assert accounts.is_ours(account)
    assert "A friend has signed because of you" in (await ada.reads()).text


async def test_staff_see_where_people_sign(site: Site, ada: Person, owner: Person) -> None:
    await signs(ada)
    async with site.visitor() as dora:
        await site.signs(dora)
    await owner.says("/stats")
    shown = await owner.taps("How people came")
    assert "On the website: 1" in shown.text
    assert "In Telegram: 1" in shown.text


async def test_what_was_begun_in_the_browser_goes_on_in_telegram(
    site: Site, arrives: Arrives
) -> None:
    async with site.visitor() as dora:
        await dora.begins()
        await dora.says("Dora Maar")
        answer = await dora.sends("/chat/telegram?to=keep-the-unit", method="GET")
        link = answer.headers["Location"]
        assert parse_qs(urlsplit(link).query)["start"][0].startswith("j_")

        phone = await arrives("Dora")
        await phone.opens(link)
        asked = await phone.taps("Yes, that was me")
        assert "goes on here" in asked.text
        assert "postcode" in asked.text
        await phone.says("SW1A 1AA")
        await phone.taps("Just sign")
        ((channel, proof, account),) = await live(site)
        assert (channel, proof, account) == ("telegram", None, phone.id)

        assert "joined already" in (await phone.opens(link)).text
        other = await arrives("Eve")
        assert "done its work" in (await other.opens(link)).text
        assert "You signed on" in (await dora.says("/start")).newest


async def test_who_has_signed_in_both_places_is_asked_and_counts_once(
    site: Site, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    async with site.visitor() as dora:
        await site.signs(dora)
        link = (await dora.sends("/chat/telegram?to=keep-the-unit", method="GET")).headers[
            "Location"
        ]
        asked = await ada.opens(link)
        assert "Join this chat with a browser?" in asked.text
        await ada.taps("No")
        assert len(await live(site)) == 2
        await ada.opens(link)
        done = await ada.taps("Yes, that was me")
        assert "That counts once" in done.text
        assert await live(site) == [("telegram", None, ada.id)]
        other = await arrives("Eve")
        assert "done its work" in (await other.opens(link)).text
        assert "number 1" in (await dora.says("/start keep-the-unit")).newest


async def test_what_was_begun_in_telegram_goes_on_in_the_browser(site: Site, ada: Person) -> None:
    await signs(ada)
    await ada.says("/settings")
    shown = await ada.taps("Go on in the browser")
    assert "15 minutes" in shown.text
    link = shown.buttons["Open in the browser"]
    assert link not in shown.text, "nothing that a link preview could open"
    async with site.visitor() as dora:
        await dora.opens(link.removeprefix(site.address))
        page = await dora.taps("Go on here")
        assert "You signed on" in page.newest
        assert (await dora.says("/mydata")).bubbles
        await dora.says("/withdraw")
        await dora.taps("Yes, take my name off")
    assert await live(site) == []


async def test_nothing_later_is_promised_where_nobody_can_be_written_to(site: Site) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        assert "Email me updates" in (await dora.says("/start")).labels
        assert "tap Email me updates" in (await dora.says("/updates")).newest
        page = await dora.taps("Send me updates")
        assert "can’t send you messages" in page.newest


async def test_what_the_campaign_answers_stands_in_the_chat_when_one_comes_back(
    site: Site, owner: Person
) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.says("Can I sign for my mother?")
        await dora.taps("Yes, pass it on")
        await owner.says("/inbox")
        await owner.taps("1 · Dora")
        await owner.taps("Answer")
        assert "on its way to Dora" in (await owner.says("Only she can.")).text
        async with asyncio.timeout(60):
            while "Only she can." not in str((await dora.opens("/chat")).bubbles):
                await asyncio.sleep(0.1)


async def test_dora_takes_her_name_off_and_is_forgotten(site: Site) -> None:
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.says("/withdraw")
        await dora.taps("Yes, take my name off")
        assert await live(site) == []
        await dora.says("/forget")
        page = await dora.taps("Yes, erase everything")
        assert page.bubbles
        assert (await dora.opens("/chat")).heading
    async with site.stage.database.reading() as db:
        assert (
            await db.execute(
                select(tables.addresses.c.id).where(tables.addresses.c.channel == "web")
            )
        ).all() == []
        assert (await db.execute(select(tables.web_chats.c.address_id))).all() == []


async def test_who_confirms_one_address_in_two_places_is_offered_to_be_one(site: Site) -> None:
    async with site.visitor() as dora, site.visitor() as again, site.visitor() as eve:
        await site.signs(dora)
        await again.begins()
        for words in ("Dora Maar", "SW1A 1AA", "Dora1@example.org"):
            await again.says(words)
        page = await again.taps("✍️ Sign")
        assert "another place" not in str(page.bubbles), "nobody is told who has only typed it"
        page = await again.says(await site.mailbox.code(2))
        assert "another place" in str(page.bubbles)
        assert len(await live(site)) == 2
        await site.signs(eve, number=3)
        assert "another place" not in str(eve.page.bubbles)
        page = await again.taps("That was me: join them")
        assert "counts once" in str(page.bubbles)
        assert len(await live(site)) == 2
        assert "number 1" in (await again.says("/start keep-the-unit")).newest
        assert "number 1" in (await dora.says("/start keep-the-unit")).newest
