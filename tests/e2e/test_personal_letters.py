"""Promises to people who signed in a browser and hear by email: what comes besides the updates."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaign import decisions
from campaign.broadcasts.day_parser import Days
from tests.browser.visitor import Visitor
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site, opened
from tests.e2e.test_email_updates import text_of

A_DAY_AHEAD = Days(date(2031, 5, 7), date(2031, 5, 7))
TEXTS = {"en": {"who": "The MPA", "what": "The unit"}, "cy": {"who": "Yr MPA", "what": "Yr uned"}}


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr("bot.background.SOON_SECONDS", 0.2)
    async with opened(tmp_path) as site:
        yield site


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def agrees_to_emails(site: Site, dora: Visitor) -> None:
    await site.signs(dora)
    await dora.taps("Email me updates")
    await dora.taps("I agree")


async def test_who_signed_in_a_browser_is_thanked_by_email_when_a_friend_signs(
    site: Site, ada: Person
) -> None:
    async with site.visitor() as dora:
        await agrees_to_emails(site, dora)
        page = await dora.says("/share")
        code = re.search(r"/s/(r_\w+)", page.html)
        assert code is not None
    await ada.opens(f"https://t.me/clamour_bot?start={code[1]}")
    await ada.taps("Sign")
    await ada.taps("Use “")
    await ada.says("E1 6AN")
    await ada.taps("Just sign")
    thanks = await site.mailbox.letter(2)
    assert thanks["To"] == "dora1@example.org"
    assert thanks["Subject"] == "A friend has signed because of you"
    assert f"/s/{code[1]}" in text_of(thanks)


async def test_who_has_asked_nobody_is_asked_by_email_once(site: Site) -> None:
    async with site.visitor() as dora:
        await agrees_to_emails(site, dora)
    later = datetime.now(UTC) + timedelta(days=3, minutes=1)
    site.stage.services.clock = lambda: later
    asked = await site.mailbox.letter(2)
    assert asked["Subject"] == "Would you ask one friend?"
    assert "List-Unsubscribe" in asked


async def test_a_reminder_of_a_decision_is_asked_for_in_a_browser_and_comes_by_email(
    site: Site, owner: Person
) -> None:
    await owner.says("/start")
    services = site.stage.services
    (petition,) = await services.catalogue.petitions()
    async with site.stage.database.transaction() as db:
        from storage import supporters

        by = await supporters.by_telegram_id(db, owner.id)
        assert by is not None
        await decisions.add(db, petition, TEXTS, A_DAY_AHEAD, by=by, now=services.clock())
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.says("/timeline")
        refused = await dora.taps("☐ Remind me the day before")
        assert "can’t send you messages later" in refused.newest
        await dora.says("/updates")
        await dora.taps("Email me updates")
        await dora.taps("I agree")
        await dora.says("/timeline")
        kept = await dora.taps("☐ Remind me the day before")
        assert "I’ll write to you the day before, once." in kept.html
    site.stage.clock_shows(datetime(2031, 5, 6, 9, 0, 1, tzinfo=UTC))
    reminder = await site.mailbox.letter(2)
    assert "The MPA" in text_of(reminder)
