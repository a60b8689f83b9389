"""Alerts to the owners' chats: sending that stalls and updates that fail, each once an hour; rows
put aside, figures that are wrong and a mail server that takes nothing, once a day until that is
mended. A mail server that worked in between is told of again, once an hour."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from campaign.broadcasts import states
from campaign.notifications import notify_staff
from channels.email.transport import Outage
from handlers.services import Services
from storage import alerts, broadcasts, deliveries, drift, set_aside
from storage.broadcasts import Broadcast
from storage.database import Connection

log = structlog.get_logger()

STALLED_AFTER = timedelta(minutes=10)
WITHIN = timedelta(minutes=5)
MOST_FAILURES = 10
TOLD_EVERY = timedelta(hours=1)
AWAY_AFTER = timedelta(minutes=10)
"""So long a mail server may be away before owners hear of it; of a refusal they hear at once."""
STEP_SECONDS = 60.0
STALLED = "stalled:"
FAILURES = "failures"
ASIDE, WRONG, MAIL = "set_aside", "wrong_figures:", "mail_server"
REMINDED_EVERY = timedelta(days=1)


def told_every(since_worked: float) -> timedelta:
    """How long after owners were told of something they are told again: a day; but an hour if it
    has worked since.

    Args:
        since_worked: seconds; infinity if it never has.
    """
    seconds = max(TOLD_EVERY.total_seconds(), since_worked)
    return timedelta(seconds=min(REMINDED_EVERY.total_seconds(), seconds))


class Failures:
    """Updates of this process that failed of late, by a monotonic clock."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._clock = monotonic
        self._times: deque[float] = deque(maxlen=1000)

    def note(self) -> None:
        """One has failed now."""
        self._times.append(self._clock())

    def of_late(self) -> int:
        """How many have within the last five minutes."""
        now = self._clock()
        return sum(now - at <= WITHIN.total_seconds() for at in self._times)


class OwnerAlerts:
    """Looks every now and then, and tells the owners what they have not been told in the hour."""

    def __init__(
        self,
        services: Services,
        failures: Failures,
        outage_of_mail: Callable[[], Outage | None] = lambda: None,
    ) -> None:
        self._services = services
        self._failures = failures
        self._outage_of_mail = outage_of_mail
        self._began = services.clock()
        self._offset = self._began.timestamp() - services.monotonic()

    async def check(self) -> None:
        """Look once.

        Raises:
            DatabaseUnavailable: nothing was told.
        """
        now, count = self._services.clock(), self._failures.of_late()
        self._notice_step(now)
        mail = self._outage_of_mail()
        if mail is not None and not mail.refused and mail.seconds < AWAY_AFTER.total_seconds():
            mail = None
        async with self._services.database.reading() as db:
            sending = await broadcasts.in_state(db, "sending")
            aside, wrong = await set_aside.count(db), await drift.noted(db)
            quiet = not (sending or aside or wrong or mail) and count <= MOST_FAILURES
            if quiet and not await alerts.kept(db, STALLED):
                return  # nearly always: no reason to keep anybody from writing
        async with self._services.database.transaction() as db:
            stalled = await self._stalled(db, now)
            failing = count > MOST_FAILURES and await alerts.claim(
                db, FAILURES, now, every=TOLD_EVERY
            )
            tells_aside = aside and await alerts.claim(db, ASIDE, now, every=REMINDED_EVERY)
            if mail and not await alerts.claim(db, MAIL, now, every=told_every(mail.since_worked)):
                mail = None
            wrong = [
                one
                for one in wrong
                if await alerts.claim(db, f"{WRONG}{one}", now, every=REMINDED_EVERY)
            ]
            await self._notify(
                db,
                now,
                *(("staff/alert_stalled", one.id, {}) for one in stalled),
                *([("staff/alert_failures", None, {"count": count})] if failing else []),
                *([("staff/alert_set_aside", None, {"count": aside})] if tells_aside else []),
                *([("staff/alert_mail", None, {"refused": mail.refused})] if mail else []),
                *(("staff/alert_figures", one, {}) for one in wrong),
            )
        for broadcast in stalled:
            log.error("broadcast has stalled", broadcast_id=broadcast.id)
        if failing:
            log.error("updates fail", count=count)
        if tells_aside:
            log.error("rows put aside", count=aside)
        if mail:
            log.error("no email goes out", refused=mail.refused)
        for campaign_id in wrong:
            log.error("kept figures are wrong", campaign_id=campaign_id)
        self._services.notified.set()

    async def _notify(
        self, db: Connection, now: datetime, *alerts: tuple[str, int | None, Mapping[str, Any]]
    ) -> None:
        """Notify the owners of all campaigns: a template, its subject and its variables each."""
        for template, subject_id, variables in alerts:
            await notify_staff(
                db, None, "owner", template, subject_id=subject_id, variables=variables, now=now
            )

    def _notice_step(self, now: datetime) -> None:
        """Start over when the clock has been set: an hour it leaves out is no hour of standing."""
        offset = now.timestamp() - self._services.monotonic()
        if abs(offset - self._offset) > STEP_SECONDS:
            self._began, self._offset = now, offset

    async def _stalled(self, db: Connection, now: datetime) -> list[Broadcast]:
        """Broadcasts that could go on, and have not for ten minutes under our eyes; without those
        told of within the hour."""
        found = []
        sending = await broadcasts.in_state(db, "sending")
        names = {one.id: f"{STALLED}{one.id}" for one in sending}
        await alerts.forget(db, STALLED, list(names.values()))
        for one in sending:
            waits = states.quiet_until(one, now) is not None or (
                one.walked and not await deliveries.could_move(db, one.id, now)
            )
            since = await alerts.unmoved_since(
                db, names[one.id], one.ended + one.total, now, afresh=waits
            )
            if now - max(since, self._began) >= STALLED_AFTER and await alerts.claim(
                db, names[one.id], now, every=TOLD_EVERY
            ):
                found.append(one)
        return found
