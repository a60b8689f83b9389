"""Send the campaigns' answers to those who have written by email.

An answer is claimed before it is sent. One of which nobody knows whether it has arrived is not sent
again by itself: who has written it is told, and can. One that is known not to have been sent is
tried again for two days.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.jobs.schedule import Every, Periodic, run_schedule
from campaign import inbox_by_email
from campaign.delivery.lane import seconds_to_wait
from campaign.delivery.messenger import DeliveryFault, FateUnknown, NotDelivered
from channels.email.answer_letters import answer_letter
from channels.email.transport import MailTransport
from handlers.services import Services
from storage import inbox, inbox_letters, supporters
from storage.addresses import EMAIL
from storage.inbox_letters import InboxLetter

log = structlog.get_logger()

LOOKED_EVERY_SECONDS = 5.0
TOGETHER = 4
LEASE = timedelta(minutes=5)
"""Who has had an answer in hand for so long has died; a mail server takes less."""

TOO_LATE = timedelta(days=2)


async def run_email_answers(services: Services, mail: MailTransport, sender: str) -> None:
    """Send what is due, again and again; never returns.

    Args:
        sender: the address that they come from.
    """
    work = EmailAnswers(services, mail, sender).send_due
    await run_schedule([Periodic("emailed answers", work, Every(LOOKED_EVERY_SECONDS))])


class EmailAnswers:
    """Sends the rows of `storage.inbox_letters`, each once at most."""

    def __init__(self, services: Services, mail: MailTransport, sender: str) -> None:
        """
        Args:
            sender: the address that they come from.
        """
        self._services, self._mail, self._sender = services, mail, sender

    async def send_due(self) -> bool:
        """Send the next few, in the lane that waits for nothing in bulk.

        Returns:
            Whether there may be more that the mail server would take.

        Raises:
            DatabaseUnavailable: what has not been claimed is due still.
        """
        database, now = self._services.database, self._services.clock()
        async with database.reading() as db:
            if not await inbox_letters.are_there(db):
                return False
            lost = await inbox_letters.lost(db, now=now, lost_before=now - LEASE)
        for message_id in lost:
            async with database.transaction() as db:
                await inbox_by_email.unsure(db, message_id, now=now)
        async with database.transaction() as db:
            claimed = await inbox_letters.claim(db, now=now, limit=TOGETHER)
        sent = await asyncio.gather(*(self._send(one) for one in claimed))
        if lost or not all(sent):
            self._services.notified.set()
        return bool(claimed) and all(sent)

    async def _send(self, one: InboxLetter) -> bool:
        """Whether the mail server may take others."""
        services = self._services
        petitions = await services.catalogue.by_id()
        async with services.database.reading() as db:
            answer = await inbox.message(db, one.message_id)
            if answer is None:  # the person has been erased, or it has been kept for long enough
                return await self._end(one)
            conversation = await inbox.of(db, answer.conversation_id)
            person = await supporters.by_id(db, answer.supporter_id)
            email = answer.email or {}
            asked = await inbox.message(db, email.get("answers", 0))
            address = email.get("address", "")
            is_theirs = await inbox_by_email.is_theirs(db, answer.supporter_id, address)
        petition = petitions.get(conversation.campaign_id) if conversation else None
        if petition is None or person is None or not is_theirs:
            return await self._refused(one)
        try:
            letter = answer_letter(services, petition, person, answer, asked, sender=self._sender)
            await self._mail.send(address, letter, lane="codes")
        except DeliveryFault as fault:
            return await self._of_fault(one, fault)
        except ValueError:
            log.exception("answer not written", message_id=one.message_id)
            return await self._refused(one)
        return await self._end(one)

    async def _of_fault(self, one: InboxLetter, fault: DeliveryFault) -> bool:
        now = self._services.clock()
        if isinstance(fault, FateUnknown):
            async with self._services.database.transaction() as db:
                await inbox_by_email.unsure(db, one.message_id, now=now)
            return False
        seconds = seconds_to_wait(fault, EMAIL, one.tries)
        if seconds is None or now - one.created_at >= TOO_LATE:
            return await self._refused(one)
        until = now + timedelta(seconds=seconds)
        return await self._put_off(one, until, tried=isinstance(fault, NotDelivered))

    async def _put_off(self, one: InboxLetter, until: datetime, *, tried: bool) -> bool:
        async with self._services.database.transaction() as db:
            await inbox_letters.put_off(db, one.message_id, until, tried=tried)
        return False

    async def _refused(self, one: InboxLetter) -> bool:
        async with self._services.database.transaction() as db:
            now = self._services.clock()
            await inbox_by_email.not_delivered(db, one.message_id, now=now)
        self._services.notified.set()
        return True

    async def _end(self, one: InboxLetter) -> bool:
        async with self._services.database.transaction() as db:
            await inbox_letters.end(db, one.message_id)
        return True
