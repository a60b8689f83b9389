"""Networks that ask far too much: refused before anything of what they ask is looked at.

What is refused counts, too, so that nothing more of a flood comes in as long as it goes on.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

SECONDS = 10.0
RETRY_SECONDS = 20
"""After that a flood that has ended is forgotten."""

MOST_REMEMBERED = 10_000
V4_PREFIX, V6_PREFIX = 24, 64


@dataclass(slots=True)
class _Asked:
    """How often a network has asked in this stretch of SECONDS, and in the one before."""

    stretch: int
    now: int = 0
    before: int = 0


class Networks:
    """What networks are called in memory: a hash whose key nobody keeps."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def name(self, host: str) -> bytes:
        """What the network of an address is called."""
        return hmac.digest(self._key, network(host).encode(), hashlib.sha256)[:16]


class Floods(Networks):
    """How often each network asks: in memory alone, under a hash whose key nobody keeps."""

    def __init__(self, monotonic: Callable[[], float], most: int, page: bytes = b"") -> None:
        """
        Args:
            monotonic: seconds that only go up.
            most: how many requests of one network in SECONDS are no flood; 0: any number.
            page: what a refused person reads, HTML.
        """
        self._monotonic, self._most, self.page = monotonic, most, page
        super().__init__()
        self._asked: OrderedDict[bytes, _Asked] = OrderedDict()
        self.headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(page)),
            (b"retry-after", b"%d" % RETRY_SECONDS),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'; style-src 'self'"),
        )
        lines = [b"%s: %s" % one for one in (*self.headers, (b"connection", b"close"))]
        self.answer = b"\r\n".join([b"HTTP/1.1 429 Too Many Requests", *lines, b"", page])
        """The same, as it is sent before which method and path is known."""

    def ask(self, name: bytes) -> bool:
        """Count one more request of a network; False if it is one of a flood."""
        if not self._most:
            return True
        asked, share = self._of(name)
        asked.now += 1
        return asked.now + asked.before * share <= self._most

    def floods(self, name: bytes) -> bool:
        """Whether one more request of a network would be one of a flood; counted if so."""
        if not self._most or name not in self._asked:
            return False
        asked, share = self._of(name)
        if asked.now + asked.before * share < self._most:
            return False
        asked.now += 1
        return True

    def _of(self, name: bytes) -> tuple[_Asked, float]:
        """What a network has asked, and how much of the stretch before still counts."""
        stretch, gone = divmod(self._monotonic(), SECONDS)
        number = int(stretch)
        asked = self._asked.get(name)
        if asked is None:
            asked = self._asked[name] = _Asked(number)
            if len(self._asked) > MOST_REMEMBERED:
                self._asked.popitem(last=False)
        else:
            self._asked.move_to_end(name)
        if asked.stretch != number:
            asked.before = asked.now if asked.stretch == number - 1 else 0
            asked.now, asked.stretch = 0, number
        return asked, 1 - gone / SECONDS


def caller(scope: Scope, *, behind_proxy: bool) -> str:
    """The address that a request comes from.

    Args:
        behind_proxy: whether the last one in X-Forwarded-For is the caller's.
    """
    client = scope.get("client")
    host = client[0] if client else ""
    if behind_proxy:
        named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if named:  # a proxy may add a line of its own
            host = named[-1].decode("latin-1").rpartition(",")[2].strip()
    return host


def network(host: str) -> str:
    """The network that an address is in: /24, or /64 of IPv6; what is no address is itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = V4_PREFIX if address.version == 4 else V6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))
