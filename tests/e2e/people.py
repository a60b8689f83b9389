"""People who use the bot through the simulator: those of the replay, with the tests' patience."""

from replay.people import Answer, Person

__all__ = ["Answer", "Person"]
