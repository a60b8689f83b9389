"""How fast a bot may send, as far as anybody knows."""

import math
from collections import deque

from simulator import rules
from simulator.errors import too_many
from simulator.world import Bot, World


class Limits:
    """Counts what bots send and refuses what is too fast.

    Attributes:
        enabled: off by option, for tests of other things.
        strict: counts every chat against the ceiling, also those of people who just wrote.
    """

    def __init__(self, *, enabled: bool = True, strict: bool = False) -> None:
        self.enabled = enabled
        self.strict = strict
        self.refusals = 0
        self._overall: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}

    def check(self, world: World, bot: Bot, chat_id: int, now: float) -> None:
        """Count one message.

        Raises:
            Refused: 429, with the seconds to wait.
        """
        if not self.enabled:
            return
        person = world.people.get(chat_id)
        fresh = (
            person is not None
            and now - person.wrote_at.get(bot.id, -math.inf) < rules.JUST_WROTE_SECONDS
        )
        if person is None:
            self._count(self._chat(chat_id), now, rules.MESSAGES_PER_MINUTE_IN_ONE_GROUP, 60)
        elif not fresh or self.strict:
            self._count(self._chat(chat_id), now, rules.BURST_IN_ONE_CHAT, rules.BURST_IN_ONE_CHAT)
        if not fresh or self.strict:
            self._count(self._overall, now, int(rules.MESSAGES_PER_SECOND), 1)

    def _chat(self, chat_id: int) -> deque[float]:
        return self._chats.setdefault(chat_id, deque())

    def _count(self, sent: deque[float], now: float, most: int, seconds: float) -> None:
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= most:
            self.refusals += 1
            raise too_many(max(1, math.ceil(sent[0] + seconds - now)))
        sent.append(now)
