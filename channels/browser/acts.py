"""What is done on a page: a tap, or words, with the number that makes it one event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from channels.browser import numbers


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did.

    Attributes:
        done: what, as {"data": callback data of a button} or {"text": words}.
        number: the same when it comes again; see channels.browser.numbers.
    """

    done: Mapping[str, str]
    number: int

    @classmethod
    def tap(cls, data: str, carried: str, now: datetime) -> Self:
        """A button was tapped.

        Args:
            carried: the number that the page carried.
        """
        return cls._of({"data": data}, carried, now)

    @classmethod
    def say(cls, text: str, carried: str, now: datetime) -> Self:
        """Something was said."""
        return cls._of({"text": text}, carried, now)

    @classmethod
    def _of(cls, done: Mapping[str, str], carried: str, now: datetime) -> Self:
        key = "\0".join(f"{kind}={value}" for kind, value in done.items())
        return cls(done, numbers.number(carried, key, now))

    def by(self, value: str) -> str:
        """Names this act of the browser at this address, and no other."""
        return f"{value}:{self.number:x}"
