"""Alerts to the owners' chats: sending that stalls, and updates that fail. Each once an hour."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from campaign.broadcasts import life
from handlers.house import House
from storage import alerts, broadcasts, deliveries, staff
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.errors import DatabaseUnavailable
from storage.staff import Member

log = structlog.get_logger()

LOOKS_EVERY_SECONDS = 30.0
STALLED_AFTER = timedelta(minutes=10)
WITHIN = timedelta(minutes=5)
MOST_FAILURES = 10
TOLD_EVERY = timedelta(hours=1)
STALLED = "stalled:"
FAILURES = "failures"


class Failures:
    """Updates of this process that failed of late."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._times: deque[datetime] = deque(maxlen=1000)

    def note(self) -> None:
        """One has failed now."""
        self._times.append(self._clock())

    def of_late(self) -> int:
        """How many have within the last five minutes."""
        now = self._clock()
        return sum(now - at <= WITHIN for at in self._times)


async def keep_watch(house: House, bot: ExtBot[Any], failures: Failures) -> None:
    """Look every now and then, and tell the owners; never returns."""
    while True:
        await asyncio.sleep(LOOKS_EVERY_SECONDS)
        try:
            await look(house, bot, failures)
        except DatabaseUnavailable:
            log.warning("no alerts: database away")
        except Exception:
            log.exception("alerts failed")


async def look(house: House, bot: ExtBot[Any], failures: Failures) -> None:
    """Tell the owners what they have not been told within the hour.

    What is told is claimed before it is sent: a crash in between costs an alert, and the next hour
    brings it again if it still holds.

    Raises:
        DatabaseUnavailable: nothing was told.
    """
    now, count = house.clock(), failures.of_late()
    titles = {one.id: one for one in await house.catalogue.petitions()}
    async with house.database.transaction() as db:
        stalled = await _stalled(db, now)
        failing = count > MOST_FAILURES and await alerts.claim(db, FAILURES, now, every=TOLD_EVERY)
        owners = await _owners(db) if stalled or failing else []
    for broadcast in stalled:
        log.error("broadcast has stalled", broadcast_id=broadcast.id)
        if (petition := titles.get(broadcast.campaign_id)) is not None:
            for owner in owners:
                language = house.renderer.match(owner.language, owner.telegram_language)
                text = house.renderer.html(
                    "staff/alert_stalled",
                    language,
                    campaign=petition.view(language),
                    kind=broadcast.kind,
                    ended=broadcast.ended,
                    total=broadcast.total,
                )
                await _tell(bot, owner.telegram_id, text)
    if failing:
        log.error("updates fail", count=count)
        for owner in owners:
            language = house.renderer.match(owner.language, owner.telegram_language)
            text = house.renderer.html("staff/alert_failures", language, count=count)
            await _tell(bot, owner.telegram_id, text)


async def _stalled(db: Connection, now: datetime) -> list[Broadcast]:
    """Broadcasts that could go on, and have not for ten minutes; told of within the hour not."""
    found = []
    sending = await broadcasts.in_state(db, "sending")
    names = {one.id: f"{STALLED}{one.id}" for one in sending}
    await alerts.forget(db, STALLED, list(names.values()))
    for broadcast in sending:
        waits = life.quiet_until(broadcast, now) is not None or (
            broadcast.walked and not await deliveries.could_move(db, broadcast.id, now)
        )
        figure = broadcast.ended + broadcast.total
        name = names[broadcast.id]
        since = await alerts.unmoved_since(db, name, figure, now, afresh=waits)
        if now - since >= STALLED_AFTER and await alerts.claim(db, name, now, every=TOLD_EVERY):
            found.append(broadcast)
    return found


async def _owners(db: Connection) -> list[Member]:
    """Those of all campaigns; the ones that the settings name are among them (see _furnish)."""
    return [one for one in await staff.all(db) if one.role == "owner" and one.campaign_id is None]


async def _tell(bot: ExtBot[Any], chat_id: int, text: str) -> None:
    try:
        await bot.send_message(chat_id, text)
    except TelegramError as error:
        log.warning("alert not told", reason=type(error).__name__)
