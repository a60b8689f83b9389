"""Faults to order: what goes wrong, where, how often."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["400", "429", "500", "502", "slow", "cut_before", "cut_after", "cut_short"]
_LONGEST_SECONDS = 3600


@dataclass
class Fault:
    """One order.

    Attributes:
        method: a Bot API method in any case, or "*".
        kind: what happens; 400 says that there is no such chat, cut_after does the work and cuts
            the answer, cut_short does it and answers with half of the JSON.
        times: how often it strikes; None for ever.
        chance: how likely it strikes at each call.
        retry_after: seconds, of a 429.
        seconds: how long "slow" takes.
        chat_id: only calls about this chat.
        seed: makes the chance the same each time.

    Raises:
        ValueError: a value is none of these.
    """

    method: str
    kind: Kind
    times: int | None = None
    chance: float = 1.0
    retry_after: int = 1
    seconds: float = 1.0
    chat_id: int | None = None
    seed: int | None = None
    luck: random.Random = field(init=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind is one of {', '.join(get_args(Kind))}")
        if not 0 <= self.chance <= 1:
            raise ValueError("chance is a number from 0 to 1")
        if self.times is not None and self.times < 1:
            raise ValueError("times is 1 or more")
        if not 0 <= self.seconds <= _LONGEST_SECONDS:
            raise ValueError(f"seconds is a number from 0 to {_LONGEST_SECONDS}")
        if self.retry_after < 1:
            raise ValueError("retry_after is 1 or more seconds")
        self.method = str(self.method).lower()
        self.luck = random.Random(self.seed)  # noqa: S311 - not for secrets

    def strikes(self, method: str, parameters: Mapping[str, Any]) -> bool:
        """Whether it strikes this call; counts if so."""
        if self.method not in ("*", method) or self.times == 0:
            return False
        if self.chat_id is not None and str(parameters.get("chat_id")) != str(self.chat_id):
            return False
        if self.luck.random() >= self.chance:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """All orders, asked in their order.

    Attributes:
        struck: how many calls were hit.
    """

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.struck = 0

    def strike(self, method: str, parameters: Mapping[str, Any]) -> Fault | None:
        """The first fault that strikes this call (its method in lower case)."""
        for fault in self.orders:
            if fault.strikes(method, parameters):
                self.struck += 1
                return fault
        return None
