"""How fast a bot may send, as far as anybody knows."""

import math
from collections import deque

from simulator import rules
from simulator.errors import too_many
from simulator.residents import Bot
from simulator.world import World


class Limits:
    """Counts what bots send and refuses what is too fast.

    Attributes:
        enabled: off by option, for tests of other things.
        strict: counts every chat, also those of people who just wrote.
        refusals: how many calls were refused.
        held: chats that are held whatever comes, until when (seconds since 1970).
    """

    def __init__(self, *, enabled: bool = True, strict: bool = False) -> None:
        self.enabled = enabled
        self.strict = strict
        self.refusals = 0
        self.held: dict[int, float] = {}
        self._overall: dict[int, deque[float]] = {}
        self._groups: dict[tuple[int, int], deque[float]] = {}
        self._chats: dict[tuple[int, int], float] = {}
        self._webhooks: dict[int, float] = {}

    def check(
        self, world: World, bot: Bot, chat_id: int, count: int = 1, *, paid: bool = False
    ) -> None:
        """Count some messages to a chat.

        Args:
            paid: whether what is above the free limit may be paid for.

        Raises:
            Refused: 429, with the seconds to wait; then nothing is counted.
        """
        if not self.enabled:
            return
        now = world.now()
        person = world.people.get(chat_id)
        wrote_at = person.wrote_at.get(bot.id, -math.inf) if person else -math.inf
        if now - wrote_at < rules.JUST_WROTE_SECONDS and not self.strict:
            return
        most = rules.PAID_MESSAGES_PER_SECOND if paid else rules.MESSAGES_PER_SECOND
        overall = self._overall.setdefault(bot.id, deque())
        group = self._groups.setdefault((bot.id, chat_id), deque()) if chat_id < 0 else deque()
        wait = max(
            _wait(overall, now, most, 1),
            _wait(group, now, rules.MESSAGES_PER_MINUTE_IN_A_GROUP, 60),
            self._wait_in_chat((bot.id, chat_id), now),
        )
        if wait > 0:
            self.refusals += 1
            raise too_many(max(1, math.ceil(wait)))
        for _ in range(count):
            overall.append(now)
            group.append(now)
        self._spend_in_chat((bot.id, chat_id), now, count)

    def check_webhook(self, bot: Bot, now: float) -> None:
        """A webhook may be set once a second (bot-api, Client::process_set_webhook_query).

        Raises:
            Refused: 429.
        """
        if not self.enabled:
            return
        if now < self._webhooks.get(bot.id, -math.inf) + rules.SECONDS_PER_WEBHOOK:
            self.refusals += 1
            raise too_many(1)
        self._webhooks[bot.id] = now

    def check_hold(self, chat_id: int, now: float) -> None:
        """Sending and editing share their limits (https://github.com/tdlib/td/issues/3034), and
        answers to people who just wrote are not exempt.

        Raises:
            Refused: 429, the chat is held.
        """
        wait = self.held.get(chat_id, 0.0) - now
        if wait > 0:
            self.refusals += 1
            raise too_many(math.ceil(wait))
        self.held.pop(chat_id, None)

    def _wait_in_chat(self, chat: tuple[int, int], now: float) -> float:
        """One message a second, some in a burst: a chat's debt is worked off with time."""
        allowed = (rules.BURST_IN_A_CHAT - 1) * rules.SECONDS_PER_MESSAGE_IN_A_CHAT
        return self._chats.get(chat, 0.0) - now - allowed

    def _spend_in_chat(self, chat: tuple[int, int], now: float, count: int) -> None:
        free_at = max(self._chats.get(chat, 0.0), now)
        self._chats[chat] = free_at + count * rules.SECONDS_PER_MESSAGE_IN_A_CHAT


def _wait(sent: deque[float], now: float, most: int, seconds: float) -> float:
    """Seconds until there is room for one more within a sliding window."""
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    return sent[len(sent) - most] + seconds - now if len(sent) >= most else 0.0
