"""Send the notifications in the outbox, and handle refusals."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.jobs.inbox_topics import is_topic_lost, place_of
from bot.jobs.loops import run_on_event
from campaign.petition import Petition
from channels.telegram.http_client import NotSent
from channels.telegram.outgoing import anew, markup_of, messages_of, text_of
from channels.telegram.owed import kept_message, seconds_to_wait
from channels.telegram.show import deliver, deliver_or_owe
from handlers.notification_screens import AFTER, FAILED, compose
from handlers.screens import Outgoing, Screen
from handlers.services import Services
from storage import accounts, inbox, notifications, supporters
from storage.database import Connection
from storage.errors import DatabaseUnavailable, DecryptionFailed
from storage.notifications import Notification

log = structlog.get_logger()


LEASE = timedelta(minutes=2)
"""How long a claimed row is left to the process that claimed it."""

SEND_WITHIN = 30.0
"""Seconds; longer than that, and one chat that Telegram holds back holds up everybody's."""

TOGETHER = 20
MOST_ATTEMPTS = 12
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=2), timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
PAUSE_SECONDS = 0.2

Petitions = Mapping[int, Petition]


async def run_notifications(services: Services, bot: ExtBot[Any]) -> None:
    """Send what is due whenever something has been queued, or the schedule says so; never
    returns."""
    work = Outbox(services, bot).send_due
    await run_on_event(services.notified, "notifications", work, pause_after=PAUSE_SECONDS)


class Outbox:
    """Sends the rows of `storage.notifications`, each at least once."""

    def __init__(self, services: Services, bot: ExtBot[Any]) -> None:
        self._services, self._bot = services, bot
        self._alarm: asyncio.TimerHandle | None = None

    async def send_due(self) -> bool:
        """Send a page of what is due: one person's messages in order, people side by side.

        Returns:
            Whether there was anything, so that there may be more.

        Raises:
            DatabaseUnavailable: what has not been ended is due again when its lease has run out.
        """
        now, petitions = self._services.clock(), await self._services.catalogue.by_id()
        async with self._services.database.reading() as db:
            if not await notifications.are_due(db, now=now, lost_before=now - LEASE):
                # Nearly always: no reason to keep anybody from writing.
                self._look_at(await notifications.next_due(db))
                return False
        async with self._services.database.transaction() as db:
            claimed = await notifications.claim(
                db, now=now, lost_before=now - LEASE, limit=TOGETHER
            )
            await notifications.drop_old(db, now - KEPT_FOR)
        ended = await asyncio.gather(
            *(self._send_in_order(ids, petitions) for ids in claimed.values()),
            return_exceptions=True,
        )
        for failed in ended:
            if isinstance(failed, BaseException):
                raise failed
        return bool(claimed)

    def _look_at(self, due: datetime | None) -> None:
        """Look again when the next is due; the schedule looks, too, but seldom."""
        if self._alarm is not None:
            self._alarm.cancel()
        if due is not None:
            seconds = (due - self._services.clock()).total_seconds()
            loop, wake = asyncio.get_running_loop(), self._services.notified.set
            self._alarm = loop.call_later(max(PAUSE_SECONDS, seconds), wake)

    async def _send_in_order(self, ids: Sequence[int], petitions: Petitions) -> None:
        """Send one person's messages, well within the lease; where one has to wait, so does what
        comes after it."""
        clock = asyncio.get_running_loop().time
        until, delay = clock() + LEASE.total_seconds() / 2, timedelta()
        for notification_id in ids:
            if delay or clock() > until:
                await self._postpone(notification_id, delay, known_unsent=True)
            else:
                delay = await self._send(notification_id, petitions)

    async def _send(self, notification_id: int, petitions: Petitions) -> timedelta:
        """Send one message; gives how long it has to wait if it could not be sent, else 0."""
        one = None
        try:
            async with self._services.database.reading() as db:
                one = await notifications.of(db, notification_id)
                if one is None:
                    return timedelta()
                spoken = one.variables.get("language") or None  # of who has been erased
                language = self._services.renderer.match(
                    one.language, one.telegram_language, spoken
                )
                screen = await self._made(db, one, petitions, language)
            message = {}
            if screen is not None and screen.body is not None:
                message = dict(_message(self._services, self._bot, screen, language))
        except DecryptionFailed:
            return await self._end(notification_id, "unreadable")
        except Exception as fault:
            if one is None or isinstance(fault, DatabaseUnavailable):
                raise
            log.exception("notification not made", notification_id=notification_id)
            await self._try_again(one, "not_made")
            return timedelta()
        if screen is None:
            return await self._end(notification_id, "moot")
        if accounts.is_ours(one.telegram_id):
            told = await tell_elsewhere(self._services, one.telegram_id, screen, language)
            return await self._end(notification_id, None if told else "moot")
        return await self._deliver(one, screen.letters, message)

    async def _made(
        self, db: Connection, one: Notification, petitions: Petitions, language: str
    ) -> Screen | None:
        """The message; of an answer that Telegram did not take at first, what was kept of it."""
        if one.template in notifications.ANSWERS:
            return Screen(letters=[kept_message(one.variables)])
        return await compose(self._services, db, one, petitions, language)

    async def _deliver(
        self, one: Notification, letters: Sequence[Outgoing], message: Mapping[str, Any]
    ) -> timedelta:
        """Send what has been made, and note what came of it."""
        try:
            async with asyncio.timeout(SEND_WITHIN):
                await self._deliver_letters(one, letters)
                sent = await self._deliver_message(one, message) if message else None
        except RetryAfter as wait:
            return await self._wait_for(one, timedelta(seconds=seconds_to_wait(wait)))
        except NotSent:
            return await self._postpone(one.id, FIRST_DELAY, known_unsent=True)
        except Forbidden:
            return await self._fail(one, "blocked")
        except ChatMigrated as moved:
            return await self._follow(one, moved.new_chat_id)
        except BadRequest as refused:
            if await is_topic_lost(self._services, one, refused):
                return await self._postpone(one.id, FIRST_DELAY, known_unsent=True)
            return await self._fail(one, "refused")
        except (TelegramError, TimeoutError):  # it may have arrived
            return await self._try_again(one, "unknown")
        if message and sent is None:
            return await self._end(one.id, "moot")
        await self._end(one.id, None)
        if sent is not None and one.template in AFTER:
            after = AFTER[one.template]
            await after(self._services, one.subject_id or 0, one.telegram_id, sent.message_id)
        return timedelta()

    async def _deliver_message(
        self, one: Notification, message: Mapping[str, Any]
    ) -> telegram.Message | None:
        """Send it where it belongs; None if there is no such place any more."""
        place = await place_of(self._services, self._bot, one)
        if place is None:
            return None
        return await self._bot.send_message(one.telegram_id, **message, **place)

    async def _deliver_letters(self, one: Notification, letters: Sequence[Outgoing]) -> None:
        try:
            await deliver(self._bot, one.telegram_id, letters)
        except BadRequest as refused:
            if one.template not in notifications.ANSWERS:
                raise
            await deliver(self._bot, one.telegram_id, anew(letters, refused))

    async def _end(self, notification_id: int, failed_reason: str | None) -> timedelta:
        async with self._services.database.transaction() as db:
            now = self._services.clock()
            await notifications.end(db, notification_id, now, failed_reason=failed_reason)
        if failed_reason is not None:
            log.warning("not told", notification_id=notification_id, reason=failed_reason)
        return timedelta()

    async def _fail(self, one: Notification, reason: str) -> timedelta:
        """It never can be delivered: note why, and do what is to be done about that."""
        async with self._services.database.transaction() as db:
            now = self._services.clock()
            if reason == "blocked":
                await supporters.set_reachable(db, one.telegram_id, False)
            await notifications.end(db, one.id, now, failed_reason=reason)
            if one.template in FAILED:
                await FAILED[one.template](db, one, now)
        log.warning("not told", notification_id=one.id, reason=reason)
        return timedelta()

    async def _follow(self, one: Notification, to: int) -> timedelta:
        """A group has become a supergroup: what is for it goes there."""
        async with self._services.database.transaction() as db:
            await inbox.move_group(db, one.telegram_id, to)
            await notifications.readdress(db, one.telegram_id, to)
        return await self._postpone(one.id, FIRST_DELAY, known_unsent=True)

    async def _wait_for(self, one: Notification, delay: timedelta) -> timedelta:
        """Its chat is held: nothing overtakes it."""
        until = self._services.clock() + delay
        async with self._services.database.transaction() as db:
            await notifications.postpone(db, one.id, until, known_unsent=True)
            await notifications.hold_back(db, one.telegram_id, until)
        return delay

    async def _try_again(self, one: Notification, failed_reason: str) -> timedelta:
        if one.attempts >= MOST_ATTEMPTS:
            return await self._end(one.id, failed_reason)
        delay = min(FIRST_DELAY * 2 ** (one.attempts - 1), LONGEST_DELAY)
        return await self._postpone(one.id, delay, known_unsent=False)

    async def _postpone(
        self, notification_id: int, delay: timedelta, *, known_unsent: bool
    ) -> timedelta:
        async with self._services.database.transaction() as db:
            due = self._services.clock() + delay
            await notifications.postpone(db, notification_id, due, known_unsent=known_unsent)
        return delay


async def send(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    **more: Any,
) -> telegram.Message:
    """Send a screen as a message.

    Args:
        more: as `send_message` takes it.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    return await bot.send_message(telegram_id, **_message(services, bot, screen, language), **more)


def _message(
    services: Services, bot: ExtBot[Any], screen: Screen, language: str
) -> Mapping[str, Any]:
    markup = markup_of(services, screen, language)
    return {
        "text": text_of(services, screen, language),
        "reply_markup": telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None,
    }


async def tell_elsewhere(services: Services, account: int, screen: Screen, language: str) -> bool:
    """Leave it for somebody who has no Telegram, where they will see it; whether they can."""
    if services.tell_elsewhere is None:
        return False
    return await services.tell_elsewhere(account, screen, language)


async def tell_now(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    *,
    about: str,
) -> None:
    """Send what few people are waiting for, like an answer, which is owed if Telegram does not take
    it now; it is logged if it cannot be done.

    Args:
        about: what to call it in the log, without anything about the person.
    """
    try:
        if accounts.is_ours(telegram_id):
            await tell_elsewhere(services, telegram_id, screen, language)
            return
        messages = messages_of(services, screen, language)
        await deliver_or_owe(services, bot, telegram_id, messages)
    except (TelegramError, DatabaseUnavailable) as error:
        log.warning("not told", what=about, reason=type(error).__name__)


async def tell(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    *,
    about: str,
) -> bool:
    """Send a message in the bulk lane; who has blocked the bot cannot be reached from now on.

    Args:
        about: what to call it in the log, without anything about the person.

    Returns:
        Whether it is out of our hands; False if it is known not to have been sent.

    Raises:
        storage.errors.DatabaseUnavailable: it could not be kept that the person is out of reach.
    """
    if accounts.is_ours(telegram_id):
        await tell_elsewhere(services, telegram_id, screen, language)
        return True
    try:
        await send(services, bot, telegram_id, screen, language, rate_limit_args="bulk")
    except Forbidden:
        async with services.database.transaction() as db:
            await supporters.set_reachable(db, telegram_id, False)
    except (NotSent, RetryAfter):
        return False
    except TelegramError as error:
        log.warning("may not have arrived", what=about, reason=type(error).__name__)
    return True
