"""Sending codes by email, again and again while the mail server is away, and looking after those
who do not type theirs."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.code_letters import AddressCode, CodeRequest, SignatureCode
from bot.jobs.loops import run_on_event
from campaign import email_codes, own_email
from campaign.delivery.messenger import DeliveryFault, Refused, Unreachable
from campaign.signing import email_code
from channels.email import message_ids
from channels.email.mailbox_address import BadAddress, address_in, address_of
from channels.email.message_ids import SentAlone
from channels.email.plain_letter import plain_letter
from channels.email.transport import MailTransport
from handlers.services import Services
from storage import codes, pending_addresses, pending_signatures

log = structlog.get_logger()

CODES_SECONDS = 15.0
TOGETHER = 20
SENT_WITHIN = timedelta(seconds=90)
"""After so long another code is sent where the sender was killed: a mail server takes less."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600))


class Sent(Enum):
    """What has become of an email. AWAY: the server is not there or has no time; REFUSED: it
    takes none for this address."""

    TAKEN = auto()
    AWAY = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Mailer:
    """Writes emails with a code, and hands them over in the lane that waits for nothing in bulk.

    Attributes:
        sender: whom they come from.
    """

    transport: MailTransport
    sender: str

    async def send(self, to: str, subject: str, words: str, now: datetime, **more: str) -> Sent:
        """Hand one email over.

        Args:
            more: as `plain_letter` takes it.
        """
        try:
            message = plain_letter(to, subject, words, sender=self.sender, now=now, **more)
        except BadAddress:
            return Sent.REFUSED
        try:
            await self.transport.send(to, message, lane="codes")
        except (Unreachable, Refused):
            return Sent.REFUSED
        except DeliveryFault as fault:
            log.warning("email not sent", reason=type(fault).__name__)
            return Sent.AWAY
        return Sent.TAKEN


async def run_email_codes(services: Services, bot: ExtBot[Any], mailer: Mailer) -> None:
    """Send what is wanted, remind, and forget; never returns."""

    async def work() -> bool:
        more = await send_due(services, bot, mailer)
        if not more:
            await look_after(services, bot)
        return more

    await run_on_event(services.codes_wanted, "codes", work)


async def send_due(services: Services, bot: ExtBot[Any], mailer: Mailer) -> bool:
    """Send the codes that are wanted now, side by side: a slow server holds up no chat.

    Returns:
        Whether there may be more.
    """
    now, longest = services.clock(), PAUSES[-1]
    async with services.database.reading() as db:
        signed = await pending_signatures.due(db, now, TOGETHER, longest_pause=longest)
        typed = await pending_addresses.due(db, now, TOGETHER, longest_pause=longest)
    due: list[CodeRequest] = [*map(SignatureCode, signed), *map(AddressCode, typed)]
    await asyncio.gather(*(_send(services, bot, mailer, one) for one in due))
    return TOGETHER in (len(signed), len(typed))


async def look_after(services: Services, bot: ExtBot[Any]) -> None:
    """Remind, once, those whose signature has waited for a day, and erase what has waited for too
    long."""
    now = services.clock()
    async with services.database.transaction() as db:
        dropped = await pending_signatures.drop(db, now - email_code.DROP_AFTER, now)
        await pending_addresses.drop(db, now - own_email.DROP_AFTER)
        late = await pending_signatures.to_remind(db, now - email_code.REMIND_AFTER, TOGETHER)
    if dropped:
        services.erased.set()
        log.info("pending signatures erased", count=dropped)
    for one in late:
        await SignatureCode(one).tell(services, bot, "reminder")


async def _send(services: Services, bot: ExtBot[Any], mailer: Mailer, one: CodeRequest) -> None:
    """The code is kept before it is sent, so that the person who receives it can use it."""
    code, now = email_codes.new_code(), services.clock()
    until = now + SENT_WITHIN
    async with services.database.transaction() as db:
        claimed = await codes.claim(
            db,
            one.key,
            one.number,
            since=one.waiting.since,
            not_before=one.waiting.not_before,
            until=until,
            code_hash=email_codes.hashed(code, one.about, services.identity_key),
            code_until=now + email_codes.VALID_FOR,
        )
    if not claimed:
        return
    letter = await one.letter(services)
    sent = None
    if letter is not None:
        view = letter.petition.view(letter.language)
        words = {
            "campaign": view,
            "code": code,
            "minutes": email_codes.MINUTES,
        }
        subject = services.renderer.text("email/code_subject", letter.language, **words)
        body = services.renderer.text(letter.template, letter.language, **words)
        number = SentAlone("code", letter.petition.id, letter.supporter_id, secrets.randbits(62))
        domain = address_of(mailer.sender).domain
        sent = await mailer.send(
            letter.to,
            " ".join(subject.split()),
            body,
            now,
            message_id=message_ids.message_id(number, services.letters_key, domain),
            reply_to=address_in(view.contact),
        )
    if sent is Sent.AWAY:
        await _later(services, bot, one)
        return
    async with services.database.transaction() as db:
        await codes.is_sent(db, one.key, one.number, until)
    if sent is Sent.REFUSED:
        await one.tell(services, bot, "refused")


async def _later(services: Services, bot: ExtBot[Any], one: CodeRequest) -> None:
    failures = one.waiting.failures
    pause = PAUSES[min(failures, len(PAUSES) - 1)]
    async with services.database.transaction() as db:
        await codes.change(
            db,
            one.key,
            one.number,
            wants_code=True,
            failures=failures + 1,
            not_before=services.clock() + pause,
        )
    if not failures:
        await one.tell(services, bot, "delayed")
