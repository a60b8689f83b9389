"""Faults to order: what goes wrong, where, how often."""

import random
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["429", "500", "502", "slow", "cut_before", "cut_after"]
KINDS = ("429", "500", "502", "slow", "cut_before", "cut_after")


@dataclass
class Fault:
    """One order.

    Attributes:
        method: a Bot API method, or "*".
        times: how often it strikes; None for ever.
        chance: how likely it strikes at each call.
        chat_id: only calls about this chat.
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
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        self.luck = random.Random(self.seed)  # noqa: S311 - not for secrets

    def strikes(self, method: str, parameters: dict[str, Any]) -> bool:
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
    """All orders, asked in their order."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def strike(self, method: str, parameters: dict[str, Any]) -> Fault | None:
        """The first fault that strikes this call."""
        return next((fault for fault in self.orders if fault.strikes(method, parameters)), None)
