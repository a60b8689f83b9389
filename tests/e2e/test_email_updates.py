"""Promises of updates by email, from the browser's consent to the one click that ends them."""

import asyncio
import re
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import pytest

from campaign import returned_letters
from channels.email.message_ids import read_message_id
from storage import addresses, delivery_stats, supporters
from storage.addresses import EMAIL
from tests.conversations.broadcast_steps import (
    ended,
    listens,
    sends,
    shows,
    writes,
)
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def asks_for_emails(site: Site, number: int = 1) -> None:
    async with site.visitor() as dora:
        await site.signs(dora, number=number)
        asked = await dora.taps("Email me updates")
        assert f"dora{number}@example.org" in asked.newest
        assert "may email me" in asked.newest
        done = await dora.taps("I agree")
        assert f"We’ll email dora{number}@example.org" in done.newest


async def test_who_signed_in_the_browser_hears_by_email_until_they_end_it(
    site: Site, owner: Person, ada: Person
) -> None:
    await asks_for_emails(site)
    await listens(ada)
    await writes(owner, "The Commissioner has read your names.\n\nMore on Friday.")
    assert "2 people who chose to hear from you and can be reached; 1 of them by email" in (
        owner.last.text
    )
    await sends(owner)
    through = await shows(owner, "All sent")
    assert "In chats: 1 of 1\nBy email: 1 of 1\n" in through.text

    news = await site.mailbox.letter(2)
    assert news["To"] == "dora1@example.org"
    assert news["Subject"].startswith("The Commissioner has")
    text = text_of(news)
    assert "More on Friday" in text
    link = re.search(r"<(.+)>", news["List-Unsubscribe"])
    assert link is not None
    assert link[1] in text
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    async with aiohttp.ClientSession() as nobody:
        async with nobody.get(link[1]) as page:
            assert "Stop these emails" in await page.text(), "to open it ends nothing"
        one_click = {"List-Unsubscribe": "One-Click"}  # RFC 8058, 3.1
        async with nobody.post(link[1], data=one_click) as answer:
            assert answer.status == 200
        async with nobody.post(link[1], data=one_click) as again:
            assert "no more emails" in await again.text()
    await writes(owner, "Decided.")
    await sends(owner)
    await asyncio.sleep(1)
    assert len(site.mailbox.letters) == 2


async def test_a_correction_comes_as_another_email_and_nothing_can_be_taken_back(
    site: Site, owner: Person
) -> None:
    await asks_for_emails(site)
    await writes(owner, "We meet on Friday at ten.")
    await sends(owner)
    await site.mailbox.letter(2)
    through = await shows(owner, "All sent")
    asked = await owner.taps("Delete for everyone", on=through)
    assert "1 person keeps theirs" in asked.text
    await owner.taps("Correct it", on=through)
    await owner.taps("Change the message")
    await owner.says("We meet on Saturday at ten.")
    last = await owner.taps("Correct it everywhere")
    assert "1 got it by email, which can’t be changed" in last.text
    await owner.taps("Correct it for 1")
    corrected = await site.mailbox.letter(3)
    assert corrected["Subject"] == "Correction: We meet on Saturday at ten."
    assert corrected["Message-ID"] != site.mailbox.letters[1]["Message-ID"]


async def test_who_has_blocked_the_bot_gets_it_by_email_if_they_agreed_to_that(
    site: Site, owner: Person, ada: Person
) -> None:
    async with site.visitor() as browser:
        await site.signs(browser)
        await browser.taps("Email me updates")
        await browser.taps("I agree")
        answer = await browser.sends("/chat/telegram?to=keep-the-unit", method="GET")
        await ada.opens(answer.headers["Location"])
    await ada.taps("Yes, that was me")
    await ada.says("/updates")
    await ada.taps("Send me updates")
    await writes(owner, "The first news.")
    await sends(owner)
    assert "The first news" in (await shows(ada, "The first news")).text
    await ada.blocks()
    await writes(owner, "The second news.")
    await sends(owner)
    second = await site.mailbox.letter(2)
    assert second["Subject"] == "The second news."


async def test_a_letter_that_comes_back_is_the_last(
    site: Site, owner: Person, tmp_path: Path
) -> None:
    await asks_for_emails(site)
    await writes(owner, "The first news.")
    await sends(owner)
    first = await site.mailbox.letter(2)
    broadcast = await ended(site.stage)
    number = read_message_id(first["Message-ID"], site.stage.services.letters_key)
    assert number is not None
    assert number.broadcast_id == broadcast.id
    for expected in (True, False):
        async with site.stage.database.transaction() as db:
            assert await returned_letters.note(db, *number) is expected
    async with site.stage.database.reading() as db:
        assert await delivery_stats.count_by_email(db, broadcast.id) == {"unreachable": 1}
    await writes(owner, "The second news.")
    assert "nobody" in (await owner.taps("Send it now")).text.lower()


async def test_staff_see_an_update_as_an_email_and_try_it_out(site: Site, owner: Person) -> None:
    await writes(owner, "We meet on <b>Friday</b>.\n\nBring a friend.")
    await owner.taps("Share button")
    shown = await owner.taps("Show as email")
    assert "Subject: We meet on" in shown.text
    assert "Bring a friend.\n\nSend on WhatsApp: http" in shown.text
    assert "\n\nShare: http" in shown.text
    assert "because you asked for updates about" in " ".join(shown.text.split())
    assert "add your address: /email" in shown.text
    assert "Send a test to my email" not in shown.buttons
    async with site.stage.database.transaction() as db:
        person = await supporters.by_telegram_id(db, owner.id)
        assert person is not None
        now = site.stage.services.clock()
        await addresses.keep(db, person.id, EMAIL, "owner@x.example", reachable=True, now=now)
    await owner.taps("Back")
    await owner.taps("Show as email")
    assert "owner@x.example" in (await owner.taps("Send a test to my email")).text
    trial = await site.mailbox.letter(1)
    assert trial["To"] == "owner@x.example"
    assert trial["Subject"].startswith("Test: We meet on")
    assert trial["List-Unsubscribe"] is None
    assert "Bring a friend." in text_of(trial)
