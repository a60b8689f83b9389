"""Build the broadcast dispatcher from its parts."""

from typing import Any

from telegram.ext import ExtBot

from bot.metrics import CountedMessenger, Metrics
from campaign.broadcasts import agreement, audience, states
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.sender import Sender
from channels.telegram.broadcast_messages import BroadcastComposer
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.services import Services


def dispatch(
    services: Services,
    bot: ExtBot[Any],
    rate_limiter: TwoLaneRateLimiter,
    metrics: Metrics,
    *,
    may_pay: bool,
) -> Dispatch:
    """The one who sends what is due, by this bot; see TelegramMessenger for `may_pay`."""
    messenger = CountedMessenger(TelegramMessenger(bot, rate_limiter, may_pay=may_pay), metrics)
    letters = BroadcastComposer(services)
    return Dispatch(
        services.database,
        new_sender=lambda: Sender(
            services.database,
            messenger,
            letters,
            audience_of=lambda broadcast: audience.from_dict(broadcast.audience),
            resends_unknown=states.resends_unknown,
            quiet_until=states.quiet_until,
            waits_until=states.waits_until,
            day_began=states.day_began,
            admit=agreement.admit,
            hold_up=lambda db, broadcast, now: agreement.hold_up(db, broadcast, now=now),
            clock=services.clock,
        ),
        begin=lambda db, broadcast, now: agreement.begin(db, broadcast, now=now),
        clock=services.clock,
        woken=services.dispatch_woken,
    )
