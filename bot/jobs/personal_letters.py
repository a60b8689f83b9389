"""Send what single people get by email, beside the updates and in the same lane as those.

A letter is taken for sent before it is: killing the bot in between costs the few that were on
their way, and nobody gets one twice. One that is known not to have been sent is tried again, for
two days.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.jobs.loops import run_on_event
from campaign import personal_letters
from campaign.delivery.lane import seconds_to_wait
from campaign.delivery.messenger import DeliveryFault, NotDelivered, Unreachable
from campaign.personal_letters import Recipient
from channels.email.broadcast_letters import LetterComposer
from channels.email.personal_letters import write
from channels.email.transport import MailTransport
from handlers.services import Services
from storage import addresses
from storage import personal_letters as kept
from storage.addresses import EMAIL, Address
from storage.errors import DatabaseUnavailable
from storage.personal_letters import PersonalLetter

log = structlog.get_logger()

TOGETHER = 4
"""As many as the mail server is handed at a time: a kill costs no more."""


async def run_personal_letters(
    services: Services, mail: MailTransport, letters: LetterComposer
) -> None:
    """Send whenever something has been queued, or the schedule says so; never returns."""
    postman = Postman(services, mail, letters)
    await run_on_event(services.letters_queued, "letters", postman.send_due)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of a letter.

    Attributes:
        until: try again then (UTC); None: it is done with.
        tried: whether that counts as a try.
        lost: the number of an address where nobody is any more.
        may_go_on: whether the mail server may take others.
    """

    letter_id: int
    until: datetime | None = None
    tried: bool = False
    lost: int | None = None
    may_go_on: bool = True


class Postman:
    """Sends the rows of `storage.personal_letters`, each once at most."""

    def __init__(self, services: Services, mail: MailTransport, letters: LetterComposer) -> None:
        self._services, self._mail, self._letters = services, mail, letters
        self._has_begun = False
        self._unrecorded: list[Outcome] = []

    async def send_due(self) -> bool:
        """Send the next few.

        Returns:
            Whether there may be more that the mail server would take.

        Raises:
            DatabaseUnavailable: what has not been claimed is due still; what has come of the rest
                is kept in mind.
        """
        services = self._services
        if not self._has_begun:
            await self._forget_lost()
        await self._record()
        async with services.database.reading() as db:
            if not await kept.are_due(db, services.clock()):
                return False
        async with services.database.transaction() as db:
            claimed = await kept.claim(db, now=services.clock(), limit=TOGETHER)
        outcomes = await asyncio.gather(*(self._send(one) for one in claimed))
        self._unrecorded += outcomes
        await self._record()
        return bool(claimed) and all(one.may_go_on for one in outcomes)

    async def _forget_lost(self) -> None:
        """What an earlier process had in hand when it died may have arrived or not."""
        async with self._services.database.transaction() as db:
            lost = await kept.drop_claimed(db)
        self._has_begun = True
        if lost:
            log.warning("letters may have arrived or not", count=lost)

    async def _record(self) -> None:
        if not self._unrecorded:
            return
        latest = self._services.clock() + kept.LONGEST_WAIT
        async with self._services.database.transaction() as db:
            for one in self._unrecorded:
                if one.lost is not None:
                    await addresses.lose_one(db, one.lost)
                if one.until is None:
                    await kept.end(db, one.letter_id)
                else:
                    await kept.put_off(db, one.letter_id, min(one.until, latest), tried=one.tried)
        self._unrecorded.clear()

    async def _send(self, one: PersonalLetter) -> Outcome:
        services = self._services
        try:
            petitions = await services.catalogue.by_id()
            async with services.database.reading() as db:
                found = await personal_letters.look(db, petitions, one, now=services.clock())
            if isinstance(found, datetime):
                return Outcome(one.id, until=found)
            if not isinstance(found, Recipient):
                return Outcome(one.id)
            letter = await write(services, one, found, self._letters)
        except DatabaseUnavailable:
            return Outcome(one.id, until=services.clock(), may_go_on=False)
        except Exception:
            log.exception("letter not written", kind=one.kind)
            return Outcome(one.id)
        try:
            await self._mail.send(letter.to, letter.letter)
        except DeliveryFault as fault:
            return self._of_fault(one, found.address, fault)
        return Outcome(one.id)

    def _of_fault(self, one: PersonalLetter, address: Address, fault: DeliveryFault) -> Outcome:
        if isinstance(fault, Unreachable):
            return Outcome(one.id, lost=address.id)
        seconds = seconds_to_wait(fault, EMAIL, one.tries)
        if seconds is None:
            log.warning("letter not surely sent", kind=one.kind, reason=type(fault).__name__)
            return Outcome(one.id)
        until = self._services.clock() + timedelta(seconds=seconds)
        tried = isinstance(fault, NotDelivered)
        return Outcome(one.id, until=until, tried=tried, may_go_on=tried)
