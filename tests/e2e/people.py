"""People who use the bot through the simulator: those of the replay, with the tests' patience."""

from collections.abc import Awaitable, Callable

from replay.people import Answer, Person

__all__ = ["Answer", "Arrives", "Person"]

Arrives = Callable[..., Awaitable[Person]]
"""Lets somebody come: their first name, and what else Telegram knows of them."""
