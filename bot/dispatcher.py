"""Build the broadcast dispatcher from its parts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from telegram.ext import ExtBot

from bot.metrics import CountedMessenger, Metrics
from campaign.broadcasts import agreement, audience, states
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.messenger import Composer, Messenger
from campaign.delivery.sender import Sender
from channels.email.broadcast_letters import LetterComposer, MailMessenger
from channels.email.transport import MailTransport
from channels.telegram.broadcast_messages import BroadcastComposer
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.services import Services
from storage.addresses import EMAIL
from storage.database import Database


def dispatch(
    services: Services,
    bot: ExtBot[Any],
    rate_limiter: TwoLaneRateLimiter,
    metrics: Metrics,
    *,
    may_pay: bool,
    mail: MailTransport | None = None,
    letters: LetterComposer | None = None,
) -> Dispatch:
    """The one who sends what is due, by this bot; see TelegramMessenger for `may_pay`.

    Args:
        mail, letters: hands letters over, and writes them; None where there is no mail server, or
            no site to end them on.
    """
    messenger = CountedMessenger(TelegramMessenger(bot, rate_limiter, may_pay=may_pay), metrics)
    others: dict[str, tuple[Messenger, Composer]] = {}
    if mail is not None and letters is not None:
        others[EMAIL] = (CountedMessenger(MailMessenger(mail), metrics), letters)
    composer = BroadcastComposer(services)
    return Dispatch(
        services.database,
        new_sender=lambda: sender(
            services.database, messenger, composer, clock=services.clock, others=others
        ),
        begin=lambda db, broadcast, now: agreement.begin(db, broadcast, now=now),
        clock=services.clock,
        woken=services.dispatch_woken,
    )


def sender(
    database: Database,
    messenger: Messenger,
    composer: Composer,
    *,
    clock: Callable[[], datetime],
    others: Mapping[str, tuple[Messenger, Composer]] | None = None,
) -> Sender:
    """A sender that goes by the campaign's own rules; see Sender for the parts."""
    return Sender(
        database,
        messenger,
        composer,
        audience_of=lambda broadcast: audience.from_dict(broadcast.audience),
        resends_unknown=states.resends_unknown,
        quiet_until=states.quiet_until,
        waits_until=states.waits_until,
        day_began=states.day_began,
        admit=agreement.admit,
        hold_up=lambda db, broadcast, now: agreement.hold_up(db, broadcast, now=now),
        clock=clock,
        others=others,
    )
