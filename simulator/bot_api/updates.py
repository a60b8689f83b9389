"""Taking updates: long polling and webhooks (https://core.telegram.org/bots/api#getting-updates)."""

import asyncio
import re

import aiohttp

from simulator import rules
from simulator.bot_api.call import Call
from simulator.delivery.webhook import Postman, Webhook
from simulator.errors import bad_request, conflict
from simulator.residents import Bot, Json
from simulator.world import World

_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/|$)")
_POST_SECONDS = 60


class Updates:
    """Gives bots their updates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._session: aiohttp.ClientSession | None = None

    async def get(self, call: Call) -> list[Json]:
        """https://core.telegram.org/bots/api#getupdates

        Of two calls at once the older one is ended, as Telegram does.

        Raises:
            Refused: 409, another call or a webhook is in the way.
        """
        bot, backlog = call.bot, call.bot.updates
        if bot.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        limit = min(max(call.integer("limit", 100), 1), rules.GET_UPDATES_LIMIT)
        seconds = min(max(call.integer("timeout"), 0), rules.LONG_POLL_SECONDS)
        _choose_kinds(call)
        offset, now = call.integer("offset"), self.world.now()
        ago = backlog.seconds_since_asked(offset, now)
        if self.world.slows_hurried_polls:
            if ago < rules.SHORTEST_POLL_SECONDS:
                seconds = max(seconds, rules.SHORTEST_POLL_SECONDS)
            if ago < rules.HURRIED_SECONDS:
                self.world.hurried_polls += 1
                limit = 1
        backlog.expire(now)
        backlog.confirm(offset, self.world.deliveries)
        ready = backlog.give(limit)
        if ready or not seconds:
            return ready
        backlog.interrupt(
            conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
        )
        await backlog.wait(seconds)
        return backlog.give(limit)

    async def set_webhook(self, call: Call) -> bool:
        """https://core.telegram.org/bots/api#setwebhook; http:// only to this machine itself"""
        url = call.text("url")
        if not url:
            return await self.delete_webhook(call)
        secret = call.text("secret_token")
        if not rules.SECRET_TOKEN.fullmatch(secret):
            what = "is too long" if len(secret) > 256 else "contains unallowed characters"
            raise bad_request(f"secret token {what}")
        if not url.startswith("https://") and not _LOCAL.match(url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        least, most = rules.WEBHOOK_CONNECTIONS
        wanted = call.integer("max_connections") or rules.WEBHOOK_CONNECTIONS_BY_DEFAULT
        _choose_kinds(call)
        await self._stop(call.bot)
        if call.flag("drop_pending_updates"):
            call.bot.updates.drop()
        call.bot.updates.interrupt(conflict("terminated by setWebhook request"))
        self._start(call.bot, Webhook(url, secret, min(max(wanted, least), most)))
        return True

    async def delete_webhook(self, call: Call) -> bool:
        """https://core.telegram.org/bots/api#deletewebhook"""
        await self._stop(call.bot)
        if call.flag("drop_pending_updates"):
            call.bot.updates.drop()
        return True

    async def webhook_info(self, call: Call) -> Json:
        """https://core.telegram.org/bots/api#getwebhookinfo"""
        bot, hook = call.bot, call.bot.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(bot.updates),
        }
        if hook is not None:
            info["max_connections"] = hook.max_connections
            if hook.last_error:
                info["last_error_date"] = hook.last_error_at
                info["last_error_message"] = hook.last_error
        if bot.updates.wanted != rules.UPDATE_KINDS:
            info["allowed_updates"] = sorted(bot.updates.wanted)
        return info

    async def close(self) -> None:
        """Stop every webhook."""
        for bot in self.world.bots.values():
            await self._stop(bot)
        if self._session is not None:
            await self._session.close()

    def _start(self, bot: Bot, hook: Webhook) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=_POST_SECONDS),
            )
        postman = Postman(hook, bot.updates, self._session, lambda: self.world.deliveries)
        hook.task = asyncio.create_task(postman.work())
        bot.webhook = hook

    async def _stop(self, bot: Bot) -> None:
        hook, bot.webhook = bot.webhook, None
        if hook is not None and hook.task is not None:
            hook.task.cancel()
            await asyncio.gather(hook.task, return_exceptions=True)


def _choose_kinds(call: Call) -> None:
    """Kinds hold until others are chosen; an empty list means the usual ones."""
    chosen = call.json("allowed_updates", "allowed updates")
    if isinstance(chosen, list):
        known = {str(kind).lower() for kind in chosen} & rules.UPDATE_KINDS
        call.bot.updates.wanted = frozenset(known) if chosen else rules.UPDATE_KINDS
