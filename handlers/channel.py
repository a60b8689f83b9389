"""The port to a messaging app: what the conversations need of it."""

from typing import Protocol

from handlers.events import Event
from handlers.screens import Screen


class Channel(Protocol):
    """One messaging app, as it answers one event."""

    async def answer(
        self, event: Event, screen: Screen, language: str, *, is_owed: bool, is_question: bool
    ) -> None:
        """Put a screen before the person who did it; what the app holds back is owed.

        Args:
            is_owed: whether the person has not been shown all earlier answers: this one comes
                behind them.
            is_question: whether nobody needs it any more once something newer is answered.

        Raises:
            Exception: the app's own, if it does not take the answer.
        """
