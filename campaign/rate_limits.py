"""How much one person, and everybody together, may ask of one process: token buckets, in memory.

A bucket holds so many tokens, each update takes one, and they come back evenly. In the manner of
e-petitions' RateLimit (a burst and a sustained rate), but by account: a bot sees no IP address.
Times are seconds of a monotonic clock, so setting the machine's clock changes no limit.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

MOST_REMEMBERED = 10_000
GOES_ON_AT = 0.2
"""How much of a bucket has to be back before somebody who was too fast is heard again."""


class Verdict(Enum):
    """What to do with an update.

    ALLOW: handle it. WARN: say once that it is too much. DROP: that has been said; do
    nothing. DEFER: everybody together is too much; let it be delivered again.
    """

    ALLOW = auto()
    WARN = auto()
    DROP = auto()
    DEFER = auto()


@dataclass(slots=True)
class Bucket:
    """Tokens; `at` is when they were last counted, in seconds of any one clock."""

    size: float
    per_second: float
    left: float
    at: float

    @classmethod
    def full(cls, size: float, per_second: float, now: float) -> "Bucket":
        return cls(size, per_second, size, now)

    def fill(self, now: float) -> float:
        """Put back what has come since `at`.

        A clock that was set back puts back nothing for the step and counts on from there: waiting
        until it has caught up with itself would turn people away for as long as the step is.
        """
        self.left = min(self.size, self.left + max(0.0, now - self.at) * self.per_second)
        self.at = now
        return self.left

    def take(self, now: float) -> bool:
        """Take a token; False if there is none."""
        if self.fill(now) < 1:
            return False
        self.left -= 1
        return True

    def seconds_to_one(self) -> float:
        """How long until there is a token again."""
        return max(0.0, 1 - self.left) / self.per_second


@dataclass(frozen=True, slots=True)
class Rates:
    """What is allowed; 0 for any number.

    Attributes:
        updates, seconds: of one person, so many in so many seconds.
        all_updates: of everybody together, a second.
        signings: of one account, an hour; kept in the database.
        all_signings: of everybody together, a minute.
    """

    updates: int = 30
    seconds: int = 10
    all_updates: int = 1_000
    signings: int = 10
    all_signings: int = 60_000


@dataclass(slots=True)
class _Account:
    bucket: Bucket
    waits: bool = False
    told: bool = False
    dropped: int = 0


@dataclass(slots=True)
class RateLimiter:
    """Who may come in now. One for a process; who has not been seen for long is forgotten."""

    rates: Rates = field(default_factory=Rates)
    _accounts: OrderedDict[Hashable, _Account] = field(default_factory=OrderedDict)
    _all: Bucket | None = None
    _signings: Bucket | None = None

    def ask(self, *sources: Hashable, now: float) -> Verdict:
        """Decide whether an update is handled.

        Args:
            sources: whose allowances it takes from: a person, a group.
            now: seconds of the monotonic clock.
        """
        if self.rates.updates:
            for source in sources:
                verdict = self._of_source(source, now)
                if verdict is not Verdict.ALLOW:
                    return verdict
        return Verdict.ALLOW if self._of_all(now) else Verdict.DEFER

    def passed_over(self, person: Hashable) -> int:
        """How many updates from this source have been passed over since last asked."""
        guest = self._accounts.get(person)
        if guest is None or guest.waits:
            return 0
        count, guest.dropped = guest.dropped, 0
        return count

    def may_sign(self, now: float) -> bool:
        """Whether one more signature of anybody is taken now (monotonic seconds)."""
        if not self.rates.all_signings:
            return True
        if self._signings is None:
            a_minute = self.rates.all_signings
            self._signings = Bucket.full(a_minute, a_minute / 60, now)
        return self._signings.take(now)

    def _of_source(self, source: Hashable, now: float) -> Verdict:
        guest = self._guest(source, now)
        left = guest.bucket.fill(now)
        if left >= guest.bucket.size:
            guest.told = False
        if guest.waits and left < max(1.0, guest.bucket.size * GOES_ON_AT):
            guest.dropped += 1
            return Verdict.DROP
        if guest.bucket.take(now):
            guest.waits = False
            return Verdict.ALLOW
        guest.waits = True
        guest.dropped += 1
        if guest.told:
            return Verdict.DROP
        guest.told = True
        return Verdict.WARN

    def _guest(self, person: Hashable, now: float) -> _Account:
        guest = self._accounts.get(person)
        if guest is None:
            rates = self.rates
            bucket = Bucket.full(rates.updates, rates.updates / max(1, rates.seconds), now)
            guest = self._accounts[person] = _Account(bucket)
            if len(self._accounts) > MOST_REMEMBERED:
                self._accounts.popitem(last=False)
        else:
            self._accounts.move_to_end(person)
        return guest

    def _of_all(self, now: float) -> bool:
        if not self.rates.all_updates:
            return True
        if self._all is None:
            self._all = Bucket.full(self.rates.all_updates, self.rates.all_updates, now)
        return self._all.take(now)
