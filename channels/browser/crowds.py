"""How much one network may ask: counted in memory under a hash whose key nobody keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from campaign.rate_limits import RateLimiter, Rates, Verdict
from channels.floods import Networks, caller

SECONDS = 100
REQUESTS_OF_ONE = 8
WAITING = 50
"""While a burst is on, one in so many may wait instead of working, and one a second of all: to wait
costs a program nothing."""
FLOODS_OF_ONE = 3
"""So many requests of one person who may begin, of anything and in channels.floods.SECONDS: 400 are
120 a second."""
LEAST_REQUESTS = 60
"""In 10 seconds, however few people of a network may begin: a page and all on it are five."""

ANY = Rates(updates=0, seconds=SECONDS, all_updates=0)


@dataclass(slots=True)
class Crowds:
    """The networks that ask. Nothing of an address is logged or kept; a restart forgets all.

    Attributes:
        behind_proxy: whether the last address in X-Forwarded-For is the caller's.
        monotonic: seconds that only go up.
    """

    monotonic: Callable[[], float]
    behind_proxy: bool = False
    beginnings: RateLimiter = field(default_factory=lambda: RateLimiter(ANY))
    requests: RateLimiter = field(default_factory=lambda: RateLimiter(ANY))
    waiting: RateLimiter = field(default_factory=lambda: RateLimiter(ANY))
    _networks: Networks = field(default_factory=Networks)

    @classmethod
    def of(cls, monotonic: Callable[[], float], people: int, *, behind_proxy: bool) -> "Crowds":
        """Let so many people of one network begin in SECONDS, and ask so often; 0: any number."""
        begin = Rates(updates=people, seconds=SECONDS, all_updates=0)
        ask = Rates(updates=people * REQUESTS_OF_ONE, seconds=SECONDS, all_updates=0)
        few = max(1, people // WAITING) if people else 0
        wait = Rates(updates=few, seconds=SECONDS, all_updates=1)
        return cls(monotonic, behind_proxy, RateLimiter(begin), RateLimiter(ask), RateLimiter(wait))

    def may_ask(self, request: Request) -> bool:
        """Whether one more request of this network is answered."""
        return self._is_allowed(self.requests, request)

    def may_begin(self, request: Request) -> bool:
        """Whether one more person of this network may begin."""
        return self._is_allowed(self.beginnings, request)

    def may_go_on(self, request: Request) -> bool:
        """Whether one more of this network who has waited goes on."""
        return self._is_allowed(self.waiting, request)

    def _is_allowed(self, limiter: RateLimiter, request: Request) -> bool:
        name = self._networks.name(caller(request.scope, behind_proxy=self.behind_proxy))
        return limiter.ask(name, now=self.monotonic()) is Verdict.ALLOW
