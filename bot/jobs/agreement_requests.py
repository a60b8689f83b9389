"""Requests for agreement: ask staff to agree to an update, or tell them why theirs waits."""

from datetime import timedelta
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.jobs.notifications import send
from channels.telegram.http_client import NotSent
from handlers.screens import Screen
from handlers.services import Services
from handlers.show import deliver
from handlers.staff.broadcasts import approval
from storage import agreement_requests, broadcasts, supporters
from storage.agreement_requests import AgreementRequest

log = structlog.get_logger()

TOGETHER = 20
LOST_AFTER = timedelta(minutes=5)


async def send_all(services: Services, bot: ExtBot[Any]) -> None:
    """Send what is to be sent now; at-least-once.

    Raises:
        DatabaseUnavailable: what has not been claimed is still to be sent.
    """
    while await _send_some(services, bot):
        pass


async def _send_some(services: Services, bot: ExtBot[Any]) -> bool:
    """Whether there may be more that can be sent at once."""
    now = services.clock()
    async with services.database.transaction() as db:
        claimed = await agreement_requests.claim(
            db, now=now, lost_before=now - LOST_AFTER, limit=TOGETHER
        )
    sent = [await _send(services, bot, one) for one in claimed]
    return len(claimed) == TOGETHER and all(sent)


async def _send(services: Services, bot: ExtBot[Any], one: AgreementRequest) -> bool:
    """Whether it is out of our hands; if not, it is still to be sent."""
    language = services.renderer.match(one.language, one.telegram_language)
    screen = await _screen(services, one, language)
    try:
        if screen is not None:
            await deliver(bot, one.telegram_id, screen.letters)
            await send(services, bot, one.telegram_id, screen, language)
    except (NotSent, RetryAfter):
        async with services.database.transaction() as db:
            await agreement_requests.give_back(db, one.id)
        return False
    except Forbidden:
        async with services.database.transaction() as db:
            await supporters.set_reachable(db, one.telegram_id, False)
    except BadRequest as refused:
        log.warning("staff cannot be asked", request_id=one.id, reason=type(refused).__name__)
    except TelegramError as error:  # it may have arrived or not: stays claimed, and comes again
        log.warning("staff may not know", request_id=one.id, reason=type(error).__name__)
        return False
    async with services.database.transaction() as db:
        await agreement_requests.done(db, one.id, services.clock())
    return True


async def _screen(services: Services, one: AgreementRequest, language: str) -> Screen | None:
    """What they are shown; None if there is nothing to ask any more."""
    petitions = await services.catalogue.by_id()
    async with services.database.reading() as db:
        broadcast = await broadcasts.of(db, one.broadcast_id)
        petition = petitions.get(broadcast.campaign_id) if broadcast else None
        if broadcast is None or petition is None:
            return None
        return await approval.screen(
            services,
            db,
            petition,
            broadcast,
            reader_id=one.supporter_id,
            first_name=one.first_name,
            language=language,
        )
