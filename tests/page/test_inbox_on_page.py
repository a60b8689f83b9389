"""Promises of the inbox to a newcomer at the page: written, read and answered with a few clicks."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Locator, expect

from storage import staff, supporters
from tests.e2e.running_bot import RunningBot
from tests.page.browser_page import newest, opened, phone, press

pytestmark = pytest.mark.browser


async def types(of: Locator, text: str) -> None:
    await of.get_by_role("textbox").fill(text)
    await of.get_by_role("textbox").press("Enter")


async def test_a_question_is_passed_on_and_answered_by_a_button_or_a_reply(
    browser: Browser, stage: RunningBot
) -> None:
    async with opened(browser, stage.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        for one in (ada, ben):
            await one.get_by_role("button", name="START").click()
            await expect(one.locator(".message.in").last).to_be_visible()
        async with stage.database.transaction() as db:
            everybody = [await supporters.by_id(db, number) for number in (1, 2)]
            (boss,) = [one for one in everybody if one and one.first_name == "Ben"]
            await staff.upsert(db, boss.telegram_id, "owner", datetime.now(UTC))
        await types(ada, "May I bring my two children to the march?")
        await newest(ada, "pass it on to the campaign")
        await press(ada, "Yes, pass it on")
        await newest(ada, "Passed on to the campaign")
        await types(ben, "/inbox")
        await newest(ben, "May I bring my two children")
        await press(ben, "1 · Ada")
        await newest(ben, "just reply to this message")
        await ben.locator(".message.in .bubble").last.dblclick()
        await types(ben, "Please do!")
        await newest(ben, "Please do!")
        await newest(ada, "The campaign has answered you")
        await press(ada, "Write back")
        await types(ada, "Thank you so much.")
        await newest(ben, "waiting for an answer")
        await press(ben, "Inbox (1)")
        await newest(ben, "Thank you so much.")
        await press(ben, "1 · Ada")
        await newest(ben, "just reply to this message")
        await press(ben, "Answer")
        await newest(ben, "Write your answer to Ada")
        await types(ben, "See you there.")
        await newest(ada, "See you there.")
