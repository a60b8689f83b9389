"""Promises to owners who are told that people's data goes."""

from datetime import UTC, datetime, timedelta

from telegram import Bot

from bot.jobs import retention
from bot.jobs.notifications import Outbox
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage import audit
from tests.e2e.people import Person
from tests.stage.bot import TOKEN
from tests.stage.in_memory_http import InMemoryRequest
from tests.stage.stage import Stage


async def look(stage: Stage, days: int) -> None:
    """The background work looks, so many days from now."""
    services = Services(stage.database, bot_texts(), Catalogue(stage.database))
    services.clock = lambda: datetime.now(UTC) + timedelta(days=days)
    async with Bot(
        TOKEN,
        f"{stage.address}/bot",
        request=InMemoryRequest(stage.session),
        get_updates_request=InMemoryRequest(stage.session),
    ) as bot:
        await retention.run_due(services)
        await Outbox(services, bot).send_due()  # type: ignore[arg-type]


async def test_an_owner_is_told_once_and_keeps_the_data_longer_once(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    welcome = await ada.says("/start")
    await stage.publish(status="closed", keep_months=1)
    await look(stage, 2)
    await look(stage, 20)
    told = await owner.reads()
    assert "I’ll delete the personal data of everyone" in told.text
    await look(stage, 21)
    await owner.taps("Keep it longer")
    await owner.taps("2 months longer")
    done = await owner.taps("There is a complaint or a claim")
    assert "is kept until" in done.text
    again = await owner.taps("Keep it longer", on=told)
    await owner.taps("1 month longer", on=again)
    assert "postponed once already" in (await owner.taps("The hand-in is not done")).text
    assert "decided to keep people’s data longer" in (await owner.says("/audit")).text
    forged = await ada.taps_data(welcome.messages[0]["message_id"], "keep:1:1:claim")
    assert "kept until" not in forged.text
    async with stage.database.reading() as db:
        postponed = [e for e in await audit.latest(db, 9) if e.action == "retention.postponed"]
        assert len(postponed) == 1
