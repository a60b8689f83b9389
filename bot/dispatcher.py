"""Putting together the one who sends broadcasts."""

from typing import Any

from telegram.ext import ExtBot

from bot.metrics import CountedMessenger, Metrics
from campaign.broadcasts import agreement, audience, states
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.sender import Sender
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLanePacer
from handlers.broadcast_messages import Letters
from handlers.services import House


def dispatch(
    house: House, bot: ExtBot[Any], pacer: TwoLanePacer, metrics: Metrics, *, may_pay: bool
) -> Dispatch:
    """The one who sends what is due, by this bot; see TelegramMessenger for `may_pay`."""
    messenger = CountedMessenger(TelegramMessenger(bot, pacer, may_pay=may_pay), metrics)
    letters = Letters(house)
    return Dispatch(
        house.database,
        new_sender=lambda: Sender(
            house.database,
            messenger,
            letters,
            audience_of=lambda broadcast: audience.from_dict(broadcast.audience),
            resends_unknown=states.resends_unknown,
            quiet_until=states.quiet_until,
            waits_until=states.waits_until,
            day_began=states.day_began,
            admit=agreement.admit,
            hold_up=lambda db, broadcast, now: agreement.hold_up(db, broadcast, now=now),
            clock=house.clock,
        ),
        begin=lambda db, broadcast, now: agreement.begin(db, broadcast, now=now),
        clock=house.clock,
        woken=house.dispatch_woken,
    )
