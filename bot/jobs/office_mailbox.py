"""Reading the office's mailbox: what comes back of emails ends addresses, and what people write to
answer them goes to the inbox of the desk."""

import asyncio
import hashlib
import math
from datetime import timedelta

import structlog

from bot.incoming_mail import Ended, came_back, end_address, take_reply
from bot.jobs.owner_alerts import AWAY_AFTER, told_every
from campaign.notifications import notify_staff
from channels.email.imap_mailbox import ImapMailbox, ImapServer, MailboxFault
from handlers.services import Services
from storage import alerts, settings
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

LOOKED_BACK = timedelta(days=14)
"""How old a mail may be that is looked at for the first time."""

KEPT_EVERY = 20
REFUSED_SECONDS = 900.0
"""After a refused login: accounts are locked by those who try on."""


MAILBOX = "mailbox"
"""What the alert is called under which owners hear that it cannot be read."""


class OfficeMailbox:
    """Looks at each mail once, and marks those that it has dealt with.

    How far it has come is kept after that: a mail looked at by a process that was killed is looked
    at again, which changes nothing the second time.
    """

    def __init__(self, services: Services, server: ImapServer, *, own: str) -> None:
        """
        Args:
            own: the address that our emails come from.
        """
        self._services, self._server, self._own = services, server, own
        self._fault = ""
        self._opens_at = self._failing_since = 0.0
        self._read_at = -math.inf

    async def read(self) -> None:
        """Look at what has come since the last time.

        Raises:
            DatabaseUnavailable: what has not been dealt with is looked at the next time.
        """
        now = self._services.monotonic()
        if now < self._opens_at:
            return
        try:
            async with ImapMailbox.opened(self._server) as mailbox:
                await self._read(mailbox)
        except MailboxFault as fault:
            if fault.why == "login":
                self._opens_at = now + REFUSED_SECONDS
            if fault.why != self._fault:
                log.warning("mailbox not read", reason=fault.why)
            if not self._fault:
                self._failing_since = now
            self._fault = fault.why
            if fault.why == "login" or now - self._failing_since >= AWAY_AFTER.total_seconds():
                await self._tell_owners(told_every(now - self._read_at))
            return
        if self._fault:
            log.info("mailbox read again")
        self._fault, self._read_at = "", now

    async def _tell_owners(self, every: timedelta) -> None:
        """Once a day until it can be read again, and again if it could be in between."""
        now = self._services.clock()
        async with self._services.database.transaction() as db:
            if await alerts.claim(db, MAILBOX, now, every=every):
                await notify_staff(db, None, "owner", "staff/alert_mailbox", now=now)
        self._services.notified.set()

    async def _read(self, mailbox: ImapMailbox) -> None:
        seen = await self._place(mailbox.validity)
        day = (self._services.clock() - LOOKED_BACK).date()
        for number, uid in enumerate(await mailbox.since(seen, day), 1):
            await self._look_at(mailbox, uid)
            if number % KEPT_EVERY == 0:
                await self._keep_place(mailbox.validity, uid)
            seen = uid
        await self._keep_place(mailbox.validity, seen)

    async def _look_at(self, mailbox: ImapMailbox, uid: int) -> None:
        """Deal with one mail; one that nobody can read stays as it is, and the log says so."""
        raw = await mailbox.fetch(uid)
        if raw is None:
            return
        try:
            is_ours = await self._take(raw)
        except DatabaseUnavailable:
            raise
        except Exception:
            log.exception("email not read: it stays in the mailbox", uid=uid)
            return
        if is_ours:
            await mailbox.mark(uid)

    async def _take(self, raw: bytes) -> bool:
        """Whether it was for the program, so that nobody else has to look at it."""
        returned = await asyncio.to_thread(came_back, raw)
        if returned is None:
            return await take_reply(self._services, raw, own=self._own)
        services = self._services
        ended = await end_address(
            services.database, returned, key=services.letters_key, now=services.clock()
        )
        log.info("returned email read", outcome=ended.name.lower())
        return ended is not Ended.FOREIGN

    async def _place(self, validity: int) -> int:
        """The number of the mail up to which all have been looked at."""
        async with self._services.database.reading() as db:
            kept = await settings.of(db, self._name)
        before, _, uid = (kept or "").partition(":")
        return int(uid) if before == str(validity) else 0

    async def _keep_place(self, validity: int, uid: int) -> None:
        place = f"{validity}:{uid}"
        async with self._services.database.reading() as db:
            if await settings.of(db, self._name) == place:
                return
        async with self._services.database.transaction() as db:
            await settings.upsert(db, self._name, place)

    @property
    def _name(self) -> str:
        server = self._server
        mailbox = f"{server.user}\0{server.host}\0{server.folder}".encode()
        return f"mailbox:{hashlib.sha256(mailbox).hexdigest()[:16]}"
