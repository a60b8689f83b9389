"""Sending codes by email, again and again while the mail server is away, and looking after those
who do not type theirs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.config.sections import Email
from bot.jobs.loops import run_on_event
from bot.jobs.notifications import tell_now
from bot.mail_server import mail_server
from campaign.delivery.messenger import DeliveryFault, Refused, Unreachable
from campaign.signing import email_code
from channels.email.mailbox_address import BadAddress
from channels.email.plain_letter import plain_letter
from channels.email.transport import MailTransport
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.supporter.signing.code_page import buttons
from storage import accounts, pending_signatures, signatures, supporters
from storage.database import Connection
from storage.pending_signatures import Pending
from storage.signatures import Signature
from storage.supporters import Supporter

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

    async def send(self, to: str, subject: str, words: str, now: datetime) -> Sent:
        """Hand one email over."""
        try:
            message = plain_letter(to, subject, words, sender=self.sender, now=now)
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


async def run_email_codes(services: Services, bot: ExtBot[Any], email: Email) -> None:
    """Send what is wanted, remind, and forget; never returns."""
    async with MailTransport(mail_server(email)) as transport:
        mailer = Mailer(transport, email.sender)

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
    async with services.database.reading() as db:
        due = await pending_signatures.due(db, services.clock(), TOGETHER, longest_pause=PAUSES[-1])
    await asyncio.gather(*(_send(services, bot, mailer, one) for one in due))
    return len(due) == TOGETHER


async def look_after(services: Services, bot: ExtBot[Any]) -> None:
    """Remind, once, those who have waited for a day, and erase what has waited for two weeks."""
    now = services.clock()
    async with services.database.transaction() as db:
        late = await pending_signatures.to_remind(db, now - email_code.REMIND_AFTER, TOGETHER)
        dropped = await pending_signatures.drop(db, now - email_code.DROP_AFTER, now)
    if dropped:
        log.info("pending signatures erased", count=dropped)
    for one in late:
        await _tell(services, bot, one, "email_code/reminder")


async def _send(services: Services, bot: ExtBot[Any], mailer: Mailer, one: Pending) -> None:
    """The code is kept before it is sent, so that the person who receives it can use it."""
    code, now = email_code.new_code(), services.clock()
    until = now + SENT_WITHIN
    petitions = await services.catalogue.by_id()
    async with services.database.transaction() as db:
        claimed = await pending_signatures.claim(
            db,
            one.signature_id,
            not_before=one.not_before,
            until=until,
            code_hash=email_code.hashed(code, one.signature_id, services.identity_key),
            code_until=now + email_code.VALID_FOR,
        )
        signature, supporter = await _about(db, one)
    petition = petitions.get(one.campaign_id)
    if not claimed:
        return
    if petition is None or not petition.is_open or signature is None or supporter is None:
        async with services.database.transaction() as db:
            await pending_signatures.code_is_sent(db, one.signature_id, until)
        return
    language = _language(services, supporter)
    words = {
        "campaign": petition.view(language),
        "code": code,
        "minutes": int(email_code.VALID_FOR.total_seconds() // 60),
    }
    subject = services.renderer.text("email/code_subject", language, **words)
    body = services.renderer.text("email/code", language, **words)
    sent = await mailer.send(signature.email or "", " ".join(subject.split()), body, now)
    if sent is Sent.AWAY:
        await _later(services, bot, one)
        return
    async with services.database.transaction() as db:
        await pending_signatures.code_is_sent(db, one.signature_id, until)
    if sent is Sent.REFUSED:
        await _tell(services, bot, one, "email_code/refused")


async def _later(services: Services, bot: ExtBot[Any], one: Pending) -> None:
    pause = PAUSES[min(one.failures, len(PAUSES) - 1)]
    async with services.database.transaction() as db:
        await pending_signatures.change(
            db,
            one.signature_id,
            wants_code=True,
            failures=one.failures + 1,
            not_before=services.clock() + pause,
        )
    if not one.failures:
        await _tell(services, bot, one, "email_code/delayed")


async def _tell(services: Services, bot: ExtBot[Any], one: Pending, template: str) -> None:
    petition = (await services.catalogue.by_id()).get(one.campaign_id)
    async with services.database.reading() as db:
        signature, supporter = await _about(db, one)
    if signature is None or supporter is None or petition is None:
        return
    if not supporter.reachable and accounts.is_telegrams(supporter.telegram_id):
        return  # in a browser it stands in the chat when they come back
    if not petition.is_open:  # no code lets it count any more
        return
    language = _language(services, supporter)
    variables = {"campaign": petition.view(language), "email": signature.email or ""}
    screen = Screen(Text(template, variables), buttons(petition))
    await tell_now(services, bot, supporter.telegram_id, screen, language, about="code")


async def _about(db: Connection, one: Pending) -> tuple[Signature | None, Supporter | None]:
    """The signature that waits, and its signer. The petition comes from the catalogue, which takes
    a connection of its own: many who hold one and wait for another would wait for ever."""
    signature = await signatures.of(db, one.campaign_id, one.supporter_id)
    return signature, await supporters.by_id(db, one.supporter_id)


def _language(services: Services, supporter: Supporter) -> str:
    return services.renderer.match(supporter.language, supporter.telegram_language)
