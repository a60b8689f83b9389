"""Inline mode: queries on their way to a bot, and answers kept for those who ask the same.

https://core.telegram.org/bots/api#inline-mode
"""

import asyncio
from dataclasses import dataclass, field

from simulator.residents import Bot, InlineAnswer, Person


@dataclass(eq=False, slots=True)
class InlineQuery:
    """What a person asks a bot in the line where they write.

    Attributes:
        at: seconds since 1970.
        answer: what the bot has answered, once `answered` is set.
    """

    id: str
    bot: Bot
    person: Person
    query: str
    offset: str
    at: float
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    answer: InlineAnswer | None = None


_Key = tuple[int, str, str, int | None]


@dataclass(eq=False, slots=True)
class Inline:
    """Inline mode as it is set in @BotFather, and all that is asked and answered in it.

    Attributes:
        enabled: /setinline; without it nobody can ask a bot.
        feedback: /setinlinefeedback; without it bots do not hear which result was chosen.
        waiting: queries that no bot has answered yet, by their numbers.
    """

    enabled: bool = True
    feedback: bool = True
    waiting: dict[str, InlineQuery] = field(default_factory=dict)
    _kept: dict[_Key, tuple[float, InlineAnswer]] = field(default_factory=dict)

    def keep(
        self, asked: InlineQuery, answer: InlineAnswer, until: float, *, personal: bool
    ) -> None:
        """Keep an answer for everybody who asks the same, or only for the one who has asked."""
        person_id = asked.person.id if personal else None
        self._kept[asked.bot.id, asked.query, asked.offset, person_id] = until, answer

    def kept(
        self, bot: Bot, person: Person, query: str, offset: str, now: float
    ) -> InlineAnswer | None:
        """An answer that need not be asked for again."""
        for person_id in (person.id, None):
            key = bot.id, query, offset, person_id
            until, answer = self._kept.get(key, (0.0, None))
            if answer is not None and now < until:
                return answer
            self._kept.pop(key, None)
        return None
