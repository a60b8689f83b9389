"""Whether what was read before may still be shown."""

from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Freshness:
    """How old what was read last is, and whether it is known to have changed since."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._seconds, self._monotonic = seconds, monotonic
        self._read_at = float("-inf")
        self._changes = 0

    def is_over(self) -> bool:
        """Whether it is to be read again."""
        return self._monotonic() - self._read_at > self._seconds

    def end(self) -> None:
        """It has just been changed: whoever asks from now on gets it as it is now."""
        self._read_at = float("-inf")
        self._changes += 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within the block it is read. What has been changed meanwhile may not have been seen, so
        then it is read again the next time."""
        begun, changes = self._monotonic(), self._changes
        yield
        if changes == self._changes:
            self._read_at = begun


class Recent(Generic[Key, Value]):
    """What was read a moment ago, by key: each is read once in so many seconds."""

    def __init__(self, fresh_for: float, monotonic: Callable[[], float]) -> None:
        self._fresh_for, self._monotonic = fresh_for, monotonic
        self._kept: dict[Key, tuple[float, Value]] = {}

    async def get(self, key: Key, read: Callable[[], Awaitable[Value]]) -> Value:
        """What is known of the key, or what `read` gives now."""
        kept, now = self._kept.get(key), self._monotonic()
        if kept is None or now - kept[0] > self._fresh_for:
            kept = now, await read()
            self._kept[key] = kept
        return kept[1]
